//! From a token to its claims, by a key that the caller trusts.
//!
//! Times and audiences are not looked at here: the domain does that, with the server's clock.

#[cfg(test)]
mod tests;

use std::borrow::Borrow;

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{DecodingKey, Validation};
use serde::de::DeserializeOwned;

use super::jwk::{InvalidJwk, PublicJwk};
use super::provider;
use crate::domain::algorithm::Algorithm;

/// No token is longer, in bytes. What is longer is refused unread.
pub const MAX_TOKEN_LENGTH: usize = 16 * 1024;

/// A public key, ready to verify with. It verifies its own algorithm alone.
#[derive(Debug, Clone)]
pub struct VerifyingKey {
    kid: String,
    algorithm: Algorithm,
    decoding_key: DecodingKey,
    validation: Validation,
}

/// Why a token is refused. The texts may be shown to whoever sent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// Longer than [`MAX_TOKEN_LENGTH`].
    #[error("The token is too long.")]
    TooLong,
    /// Not three parts of base64url with a JSON header, or an algorithm that is never taken.
    #[error("The token is not a signed JWT.")]
    Malformed,
    /// A JWT of another type (RFC 8725 §3.11).
    #[error("The token is of another type.")]
    WrongType,
    /// The header demands an extension (RFC 7515 §4.1.11); none is supported.
    #[error("The token demands an extension that is not supported.")]
    CriticalExtension,
    /// No `kid`, or one that is not among the keys.
    #[error("The token was signed with an unknown key.")]
    UnknownKey,
    /// The header names another algorithm than the key's (RFC 8725 §3.1).
    #[error("The token's algorithm is not that of its key.")]
    WrongAlgorithm,
    /// The signature does not fit the token and the key.
    #[error("The token's signature is wrong.")]
    BadSignature,
    /// Signed well, but the claims are not those of such a token.
    #[error("The token's claims are incomplete or of the wrong form.")]
    BadClaims,
}

impl VerifyingKey {
    /// Prepares a public key.
    ///
    /// # Errors
    /// [`InvalidJwk`] when its members are no base64url.
    pub fn new(jwk: &PublicJwk) -> Result<Self, InvalidJwk> {
        // jsonwebtoken panics without a provider, so no key exists before one does.
        provider::install();
        let mut validation = Validation::new(provider::algorithm_name(jwk.algorithm()));
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_nbf = false;
        validation.validate_aud = false;
        Ok(Self {
            kid: jwk.kid().to_owned(),
            algorithm: jwk.algorithm(),
            decoding_key: jwk.decoding_key()?,
            validation,
        })
    }

    /// The key's id.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The one algorithm that this key verifies.
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}

/// Checks a token's form, type and signature, and reads its claims.
///
/// `typ` is the expected type, such as `at+jwt`; the same with `application/` before it is accepted
/// (RFC 9068 §4, RFC 7515 §4.1.9). `find` is asked for the key with the header's `kid`; it may give
/// a reference or an `Arc`.
///
/// # Errors
/// [`VerifyError`]. `exp`, `nbf`, `iss` and `aud` are for the caller to check.
pub fn verify<T, K>(
    token: &str,
    typ: &str,
    find: impl FnOnce(&str) -> Option<K>,
) -> Result<T, VerifyError>
where
    T: DeserializeOwned,
    K: Borrow<VerifyingKey>,
{
    if token.len() > MAX_TOKEN_LENGTH {
        return Err(VerifyError::TooLong);
    }
    let header = jsonwebtoken::decode_header(token).map_err(|_| VerifyError::Malformed)?;
    if !header.typ.is_some_and(|given| is_type(&given, typ)) {
        return Err(VerifyError::WrongType);
    }
    if header.crit.is_some() {
        return Err(VerifyError::CriticalExtension);
    }
    let key = header.kid.as_deref().and_then(find);
    let key = key.as_ref().ok_or(VerifyError::UnknownKey)?.borrow();
    if header.alg != provider::algorithm_name(key.algorithm) {
        return Err(VerifyError::WrongAlgorithm);
    }
    jsonwebtoken::decode(token, &key.decoding_key, &key.validation)
        .map(|decoded| decoded.claims)
        .map_err(|error| match error.kind() {
            // The header was read above, so the JSON that fails is the claims'.
            ErrorKind::Json(_) => VerifyError::BadClaims,
            ErrorKind::Base64(_) | ErrorKind::InvalidToken => VerifyError::Malformed,
            _ => VerifyError::BadSignature,
        })
}

/// Whether `given` names the media type `expected`; letter case and `application/` do not matter.
fn is_type(given: &str, expected: &str) -> bool {
    const PREFIX: &str = "application/";
    let short = match given.split_at_checked(PREFIX.len()) {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case(PREFIX) => rest,
        _ => given,
    };
    short.eq_ignore_ascii_case(expected)
}
