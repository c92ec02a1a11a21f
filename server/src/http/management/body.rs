//! JSON bodies, read strictly: an unknown or wrong field is refused by name.

use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;

use super::idempotency;
use super::strict::Strict;
use crate::app::idempotency::Retryable;
use crate::http::admission::while_reading_body;
use crate::http::problem::Problem;
use crate::http::rule::BrokenRule;

/// The most that is read of a body, in bytes.
const MAX_BODY: usize = 64 * 1024;

/// How long a client may take to send it.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// A JSON body of type `T`, whose `Deserialize` denies unknown fields; and, where it came in a POST
/// with an `Idempotency-Key`, how to know the request again.
#[derive(Debug)]
pub struct JsonBody<T>(pub T, pub Option<Retryable>);

impl<T: DeserializeOwned + 'static> FromRequest for JsonBody<T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let media_type = media_type(request);
        let request = request.clone();
        let payload = web::Payload::from_request(&request, payload);
        Box::pin(async move {
            if media_type == MediaType::Other {
                return Err(Problem::not_json());
            }
            let payload = payload
                .await
                .map_err(|_| Problem::invalid("body", "could not be read"))?;
            let reading = tokio::time::timeout(BODY_TIMEOUT, payload.to_bytes_limited(MAX_BODY));
            let bytes = match while_reading_body(reading).await {
                Err(_) => return Err(Problem::timeout()),
                Ok(Err(_)) => return Err(Problem::too_large()),
                Ok(Ok(Err(_))) => return Err(Problem::invalid("body", "could not be read")),
                Ok(Ok(Ok(bytes))) => bytes,
            };
            let bytes: &[u8] = match media_type {
                // Where every field may be absent, so may the body.
                MediaType::Absent if bytes.is_empty() => b"{}",
                MediaType::Absent => return Err(Problem::not_json()),
                MediaType::Json | MediaType::Other => &bytes,
            };
            let key = idempotency::key(&request)?;
            let value = parse(bytes)?;
            let retryable = key.map(|key| idempotency::retryable(&request, key, bytes));
            Ok(Self(value, retryable))
        })
    }
}

/// As [`JsonBody`], of a body that is here, where it is a good one and came without an
/// `Idempotency-Key`.
pub fn at_once<T: DeserializeOwned>(request: &HttpRequest, body: &[u8]) -> Option<T> {
    let plain = media_type(request) == MediaType::Json
        && body.len() <= MAX_BODY
        && matches!(idempotency::key(request), Ok(None));
    plain.then(|| read(body))?
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum MediaType {
    Json,
    Absent,
    Other,
}

fn media_type(request: &HttpRequest) -> MediaType {
    let mut given = request.headers().get_all(CONTENT_TYPE);
    let (Some(value), None) = (given.next(), given.next()) else {
        // With two, this server and a proxy before it might each follow another.
        return if request.headers().contains_key(CONTENT_TYPE) {
            MediaType::Other
        } else {
            MediaType::Absent
        };
    };
    if value.as_bytes() == b"application/json" {
        return MediaType::Json;
    }
    let json = value
        .to_str()
        .ok()
        .and_then(|text| text.split(';').next())
        .is_some_and(|media_type| media_type.trim().eq_ignore_ascii_case("application/json"));
    if json {
        MediaType::Json
    } else {
        MediaType::Other
    }
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    read(bytes).ok_or_else(|| broken_rule::<T>(bytes))
}

/// Reads a body, and does not say what is wrong with one: to keep count of the way takes as long as the
/// reading, and most are right.
fn read<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = is_object(bytes).then(|| T::deserialize(Strict(&mut deserializer)).ok())??;
    deserializer.end().ok()?;
    Some(value)
}

/// serde would read an array as well, as the fields one after the other.
fn is_object(bytes: &[u8]) -> bool {
    bytes.trim_ascii_start().starts_with(b"{")
}

/// What is wrong with a body that could not be read. It is read once more to see where.
fn broken_rule<T: DeserializeOwned>(bytes: &[u8]) -> Problem {
    if !is_object(bytes) {
        return Problem::invalid("body", "must be a JSON object");
    }
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    match serde_path_to_error::deserialize::<_, T>(Strict(&mut deserializer)) {
        Ok(_) => Problem::invalid("body", "must be one JSON value"),
        Err(error) => {
            let BrokenRule { field, rule } =
                BrokenRule::new(&error.path().to_string(), error.inner());
            Problem::invalid(field, rule)
        }
    }
}

/// For a field that may be absent but has no meaning as `null`, which serde would take for absent.
///
/// # Errors
/// As the inner type's, for `null` too.
pub fn given<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: serde::Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// Tells a field that is absent from one that is `null`: absent leaves a value alone, `null` takes
/// it away.
///
/// # Errors
/// As the inner type's.
pub fn present<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: serde::Deserialize<'de>,
{
    serde::Deserialize::deserialize(deserializer).map(Some)
}
