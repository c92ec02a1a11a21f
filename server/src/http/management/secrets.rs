//! `/v1/organizations/{organization}/credentials/{credential}/secrets`: rotation.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use utoipa::ToSchema;

use super::body::JsonBody;
use super::conditional::precondition;
use super::credentials::{WithSecretView, created, in_path};
use super::page::PageBody;
use super::{json, no_content};
use crate::app::authority::Authority;
use crate::app::credentials;
use crate::app::error::AppError;
use crate::app::idempotency::Once;
use crate::app::view::SecretView;
use crate::domain::duration::parse_duration;
use crate::http::HttpState;
use crate::http::openapi::parameters::{OfCredential, OfSecret};
use crate::http::openapi::responses::{BadBody, Bound, ComesAgain, Conflict, NotFound, Refused};
use crate::http::problem::Problem;

/// Lists the secrets of a credential, never the secrets themselves.
///
/// # Errors
/// 400, 401, 403, 404, 412.
#[utoipa::path(
    get,
    path = "/v1/organizations/{organization}/credentials/{credential}/secrets",
    tag = "Secrets",
    params(OfCredential),
    responses(
        (status = 200, description = "All of them", body = PageBody<SecretView>),
        NotFound,
        Refused,
    ),
    security(("caller" = ["credentials:read"])),
)]
pub async fn list(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, Problem> {
    let app = &state.app;
    let (caller, organization, id) =
        in_path(app, &request, "credentials:read", &path.0, &path.1).await?;
    let found = credentials::show(app, &Authority::Caller(caller), organization.id, id).await?;
    let page = PageBody::whole(found.secrets.into_iter().map(SecretView::from).collect());
    Ok(json(StatusCode::OK, &page))
}

/// How to rotate.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SecretRotate)]
pub struct Rotate {
    /// How long the old secret lives on, such as `24h`; a day where absent; at most 90 days.
    #[schema(pattern = "^[0-9]{1,10}[smhdw]$", examples("24h"))]
    overlap: Option<String>,
}

/// Makes a second live secret and shows it, this one time.
///
/// # Errors
/// 400, 401, 403, 404, 409, 412.
#[utoipa::path(
    post,
    path = "/v1/organizations/{organization}/credentials/{credential}/secrets",
    tag = "Secrets",
    params(OfCredential),
    request_body(content = Rotate, description = "May be left out."),
    responses(
        (status = 201, description = "The credential and, this one time, its new secret", body = WithSecretView),
        BadBody,
        NotFound,
        Conflict,
        Bound,
        ComesAgain,
        Refused,
    ),
    security(("caller" = ["credentials:write"])),
)]
pub async fn rotate(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    state: web::Data<HttpState>,
    body: Result<JsonBody<Rotate>, Problem>,
) -> Result<HttpResponse, Problem> {
    let app = &state.app;
    let (caller, organization, id) =
        in_path(app, &request, "credentials:write", &path.0, &path.1).await?;
    let precondition = precondition(&request)?;
    let JsonBody(body, retryable) = body?;
    let once = Once::of(app, &caller, retryable);
    let overlap = match body.overlap {
        None => credentials::DEFAULT_OVERLAP,
        Some(text) => {
            parse_duration(&text).map_err(|rule| Problem::invalid("overlap", rule.to_string()))?
        }
    };
    let authority = Authority::Caller(caller);
    let place = (organization.id, id);
    let made = credentials::rotate_once(app, &authority, place, overlap, &precondition, &once);
    created(app, made.await?).await
}

/// Deletes one secret, at once.
///
/// # Errors
/// 400, 401, 403, 404, 412; 409 for the last live one.
#[utoipa::path(
    delete,
    path = "/v1/organizations/{organization}/credentials/{credential}/secrets/{secret}",
    tag = "Secrets",
    params(OfSecret),
    responses(
        (status = 204, description = "Done"),
        NotFound,
        Conflict,
        Bound,
        Refused,
    ),
    security(("caller" = ["credentials:write"])),
)]
pub async fn delete(
    request: HttpRequest,
    path: web::Path<(String, String, String)>,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, Problem> {
    let app = &state.app;
    let (caller, organization, id) =
        in_path(app, &request, "credentials:write", &path.0, &path.1).await?;
    let secret = path.2.parse().map_err(|_| AppError::NotFound("secret"))?;
    let authority = Authority::Caller(caller);
    let precondition = precondition(&request)?;
    credentials::delete_secret(app, &authority, organization.id, id, secret, &precondition).await?;
    Ok(no_content())
}
