//! `/v1/organizations`

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use utoipa::ToSchema;

use super::body::{JsonBody, given, present};
use super::caller::{in_organization, management_caller};
use super::conditional::{precondition, shown, tagged};
use super::idempotency::mark;
use super::page::{PageBody, PageQuery};
use super::{json, no_content};
use crate::app::authority::Authority;
use crate::app::idempotency::Once;
use crate::app::organizations;
use crate::app::view::OrganizationView;
use crate::domain::text::{Name, Slug};
use crate::http::HttpState;
use crate::http::openapi::parameters::OfOrganization;
use crate::http::openapi::responses::{BadBody, Bound, ComesAgain, Conflict, NotFound, Refused};
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
    let limits = query.read(&state.app.cursors, "organizations".to_owned())?;
    let found = organizations::list(&state.app, &Authority::Caller(caller), &limits.page()).await?;
    let page = PageBody::new(
        found,
        &limits,
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
        ComesAgain,
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
    let JsonBody(Create { slug, name }, retryable) = body?;
    let once = Once::of(&state.app, &caller, retryable);
    let authority = Authority::Caller(caller);
    let made = organizations::create_once(&state.app, &authority, slug, name, &once).await?;
    let response = tagged(StatusCode::CREATED, &OrganizationView::from(made.thing))?;
    Ok(mark(response, made.replayed))
}

/// Shows one.
///
/// # Errors
/// 400, 401, 403, 404, 412.
#[utoipa::path(
    get,
    path = "/v1/organizations/{organization}",
    tag = "Organizations",
    params(OfOrganization),
    responses(
        (status = 200, description = "The organization", body = OrganizationView),
        NotFound,
        Bound,
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
    shown(&request, &OrganizationView::from(organization))
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
    /// How many API keys it may have; null: what the setting says. Operators only.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<u32>, maximum = 100_000)]
    #[expect(
        clippy::option_option,
        reason = "absent, null and a value are three things in a PATCH"
    )]
    api_key_limit: Option<Option<u32>>,
    /// How many OAuth clients it may have; null: what the setting says. Operators only.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<u32>, maximum = 100_000)]
    #[expect(clippy::option_option, reason = "as above")]
    oauth_client_limit: Option<Option<u32>>,
}

/// Renames one; an operator sets its limits too.
///
/// # Errors
/// 400, 401, 403, 404, 409, 412.
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
        Bound,
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
    let precondition = precondition(&request)?;
    let body = body?.0;
    let update = organizations::Update {
        slug: body.slug,
        name: body.name,
        api_key_limit: body.api_key_limit,
        oauth_client_limit: body.oauth_client_limit,
    };
    let authority = Authority::Caller(caller);
    let id = organization.id;
    let changed = organizations::update(&state.app, &authority, id, update, &precondition).await?;
    tagged(StatusCode::OK, &OrganizationView::from(changed))
}

/// Deletes one with all that it owns; operators only.
///
/// # Errors
/// 400, 401, 403, 404, 412.
#[utoipa::path(
    delete,
    path = "/v1/organizations/{organization}",
    tag = "Organizations",
    params(OfOrganization),
    responses(
        (status = 204, description = "Done"),
        NotFound,
        Bound,
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
    let precondition = precondition(&request)?;
    let authority = Authority::Caller(caller);
    organizations::delete(&state.app, &authority, organization.id, &precondition).await?;
    Ok(no_content())
}
