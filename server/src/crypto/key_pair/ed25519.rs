//! `EdDSA`: Ed25519 (RFC 8032), by aws-lc.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use zeroize::Zeroizing;

use super::Signature;

pub(super) struct Ed25519Key(Ed25519KeyPair);

impl Ed25519Key {
    pub(super) fn generate() -> Option<Zeroizing<Vec<u8>>> {
        // Version 1 of PKCS#8 (RFC 8410 §7) is what every other tool reads.
        let document = Ed25519KeyPair::generate().ok()?.to_pkcs8v1().ok()?;
        Some(Zeroizing::new(document.as_ref().to_vec()))
    }

    pub(super) fn from_pkcs8(pkcs8: &[u8]) -> Option<Self> {
        Ed25519KeyPair::from_pkcs8(pkcs8).ok().map(Self)
    }

    pub(super) fn public_key(&self) -> &[u8] {
        self.0.public_key().as_ref()
    }

    pub(super) fn sign(&self, message: &[u8]) -> Option<Signature> {
        Signature::copied(self.0.try_sign(message).ok()?.as_ref())
    }
}
