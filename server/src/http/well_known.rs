//! Metadata (RFC 8414) and the key set (RFC 7517).

use std::sync::Arc;

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, IF_NONE_MATCH,
};
use actix_web::web::{self, Bytes};
use actix_web::{HttpRequest, HttpResponse};

use super::HttpState;
use crate::cache::document::Document;

/// How long a copy of the key set may be used, in seconds. Far below the time for which a key is
/// published before it signs.
const JWKS_MAX_AGE: i64 = 300;

/// How long a copy of the metadata may be used, in seconds.
const METADATA_MAX_AGE: i64 = 3_600;

/// The authorization server's metadata, as it was made when the resource servers were read. Nothing
/// of the request is in it: `Host` and `X-Forwarded-*` change nothing.
pub async fn metadata(request: HttpRequest, state: web::Data<HttpState>) -> HttpResponse {
    let servers = state.app.resource_servers();
    cacheable(request.headers(), servers.metadata(), METADATA_MAX_AGE)
}

/// The key set: every key whose tokens may be alive, and the one that signs next.
pub async fn jwks(request: HttpRequest, state: web::Data<HttpState>) -> HttpResponse {
    let keyring = state.app.keyring();
    let max_age = JWKS_MAX_AGE.min(state.app.rotation.publish_before.num_seconds() / 2);
    cacheable(request.headers(), keyring.jwks(), max_age)
}

/// RFC 9111 and RFC 9110 §13.1.2.
fn cacheable(headers: &HeaderMap, document: &Document, max_age: i64) -> HttpResponse {
    let unchanged = headers
        .get_all(IF_NONE_MATCH)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|tag| tag.trim().trim_start_matches("W/"))
        .any(|tag| tag == "*" || tag == document.etag);
    let mut builder = if unchanged {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    builder
        .insert_header((CACHE_CONTROL, format!("public, max-age={max_age}")))
        .insert_header((ETAG, document.etag.as_str()));
    if unchanged {
        return builder.finish();
    }
    builder
        .insert_header((CONTENT_TYPE, HeaderValue::from_static("application/json")))
        // Browser-based API consoles read the key set too, and there is nothing secret in it.
        .insert_header(("Access-Control-Allow-Origin", "*"))
        .body(Bytes::from_owner(Arc::<[u8]>::from(Arc::clone(
            &document.body,
        ))))
}
