//! Public documents that a client may keep for a while.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderMap, IF_NONE_MATCH};
use actix_web::web::Bytes;

use crate::cache::document::Document;

/// A JSON document, which may be kept for `max_age` seconds.
///
/// Browser-based API consoles read these too, and there is nothing secret in them.
pub(super) fn json(headers: &HeaderMap, document: &Document, max_age: i64) -> HttpResponse {
    let body = Bytes::from_owner(Arc::<[u8]>::from(Arc::clone(&document.body)));
    let extra = [("Access-Control-Allow-Origin", "*")];
    conditional(
        headers,
        &document.etag,
        max_age,
        "application/json",
        &extra,
        body,
    )
}

/// RFC 9111 and RFC 9110 §13.1.2: the body, or 304 where the client has it already. `extra` are
/// headers of the whole answer.
pub(super) fn conditional(
    headers: &HeaderMap,
    etag: &str,
    max_age: i64,
    content_type: &str,
    extra: &[(&'static str, &'static str)],
    body: Bytes,
) -> HttpResponse {
    let unchanged = headers
        .get_all(IF_NONE_MATCH)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|tag| tag.trim().trim_start_matches("W/"))
        .any(|tag| tag == "*" || tag == etag);
    let mut builder = if unchanged {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    builder
        .insert_header((CACHE_CONTROL, format!("public, max-age={max_age}")))
        .insert_header((ETAG, etag));
    if unchanged {
        return builder.finish();
    }
    builder.insert_header((CONTENT_TYPE, content_type));
    for header in extra {
        builder.insert_header(*header);
    }
    builder.body(body)
}
