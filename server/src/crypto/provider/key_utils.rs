//! Taking keys apart for jsonwebtoken's JWK functions.

use aws_lc_rs::rsa::PublicKey as RsaPublicKey;
use aws_lc_rs::signature::RsaPublicKeyComponents;
use jsonwebtoken::Algorithm as AlgorithmName;
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::jwk::{EllipticCurve, ThumbprintHash};
use ring::digest;

use super::sign::read_key;
use crate::crypto::key_pair::Components;
use crate::domain::algorithm::Algorithm;

/// Modulus and exponent of an RSA private key, PKCS#8 or PKCS#1.
pub(super) fn rsa_components_of_private_key(der: &[u8]) -> Result<(Vec<u8>, Vec<u8>), Error> {
    // The padding does not matter: the key is only looked at.
    let key = read_key(Algorithm::RS256, der)?;
    match key.components() {
        Components::Rsa { modulus, exponent } => Ok((modulus.to_vec(), exponent.to_vec())),
        _ => Err(ErrorKind::InvalidKeyFormat.into()),
    }
}

/// Modulus and exponent of an RSA public key, `SubjectPublicKeyInfo` or PKCS#1.
pub(super) fn rsa_components_of_public_key(der: &[u8]) -> Result<(Vec<u8>, Vec<u8>), Error> {
    let key = RsaPublicKey::from_der(der)
        .map_err(|_| ErrorKind::InvalidRsaKey("is no RSA public key in DER".to_owned()))?;
    let components = RsaPublicKeyComponents::<Vec<u8>>::from(&key);
    Ok((components.n, components.e))
}

/// Curve and coordinates of an EC private key in PKCS#8. P-256 is the only curve.
pub(super) fn ec_components_of_private_key(
    der: &[u8],
    name: AlgorithmName,
) -> Result<(EllipticCurve, Vec<u8>, Vec<u8>), Error> {
    if name != AlgorithmName::ES256 {
        return Err(ErrorKind::UnsupportedAlgorithm.into());
    }
    let key = read_key(Algorithm::ES256, der)?;
    let Components::P256 {
        point: [4, coordinates @ ..],
    } = key.components()
    else {
        return Err(ErrorKind::InvalidEcdsaKey.into());
    };
    let (x, y) = coordinates.split_at(coordinates.len() / 2);
    Ok((EllipticCurve::P256, x.to_vec(), y.to_vec()))
}

/// The public key of an Ed25519 private key in PKCS#8.
pub(super) fn ed_component_of_private_key(
    der: &[u8],
    curve: &EllipticCurve,
) -> Result<Vec<u8>, Error> {
    if *curve != EllipticCurve::Ed25519 {
        return Err(ErrorKind::UnsupportedAlgorithm.into());
    }
    let key = read_key(Algorithm::EdDSA, der)?;
    match key.components() {
        Components::Ed25519 { public_key } => Ok(public_key.to_vec()),
        _ => Err(ErrorKind::InvalidKeyFormat.into()),
    }
}

/// A digest, for thumbprints.
#[expect(
    clippy::needless_pass_by_value,
    reason = "jsonwebtoken calls it with a value"
)]
pub(super) fn digest(data: &[u8], hash: ThumbprintHash) -> Result<Vec<u8>, Error> {
    let algorithm = match hash {
        ThumbprintHash::SHA256 => &digest::SHA256,
        ThumbprintHash::SHA384 => &digest::SHA384,
        ThumbprintHash::SHA512 => &digest::SHA512,
        _ => return Err(ErrorKind::UnsupportedAlgorithm.into()),
    };
    Ok(digest::digest(algorithm, data).as_ref().to_vec())
}
