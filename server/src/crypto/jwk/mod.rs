//! Public keys as JSON Web Keys (RFC 7517, RFC 7518 §6, RFC 8037), and their ids.

#[cfg(test)]
mod tests;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::DecodingKey;
use ring::digest;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::algorithm::Algorithm;

/// Bytes in a P-256 coordinate, and in an Ed25519 public key.
const COORDINATE_LENGTH: usize = 32;

/// RSA moduli that are accepted, in bytes: 2048 to 4096 bits.
const MODULUS_LENGTHS: std::ops::RangeInclusive<usize> = 256..=512;

/// The public half of a signing key, in the form that the JWKS publishes. Members are written in a
/// fixed order: `kty`, the key, `alg`, `use`, `kid`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "Unchecked")]
#[schema(as = Jwk)]
pub struct PublicJwk {
    #[serde(flatten)]
    material: Material,
    #[serde(rename = "alg")]
    algorithm: Algorithm,
    #[serde(rename = "use")]
    usage: Usage,
    kid: String,
}

/// The document does not describe a public key that grantd can verify with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "is no public key for its algorithm: ES256 needs an EC key on P-256, EdDSA an OKP key on \
     Ed25519, RS256 and PS256 an RSA key of 2048 to 4096 bits"
)]
pub struct InvalidJwk;

/// What a document says before it is checked.
#[derive(Deserialize)]
struct Unchecked {
    #[serde(flatten)]
    material: Material,
    alg: Algorithm,
    #[serde(default, rename = "use")]
    usage: Usage,
    kid: String,
}

/// The public key itself, by its kind (RFC 7518 §6, RFC 8037 §2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kty")]
#[schema(as = KeyMaterial)]
enum Material {
    #[serde(rename = "EC")]
    EllipticCurve { crv: P256, x: String, y: String },
    #[serde(rename = "OKP")]
    OctetKeyPair { crv: Ed25519, x: String },
    #[serde(rename = "RSA")]
    Rsa { n: String, e: String },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = CurveP256)]
enum P256 {
    #[serde(rename = "P-256")]
    P256,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = CurveEd25519)]
enum Ed25519 {
    Ed25519,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = KeyUse)]
enum Usage {
    #[default]
    #[serde(rename = "sig")]
    Signature,
}

impl PublicJwk {
    /// An ES256 key from its uncompressed point (SEC 1 §2.3.3): `04`, x, y.
    ///
    /// # Errors
    /// [`InvalidJwk`] for another form or length.
    pub fn from_p256_point(point: &[u8]) -> Result<Self, InvalidJwk> {
        let coordinates = point.strip_prefix(&[4]).ok_or(InvalidJwk)?;
        let (x, y) = coordinates
            .split_at_checked(COORDINATE_LENGTH)
            .ok_or(InvalidJwk)?;
        let material = Material::EllipticCurve {
            crv: P256::P256,
            x: URL_SAFE_NO_PAD.encode(x),
            y: URL_SAFE_NO_PAD.encode(y),
        };
        Self::new(material, Algorithm::ES256)
    }

    /// An `EdDSA` key from the 32 bytes of an Ed25519 public key.
    ///
    /// # Errors
    /// [`InvalidJwk`] for another length.
    pub fn from_ed25519(public_key: &[u8]) -> Result<Self, InvalidJwk> {
        let material = Material::OctetKeyPair {
            crv: Ed25519::Ed25519,
            x: URL_SAFE_NO_PAD.encode(public_key),
        };
        Self::new(material, Algorithm::EdDSA)
    }

    /// An RSA key for RS256 or PS256 from its modulus and exponent, big-endian without leading
    /// zeros.
    ///
    /// # Errors
    /// [`InvalidJwk`] for another algorithm, or a modulus outside 2048 to 4096 bits.
    pub fn from_rsa(
        algorithm: Algorithm,
        modulus: &[u8],
        exponent: &[u8],
    ) -> Result<Self, InvalidJwk> {
        let material = Material::Rsa {
            n: URL_SAFE_NO_PAD.encode(modulus),
            e: URL_SAFE_NO_PAD.encode(exponent),
        };
        Self::new(material, algorithm)
    }

    /// A key whose id is its thumbprint.
    fn new(material: Material, algorithm: Algorithm) -> Result<Self, InvalidJwk> {
        material.check(algorithm)?;
        Ok(Self {
            kid: material.thumbprint(),
            material,
            algorithm,
            usage: Usage::Signature,
        })
    }

    /// The algorithm that this key is for, and no other.
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The key's id: for keys that grantd makes, the thumbprint.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The SHA-256 thumbprint (RFC 7638, RFC 8037 appendix A.3), base64url.
    pub fn thumbprint(&self) -> String {
        self.material.thumbprint()
    }

    /// The key as jsonwebtoken wants it.
    pub(crate) fn decoding_key(&self) -> Result<DecodingKey, InvalidJwk> {
        match &self.material {
            Material::EllipticCurve { x, y, .. } => DecodingKey::from_ec_components(x, y),
            Material::OctetKeyPair { x, .. } => DecodingKey::from_ed_components(x),
            Material::Rsa { n, e } => DecodingKey::from_rsa_components(n, e),
        }
        .map_err(|_| InvalidJwk)
    }
}

impl TryFrom<Unchecked> for PublicJwk {
    type Error = InvalidJwk;

    fn try_from(document: Unchecked) -> Result<Self, Self::Error> {
        document.material.check(document.alg)?;
        Ok(Self {
            material: document.material,
            algorithm: document.alg,
            usage: document.usage,
            kid: document.kid,
        })
    }
}

impl Material {
    /// Whether the members are base64url of the right lengths, for a key of this algorithm.
    fn check(&self, algorithm: Algorithm) -> Result<(), InvalidJwk> {
        let fits = match (self, algorithm) {
            (Self::EllipticCurve { x, y, .. }, Algorithm::ES256) => {
                decode(x)?.len() == COORDINATE_LENGTH && decode(y)?.len() == COORDINATE_LENGTH
            }
            (Self::OctetKeyPair { x, .. }, Algorithm::EdDSA) => {
                decode(x)?.len() == COORDINATE_LENGTH
            }
            (Self::Rsa { n, e }, Algorithm::RS256 | Algorithm::PS256) => {
                let (n, e) = (decode(n)?, decode(e)?);
                let without_leading_zero = |number: &[u8]| number.first().is_some_and(|b| *b != 0);
                MODULUS_LENGTHS.contains(&n.len())
                    && without_leading_zero(&n)
                    && without_leading_zero(&e)
            }
            _ => false,
        };
        if fits { Ok(()) } else { Err(InvalidJwk) }
    }

    /// SHA-256 over the required members in the order of their names (RFC 7638 §3).
    fn thumbprint(&self) -> String {
        // `check` has shown the values to be base64url: nothing in them needs escaping.
        let canonical = match self {
            Self::EllipticCurve { x, y, .. } => {
                format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#)
            }
            Self::OctetKeyPair { x, .. } => {
                format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#)
            }
            Self::Rsa { n, e } => format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#),
        };
        URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, canonical.as_bytes()))
    }
}

fn decode(text: &str) -> Result<Vec<u8>, InvalidJwk> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| InvalidJwk)
}
