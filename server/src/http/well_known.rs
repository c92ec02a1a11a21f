//! Metadata (RFC 8414) and the key set (RFC 7517).

use actix_web::{HttpRequest, HttpResponse, web};

use super::HttpState;
use super::cached::json;
use crate::cache::keyring::JwkSet;
use crate::cache::metadata::Metadata;

/// How long a copy of the key set may be used, in seconds. Far below the time for which a key is
/// published before it signs.
const JWKS_MAX_AGE: i64 = 300;

/// How long a copy of the metadata may be used, in seconds.
const METADATA_MAX_AGE: i64 = 3_600;

/// The authorization server's metadata, as it was made when the resource servers were read. Nothing
/// of the request is in it: `Host` and `X-Forwarded-*` change nothing.
#[utoipa::path(
    get,
    path = "/.well-known/oauth-authorization-server",
    tag = "Metadata",
    responses(
        (
            status = 200,
            description = "The document",
            body = Metadata,
            headers(
                ("ETag" = String, description = "For `If-None-Match`"),
                ("Cache-Control" = String, description = "How long a copy may be used"),
            ),
        ),
        (status = 304, description = "Not changed: a tag of `If-None-Match` is that of the document"),
    ),
)]
pub async fn metadata(request: HttpRequest, state: web::Data<HttpState>) -> HttpResponse {
    let servers = state.app.resource_servers();
    json(request.headers(), servers.metadata(), METADATA_MAX_AGE)
}

/// The same metadata, for clients that look only here: grantd is no OpenID provider.
#[utoipa::path(
    get,
    path = "/.well-known/openid-configuration",
    tag = "Metadata",
    responses(
        (
            status = 200,
            description = "The document",
            body = Metadata,
            headers(
                ("ETag" = String, description = "For `If-None-Match`"),
                ("Cache-Control" = String, description = "How long a copy may be used"),
            ),
        ),
        (status = 304, description = "Not changed: a tag of `If-None-Match` is that of the document"),
    ),
)]
pub async fn openid_configuration(
    request: HttpRequest,
    state: web::Data<HttpState>,
) -> HttpResponse {
    metadata(request, state).await
}

/// The key set: every key whose tokens may be alive, and the one that signs next.
#[utoipa::path(
    get,
    path = "/.well-known/jwks.json",
    tag = "Metadata",
    responses(
        (
            status = 200,
            description = "The document",
            body = JwkSet,
            headers(
                ("ETag" = String, description = "For `If-None-Match`"),
                ("Cache-Control" = String, description = "How long a copy may be used"),
            ),
        ),
        (status = 304, description = "Not changed: a tag of `If-None-Match` is that of the document"),
    ),
)]
pub async fn jwks(request: HttpRequest, state: web::Data<HttpState>) -> HttpResponse {
    let keyring = state.app.keyring();
    let max_age = JWKS_MAX_AGE.min(state.app.rotation.publish_before.num_seconds() / 2);
    json(request.headers(), keyring.jwks(), max_age)
}
