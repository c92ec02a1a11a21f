//! What a request shows of who sends it: a bearer token or an API key.

use std::borrow::Cow;

use actix_web::HttpRequest;
use actix_web::http::header::{AUTHORIZATION, HeaderName};

use super::client_address;
use super::problem::Problem;
use super::request_id;
use crate::app::authenticate_caller::Presented;
use crate::domain::access::Origin;

const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// The parameter of the query that holds an API key.
const API_KEY_PARAMETER: &str = "api_key";

/// What a request shows.
pub enum Shown<'a> {
    /// `Authorization: Bearer …` (RFC 6750 §2.1). A token is never read from the query or the body.
    Bearer(&'a str),
    /// `X-API-Key: …`, `Authorization: Key …` or `?api_key=…`.
    ApiKey(Cow<'a, str>),
}

impl Shown<'_> {
    /// As the use cases take it.
    pub fn presented(&self) -> Presented<'_> {
        match self {
            Self::Bearer(token) => Presented::Bearer(token),
            Self::ApiKey(key) => Presented::ApiKey(key),
        }
    }
}

/// Reads the one credential of a request.
///
/// # Errors
/// 401 with a bare challenge where there is none, or none that is understood; 400 where there is
/// more than one, since each part of a chain of proxies might follow another (RFC 6750 §2).
pub fn shown(request: &HttpRequest) -> Result<Shown<'_>, Problem> {
    let mut all = from_headers(request)?
        .into_iter()
        .chain(from_query(request));
    match (all.next(), all.next()) {
        (Some(one), None) => Ok(one),
        (None, _) => Err(Problem::unauthenticated(None)),
        (Some(_), Some(_)) => Err(Problem::several_credentials()),
    }
}

fn from_headers(request: &HttpRequest) -> Result<Vec<Shown<'_>>, Problem> {
    let unreadable = || Problem::unauthenticated(None);
    let mut all = Vec::with_capacity(1);
    for value in request.headers().get_all(AUTHORIZATION) {
        let text = value.to_str().map_err(|_| unreadable())?;
        let (scheme, credential) = text.split_once(' ').ok_or_else(unreadable)?;
        if scheme.eq_ignore_ascii_case("bearer") {
            all.push(Shown::Bearer(credential.trim()));
        } else if scheme.eq_ignore_ascii_case("key") {
            all.push(Shown::ApiKey(Cow::Borrowed(credential.trim())));
        } else {
            return Err(unreadable());
        }
    }
    for value in request.headers().get_all(X_API_KEY) {
        let text = value.to_str().map_err(|_| unreadable())?;
        all.push(Shown::ApiKey(Cow::Borrowed(text.trim())));
    }
    Ok(all)
}

fn from_query(request: &HttpRequest) -> impl Iterator<Item = Shown<'_>> {
    keys_of(request.query_string()).map(Shown::ApiKey)
}

fn keys_of(query: &str) -> impl Iterator<Item = Cow<'_, str>> {
    url::form_urlencoded::parse(query.as_bytes())
        .filter(|(name, _)| name == API_KEY_PARAMETER)
        .map(|(_, key)| key)
}

/// Whether there is an API key in this query, however its name is written.
pub fn has_key_in_query(query: &str) -> bool {
    !query.is_empty() && keys_of(query).next().is_some()
}

/// Whether a request shows an API key outside of `Authorization`.
pub fn has_key_beside(request: &HttpRequest) -> bool {
    request.headers().contains_key(X_API_KEY) || has_key_in_query(request.query_string())
}

/// Where a request comes from, for the audit trail.
pub fn origin(request: &HttpRequest) -> Origin {
    Origin {
        address: client_address::of(request),
        request_id: request_id::of(request),
    }
}
