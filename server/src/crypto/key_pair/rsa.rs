//! RS256 and PS256: RSA with SHA-256 (RFC 8017), by aws-lc.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    KeyPair as _, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaKeyPair, RsaSignatureEncoding,
};
use zeroize::Zeroizing;

use super::Signature;
use crate::domain::algorithm::Algorithm;

/// New keys have 2048 bits: what every verifier takes, and what NIST SP 800-57 allows to 2030.
/// 3072 bits would sign at a third of the speed.
const NEW_KEY_SIZE: KeySize = KeySize::Rsa2048;

pub(super) struct RsaKey {
    key: RsaKeyPair,
    algorithm: Algorithm,
    encoding: &'static RsaSignatureEncoding,
}

impl RsaKey {
    pub(super) fn generate() -> Option<Zeroizing<Vec<u8>>> {
        let key = RsaKeyPair::generate(NEW_KEY_SIZE).ok()?;
        let document: Pkcs8V1Der<'_> = key.as_der().ok()?;
        Some(Zeroizing::new(document.as_ref().to_vec()))
    }

    pub(super) fn from_pkcs8(algorithm: Algorithm, pkcs8: &[u8]) -> Option<Self> {
        Self::new(algorithm, RsaKeyPair::from_pkcs8(pkcs8).ok()?)
    }

    pub(super) fn from_pkcs1(algorithm: Algorithm, pkcs1: &[u8]) -> Option<Self> {
        Self::new(algorithm, RsaKeyPair::from_der(pkcs1).ok()?)
    }

    fn new(algorithm: Algorithm, key: RsaKeyPair) -> Option<Self> {
        let encoding = match algorithm {
            Algorithm::RS256 => &RSA_PKCS1_SHA256,
            Algorithm::PS256 => &RSA_PSS_SHA256,
            Algorithm::ES256 | Algorithm::EdDSA => return None,
        };
        // The size needs no check here: aws-lc refuses fewer than 2048 bits, `PublicJwk` more than 4096.
        Some(Self {
            key,
            algorithm,
            encoding,
        })
    }

    pub(super) const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    pub(super) fn modulus(&self) -> &[u8] {
        self.key
            .public_key()
            .modulus()
            .big_endian_without_leading_zero()
    }

    pub(super) fn exponent(&self) -> &[u8] {
        self.key
            .public_key()
            .exponent()
            .big_endian_without_leading_zero()
    }

    pub(super) fn sign(&self, message: &[u8]) -> Option<Signature> {
        Signature::written(self.key.public_modulus_len(), |bytes| {
            // aws-lc asks for a random source and uses its own.
            self.key
                .sign(self.encoding, &SystemRandom::new(), message, bytes)
                .ok()
        })
    }
}
