//! Metadata (RFC 8414) and the key set (RFC 7517).

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, IF_NONE_MATCH,
};
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;

use super::HttpState;
use crate::app::App;
use crate::cache::keyring::entity_tag;

/// How long a copy of the key set may be used, in seconds. Far below the time for which a key is
/// published before it signs.
const JWKS_MAX_AGE: i64 = 300;

#[derive(Serialize)]
struct Metadata<'a> {
    issuer: &'a str,
    token_endpoint: String,
    jwks_uri: String,
    scopes_supported: Vec<String>,
    /// Empty, since there is no authorization endpoint; several clients refuse metadata without it.
    response_types_supported: [&'static str; 0],
    grant_types_supported: [&'static str; 1],
    token_endpoint_auth_methods_supported: [&'static str; 2],
}

/// The authorization server's metadata. Everything in it comes from the settings; `Host` and
/// `X-Forwarded-*` change nothing.
pub async fn metadata(request: HttpRequest, state: web::Data<HttpState>) -> HttpResponse {
    let body = serde_json::to_string(&describe(&state.app)).unwrap_or_default();
    let etag = entity_tag(body.as_bytes());
    cacheable(request.headers(), body, &etag, 3_600)
}

fn describe(app: &App) -> Metadata<'_> {
    let mut scopes: Vec<String> = Vec::new();
    for server in app.resource_servers().all() {
        for scope in &server.scopes {
            let name = scope.name.as_str();
            if !scopes.iter().any(|known| known == name) {
                scopes.push(name.to_owned());
            }
        }
    }
    Metadata {
        issuer: app.issuer.as_str(),
        token_endpoint: app.issuer.join("/oauth/token"),
        jwks_uri: app.issuer.join("/.well-known/jwks.json"),
        scopes_supported: scopes,
        response_types_supported: [],
        grant_types_supported: ["client_credentials"],
        token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
    }
}

/// The key set: every key whose tokens may be alive, and the one that signs next.
pub async fn jwks(request: HttpRequest, state: web::Data<HttpState>) -> HttpResponse {
    let document = state.app.keyring().jwks().clone();
    let max_age = JWKS_MAX_AGE.min(state.app.rotation.publish_before.num_seconds() / 2);
    cacheable(request.headers(), document.body, &document.etag, max_age)
}

/// RFC 9111 and RFC 9110 §13.1.2.
fn cacheable(headers: &HeaderMap, body: String, etag: &str, max_age: i64) -> HttpResponse {
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
    builder
        .insert_header((CONTENT_TYPE, HeaderValue::from_static("application/json")))
        // Browser-based API consoles read the key set too, and there is nothing secret in it.
        .insert_header(("Access-Control-Allow-Origin", "*"))
        .body(body)
}
