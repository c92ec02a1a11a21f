//! Fetching an access token: the `client_credentials` grant (RFC 6749 §4.4).

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderValue};
use serde::Deserialize;
use url::form_urlencoded;
use zeroize::Zeroizing;

use super::credentials::Credentials;
use super::error::ClientError;
use super::options::HttpUrl;
use super::secret_text;
use super::transport::{client_for, no_answer, read_text};
use crate::domain::secret::Secret;

const TIMEOUT: Duration = Duration::from_secs(30);
/// Far beyond any token; what is longer is no token endpoint's answer.
const LONGEST_ANSWER: usize = 64 * 1024;
/// Enough to tell what is wrong, not enough to flood a terminal.
const LONGEST_TEXT_SHOWN: usize = 500;

/// What to ask the token endpoint for.
#[derive(Debug)]
pub(super) struct TokenRequest<'a> {
    /// The token endpoint.
    pub(super) endpoint: &'a HttpUrl,
    /// Who asks.
    pub(super) credentials: &'a Credentials,
    /// The scopes; none asks for all of them.
    pub(super) scopes: &'a [String],
    /// The resource server (RFC 8707 §2).
    pub(super) resource: Option<&'a str>,
}

/// The token endpoint's answer (RFC 6749 §5.1).
#[derive(Debug)]
pub(super) struct TokenResponse {
    /// The answer as it was received.
    pub(super) body: Secret,
    /// The access token.
    pub(super) access_token: Secret,
    /// How long it lives, in seconds.
    pub(super) expires_in: Option<u32>,
}

#[derive(Deserialize)]
struct Granted {
    #[serde(with = "secret_text")]
    access_token: Secret,
    token_type: String,
    expires_in: Option<u32>,
}

#[derive(Deserialize)]
struct Refusal {
    error: String,
    #[serde(default)]
    error_description: Option<String>,
}

impl TokenRequest<'_> {
    /// Asks, once.
    ///
    /// # Errors
    /// The endpoint refuses, cannot be reached, or is no token endpoint.
    pub(super) async fn send(&self) -> Result<TokenResponse, ClientError> {
        let response = client_for(self.endpoint, |limits| limits.timeout(TIMEOUT))?
            .post(self.endpoint.as_url().clone())
            .header(ACCEPT, "application/json")
            .header(AUTHORIZATION, basic(self.credentials))
            .form(&self.form())
            .send()
            .await
            .map_err(|error| no_answer(self.endpoint, &error))?;

        let status = response.status();
        let body = read_text(response, LONGEST_ANSWER)
            .await
            .map_err(|error| no_answer(self.endpoint, &error))?
            .ok_or_else(|| self.no_token_endpoint("its answer is too long, or not text"))?;
        if status.is_success() {
            return self.granted(&body);
        }
        Err(match serde_json::from_str::<Refusal>(&body) {
            Ok(refusal) => ClientError::Refused {
                code: printable(&refusal.error),
                description: refusal
                    .error_description
                    .map_or_else(|| format!("HTTP {status}"), |text| printable(&text)),
            },
            Err(_) => self.no_token_endpoint(&format!("HTTP {status}")),
        })
    }

    fn form(&self) -> Vec<(&'static str, String)> {
        let mut form = vec![("grant_type", "client_credentials".to_owned())];
        if !self.scopes.is_empty() {
            form.push(("scope", self.scopes.join(" ")));
        }
        if let Some(resource) = self.resource {
            form.push(("resource", resource.to_owned()));
        }
        form
    }

    fn granted(&self, body: &str) -> Result<TokenResponse, ClientError> {
        let granted: Granted = serde_json::from_str(body)
            .map_err(|_| self.no_token_endpoint("its answer holds no access token"))?;
        // A token of another type must not be used as if it were this one (RFC 6749 §7.1).
        if !granted.token_type.eq_ignore_ascii_case("Bearer") {
            return Err(self.no_token_endpoint(&format!(
                "its token is of the type {} and not Bearer",
                printable(&granted.token_type)
            )));
        }
        if !is_token(granted.access_token.expose()) {
            return Err(self.no_token_endpoint("its access token holds what no token may hold"));
        }
        Ok(TokenResponse {
            body: Secret::new(body.to_owned()),
            access_token: granted.access_token,
            expires_in: granted.expires_in,
        })
    }

    fn no_token_endpoint(&self, reason: &str) -> ClientError {
        ClientError::NoTokenEndpoint {
            endpoint: self.endpoint.to_string(),
            reason: reason.to_owned(),
        }
    }
}

/// Whether `text` can be an access token: visible ASCII (RFC 6749 §A.12), so that it fits into a
/// header and on a line.
pub(super) fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// `client_secret_basic`: both halves form-encoded, then base64 (RFC 6749 §2.3.1).
fn basic(credentials: &Credentials) -> HeaderValue {
    let encode = |half: &str| -> Zeroizing<String> {
        Zeroizing::new(form_urlencoded::byte_serialize(half.as_bytes()).collect())
    };
    let pair = Zeroizing::new(format!(
        "{}:{}",
        *encode(&credentials.client_id),
        *encode(credentials.client_secret.expose())
    ));
    let text = Zeroizing::new(format!(
        "Basic {}",
        *Zeroizing::new(STANDARD.encode(&*pair))
    ));
    // Base64 has no character that a header may not hold, so the fallback is never taken.
    let mut value =
        HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static("Basic"));
    value.set_sensitive(true);
    value
}

/// Text from outside, fit for a terminal: no control characters, not endless.
fn printable(text: &str) -> String {
    text.chars()
        .take(LONGEST_TEXT_SHOWN)
        .map(|c| if c.is_control() { '?' } else { c })
        .collect()
}

#[cfg(test)]
mod tests;
