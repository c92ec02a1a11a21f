//! `/new/v2.0/users/me/apikeys`: one's own API keys.

use actix_web::{HttpRequest, HttpResponse, web};

use super::keys::{Create, IndexView, KeyView, index, make, remove};
use super::problem::told;
use crate::http::HttpState;
use crate::http::management::body::JsonBody;
use crate::http::openapi::door_parameters::{IndexQuery, OfOwnKey};
use crate::http::openapi::responses::{BadBody, Conflict, NotFound, Refused};
use crate::http::problem::Problem;

/// The minor version.
const MINOR: u8 = 0;

/// Lists a page.
///
/// # Errors
/// 400, 401, 403.
#[utoipa::path(
    get,
    path = "/new/v2.0/users/me/apikeys",
    tag = "Cognigy",
    operation_id = "api_keys",
    params(IndexQuery),
    responses((status = 200, description = "A page of keys", body = IndexView), Refused),
    security(("caller" = ["credentials:read"])),
)]
pub async fn list(
    request: HttpRequest,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, Problem> {
    index(&request, &state.app, MINOR)
        .await
        .map_err(|problem| told(problem, &request))
}

/// Makes one and shows it, this one time.
///
/// # Errors
/// 400, 401, 403, 409.
#[utoipa::path(
    post,
    path = "/new/v2.0/users/me/apikeys",
    tag = "Cognigy",
    operation_id = "new_api_key",
    request_body = Create,
    responses(
        (status = 201, description = "The new key, shown this one time", body = KeyView),
        BadBody,
        Conflict,
        Refused,
    ),
    security(("caller" = ["credentials:write"])),
)]
pub async fn create(
    request: HttpRequest,
    state: web::Data<HttpState>,
    body: Result<JsonBody<Create>, Problem>,
) -> Result<HttpResponse, Problem> {
    let name = body.map(|body| body.0.name);
    make(&request, &state.app, name, MINOR)
        .await
        .map_err(|problem| told(problem, &request))
}

/// Deletes one, at once and for good.
///
/// # Errors
/// 401, 403; 404 for whatever is not one's own.
#[utoipa::path(
    delete,
    path = "/new/v2.0/users/me/apikeys/{key}",
    tag = "Cognigy",
    operation_id = "delete_api_key",
    params(OfOwnKey),
    responses((status = 204, description = "It is gone"), NotFound, Refused),
    security(("caller" = ["credentials:write"])),
)]
pub async fn delete(
    request: HttpRequest,
    path: web::Path<String>,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, Problem> {
    remove(&request, &state.app, &path)
        .await
        .map_err(|problem| told(problem, &request))
}
