//! Verifying for jsonwebtoken, by ring.

use jsonwebtoken::crypto::JwtVerifier;
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::signature::{self, Verifier};
use jsonwebtoken::{Algorithm as AlgorithmName, DecodingKey, DecodingKeyKind};
use ring::hmac;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256,
    RsaParameters, RsaPublicKeyComponents, UnparsedPublicKey,
};

use super::{hmac_algorithm, key_utils, signature_algorithm};
use crate::domain::algorithm::Algorithm;

/// What stands before the point in a `SubjectPublicKeyInfo` of P-256 (RFC 5480).
pub(super) const P256_SPKI_PREFIX: &[u8] = &[
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
    0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];

/// What stands before the key in a `SubjectPublicKeyInfo` of Ed25519 (RFC 8410).
pub(super) const ED25519_SPKI_PREFIX: &[u8] = &[
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
];

/// A verifier for one key, as jsonwebtoken asks for it.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "jsonwebtoken calls it with a reference"
)]
pub(super) fn verifier(
    name: &AlgorithmName,
    key: &DecodingKey,
) -> Result<Box<dyn JwtVerifier>, Error> {
    // A public key never becomes an HMAC key: the family is the key's, not the token's.
    if key.family() != name.family() {
        return Err(ErrorKind::InvalidKeyFormat.into());
    }
    let key = match (hmac_algorithm(*name), signature_algorithm(*name)) {
        (Some(algorithm), _) => Key::Hmac(hmac::Key::new(algorithm, key.try_get_as_bytes()?)),
        (_, Some(Algorithm::ES256)) => {
            let point = without_prefix(key.try_get_as_bytes()?, P256_SPKI_PREFIX);
            Key::Public(UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point))
        }
        (_, Some(Algorithm::EdDSA)) => {
            let public_key = without_prefix(key.try_get_as_bytes()?, ED25519_SPKI_PREFIX);
            Key::Public(UnparsedPublicKey::new(&ED25519, public_key))
        }
        (_, Some(Algorithm::RS256)) => Key::rsa(&RSA_PKCS1_2048_8192_SHA256, key)?,
        (_, Some(Algorithm::PS256)) => Key::rsa(&RSA_PSS_2048_8192_SHA256, key)?,
        (None, None) => return Err(ErrorKind::UnsupportedAlgorithm.into()),
    };
    Ok(Box::new(RingVerifier { name: *name, key }))
}

fn without_prefix(bytes: &[u8], prefix: &[u8]) -> Vec<u8> {
    bytes.strip_prefix(prefix).unwrap_or(bytes).to_vec()
}

struct RingVerifier {
    name: AlgorithmName,
    key: Key,
}

enum Key {
    Hmac(hmac::Key),
    Public(UnparsedPublicKey<Vec<u8>>),
    Rsa {
        parameters: &'static RsaParameters,
        components: RsaPublicKeyComponents<Vec<u8>>,
    },
}

impl Key {
    fn rsa(parameters: &'static RsaParameters, key: &DecodingKey) -> Result<Self, Error> {
        let (n, e) = match key.kind() {
            DecodingKeyKind::SecretOrDer(der) => key_utils::rsa_components_of_public_key(der)?,
            DecodingKeyKind::RsaModulusExponent { n, e } => (n.clone(), e.clone()),
        };
        Ok(Self::Rsa {
            parameters,
            components: RsaPublicKeyComponents { n, e },
        })
    }
}

impl Verifier<Vec<u8>> for RingVerifier {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), signature::Error> {
        match &self.key {
            Key::Hmac(key) => hmac::verify(key, message, signature),
            Key::Public(key) => key.verify(message, signature),
            Key::Rsa {
                parameters,
                components,
            } => components.verify(parameters, message, signature),
        }
        // ring does not say why, and nobody is to be told.
        .map_err(|_| signature::Error::new())
    }
}

impl JwtVerifier for RingVerifier {
    fn algorithm(&self) -> AlgorithmName {
        self.name
    }
}
