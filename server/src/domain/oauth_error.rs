//! Refusals at the OAuth endpoints: one enum, a variant a code.

use std::borrow::Cow;

use super::allowance::TooManyRequests;

/// An error of RFC 6749 §5.2 (and of the RFCs that add to its list). The text is for the caller:
/// it says what to do, and never what went wrong inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OAuthError {
    /// RFC 6749 §5.2: a parameter is missing, repeated or malformed, or two ways of client
    /// authentication were used.
    InvalidRequest(&'static str),
    /// RFC 6749 §5.2: client authentication failed, or there was none.
    InvalidClient(Cow<'static, str>),
    /// RFC 6749 §5.2: this client may not use this grant.
    UnauthorizedClient(&'static str),
    /// RFC 6749 §5.2: no such grant here.
    UnsupportedGrantType(&'static str),
    /// RFC 6749 §5.2: the scope is malformed, unknown, or more than was granted.
    InvalidScope(Cow<'static, str>),
    /// RFC 8707 §2: the resource is malformed, unknown, or not granted.
    InvalidTarget(&'static str),
    /// The body is larger than the endpoint reads. (No RFC names a code; RFC 9110 §15.5.14.)
    BodyTooLarge(&'static str),
    /// The body's media type is not the form's. (RFC 9110 §15.5.16.)
    UnsupportedMediaType(&'static str),
    /// The body did not arrive in time. (RFC 9110 §15.5.9.)
    Timeout(&'static str),
    /// The client asks too often, or its authentication has failed too often: 429, RFC 6585 §4. No
    /// RFC has a code for it at this endpoint; `temporarily_unavailable` (RFC 6749 §4.1.2.1) is what
    /// it means, and no client gives up its credentials for it.
    TooManyRequests(TooManyRequests),
    /// A part that is needed does not answer; the same request may succeed later. The cause is for
    /// the log only.
    TemporarilyUnavailable(String),
    /// Something inside failed. The cause is for the log only.
    ServerError(String),
}

impl OAuthError {
    /// The answer for an unknown client and for a wrong secret alike.
    pub const fn unknown_client_or_wrong_secret() -> Self {
        Self::InvalidClient(Cow::Borrowed(
            "Unknown client id or wrong client secret. Check both, or generate new credentials.",
        ))
    }

    /// The `error` code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::InvalidRequest(_)
            | Self::BodyTooLarge(_)
            | Self::UnsupportedMediaType(_)
            | Self::Timeout(_) => "invalid_request",
            Self::InvalidClient(_) => "invalid_client",
            Self::UnauthorizedClient(_) => "unauthorized_client",
            Self::UnsupportedGrantType(_) => "unsupported_grant_type",
            Self::InvalidScope(_) => "invalid_scope",
            Self::InvalidTarget(_) => "invalid_target",
            Self::TooManyRequests(_) | Self::TemporarilyUnavailable(_) => "temporarily_unavailable",
            Self::ServerError(_) => "server_error",
        }
    }

    /// The `error_description`: only characters that RFC 6749 §5.2 allows.
    pub fn description(&self) -> &str {
        match self {
            Self::InvalidRequest(text)
            | Self::UnauthorizedClient(text)
            | Self::UnsupportedGrantType(text)
            | Self::InvalidTarget(text)
            | Self::BodyTooLarge(text)
            | Self::UnsupportedMediaType(text)
            | Self::Timeout(text) => text,
            Self::InvalidClient(text) | Self::InvalidScope(text) => text,
            Self::TooManyRequests(refusal) => refusal.description,
            Self::TemporarilyUnavailable(_) => {
                "The server cannot answer at present. Try again in a moment."
            }
            Self::ServerError(_) => {
                "The server failed. Try again, and report the X-Request-Id if it stays so."
            }
        }
    }
}

impl OAuthError {
    /// What the log may say of it beside the code: a text that stands in the sources. One that was
    /// put together may hold what the caller sent, and has no place in a log.
    pub fn log_description(&self) -> Option<&'static str> {
        match self {
            Self::InvalidRequest(text)
            | Self::UnauthorizedClient(text)
            | Self::UnsupportedGrantType(text)
            | Self::InvalidTarget(text)
            | Self::BodyTooLarge(text)
            | Self::UnsupportedMediaType(text)
            | Self::Timeout(text)
            | Self::InvalidClient(Cow::Borrowed(text))
            | Self::InvalidScope(Cow::Borrowed(text)) => Some(text),
            Self::TooManyRequests(refusal) => Some(refusal.description),
            Self::InvalidClient(Cow::Owned(_))
            | Self::InvalidScope(Cow::Owned(_))
            | Self::TemporarilyUnavailable(_)
            | Self::ServerError(_) => None,
        }
    }

    /// What went wrong inside, for the log; never for the caller.
    pub fn cause(&self) -> Option<&str> {
        match self {
            Self::TemporarilyUnavailable(cause) | Self::ServerError(cause) => Some(cause),
            _ => None,
        }
    }
}

/// Whether `text` may stand in `error_description`: `%x20-21 / %x23-5B / %x5D-7E`.
pub fn is_description(text: &str) -> bool {
    text.bytes()
        .all(|b| matches!(b, 0x20..=0x21 | 0x23..=0x5B | 0x5D..=0x7E))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_gets_no_text_that_was_put_together() {
        let sent = OAuthError::InvalidScope(Cow::Owned("The scope gds_1 was not granted.".into()));
        assert_eq!(sent.log_description(), None);
        let fixed = OAuthError::unknown_client_or_wrong_secret();
        assert_eq!(fixed.log_description(), Some(fixed.description()));
    }
}
