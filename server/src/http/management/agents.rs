//! `/v1/organizations/{organization}/agents`

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use utoipa::ToSchema;

use super::body::{JsonBody, given};
use super::caller::in_organization;
use super::conditional::{precondition, shown, tagged};
use super::idempotency::mark;
use super::page::{PageBody, PageQuery};
use super::{json, no_content};
use crate::app::agents;
use crate::app::authority::Authority;
use crate::app::idempotency::Once;
use crate::app::view::AgentView;
use crate::domain::text::{Name, Slug};
use crate::http::HttpState;
use crate::http::openapi::parameters::{OfAgent, OfOrganization};
use crate::http::openapi::responses::{BadBody, Bound, ComesAgain, Conflict, NotFound, Refused};
use crate::http::problem::Problem;

/// Lists the organization's agents.
///
/// # Errors
/// 400, 401, 403, 404.
#[utoipa::path(
    get,
    path = "/v1/organizations/{organization}/agents",
    tag = "Agents",
    params(OfOrganization, PageQuery),
    responses(
        (status = 200, description = "A page of them", body = PageBody<AgentView>),
        NotFound,
        Refused,
    ),
    security(("caller" = ["agents:read"])),
)]
pub async fn list(
    request: HttpRequest,
    path: web::Path<String>,
    query: web::Query<PageQuery>,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, Problem> {
    let (caller, organization) =
        in_organization(&state.app, &request, "agents:read", &path).await?;
    let limits = query.read(&state.app.cursors, format!("agents of {}", organization.id))?;
    let authority = Authority::Caller(caller);
    let found = agents::list(&state.app, &authority, organization.id, &limits.page()).await?;
    let page = PageBody::new(found, &limits, |agent| agent.id.0, AgentView::from);
    Ok(json(StatusCode::OK, &page))
}

/// What a new agent is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AgentCreate)]
pub struct Create {
    slug: Slug,
    name: Option<Name>,
}

/// Creates one.
///
/// # Errors
/// 400, 401, 403, 404, 409, 412.
#[utoipa::path(
    post,
    path = "/v1/organizations/{organization}/agents",
    tag = "Agents",
    params(OfOrganization),
    request_body = Create,
    responses(
        (status = 201, description = "The new agent", body = AgentView),
        BadBody,
        NotFound,
        Conflict,
        ComesAgain,
        Refused,
    ),
    security(("caller" = ["agents:write"])),
)]
pub async fn create(
    request: HttpRequest,
    path: web::Path<String>,
    state: web::Data<HttpState>,
    body: Result<JsonBody<Create>, Problem>,
) -> Result<HttpResponse, Problem> {
    let (caller, organization) =
        in_organization(&state.app, &request, "agents:write", &path).await?;
    caller.require_whole_organization()?;
    let JsonBody(Create { slug, name }, retryable) = body?;
    let once = Once::of(&state.app, &caller, retryable);
    let authority = Authority::Caller(caller);
    let id = organization.id;
    let made = agents::create_once(&state.app, &authority, id, slug, name, &once).await?;
    let response = tagged(StatusCode::CREATED, &AgentView::from(made.thing))?;
    Ok(mark(response, made.replayed))
}

/// Shows one.
///
/// # Errors
/// 400, 401, 403, 404, 412.
#[utoipa::path(
    get,
    path = "/v1/organizations/{organization}/agents/{agent}",
    tag = "Agents",
    params(OfAgent),
    responses(
        (status = 200, description = "The agent", body = AgentView),
        NotFound,
        Bound,
        Refused,
    ),
    security(("caller" = ["agents:read"])),
)]
pub async fn show(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, Problem> {
    let (caller, organization) =
        in_organization(&state.app, &request, "agents:read", &path.0).await?;
    let authority = Authority::Caller(caller);
    let agent = agents::find(&state.app, &authority, organization.id, &path.1).await?;
    shown(&request, &AgentView::from(agent))
}

/// What can change of an agent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AgentUpdate)]
pub struct Update {
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false)]
    slug: Option<Slug>,
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false)]
    name: Option<Name>,
}

/// Renames one.
///
/// # Errors
/// 400, 401, 403, 404, 409, 412.
#[utoipa::path(
    patch,
    path = "/v1/organizations/{organization}/agents/{agent}",
    tag = "Agents",
    params(OfAgent),
    request_body = Update,
    responses(
        (status = 200, description = "The agent as it is now", body = AgentView),
        BadBody,
        NotFound,
        Conflict,
        Bound,
        Refused,
    ),
    security(("caller" = ["agents:write"])),
)]
pub async fn update(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    state: web::Data<HttpState>,
    body: Result<JsonBody<Update>, Problem>,
) -> Result<HttpResponse, Problem> {
    let (caller, organization) =
        in_organization(&state.app, &request, "agents:write", &path.0).await?;
    caller.require_whole_organization()?;
    let authority = Authority::Caller(caller);
    let agent = agents::find(&state.app, &authority, organization.id, &path.1).await?;
    let precondition = precondition(&request)?;
    let Update { slug, name } = body?.0;
    let agent = agents::update(
        &state.app,
        &authority,
        organization.id,
        agent.id,
        slug,
        name,
        &precondition,
    )
    .await?;
    tagged(StatusCode::OK, &AgentView::from(agent))
}

/// Deletes one that no live credential is scoped to.
///
/// # Errors
/// 400, 401, 403, 404, 409, 412.
#[utoipa::path(
    delete,
    path = "/v1/organizations/{organization}/agents/{agent}",
    tag = "Agents",
    params(OfAgent),
    responses(
        (status = 204, description = "Done"),
        NotFound,
        Conflict,
        Bound,
        Refused,
    ),
    security(("caller" = ["agents:write"])),
)]
pub async fn delete(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, Problem> {
    let (caller, organization) =
        in_organization(&state.app, &request, "agents:write", &path.0).await?;
    caller.require_whole_organization()?;
    let authority = Authority::Caller(caller);
    let agent = agents::find(&state.app, &authority, organization.id, &path.1).await?;
    let precondition = precondition(&request)?;
    let id = organization.id;
    agents::delete(&state.app, &authority, id, agent.id, &precondition).await?;
    Ok(no_content())
}
