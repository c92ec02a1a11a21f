//! `/v1/resource-servers`: operators only.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;

use super::body::{JsonBody, given, present};
use super::caller::management_caller;
use super::page::PageBody;
use super::{json, no_content};
use crate::app::App;
use crate::app::resource_servers::{self, NewResourceServer};
use crate::app::view::ResourceServerView;
use crate::domain::algorithm::Algorithm;
use crate::domain::resource_server::{ResourceIdentifier, ResourceScope};
use crate::domain::text::Name;
use crate::http::HttpState;
use crate::http::problem::Problem;

async fn operator(app: &App, request: &HttpRequest, scope: &'static str) -> Result<(), Problem> {
    let caller = management_caller(app, request).await?;
    caller.require(scope)?;
    Ok(caller.require_operator()?)
}

/// Lists all; there are at most a thousand, and they come whole.
///
/// # Errors
/// 401, 403.
pub async fn list(
    request: HttpRequest,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, Problem> {
    operator(&state.app, &request, "resource-servers:read").await?;
    let all = resource_servers::list(&state.app);
    let page = PageBody::whole(
        all.iter()
            .map(|server| ResourceServerView::from(server.as_ref()))
            .collect(),
    );
    Ok(json(StatusCode::OK, &page))
}

/// What a new resource server is to be.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Create {
    identifier: ResourceIdentifier,
    name: Name,
    #[serde(default)]
    scopes: Vec<ResourceScope>,
    token_ttl_seconds: Option<u32>,
    algorithm: Option<Algorithm>,
}

/// Creates one.
///
/// # Errors
/// 400, 401, 403, 409.
pub async fn create(
    request: HttpRequest,
    state: web::Data<HttpState>,
    body: Result<JsonBody<Create>, Problem>,
) -> Result<HttpResponse, Problem> {
    operator(&state.app, &request, "resource-servers:write").await?;
    let body = body?.0;
    let new = NewResourceServer {
        identifier: body.identifier,
        name: body.name,
        scopes: body.scopes,
        token_ttl_seconds: body.token_ttl_seconds,
        algorithm: body.algorithm,
    };
    let server = resource_servers::create(&state.app, new).await?;
    Ok(json(
        StatusCode::CREATED,
        &ResourceServerView::from(&server),
    ))
}

/// Shows one.
///
/// # Errors
/// 401, 403, 404.
pub async fn show(
    request: HttpRequest,
    path: web::Path<String>,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, Problem> {
    operator(&state.app, &request, "resource-servers:read").await?;
    let server = resource_servers::find(&state.app, &path)?;
    Ok(json(
        StatusCode::OK,
        &ResourceServerView::from(server.as_ref()),
    ))
}

/// What can change of a resource server. A field that is absent stays as it is.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Update {
    #[serde(default, deserialize_with = "given")]
    name: Option<Name>,
    #[serde(default, deserialize_with = "given")]
    scopes: Option<Vec<ResourceScope>>,
    #[serde(default, deserialize_with = "present")]
    #[expect(
        clippy::option_option,
        reason = "absent, null and a value are three things in a PATCH"
    )]
    token_ttl_seconds: Option<Option<u32>>,
    #[serde(default, deserialize_with = "present")]
    #[expect(
        clippy::option_option,
        reason = "absent, null and a value are three things in a PATCH"
    )]
    algorithm: Option<Option<Algorithm>>,
}

/// Changes one.
///
/// # Errors
/// 400, 401, 403, 404, 409.
pub async fn update(
    request: HttpRequest,
    path: web::Path<String>,
    state: web::Data<HttpState>,
    body: Result<JsonBody<Update>, Problem>,
) -> Result<HttpResponse, Problem> {
    operator(&state.app, &request, "resource-servers:write").await?;
    let server = resource_servers::find(&state.app, &path)?;
    let body = body?.0;
    let update = resource_servers::Update {
        name: body.name,
        scopes: body.scopes,
        token_ttl_seconds: body.token_ttl_seconds,
        algorithm: body.algorithm,
    };
    let server = resource_servers::update(&state.app, server.id, update).await?;
    Ok(json(StatusCode::OK, &ResourceServerView::from(&server)))
}

/// Deletes one that no live credential names.
///
/// # Errors
/// 401, 403, 404, 409.
pub async fn delete(
    request: HttpRequest,
    path: web::Path<String>,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, Problem> {
    operator(&state.app, &request, "resource-servers:write").await?;
    let server = resource_servers::find(&state.app, &path)?;
    resource_servers::delete(&state.app, server.id).await?;
    Ok(no_content())
}
