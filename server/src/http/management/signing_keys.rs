//! `/v1/signing-keys`: operators only.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use utoipa::ToSchema;

use super::body::JsonBody;
use super::caller::management_caller;
use super::idempotency::mark;
use super::page::PageBody;
use super::{json, no_content};
use crate::app::authority::Authority;
use crate::app::idempotency::Once;
use crate::app::signing_keys::{self, Urgency};
use crate::app::view::SigningKeyView;
use crate::domain::algorithm::Algorithm;
use crate::http::HttpState;
use crate::http::openapi::parameters::OfKey;
use crate::http::openapi::responses::{BadBody, ComesAgain, NotFound, Refused};
use crate::http::problem::Problem;

/// Lists every key there was, newest first; never a private part.
///
/// # Errors
/// 401, 403.
#[utoipa::path(
    get,
    path = "/v1/signing-keys",
    tag = "Signing keys",
    responses(
        (status = 200, description = "All of them", body = PageBody<SigningKeyView>),
        Refused,
    ),
    security(("caller" = ["signing-keys:read"])),
)]
pub async fn list(
    request: HttpRequest,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, Problem> {
    let caller = management_caller(&state.app, &request).await?;
    caller.require("signing-keys:read")?;
    caller.require_operator()?;
    let keys = signing_keys::list(&state.app).await?;
    Ok(json(
        StatusCode::OK,
        &PageBody::whole(keys.into_iter().map(SigningKeyView::from).collect()),
    ))
}

/// Which key to rotate, and when the new one signs.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SigningKeyRotate)]
pub struct Rotate {
    /// Of this algorithm; of every one in use where absent.
    algorithm: Option<Algorithm>,
    /// Sign at once, without publishing first.
    #[serde(default)]
    now: bool,
}

/// Takes a key that leaked out of the JWKS, at once: every token that it signed is refused.
///
/// # Errors
/// 401, 403, 404.
#[utoipa::path(
    delete,
    path = "/v1/signing-keys/{kid}",
    tag = "Signing keys",
    params(OfKey),
    responses(
        (status = 204, description = "Done"),
        NotFound,
        Refused,
    ),
    security(("caller" = ["signing-keys:write"])),
)]
pub async fn revoke(
    request: HttpRequest,
    path: web::Path<String>,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, Problem> {
    let caller = management_caller(&state.app, &request).await?;
    caller.require("signing-keys:write")?;
    caller.require_operator()?;
    signing_keys::revoke(&state.app, &Authority::Caller(caller), &path).await?;
    Ok(no_content())
}

/// Begins a rotation.
///
/// # Errors
/// 400, 401, 403.
#[utoipa::path(
    post,
    path = "/v1/signing-keys/rotate",
    tag = "Signing keys",
    request_body(content = Rotate, description = "May be left out."),
    responses(
        (status = 200, description = "The new keys", body = PageBody<SigningKeyView>),
        BadBody,
        ComesAgain,
        Refused,
    ),
    security(("caller" = ["signing-keys:write"])),
)]
pub async fn rotate(
    request: HttpRequest,
    state: web::Data<HttpState>,
    body: Result<JsonBody<Rotate>, Problem>,
) -> Result<HttpResponse, Problem> {
    let caller = management_caller(&state.app, &request).await?;
    caller.require("signing-keys:write")?;
    caller.require_operator()?;
    let JsonBody(body, retryable) = body?;
    let once = Once::of(&state.app, &caller, retryable);
    let urgency = if body.now {
        Urgency::AtOnce
    } else {
        Urgency::Published
    };
    let authority = Authority::Caller(caller);
    let made =
        signing_keys::rotate_once(&state.app, &authority, body.algorithm, urgency, &once).await?;
    let keys = made.thing.into_iter().map(SigningKeyView::from).collect();
    let response = json(StatusCode::OK, &PageBody::whole(keys));
    Ok(mark(response, made.replayed))
}
