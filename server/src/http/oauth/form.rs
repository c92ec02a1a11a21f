//! `application/x-www-form-urlencoded`, read strictly: what is malformed is refused, not guessed at.

use std::borrow::Cow;

use utoipa::ToSchema;

use crate::domain::credential::GrantType;
use crate::domain::oauth_error::OAuthError;
use crate::domain::resource_server::ResourceIdentifier;

/// The parameters of a token request, as they stand in the body (RFC 6749 §4.4.2, §2.3.1).
/// One without a value counts as absent (§3.2).
#[derive(Debug, Default, ToSchema)]
#[schema(as = TokenRequest)]
pub struct TokenForm<'a> {
    /// `grant_type`
    #[schema(value_type = GrantType, required, nullable = false)]
    pub grant_type: Option<Cow<'a, str>>,
    /// `scope`: scopes, separated by single spaces; all that were granted where absent
    #[schema(value_type = String, required = false, examples("api:read api:write"))]
    pub scope: Option<Cow<'a, str>>,
    /// `resource`, which alone may stand there more than once (RFC 8707 §2)
    #[schema(rename = "resource", value_type = Vec<ResourceIdentifier>, required = false)]
    pub resources: Vec<Cow<'a, str>>,
    /// `client_id`, where the client is not named in the header
    #[schema(value_type = String, required = false)]
    pub client_id: Option<Cow<'a, str>>,
    /// `client_secret`, where it is not in the header
    #[schema(value_type = String, required = false, format = Password)]
    pub client_secret: Option<Cow<'a, str>>,
}

/// Reads a body.
///
/// # Errors
/// `invalid_request` for a malformed escape, text that is not UTF-8, a NUL, or a known parameter
/// that stands there twice (RFC 6749 §3.2). Unknown parameters are ignored.
pub fn parse(body: &[u8]) -> Result<TokenForm<'_>, OAuthError> {
    let mut form = TokenForm::default();
    let mut seen = [false; 4];
    for pair in body.split(|b| *b == b'&').filter(|pair| !pair.is_empty()) {
        let mut halves = pair.splitn(2, |b| *b == b'=');
        let name = decode(halves.next().unwrap_or_default())?;
        let value = decode(halves.next().unwrap_or_default())?;
        let present = (!value.is_empty()).then_some(value);
        let (index, field) = match name.as_ref() {
            "grant_type" => (0, &mut form.grant_type),
            "scope" => (1, &mut form.scope),
            "client_id" => (2, &mut form.client_id),
            "client_secret" => (3, &mut form.client_secret),
            "resource" => {
                // All are kept: one that is left out here would be ignored unseen.
                form.resources.extend(present);
                continue;
            }
            _ => continue,
        };
        if std::mem::replace(&mut seen[index], true) {
            return Err(OAuthError::InvalidRequest(
                "A parameter stands there more than once. Send each once.",
            ));
        }
        *field = present;
    }
    Ok(form)
}

/// Decodes one name or value: `+` is a space, `%XX` a byte.
///
/// # Errors
/// `invalid_request` where the escape is malformed or the text is not UTF-8 or holds a NUL.
pub fn decode(raw: &[u8]) -> Result<Cow<'_, str>, OAuthError> {
    if !raw.iter().any(|b| matches!(b, b'%' | b'+' | 0)) {
        return std::str::from_utf8(raw)
            .map(Cow::Borrowed)
            .map_err(|_| NOT_UTF8);
    }
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw.iter();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => escaped(rest.next(), rest.next())?,
            other => *other,
        });
    }
    if bytes.contains(&0) {
        return Err(OAuthError::InvalidRequest(
            "A parameter holds a NUL character.",
        ));
    }
    String::from_utf8(bytes)
        .map(Cow::Owned)
        .map_err(|_| NOT_UTF8)
}

const NOT_UTF8: OAuthError = OAuthError::InvalidRequest("A parameter is not valid UTF-8.");

fn escaped(high: Option<&u8>, low: Option<&u8>) -> Result<u8, OAuthError> {
    let digit = |b: Option<&u8>| b.and_then(|b| char::from(*b).to_digit(16));
    match (digit(high), digit(low)) {
        (Some(high), Some(low)) => u8::try_from(high * 16 + low).map_err(|_| BAD_ESCAPE),
        _ => Err(BAD_ESCAPE),
    }
}

const BAD_ESCAPE: OAuthError =
    OAuthError::InvalidRequest("A parameter holds a malformed percent escape.");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_without_a_value_are_absent() {
        let form = parse(b"grant_type=&scope&client_id=a%20b+c&x=1&x=2").unwrap();
        assert_eq!(form.grant_type, None);
        assert_eq!(form.scope, None);
        assert_eq!(form.client_id.as_deref(), Some("a b c"));
    }

    #[test]
    fn repeats_and_malformed_text_are_refused() {
        for bad in [
            &b"scope=a&scope=b"[..],
            b"scope=&scope=",
            b"scope=%ZZ",
            b"scope=%2",
            b"scope=%",
            b"scope=%00",
            b"scope=a\0",
            b"scope=%FF",
            b"scope=\xFF",
            b"%ZZ=a",
        ] {
            assert!(
                matches!(parse(bad), Err(OAuthError::InvalidRequest(_))),
                "{bad:?}"
            );
        }
    }

    #[test]
    fn resources_may_repeat() {
        let form = parse(b"resource=https%3A%2F%2Fa&resource=https://b").unwrap();
        assert_eq!(form.resources, ["https://a", "https://b"]);
    }
}
