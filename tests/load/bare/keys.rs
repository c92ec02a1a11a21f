//! Signing and verifying by either library, with a key that was parsed once.

use std::error::Error;

use aws_lc_rs::signature as aws;
use clap::ValueEnum;
use grantd::crypto::key_pair::KeyPair;
use grantd::domain::algorithm::Algorithm;
use ring::rand::SystemRandom;
use ring::signature as by_ring;

/// The longest signature, in bytes: RSA with 2048 bits.
pub(crate) const LONGEST_SIGNATURE: usize = 256;

/// Who signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Library {
    Ring,
    AwsLc,
}

/// A parsed key pair.
pub(crate) struct Key {
    algorithm: Algorithm,
    kid: String,
    private: Private,
    public: Public,
    /// ring's random source, which ring's ECDSA and RSA ask for.
    pub(crate) random: SystemRandom,
}

enum Private {
    RingEcdsa(by_ring::EcdsaKeyPair),
    RingEd25519(by_ring::Ed25519KeyPair),
    RingRsa(by_ring::RsaKeyPair),
    AwsEcdsa(aws::EcdsaKeyPair),
    AwsEd25519(aws::Ed25519KeyPair),
    AwsRsa(aws::RsaKeyPair),
}

enum Public {
    Ring(by_ring::UnparsedPublicKey<Vec<u8>>),
    Aws(aws::ParsedPublicKey),
}

impl Key {
    /// A new key, of the same kind and size as grantd makes.
    pub(crate) fn generate(algorithm: Algorithm, library: Library) -> Result<Self, Box<dyn Error>> {
        let made = KeyPair::generate(algorithm)?;
        let kid = made.key_pair.public_jwk().kid().to_owned();
        Self::read(algorithm, library, &made.pkcs8, kid)
    }

    pub(crate) fn read(
        algorithm: Algorithm,
        library: Library,
        pkcs8: &[u8],
        kid: String,
    ) -> Result<Self, Box<dyn Error>> {
        let random = random();
        let (private, public) = match library {
            Library::Ring => read_by_ring(algorithm, pkcs8, &random)?,
            Library::AwsLc => read_by_aws(algorithm, pkcs8)?,
        };
        Ok(Self {
            algorithm,
            kid,
            private,
            public,
            random,
        })
    }

    pub(crate) fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    pub(crate) fn kid(&self) -> &str {
        &self.kid
    }

    /// Signs into `signature` and says how many bytes of it are the signature; nothing where the
    /// library fails.
    pub(crate) fn sign(
        &self,
        message: &[u8],
        signature: &mut [u8; LONGEST_SIGNATURE],
    ) -> Option<usize> {
        let mut keep = |made: &[u8]| {
            signature.get_mut(..made.len())?.copy_from_slice(made);
            Some(made.len())
        };
        match &self.private {
            Private::RingEcdsa(key) => keep(key.sign(&self.random, message).ok()?.as_ref()),
            Private::RingEd25519(key) => keep(key.sign(message).as_ref()),
            Private::AwsEcdsa(key) => keep(
                key.sign(&aws_lc_rs::rand::SystemRandom::new(), message)
                    .ok()?
                    .as_ref(),
            ),
            Private::AwsEd25519(key) => keep(key.sign(message).as_ref()),
            Private::RingRsa(key) => {
                let length = key.public().modulus_len();
                let bytes = signature.get_mut(..length)?;
                let padding = &by_ring::RSA_PKCS1_SHA256;
                key.sign(padding, &self.random, message, bytes).ok()?;
                Some(length)
            }
            Private::AwsRsa(key) => {
                let length = key.public_modulus_len();
                let bytes = signature.get_mut(..length)?;
                let random = aws_lc_rs::rand::SystemRandom::new();
                key.sign(&aws::RSA_PKCS1_SHA256, &random, message, bytes)
                    .ok()?;
                Some(length)
            }
        }
    }

    /// Whether the signature is the key's.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match &self.public {
            Public::Ring(key) => key.verify(message, signature).is_ok(),
            Public::Aws(key) => key.verify_sig(message, signature).is_ok(),
        }
    }
}

fn read_by_ring(
    algorithm: Algorithm,
    pkcs8: &[u8],
    random: &SystemRandom,
) -> Result<(Private, Public), Box<dyn Error>> {
    use by_ring::{
        ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ED25519, EcdsaKeyPair,
        Ed25519KeyPair, KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RsaKeyPair, UnparsedPublicKey,
    };
    // As built here, ring's own error is none in the sense of the standard library.
    let rejected = |error: ring::error::KeyRejected| error.to_string();
    let (private, verification, public): (_, &'static dyn by_ring::VerificationAlgorithm, _) =
        match algorithm {
            Algorithm::ES256 => {
                let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8, random)
                    .map_err(rejected)?;
                let public = key.public_key().as_ref().to_vec();
                (Private::RingEcdsa(key), &ECDSA_P256_SHA256_FIXED, public)
            }
            Algorithm::EdDSA => {
                // The document is of version 1, which holds no public key to check against.
                let key = Ed25519KeyPair::from_pkcs8_maybe_unchecked(pkcs8).map_err(rejected)?;
                let public = key.public_key().as_ref().to_vec();
                (Private::RingEd25519(key), &ED25519, public)
            }
            Algorithm::RS256 => {
                let key = RsaKeyPair::from_pkcs8(pkcs8).map_err(rejected)?;
                let public = key.public_key().as_ref().to_vec();
                (Private::RingRsa(key), &RSA_PKCS1_2048_8192_SHA256, public)
            }
            Algorithm::PS256 => return Err(NOT_MEASURED.into()),
        };
    let public = Public::Ring(UnparsedPublicKey::new(verification, public));
    Ok((private, public))
}

fn read_by_aws(algorithm: Algorithm, pkcs8: &[u8]) -> Result<(Private, Public), Box<dyn Error>> {
    use aws::{
        ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ED25519, EcdsaKeyPair,
        Ed25519KeyPair, KeyPair as _, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaKeyPair,
    };
    Ok(match algorithm {
        Algorithm::ES256 => {
            let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8)?;
            let public = ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key.public_key().as_ref())?;
            (Private::AwsEcdsa(key), Public::Aws(public))
        }
        Algorithm::EdDSA => {
            let key = Ed25519KeyPair::from_pkcs8(pkcs8)?;
            let public = ParsedPublicKey::new(&ED25519, key.public_key().as_ref())?;
            (Private::AwsEd25519(key), Public::Aws(public))
        }
        Algorithm::RS256 => {
            let key = RsaKeyPair::from_pkcs8(pkcs8)?;
            let public =
                ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.public_key().as_ref())?;
            (Private::AwsRsa(key), Public::Aws(public))
        }
        Algorithm::PS256 => return Err(NOT_MEASURED.into()),
    })
}

const NOT_MEASURED: &str = "PS256 is not measured: it costs what RS256 does";

#[expect(
    clippy::disallowed_methods,
    reason = "ring's trait for randomness is sealed, and this program measures the library as it is"
)]
fn random() -> SystemRandom {
    SystemRandom::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_library_verifies_what_the_other_signs() {
        for algorithm in [Algorithm::ES256, Algorithm::EdDSA, Algorithm::RS256] {
            let made = KeyPair::generate(algorithm).unwrap();
            let [ring, aws] = [Library::Ring, Library::AwsLc]
                .map(|library| Key::read(algorithm, library, &made.pkcs8, String::new()).unwrap());
            for (signer, verifier) in [(&ring, &aws), (&aws, &ring), (&ring, &ring), (&aws, &aws)] {
                let mut bytes = [0; LONGEST_SIGNATURE];
                let length = signer.sign(b"message", &mut bytes).unwrap();
                assert!(
                    verifier.verifies(b"message", &bytes[..length]),
                    "{algorithm}"
                );
                assert!(
                    !verifier.verifies(b"another", &bytes[..length]),
                    "{algorithm}"
                );
            }
        }
    }
}
