//! The request of `grantd call`: made from the command line, sent as often as it takes.

use std::fs;
use std::io::{self, Read as _};
use std::path::Path;
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Client, Method, Response};
use zeroize::Zeroizing;

use super::super::error::ClientError;
use super::super::options::HttpUrl;
use super::super::transport::{client_for, no_answer};
use super::arguments::{CallArgs, Header};
use crate::domain::secret::Secret;

/// How long the API may stay silent. An answer may take as long as it likes if it keeps coming.
const SILENCE: Duration = Duration::from_mins(5);

/// The request, ready to be sent as often as it takes.
pub(super) struct Request<'a> {
    client: Client,
    method: Method,
    url: &'a HttpUrl,
    headers: HeaderMap,
    body: Option<Vec<u8>>,
}

impl<'a> Request<'a> {
    /// Everything but the token.
    ///
    /// # Errors
    /// A body that cannot be read or is not JSON, or a TLS setup that fails.
    pub(super) fn new(args: &'a CallArgs) -> Result<Self, ClientError> {
        let mut headers = HeaderMap::new();
        for Header { name, value } in &args.headers {
            headers.append(name, value.clone());
        }
        let body = args.data.as_deref().map(read_body).transpose()?;
        if let Some(body) = &body
            && !headers.contains_key(CONTENT_TYPE)
        {
            must_be_json(body)?;
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        let default = if body.is_some() {
            Method::POST
        } else {
            Method::GET
        };
        Ok(Self {
            client: client_for(&args.url, |limits| limits.read_timeout(SILENCE))?,
            method: args.method.clone().unwrap_or(default),
            url: &args.url,
            headers,
            body,
        })
    }

    /// Sends it once, with this token.
    ///
    /// # Errors
    /// No answer came.
    pub(super) async fn send(&self, token: &Secret) -> Result<Response, ClientError> {
        let text = Zeroizing::new(format!("Bearer {}", token.expose()));
        // A token has no character that a header may not hold, so the fallback is never taken.
        let mut bearer =
            HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static("Bearer"));
        bearer.set_sensitive(true);

        let mut request = self
            .client
            .request(self.method.clone(), self.url.as_url().clone())
            .headers(self.headers.clone())
            .header(AUTHORIZATION, bearer);
        if let Some(body) = &self.body {
            request = request.body(body.clone());
        }
        request
            .send()
            .await
            .map_err(|error| no_answer(self.url, &error))
    }
}

fn read_body(data: &str) -> Result<Vec<u8>, ClientError> {
    let unreadable = |what: &str, error: io::Error| {
        ClientError::Usage(format!("cannot read the body from {what}: {error}"))
    };
    if data == "-" {
        let mut body = Vec::new();
        io::stdin()
            .read_to_end(&mut body)
            .map_err(|error| unreadable("standard input", error))?;
        return Ok(body);
    }
    match data.strip_prefix('@') {
        Some(path) => fs::read(Path::new(path)).map_err(|error| unreadable(path, error)),
        None => Ok(data.as_bytes().to_vec()),
    }
}

fn must_be_json(body: &[u8]) -> Result<(), ClientError> {
    serde_json::from_slice::<serde::de::IgnoredAny>(body)
        .map(drop)
        .map_err(|error| {
            ClientError::Usage(format!(
                "the body is not JSON: {error}; for another kind of body add -H 'Content-Type: …'"
            ))
        })
}
