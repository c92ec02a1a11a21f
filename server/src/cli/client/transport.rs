//! HTTP as both commands need it: no redirects, bounded waits, failures in words.

use std::error::Error;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Response};
use zeroize::Zeroizing;

use super::error::ClientError;
use super::options::HttpUrl;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const USER_AGENT: &str = concat!("grantd/", env!("CARGO_PKG_VERSION"));

/// A client for requests to `url` that carry credentials. It follows no redirect: whoever answers
/// with one would receive the credentials next.
///
/// # Errors
/// [`ClientError::NoTls`], for instance without any CA certificates on the machine.
pub(super) fn client_for(
    url: &HttpUrl,
    limits: impl FnOnce(ClientBuilder) -> ClientBuilder,
) -> Result<Client, ClientError> {
    let mut builder = Client::builder()
        .redirect(Policy::none())
        .connect_timeout(CONNECT_TIMEOUT)
        .user_agent(USER_AGENT);
    if url.as_url().scheme() == "http" {
        // Without TLS no CA certificates are needed; loading them fails where there are none.
        builder = builder.tls_certs_only([]);
    }
    limits(builder).build().map_err(|error| ClientError::NoTls {
        reason: root_cause(&error),
    })
}

/// The error for a request to `url` that got no answer.
pub(super) fn no_answer(url: &HttpUrl, error: &reqwest::Error) -> ClientError {
    ClientError::Unreachable {
        server: url.server(),
        reason: root_cause(error),
    }
}

/// The answer's body as text; `None` if it is longer than `limit` bytes or not UTF-8.
///
/// # Errors
/// The connection broke off.
pub(super) async fn read_text(
    mut response: Response,
    limit: usize,
) -> Result<Option<Zeroizing<String>>, reqwest::Error> {
    let mut body = Zeroizing::new(Vec::new());
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > limit {
            return Ok(None);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(std::str::from_utf8(&body)
        .ok()
        .map(|text| Zeroizing::new(text.to_owned())))
}

/// The innermost cause: reqwest's own text says only that sending failed.
fn root_cause(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "it took too long".to_owned();
    }
    let mut cause: &dyn Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
