//! `/v1/organizations`

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use utoipa::ToSchema;

use super::body::{JsonBody, given};
use super::caller::{in_organization, management_caller};
use super::page::{PageBody, PageQuery};
use super::{json, no_content};
use crate::app::authority::Authority;
use crate::app::organizations;
use crate::app::view::OrganizationView;
use crate::domain::text::{Name, Slug};
use crate::http::HttpState;
use crate::http::openapi::parameters::OfOrganization;
use crate::http::openapi::responses::{BadBody, Conflict, NotFound, Refused};
use crate::http::problem::Problem;

/// Lists: all for an operator, its own for any other caller.
///
/// # Errors
/// 400, 401, 403.
#[utoipa::path(
    get,
    path = "/v1/organizations",
    tag = "Organizations",
    params(PageQuery),
    responses(
        (status = 200, description = "A page of them", body = PageBody<OrganizationView>),
        Refused,
    ),
    security(("caller" = ["organizations:read"])),
)]
pub async fn list(
    request: HttpRequest,
    query: web::Query<PageQuery>,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, Problem> {
    let caller = management_caller(&state.app, &request).await?;
    caller.require("organizations:read")?;
    let limits = query.read()?;
    let found = organizations::list(&state.app, &Authority::Caller(caller), &limits.page()).await?;
    let page = PageBody::new(
        found,
        limits,
        |organization| organization.id.0,
        OrganizationView::from,
    );
    Ok(json(StatusCode::OK, &page))
}

/// What a new organization is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OrganizationCreate)]
pub struct Create {
    slug: Slug,
    name: Option<Name>,
}

/// Creates one; operators only.
///
/// # Errors
/// 400, 401, 403, 409.
#[utoipa::path(
    post,
    path = "/v1/organizations",
    tag = "Organizations",
    request_body = Create,
    responses(
        (status = 201, description = "The new organization", body = OrganizationView),
        BadBody,
        Conflict,
        Refused,
    ),
    security(("caller" = ["organizations:write"])),
)]
pub async fn create(
    request: HttpRequest,
    state: web::Data<HttpState>,
    body: Result<JsonBody<Create>, Problem>,
) -> Result<HttpResponse, Problem> {
    let caller = management_caller(&state.app, &request).await?;
    caller.require("organizations:write")?;
    caller.require_operator()?;
    let Create { slug, name } = body?.0;
    let authority = Authority::Caller(caller);
    let organization = organizations::create(&state.app, &authority, slug, name).await?;
    Ok(json(
        StatusCode::CREATED,
        &OrganizationView::from(organization),
    ))
}

/// Shows one.
///
/// # Errors
/// 401, 403, 404.
#[utoipa::path(
    get,
    path = "/v1/organizations/{organization}",
    tag = "Organizations",
    params(OfOrganization),
    responses(
        (status = 200, description = "The organization", body = OrganizationView),
        NotFound,
        Refused,
    ),
    security(("caller" = ["organizations:read"])),
)]
pub async fn show(
    request: HttpRequest,
    path: web::Path<String>,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, Problem> {
    let (_, organization) =
        in_organization(&state.app, &request, "organizations:read", &path).await?;
    Ok(json(StatusCode::OK, &OrganizationView::from(organization)))
}

/// What can change of an organization.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OrganizationUpdate)]
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
/// 400, 401, 403, 404, 409.
#[utoipa::path(
    patch,
    path = "/v1/organizations/{organization}",
    tag = "Organizations",
    params(OfOrganization),
    request_body = Update,
    responses(
        (status = 200, description = "The organization as it is now", body = OrganizationView),
        BadBody,
        NotFound,
        Conflict,
        Refused,
    ),
    security(("caller" = ["organizations:write"])),
)]
pub async fn update(
    request: HttpRequest,
    path: web::Path<String>,
    state: web::Data<HttpState>,
    body: Result<JsonBody<Update>, Problem>,
) -> Result<HttpResponse, Problem> {
    let (caller, organization) =
        in_organization(&state.app, &request, "organizations:write", &path).await?;
    caller.require_whole_organization()?;
    let Update { slug, name } = body?.0;
    let authority = Authority::Caller(caller);
    let organization =
        organizations::update(&state.app, &authority, organization.id, slug, name).await?;
    Ok(json(StatusCode::OK, &OrganizationView::from(organization)))
}

/// Deletes one with all that it owns; operators only.
///
/// # Errors
/// 401, 403, 404.
#[utoipa::path(
    delete,
    path = "/v1/organizations/{organization}",
    tag = "Organizations",
    params(OfOrganization),
    responses(
        (status = 204, description = "Done"),
        NotFound,
        Refused,
    ),
    security(("caller" = ["organizations:write"])),
)]
pub async fn delete(
    request: HttpRequest,
    path: web::Path<String>,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, Problem> {
    let (caller, organization) =
        in_organization(&state.app, &request, "organizations:write", &path).await?;
    caller.require_operator()?;
    organizations::delete(&state.app, &Authority::Caller(caller), organization.id).await?;
    Ok(no_content())
}
