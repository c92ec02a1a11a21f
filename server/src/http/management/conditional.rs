//! `ETag`, `If-Match` and `If-None-Match` on what can be changed (RFC 9110 §8.8.3, §13.1).

use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, ETAG, HeaderName, HeaderValue, IF_MATCH, IF_NONE_MATCH,
};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use super::json;
use crate::app::error::AppError;
use crate::app::etag;
use crate::domain::precondition::{EntityTag, Precondition, Tags};
use crate::http::problem::Problem;

/// What the request expects of the thing before anything is done.
///
/// # Errors
/// 400 naming the header.
pub fn precondition(request: &HttpRequest) -> Result<Precondition, Problem> {
    Ok(Precondition {
        if_match: tags(request, &IF_MATCH, "If-Match")?,
        if_none_match: tags(request, &IF_NONE_MATCH, "If-None-Match")?,
    })
}

fn tags(
    request: &HttpRequest,
    header: &HeaderName,
    name: &'static str,
) -> Result<Option<Tags>, Problem> {
    if !request.headers().contains_key(header) {
        return Ok(None);
    }
    let lines = request.headers().get_all(header).map(HeaderValue::as_bytes);
    Tags::parse(lines)
        .map(Some)
        .map_err(|rule| Problem::invalid(name, rule.to_string()))
}

/// Answers GET of a single thing: 304 where the caller has it as it is.
///
/// # Errors
/// 400, 412.
pub fn shown(request: &HttpRequest, view: &impl Serialize) -> Result<HttpResponse, Problem> {
    let precondition = precondition(request)?;
    let tag = etag::of(view)?;
    precondition.check_match(&tag).map_err(AppError::from)?;
    if precondition.is_known(&tag) {
        return Ok(HttpResponse::NotModified()
            .insert_header((CACHE_CONTROL, HeaderValue::from_static("no-store")))
            .insert_header((ETAG, tag.as_str()))
            .finish());
    }
    Ok(with_tag(json(StatusCode::OK, view), &tag))
}

/// Answers with a thing that was just made or changed.
///
/// # Errors
/// 500, which does not happen for the views there are.
pub fn tagged(status: StatusCode, view: &impl Serialize) -> Result<HttpResponse, Problem> {
    let tag = etag::of(view)?;
    Ok(with_tag(json(status, view), &tag))
}

/// Says which state of the thing it is that the answer shows.
pub fn with_tag(mut response: HttpResponse, tag: &EntityTag) -> HttpResponse {
    if let Ok(value) = HeaderValue::from_str(tag.as_str()) {
        response.headers_mut().insert(ETAG, value);
    }
    response
}
