//! Signing for jsonwebtoken. It parses the key anew for every token; grantd's own tokens are made by
//! [`Signer`](crate::crypto::signer::Signer).

use jsonwebtoken::crypto::JwtSigner;
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::signature::{self, Signer};
use jsonwebtoken::{Algorithm as AlgorithmName, EncodingKey};
use ring::hmac;

use super::{hmac_algorithm, signature_algorithm};
use crate::crypto::key_pair::KeyPair;
use crate::domain::algorithm::Algorithm;

/// A signer for one key, as jsonwebtoken asks for it.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "jsonwebtoken calls it with a reference"
)]
pub(super) fn signer(name: &AlgorithmName, key: &EncodingKey) -> Result<Box<dyn JwtSigner>, Error> {
    if key.family() != name.family() {
        return Err(ErrorKind::InvalidKeyFormat.into());
    }
    let bytes = key.as_bytes();
    if let Some(algorithm) = hmac_algorithm(*name) {
        let key = hmac::Key::new(algorithm, bytes);
        return Ok(Box::new(HmacSigner { name: *name, key }));
    }
    let algorithm =
        signature_algorithm(*name).ok_or_else(|| Error::from(ErrorKind::UnsupportedAlgorithm))?;
    let key_pair = read_key(algorithm, bytes)?;
    Ok(Box::new(KeyPairSigner {
        name: *name,
        key_pair,
    }))
}

/// Reads a private key in either form in which one may come.
pub(super) fn read_key(algorithm: Algorithm, der: &[u8]) -> Result<KeyPair, Error> {
    let read = KeyPair::from_pkcs8(algorithm, der);
    match algorithm {
        Algorithm::RS256 | Algorithm::PS256 => {
            read.or_else(|_| KeyPair::from_rsa_pkcs1(algorithm, der))
        }
        Algorithm::ES256 | Algorithm::EdDSA => read,
    }
    .map_err(|error| match algorithm {
        Algorithm::ES256 => ErrorKind::InvalidEcdsaKey.into(),
        Algorithm::EdDSA => ErrorKind::InvalidEddsaKey.into(),
        Algorithm::RS256 | Algorithm::PS256 => ErrorKind::InvalidRsaKey(error.to_string()).into(),
    })
}

struct HmacSigner {
    name: AlgorithmName,
    key: hmac::Key,
}

impl Signer<Vec<u8>> for HmacSigner {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        Ok(hmac::sign(&self.key, message).as_ref().to_vec())
    }
}

impl JwtSigner for HmacSigner {
    fn algorithm(&self) -> AlgorithmName {
        self.name
    }
}

struct KeyPairSigner {
    name: AlgorithmName,
    key_pair: KeyPair,
}

impl Signer<Vec<u8>> for KeyPairSigner {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        self.key_pair
            .sign(message)
            .map(|signature| signature.as_ref().to_vec())
            .map_err(signature::Error::from_source)
    }
}

impl JwtSigner for KeyPairSigner {
    fn algorithm(&self) -> AlgorithmName {
        self.name
    }
}
