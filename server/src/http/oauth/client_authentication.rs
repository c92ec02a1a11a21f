//! Who the client says it is: `client_secret_basic` or `client_secret_post` (RFC 6749 §2.3.1).

use actix_web::http::header::{AUTHORIZATION, HeaderMap};
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

use super::form::{self, TokenForm};
use crate::domain::oauth_error::OAuthError;
use crate::domain::secret::Secret;

/// A client id and a secret as presented.
#[derive(Debug)]
pub struct ClientPair {
    /// The id.
    pub client_id: String,
    /// The secret.
    pub client_secret: Secret,
}

/// Some clients leave the padding out.
pub(in crate::http) const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Reads the pair from the header or the body.
///
/// # Errors
/// `invalid_client` where there is none; `invalid_request` where both were used, or the header is
/// malformed. Credentials in the query are not read (RFC 6749 §2.3.1 forbids them).
pub fn present(headers: &HeaderMap, form: &TokenForm<'_>) -> Result<ClientPair, OAuthError> {
    let mut given = headers.get_all(AUTHORIZATION);
    match (given.next(), given.next()) {
        (None, _) => from_body(form),
        (Some(value), None) => from_header(value.as_bytes(), form),
        (Some(_), Some(_)) => Err(OAuthError::InvalidRequest(
            "There is more than one Authorization header. Send one.",
        )),
    }
}

fn from_body(form: &TokenForm<'_>) -> Result<ClientPair, OAuthError> {
    match (&form.client_id, &form.client_secret) {
        (Some(id), Some(secret)) => Ok(ClientPair {
            client_id: id.clone().into_owned(),
            client_secret: Secret::new(secret.clone().into_owned()),
        }),
        _ => Err(OAuthError::InvalidClient(
            "Client authentication is missing. Send client id and client secret with HTTP Basic, or as client_id and client_secret in the body.".into(),
        )),
    }
}

fn from_header(value: &[u8], form: &TokenForm<'_>) -> Result<ClientPair, OAuthError> {
    if form.client_secret.is_some() {
        return Err(OAuthError::InvalidRequest(
            "The client authenticates in the header and in the body. Use one of the two.",
        ));
    }
    let pair = basic(value)?;
    if form
        .client_id
        .as_ref()
        .is_some_and(|id| *id != pair.client_id)
    {
        return Err(OAuthError::InvalidRequest(
            "The client_id in the body is not the one in the Authorization header.",
        ));
    }
    Ok(pair)
}

/// RFC 7617 §2; the scheme's case does not matter (RFC 9110 §11.1).
fn basic(value: &[u8]) -> Result<ClientPair, OAuthError> {
    const MALFORMED: OAuthError = OAuthError::InvalidRequest(
        "The Authorization header is malformed. Send: Basic base64(client_id:client_secret).",
    );
    let text = std::str::from_utf8(value).map_err(|_| MALFORMED)?;
    let (scheme, encoded) = text.trim().split_once(' ').ok_or(MALFORMED)?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(OAuthError::InvalidRequest(
            "The Authorization header must use the Basic scheme here.",
        ));
    }
    let decoded = Zeroizing::new(BASE64.decode(encoded.trim()).map_err(|_| MALFORMED)?);
    let colon = decoded.iter().position(|b| *b == b':').ok_or(MALFORMED)?;
    let (id, secret) = (&decoded[..colon], &decoded[colon + 1..]);
    Ok(ClientPair {
        client_id: half(id).ok_or(MALFORMED)?,
        client_secret: Secret::new(half(secret).ok_or(MALFORMED)?),
    })
}

/// RFC 6749 §2.3.1 wants each half form-encoded, and half of the clients in the field send it raw.
/// Our own ids and secrets read the same both ways; what does not decode is taken as it is.
fn half(raw: &[u8]) -> Option<String> {
    match form::decode(raw) {
        Ok(decoded) => Some(decoded.into_owned()),
        Err(_) => std::str::from_utf8(raw).ok().map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(header: &str) -> Result<(String, String), OAuthError> {
        basic(header.as_bytes())
            .map(|pair| (pair.client_id, pair.client_secret.expose().to_owned()))
    }

    #[test]
    fn raw_and_encoded_halves_are_read() {
        let expected = Ok(("a".to_owned(), "gds_1:2".to_owned()));
        assert_eq!(pair("Basic YTpnZHNfMToy"), expected);
        assert_eq!(pair("bAsIc YTpnZHNfMToy"), expected);
        // "a:gds%5F1%3A2"
        assert_eq!(pair("Basic YTpnZHMlNUYxJTNBMg=="), expected);
        assert_eq!(pair("Basic YTpnZHMlNUYxJTNBMg"), expected);
    }

    #[test]
    fn malformed_headers_are_refused() {
        for bad in [
            "",
            "Basic",
            "Basic !!!!",
            "Basic YWI=",
            "Bearer abc",
            "Basic /w==",
        ] {
            assert!(
                matches!(pair(bad), Err(OAuthError::InvalidRequest(_))),
                "{bad:?}"
            );
        }
    }
}
