//! `/v1/resource-servers`: operators only.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use utoipa::ToSchema;

use super::body::{JsonBody, given, present};
use super::caller::management_caller;
use super::conditional::{precondition, shown, tagged};
use super::idempotency::mark;
use super::page::PageBody;
use super::{json, no_content};
use crate::app::App;
use crate::app::authority::Authority;
use crate::app::idempotency::Once;
use crate::app::resource_servers::{self, NewResourceServer};
use crate::app::view::ResourceServerView;
use crate::domain::access::Caller;
use crate::domain::algorithm::Algorithm;
use crate::domain::resource_server::{ResourceIdentifier, ResourceScope};
use crate::domain::text::Name;
use crate::http::HttpState;
use crate::http::openapi::parameters::OfResourceServer;
use crate::http::openapi::responses::{BadBody, Bound, ComesAgain, Conflict, NotFound, Refused};
use crate::http::problem::Problem;

async fn operator(
    app: &App,
    request: &HttpRequest,
    scope: &'static str,
) -> Result<Caller, Problem> {
    let caller = management_caller(app, request).await?;
    caller.require(scope)?;
    caller.require_operator()?;
    Ok(caller)
}

/// Lists all; there are at most a thousand, and they come whole.
///
/// # Errors
/// 401, 403.
#[utoipa::path(
    get,
    path = "/v1/resource-servers",
    tag = "Resource servers",
    responses(
        (status = 200, description = "All of them", body = PageBody<ResourceServerView>),
        Refused,
    ),
    security(("caller" = ["resource-servers:read"])),
)]
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
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ResourceServerCreate)]
pub struct Create {
    identifier: ResourceIdentifier,
    name: Name,
    #[serde(default)]
    #[schema(max_items = 100)]
    scopes: Vec<ResourceScope>,
    token_ttl_seconds: Option<u32>,
    algorithm: Option<Algorithm>,
}

/// Creates one.
///
/// # Errors
/// 400, 401, 403, 409.
#[utoipa::path(
    post,
    path = "/v1/resource-servers",
    tag = "Resource servers",
    request_body = Create,
    responses(
        (status = 201, description = "The new resource server", body = ResourceServerView),
        BadBody,
        Conflict,
        ComesAgain,
        Refused,
    ),
    security(("caller" = ["resource-servers:write"])),
)]
pub async fn create(
    request: HttpRequest,
    state: web::Data<HttpState>,
    body: Result<JsonBody<Create>, Problem>,
) -> Result<HttpResponse, Problem> {
    let caller = operator(&state.app, &request, "resource-servers:write").await?;
    let JsonBody(body, retryable) = body?;
    let once = Once::of(&state.app, &caller, retryable);
    let new = NewResourceServer {
        identifier: body.identifier,
        name: body.name,
        scopes: body.scopes,
        token_ttl_seconds: body.token_ttl_seconds,
        algorithm: body.algorithm,
    };
    let authority = Authority::Caller(caller);
    let made = resource_servers::create_once(&state.app, &authority, new, &once).await?;
    let response = tagged(StatusCode::CREATED, &ResourceServerView::from(&made.thing))?;
    Ok(mark(response, made.replayed))
}

/// Shows one.
///
/// # Errors
/// 400, 401, 403, 404, 412.
#[utoipa::path(
    get,
    path = "/v1/resource-servers/{resource_server}",
    tag = "Resource servers",
    params(OfResourceServer),
    responses(
        (status = 200, description = "The resource server", body = ResourceServerView),
        NotFound,
        Bound,
        Refused,
    ),
    security(("caller" = ["resource-servers:read"])),
)]
pub async fn show(
    request: HttpRequest,
    path: web::Path<String>,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, Problem> {
    operator(&state.app, &request, "resource-servers:read").await?;
    let server = resource_servers::show(&state.app, &path).await?;
    shown(&request, &ResourceServerView::from(&server))
}

/// What can change of a resource server. A field that is absent stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ResourceServerUpdate)]
pub struct Update {
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false)]
    name: Option<Name>,
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false, max_items = 100)]
    scopes: Option<Vec<ResourceScope>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<u32>)]
    #[expect(
        clippy::option_option,
        reason = "absent, null and a value are three things in a PATCH"
    )]
    token_ttl_seconds: Option<Option<u32>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Algorithm>)]
    #[expect(
        clippy::option_option,
        reason = "absent, null and a value are three things in a PATCH"
    )]
    algorithm: Option<Option<Algorithm>>,
}

/// Changes one.
///
/// # Errors
/// 400, 401, 403, 404, 409, 412.
#[utoipa::path(
    patch,
    path = "/v1/resource-servers/{resource_server}",
    tag = "Resource servers",
    params(OfResourceServer),
    request_body = Update,
    responses(
        (status = 200, description = "The resource server as it is now", body = ResourceServerView),
        BadBody,
        NotFound,
        Conflict,
        Bound,
        Refused,
    ),
    security(("caller" = ["resource-servers:write"])),
)]
pub async fn update(
    request: HttpRequest,
    path: web::Path<String>,
    state: web::Data<HttpState>,
    body: Result<JsonBody<Update>, Problem>,
) -> Result<HttpResponse, Problem> {
    let caller = operator(&state.app, &request, "resource-servers:write").await?;
    let server = resource_servers::find(&state.app, &path)?;
    let precondition = precondition(&request)?;
    let body = body?.0;
    let update = resource_servers::Update {
        name: body.name,
        scopes: body.scopes,
        token_ttl_seconds: body.token_ttl_seconds,
        algorithm: body.algorithm,
    };
    let authority = Authority::Caller(caller);
    let server =
        resource_servers::update(&state.app, &authority, server.id, update, &precondition).await?;
    tagged(StatusCode::OK, &ResourceServerView::from(&server))
}

/// Deletes one that no live credential names.
///
/// # Errors
/// 400, 401, 403, 404, 409, 412.
#[utoipa::path(
    delete,
    path = "/v1/resource-servers/{resource_server}",
    tag = "Resource servers",
    params(OfResourceServer),
    responses(
        (status = 204, description = "Done"),
        NotFound,
        Conflict,
        Bound,
        Refused,
    ),
    security(("caller" = ["resource-servers:write"])),
)]
pub async fn delete(
    request: HttpRequest,
    path: web::Path<String>,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, Problem> {
    let caller = operator(&state.app, &request, "resource-servers:write").await?;
    let server = resource_servers::find(&state.app, &path)?;
    let authority = Authority::Caller(caller);
    let precondition = precondition(&request)?;
    resource_servers::delete(&state.app, &authority, server.id, &precondition).await?;
    Ok(no_content())
}
