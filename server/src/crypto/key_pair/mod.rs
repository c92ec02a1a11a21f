//! Signing keys: made, read, used. One file a kind of key.
//!
//! ES256 is ring's. `EdDSA`, RS256 and PS256 are aws-lc's: ring cannot make RSA keys, and is reported
//! to take two to three times as long to sign with these.

mod ecdsa;
mod ed25519;
mod rsa;
mod signature;

use std::fmt;

use zeroize::Zeroizing;

use self::ecdsa::EcdsaKey;
use self::ed25519::Ed25519Key;
use self::rsa::RsaKey;
pub use self::signature::Signature;
use super::jwk::{InvalidJwk, PublicJwk};
use crate::domain::algorithm::Algorithm;

/// A parsed private key with its public half. Reading one takes as long as a signature, so keep it.
pub struct KeyPair {
    private: PrivateKey,
    public: PublicJwk,
}

enum PrivateKey {
    Ecdsa(EcdsaKey),
    Ed25519(Ed25519Key),
    Rsa(RsaKey),
}

/// A new key and the document to keep it in.
pub struct GeneratedKey {
    /// The key, ready to sign.
    pub key_pair: KeyPair,
    /// The private key as PKCS#8 (RFC 5958) in the clear, to be sealed. Wiped when dropped.
    pub pkcs8: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for GeneratedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GeneratedKey")
            .field("key_pair", &self.key_pair)
            .finish_non_exhaustive()
    }
}

/// Why there is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The library or the machine's random source failed.
    #[error("an {0} key could not be made: the system's random source failed; try again")]
    NotMade(Algorithm),
    /// The document is no private key of this algorithm, or one too weak.
    #[error(
        "the private key is not a sound {0} key in PKCS#8; restore it from a backup, or rotate to a \
         new one"
    )]
    Rejected(Algorithm),
}

/// The library refused to sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signing key failed to sign")]
pub struct SigningFailed;

impl KeyPair {
    /// Makes a new key. Takes microseconds, but for RSA up to a second: not on an async thread.
    ///
    /// # Errors
    /// [`KeyError::NotMade`] when the library fails.
    pub fn generate(algorithm: Algorithm) -> Result<GeneratedKey, KeyError> {
        let pkcs8 = match algorithm {
            Algorithm::ES256 => EcdsaKey::generate(),
            Algorithm::EdDSA => Ed25519Key::generate(),
            Algorithm::RS256 | Algorithm::PS256 => RsaKey::generate(),
        }
        .ok_or(KeyError::NotMade(algorithm))?;
        Ok(GeneratedKey {
            key_pair: Self::from_pkcs8(algorithm, &pkcs8)?,
            pkcs8,
        })
    }

    /// Reads a private key in PKCS#8 (RFC 5958).
    ///
    /// # Errors
    /// [`KeyError::Rejected`] when it is damaged, of another kind, or RSA outside 2048 to 4096 bits.
    pub fn from_pkcs8(algorithm: Algorithm, pkcs8: &[u8]) -> Result<Self, KeyError> {
        let private = match algorithm {
            Algorithm::ES256 => EcdsaKey::from_pkcs8(pkcs8).map(PrivateKey::Ecdsa),
            Algorithm::EdDSA => Ed25519Key::from_pkcs8(pkcs8).map(PrivateKey::Ed25519),
            Algorithm::RS256 | Algorithm::PS256 => {
                RsaKey::from_pkcs8(algorithm, pkcs8).map(PrivateKey::Rsa)
            }
        };
        private
            .and_then(|private| Self::new(private).ok())
            .ok_or(KeyError::Rejected(algorithm))
    }

    /// Reads an RSA private key as PKCS#1 (RFC 8017 appendix A.1.2), the form in which the
    /// jsonwebtoken crate hands RSA keys over.
    pub(crate) fn from_rsa_pkcs1(algorithm: Algorithm, pkcs1: &[u8]) -> Result<Self, KeyError> {
        RsaKey::from_pkcs1(algorithm, pkcs1)
            .and_then(|private| Self::new(PrivateKey::Rsa(private)).ok())
            .ok_or(KeyError::Rejected(algorithm))
    }

    fn new(private: PrivateKey) -> Result<Self, InvalidJwk> {
        let public = match &private {
            PrivateKey::Ecdsa(key) => PublicJwk::from_p256_point(key.public_point()),
            PrivateKey::Ed25519(key) => PublicJwk::from_ed25519(key.public_key()),
            PrivateKey::Rsa(key) => {
                PublicJwk::from_rsa(key.algorithm(), key.modulus(), key.exponent())
            }
        }?;
        Ok(Self { private, public })
    }

    /// The algorithm that this key signs with.
    pub const fn algorithm(&self) -> Algorithm {
        self.public.algorithm()
    }

    /// The public half, its `kid` being its RFC 7638 thumbprint.
    pub const fn public_jwk(&self) -> &PublicJwk {
        &self.public
    }

    /// The public half's numbers.
    pub(crate) fn components(&self) -> Components<'_> {
        match &self.private {
            PrivateKey::Ecdsa(key) => Components::P256 {
                point: key.public_point(),
            },
            PrivateKey::Ed25519(key) => Components::Ed25519 {
                public_key: key.public_key(),
            },
            PrivateKey::Rsa(key) => Components::Rsa {
                modulus: key.modulus(),
                exponent: key.exponent(),
            },
        }
    }

    /// Signs `message`, in the form that JWS wants (RFC 7518 §3.4 for ES256).
    ///
    /// # Errors
    /// [`SigningFailed`] when the library or the system's random source fails.
    pub fn sign(&self, message: &[u8]) -> Result<Signature, SigningFailed> {
        match &self.private {
            PrivateKey::Ecdsa(key) => key.sign(message),
            PrivateKey::Ed25519(key) => key.sign(message),
            PrivateKey::Rsa(key) => key.sign(message),
        }
        .ok_or(SigningFailed)
    }
}

/// The raw numbers of a public key, big-endian.
pub(crate) enum Components<'a> {
    /// The uncompressed point: `04`, x, y.
    P256 { point: &'a [u8] },
    /// The 32 bytes of RFC 8032.
    Ed25519 { public_key: &'a [u8] },
    /// Without leading zeros.
    Rsa {
        modulus: &'a [u8],
        exponent: &'a [u8],
    },
}

impl fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyPair")
            .field("algorithm", &self.algorithm())
            .field("kid", &self.public.kid())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::provider;

    /// Whether jsonwebtoken, by the public half, takes the signature.
    fn verifies(public: &PublicJwk, message: &[u8], signature: &[u8]) -> bool {
        provider::install();
        let signature =
            base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, signature);
        jsonwebtoken::crypto::verify(
            &signature,
            message,
            &public.decoding_key().expect("a key"),
            provider::algorithm_name(public.algorithm()),
        )
        .expect("the key is usable")
    }

    #[test]
    fn every_algorithm_signs_what_its_public_half_verifies() {
        for algorithm in Algorithm::ALL {
            let GeneratedKey { key_pair, pkcs8 } = KeyPair::generate(algorithm).expect("a key");
            assert_eq!(key_pair.algorithm(), algorithm);
            let read = KeyPair::from_pkcs8(algorithm, &pkcs8).expect("own document");
            assert_eq!(read.public_jwk(), key_pair.public_jwk());

            let signature = read.sign(b"message").expect("signed");
            let public = key_pair.public_jwk();
            assert!(
                verifies(public, b"message", signature.as_ref()),
                "{algorithm}"
            );
            assert!(
                !verifies(public, b"massage", signature.as_ref()),
                "{algorithm}"
            );

            let other = KeyPair::generate(algorithm).expect("a key").key_pair;
            assert_ne!(other.public_jwk().kid(), public.kid(), "{algorithm}");
            assert!(
                !verifies(other.public_jwk(), b"message", signature.as_ref()),
                "{algorithm}"
            );
        }
    }

    #[test]
    fn refuses_documents_of_another_kind_or_damaged() {
        let ecdsa = KeyPair::generate(Algorithm::ES256).expect("a key").pkcs8;
        let ed25519 = KeyPair::generate(Algorithm::EdDSA).expect("a key").pkcs8;
        for (algorithm, document) in [
            (Algorithm::ES256, &ed25519[..]),
            (Algorithm::EdDSA, &ecdsa),
            (Algorithm::RS256, &ecdsa),
            (Algorithm::PS256, &ed25519),
            (Algorithm::ES256, &ecdsa[..ecdsa.len() - 1]),
            (Algorithm::EdDSA, &[]),
        ] {
            let error = KeyPair::from_pkcs8(algorithm, document).err();
            assert_eq!(error, Some(KeyError::Rejected(algorithm)));
        }
    }

    #[test]
    fn one_rsa_key_serves_either_padding_but_they_are_not_the_same() {
        let document = KeyPair::generate(Algorithm::RS256).expect("a key").pkcs8;
        let pkcs1 = KeyPair::from_pkcs8(Algorithm::RS256, &document).expect("RS256");
        let pss = KeyPair::from_pkcs8(Algorithm::PS256, &document).expect("PS256");
        let signature = pkcs1.sign(b"message").expect("signed");
        assert_eq!(signature.as_ref().len(), 256);
        assert!(!verifies(pss.public_jwk(), b"message", signature.as_ref()));
    }

    #[test]
    fn never_shows_the_private_half() {
        let generated = KeyPair::generate(Algorithm::EdDSA).expect("a key");
        let kid = generated.key_pair.public_jwk().kid();
        assert_eq!(
            format!("{generated:?}"),
            format!(
                "GeneratedKey {{ key_pair: KeyPair {{ algorithm: EdDSA, kid: {kid:?}, .. }}, .. }}"
            )
        );
    }
}
