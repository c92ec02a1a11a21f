//! ES256: ECDSA on P-256 with SHA-256, by ring.

use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use zeroize::Zeroizing;

use super::Signature;

pub(super) struct EcdsaKey {
    key: EcdsaKeyPair,
    /// ring mixes randomness into each signature's nonce and takes it from its own source alone.
    random: SystemRandom,
}

impl EcdsaKey {
    pub(super) fn generate() -> Option<Zeroizing<Vec<u8>>> {
        let document =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &ring_random()).ok()?;
        Some(Zeroizing::new(document.as_ref().to_vec()))
    }

    pub(super) fn from_pkcs8(pkcs8: &[u8]) -> Option<Self> {
        let random = ring_random();
        let key =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8, &random).ok()?;
        Some(Self { key, random })
    }

    pub(super) fn public_point(&self) -> &[u8] {
        self.key.public_key().as_ref()
    }

    pub(super) fn sign(&self, message: &[u8]) -> Option<Signature> {
        let signature = self.key.sign(&self.random, message).ok()?;
        Signature::copied(signature.as_ref())
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "ring's trait for randomness is sealed: ECDSA takes ring's own source and no other"
)]
fn ring_random() -> SystemRandom {
    SystemRandom::new()
}
