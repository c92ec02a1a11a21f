//! The only file that renders an OAuth error (RFC 6749 §5.2).

use actix_web::error::InternalError;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_TYPE, HeaderValue, PRAGMA, RETRY_AFTER, WWW_AUTHENTICATE,
};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::oauth_error::OAuthError;
use crate::http::admission::Refusal;
use crate::http::rate_limit;
use crate::http::request_id::LogNote;

/// How the client presented itself, which decides whether it is challenged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presented {
    /// With the `Authorization` header: errors are told in a challenge too, since some clients read
    /// them only there.
    InHeader,
    /// Some other way, or not at all.
    Otherwise,
}

/// An error (RFC 6749 §5.2).
#[derive(Serialize, ToSchema)]
#[schema(as = OAuthError)]
pub(in crate::http) struct Body<'a> {
    error: &'a str,
    error_description: &'a str,
}

/// Renders an error.
pub fn render(error: &OAuthError, presented: Presented) -> HttpResponse {
    let body = Body {
        error: error.code(),
        error_description: error.description(),
    };
    let mut builder = HttpResponse::build(status(error));
    builder
        .insert_header((CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .insert_header((PRAGMA, HeaderValue::from_static("no-cache")))
        .insert_header((CONTENT_TYPE, HeaderValue::from_static("application/json")));
    if presented == Presented::InHeader && error.cause().is_none() {
        builder.insert_header((WWW_AUTHENTICATE, challenge(&body)));
    }
    if matches!(error, OAuthError::TemporarilyUnavailable(_)) {
        builder.insert_header((RETRY_AFTER, HeaderValue::from_static("1")));
    }
    if let OAuthError::TooManyRequests(refusal) = error {
        rate_limit::insert_refusal(&mut builder, refusal);
    }
    let mut response = builder.body(serde_json::to_vec(&body).unwrap_or_default());
    response.extensions_mut().insert(LogNote {
        reason: match error.log_description() {
            Some(description) => format!("{}: {description}", error.code()),
            None => error.code().to_owned(),
        },
        cause: error.cause().map(str::to_owned),
    });
    response
}

/// 503 for a request that is not waited for.
pub fn refused(refusal: Refusal) -> actix_web::Error {
    let error = OAuthError::TemporarilyUnavailable(refusal.cause().to_owned());
    InternalError::from_response(refusal.cause(), render(&error, Presented::Otherwise)).into()
}

/// RFC 6749 §5.2 and RFC 7617 §2. Both texts hold only characters that need no escaping.
fn challenge(body: &Body<'_>) -> String {
    format!(
        "Basic realm=\"grantd\", error=\"{}\", error_description=\"{}\"",
        body.error, body.error_description
    )
}

fn status(error: &OAuthError) -> StatusCode {
    match error {
        OAuthError::InvalidClient(_) => StatusCode::UNAUTHORIZED,
        OAuthError::InvalidRequest(_)
        | OAuthError::UnauthorizedClient(_)
        | OAuthError::UnsupportedGrantType(_)
        | OAuthError::InvalidScope(_)
        | OAuthError::InvalidTarget(_) => StatusCode::BAD_REQUEST,
        OAuthError::BodyTooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
        OAuthError::UnsupportedMediaType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        OAuthError::Timeout(_) => StatusCode::REQUEST_TIMEOUT,
        OAuthError::TooManyRequests(_) => StatusCode::TOO_MANY_REQUESTS,
        OAuthError::TemporarilyUnavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
        OAuthError::ServerError(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// RFC 6749 §3.2: the token endpoint takes POST alone.
pub fn method_not_allowed(_request: &HttpRequest) -> HttpResponse {
    let error = OAuthError::InvalidRequest("This endpoint takes POST only.");
    let mut response = render(&error, Presented::Otherwise);
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    response
}
