//! `Idempotency-Key` on POST (draft-ietf-httpapi-idempotency-key-header-06).

use actix_web::http::Method;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};

use crate::app::idempotency::Retryable;
use crate::domain::idempotency::IdempotencyKey;
use crate::http::problem::Problem;

const NAME: &str = "Idempotency-Key";
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const IDEMPOTENCY_REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// Reads the key of a POST, where it has one. On other methods the header means nothing.
///
/// # Errors
/// 400 naming the header.
pub fn key(request: &HttpRequest) -> Result<Option<IdempotencyKey>, Problem> {
    if request.method() != Method::POST {
        return Ok(None);
    }
    let mut given = request.headers().get_all(&IDEMPOTENCY_KEY);
    match (given.next(), given.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => IdempotencyKey::parse(value.as_bytes())
            .map(Some)
            .map_err(|rule| Problem::invalid(NAME, rule.to_string())),
        (Some(_), Some(_)) => Err(Problem::invalid(NAME, "must not stand there twice")),
    }
}

/// The request as it is to be recognised: its body is good JSON, and neither white space nor the
/// order of its fields make it another.
pub fn retryable(request: &HttpRequest, key: IdempotencyKey, body: &[u8]) -> Retryable {
    let canonical = serde_json::from_slice::<serde_json::Value>(body)
        .and_then(|value| serde_json::to_vec(&value))
        .unwrap_or_else(|_| body.to_vec());
    Retryable {
        key,
        target: format!("{} {}", request.method(), request.uri().path()),
        body: canonical,
    }
}

/// Says that an earlier request has made what this answer shows.
pub fn mark(mut response: HttpResponse, replayed: bool) -> HttpResponse {
    if replayed {
        let value = HeaderValue::from_static("true");
        response.headers_mut().insert(IDEMPOTENCY_REPLAYED, value);
    }
    response
}
