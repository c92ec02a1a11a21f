//! jsonwebtoken's cryptography, by the libraries that the rest of grantd uses: verification and HMAC
//! by ring, signatures by [`KeyPair`](super::key_pair::KeyPair). What is not supported is an error;
//! nothing here panics.

mod key_utils;
mod sign;
#[cfg(test)]
mod tests;
mod verify;

use jsonwebtoken::Algorithm as AlgorithmName;
use jsonwebtoken::crypto::{CryptoProvider, KeyUtils};

use crate::domain::algorithm::Algorithm;

static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: sign::signer,
    verifier_factory: verify::verifier,
    key_utils: KeyUtils {
        rsa_pub_components_from_private_key: key_utils::rsa_components_of_private_key,
        rsa_pub_components_from_public_key: key_utils::rsa_components_of_public_key,
        ec_pub_components_from_private_key: key_utils::ec_components_of_private_key,
        ed_pub_components_from_private_key: key_utils::ed_component_of_private_key,
        compute_digest: key_utils::digest,
    },
};

/// Makes this the provider of the process. May be called any number of times; the first call of the
/// process counts, which is why it comes before any use of jsonwebtoken.
pub fn install() {
    // An error means that a provider is in place already: this one, from an earlier call.
    let _ = PROVIDER.install_default();
}

/// jsonwebtoken's name for an algorithm.
pub(crate) const fn algorithm_name(algorithm: Algorithm) -> AlgorithmName {
    match algorithm {
        Algorithm::ES256 => AlgorithmName::ES256,
        Algorithm::EdDSA => AlgorithmName::EdDSA,
        Algorithm::RS256 => AlgorithmName::RS256,
        Algorithm::PS256 => AlgorithmName::PS256,
    }
}

/// The signature algorithm that jsonwebtoken means, if it is one of grantd's.
const fn signature_algorithm(name: AlgorithmName) -> Option<Algorithm> {
    match name {
        AlgorithmName::ES256 => Some(Algorithm::ES256),
        AlgorithmName::EdDSA => Some(Algorithm::EdDSA),
        AlgorithmName::RS256 => Some(Algorithm::RS256),
        AlgorithmName::PS256 => Some(Algorithm::PS256),
        _ => None,
    }
}

/// ring's name for an HMAC algorithm, if it is one.
const fn hmac_algorithm(name: AlgorithmName) -> Option<ring::hmac::Algorithm> {
    match name {
        AlgorithmName::HS256 => Some(ring::hmac::HMAC_SHA256),
        AlgorithmName::HS384 => Some(ring::hmac::HMAC_SHA384),
        AlgorithmName::HS512 => Some(ring::hmac::HMAC_SHA512),
        _ => None,
    }
}
