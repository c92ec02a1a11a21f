//! What a request shows of who sends it: a bearer token or an API key.

use std::borrow::Cow;

use actix_web::HttpRequest;
use actix_web::http::header::{AUTHORIZATION, HeaderName, HeaderValue};

use super::client_address;
use super::problem::Problem;
use super::request_id;
use crate::app::authenticate_caller::Presented;
use crate::domain::access::Origin;

const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// Where proxies tell the URI of the request that they ask about: nginx by custom, Traefik and Caddy
/// by themselves.
const ORIGINAL_URI: [HeaderName; 2] = [
    HeaderName::from_static("x-original-uri"),
    HeaderName::from_static("x-forwarded-uri"),
];

/// The longest such URI that is looked at, in bytes. Proxies take 8 to 32 KiB.
const MAX_ORIGINAL_URI: usize = 32 * 1024;

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
    let mut found = Found::default();
    found.in_headers(request)?;
    found.all(from_query(request));
    found.one(Problem::several_credentials)
}

/// Reads the one credential of a request that a proxy asks about: in the headers, which it passes
/// on, or in the query of the original request, which it tells in a header.
///
/// # Errors
/// 401 for all that can be wrong, since nginx takes every status but 401 and 403 for a failure of
/// its own.
pub fn shown_to_proxy(request: &HttpRequest) -> Result<Shown<'_>, Problem> {
    let mut found = Found::default();
    found.in_headers(request)?;
    found.all(from_query(request));
    found.all(from_original_uri(request));
    found
        .one(|| Problem::unauthenticated(Some("Send one access token or one API key in one place")))
}

/// What was found so far.
#[derive(Default)]
struct Found<'a> {
    first: Option<Shown<'a>>,
    several: bool,
}

impl<'a> Found<'a> {
    fn add(&mut self, shown: Shown<'a>) {
        if self.first.is_some() {
            self.several = true;
        } else {
            self.first = Some(shown);
        }
    }

    fn all(&mut self, shown: impl Iterator<Item = Shown<'a>>) {
        shown.for_each(|shown| self.add(shown));
    }

    fn in_headers(&mut self, request: &'a HttpRequest) -> Result<(), Problem> {
        let unreadable = || Problem::unauthenticated(None);
        for value in request.headers().get_all(AUTHORIZATION) {
            let text = visible(value).ok_or_else(unreadable)?;
            let (scheme, credential) = text.split_once(' ').ok_or_else(unreadable)?;
            if scheme.eq_ignore_ascii_case("bearer") {
                self.add(Shown::Bearer(credential.trim()));
            } else if scheme.eq_ignore_ascii_case("key") {
                self.add(Shown::ApiKey(Cow::Borrowed(credential.trim())));
            } else {
                return Err(unreadable());
            }
        }
        for value in request.headers().get_all(X_API_KEY) {
            let text = visible(value).ok_or_else(unreadable)?;
            self.add(Shown::ApiKey(Cow::Borrowed(text.trim())));
        }
        Ok(())
    }

    fn one(self, several: impl FnOnce() -> Problem) -> Result<Shown<'a>, Problem> {
        match self {
            Self { several: true, .. } => Err(several()),
            Self { first, .. } => first.ok_or_else(|| Problem::unauthenticated(None)),
        }
    }
}

/// The text of a header, where it is ASCII; no control character gets into one. (`to_str` looks at
/// each byte by itself, and keys and tokens are long.)
fn visible(value: &HeaderValue) -> Option<&str> {
    let bytes = value.as_bytes();
    std::str::from_utf8(bytes)
        .ok()
        .filter(|text| text.is_ascii())
}

fn from_query(request: &HttpRequest) -> impl Iterator<Item = Shown<'_>> {
    keys_of(request.query_string()).map(Shown::ApiKey)
}

fn keys_of(query: &str) -> impl Iterator<Item = Cow<'_, str>> {
    query
        .as_bytes()
        .split(|byte| *byte == b'&')
        .filter(|pair| is_named(pair, API_KEY_PARAMETER))
        .flat_map(url::form_urlencoded::parse)
        .map(|(_, value)| value)
}

/// Whether this is the name of the parameter, however it is written. Most names are not encoded, and
/// every request with a query is looked at.
fn is_named(pair: &[u8], expected: &str) -> bool {
    let end = pair.iter().position(|byte| *byte == b'=');
    let name = end.map_or(pair, |end| &pair[..end]);
    if name.iter().any(|byte| matches!(byte, b'%' | b'+')) {
        let mut decoded = url::form_urlencoded::parse(name);
        decoded.next().is_some_and(|(name, _)| name == expected)
    } else {
        name == expected.as_bytes()
    }
}

/// The keys in the query of the original request. Where two proxies, one behind the other, have
/// both told it, it counts once.
///
/// The name counts only as it is written here. A proxy takes the key out of the query by its name,
/// and what it would not find does not open anything.
fn from_original_uri(request: &HttpRequest) -> impl Iterator<Item = Shown<'_>> {
    let mut told: Vec<_> = ORIGINAL_URI
        .into_iter()
        .flat_map(|name| request.headers().get_all(name))
        .map(|uri| keys_of_uri(uri.as_bytes()))
        .filter(|keys| !keys.is_empty())
        .collect();
    told.dedup();
    told.into_iter().flatten().map(Shown::ApiKey)
}

fn keys_of_uri(uri: &[u8]) -> Vec<Cow<'_, str>> {
    let query = query_of(uri).filter(|_| uri.len() <= MAX_ORIGINAL_URI);
    query
        .unwrap_or_default()
        .split(|byte| *byte == b'&')
        .filter(|pair| pair.starts_with(b"api_key="))
        .flat_map(url::form_urlencoded::parse)
        .map(|(_, key)| key)
        // Two are as wrong as a thousand.
        .take(2)
        .collect()
}

fn query_of(uri: &[u8]) -> Option<&[u8]> {
    let mark = uri.iter().position(|byte| *byte == b'?')?;
    uri.get(mark + 1..)
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
