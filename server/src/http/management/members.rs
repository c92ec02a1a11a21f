//! `/v1/organizations/{organization}/members`

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::{JsonBody, given};
use super::caller::in_organization;
use super::conditional::{precondition, shown, with_tag};
use super::idempotency::mark;
use super::page::{PageBody, PageQuery};
use super::{json, no_content};
use crate::app::authority::Authority;
use crate::app::etag;
use crate::app::idempotency::Once;
use crate::app::members::{self, NewMember, Update};
use crate::app::view::MemberView;
use crate::domain::ids::AgentId;
use crate::domain::secret::Secret;
use crate::domain::text::Email;
use crate::domain::user::Role;
use crate::http::HttpState;
use crate::http::openapi::parameters::{OfMember, OfOrganization};
use crate::http::openapi::responses::{BadBody, Bound, ComesAgain, Conflict, NotFound, Refused};
use crate::http::problem::Problem;

/// Lists the organization's members.
///
/// # Errors
/// 400, 401, 403, 404.
#[utoipa::path(
    get,
    path = "/v1/organizations/{organization}/members",
    tag = "Members",
    params(OfOrganization, PageQuery),
    responses(
        (status = 200, description = "A page of them", body = PageBody<MemberView>),
        NotFound,
        Refused,
    ),
    security(("caller" = ["members:read"])),
)]
pub async fn list(
    request: HttpRequest,
    path: web::Path<String>,
    query: web::Query<PageQuery>,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, Problem> {
    let (caller, organization) =
        in_organization(&state.app, &request, "members:read", &path).await?;
    let limits = query.read(
        &state.app.cursors,
        format!("members of {}", organization.id),
    )?;
    let authority = Authority::Caller(caller);
    let found = members::list(&state.app, &authority, organization.id, &limits.page()).await?;
    let page = PageBody::new(found, &limits, |member| member.user.id.0, MemberView::from);
    Ok(json(StatusCode::OK, &page))
}

/// Who is to become a member.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MemberCreate)]
pub struct Create {
    email: Email,
    role: Role,
    /// The agents that an `agent_admin` administers; none for another role.
    #[schema(max_items = 100)]
    agents: Option<Vec<AgentId>>,
    /// Of the account, where one is made; generated where absent.
    #[schema(value_type = Option<String>, format = Password, min_length = 12, max_length = 1000)]
    password: Option<Password>,
}

/// A password on its way in, which no `Debug` shows.
#[derive(Debug, Deserialize)]
#[serde(from = "String")]
struct Password(Secret);

impl From<String> for Password {
    fn from(text: String) -> Self {
        Self(Secret::new(text))
    }
}

/// A member, whether the account was made for it, and this one time the password of that.
#[derive(Serialize, ToSchema)]
#[schema(as = NewMember)]
struct AddedView {
    #[serde(flatten)]
    member: MemberView,
    /// Whether the account was made for the member.
    account_created: bool,
    /// The password that was generated; never shown again.
    #[serde(skip_serializing_if = "Option::is_none")]
    initial_password: Option<String>,
}

/// Gives a person a place in the organization, and an account where there is none.
///
/// # Errors
/// 400, 401, 403, 404, 409.
#[utoipa::path(
    post,
    path = "/v1/organizations/{organization}/members",
    tag = "Members",
    params(OfOrganization),
    request_body = Create,
    responses(
        (status = 201, description = "The new member", body = AddedView),
        BadBody,
        NotFound,
        Conflict,
        ComesAgain,
        Refused,
    ),
    security(("caller" = ["members:write"])),
)]
pub async fn create(
    request: HttpRequest,
    path: web::Path<String>,
    state: web::Data<HttpState>,
    body: Result<JsonBody<Create>, Problem>,
) -> Result<HttpResponse, Problem> {
    let (caller, organization) =
        in_organization(&state.app, &request, "members:write", &path).await?;
    caller.require_whole_organization()?;
    let JsonBody(body, retryable) = body?;
    let once = Once::of(&state.app, &caller, retryable);
    let new = NewMember {
        email: body.email,
        role: body.role,
        agents: body.agents.unwrap_or_default(),
        password: body.password.map(|password| password.0),
    };
    let authority = Authority::Caller(caller);
    let made = members::add(&state.app, &authority, organization.id, new, &once).await?;
    let added = made.thing;
    let member = MemberView::from(added.member);
    let tag = etag::of(&member)?;
    let view = AddedView {
        member,
        account_created: added.account_created,
        initial_password: added
            .initial_password
            .map(|password| password.expose().to_owned()),
    };
    let response = with_tag(json(StatusCode::CREATED, &view), &tag);
    Ok(mark(response, made.replayed))
}

/// Shows one.
///
/// # Errors
/// 401, 403, 404.
#[utoipa::path(
    get,
    path = "/v1/organizations/{organization}/members/{user}",
    tag = "Members",
    params(OfMember),
    responses(
        (status = 200, description = "The member", body = MemberView),
        NotFound,
        Bound,
        Refused,
    ),
    security(("caller" = ["members:read"])),
)]
pub async fn show(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, Problem> {
    let (caller, organization) =
        in_organization(&state.app, &request, "members:read", &path.0).await?;
    let authority = Authority::Caller(caller);
    let member = members::find(&state.app, &authority, organization.id, &path.1).await?;
    shown(&request, &MemberView::from(member))
}

/// What can change of a member's place. A field that is absent stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MemberUpdate)]
pub struct Change {
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false)]
    role: Option<Role>,
    /// All that an `agent_admin` administers, anew.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false, max_items = 100)]
    agents: Option<Vec<AgentId>>,
}

/// A member, and how many of its own credentials ended with what it was before.
#[derive(Serialize, ToSchema)]
#[schema(as = ChangedMember)]
struct UpdatedView {
    #[serde(flatten)]
    member: MemberView,
    /// How many of the member's own credentials the new place could not have made.
    credentials_revoked: usize,
}

/// Changes what a member may do, and revokes its own credentials that go beyond that.
///
/// # Errors
/// 400, 401, 403, 404, 409.
#[utoipa::path(
    patch,
    path = "/v1/organizations/{organization}/members/{user}",
    tag = "Members",
    params(OfMember),
    request_body = Change,
    responses(
        (status = 200, description = "The member as it is now", body = UpdatedView),
        BadBody,
        NotFound,
        Conflict,
        Bound,
        Refused,
    ),
    security(("caller" = ["members:write"])),
)]
pub async fn update(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    state: web::Data<HttpState>,
    body: Result<JsonBody<Change>, Problem>,
) -> Result<HttpResponse, Problem> {
    let app = &state.app;
    let (caller, organization) = in_organization(app, &request, "members:write", &path.0).await?;
    caller.require_whole_organization()?;
    let authority = Authority::Caller(caller);
    let member = members::find(app, &authority, organization.id, &path.1).await?;
    let precondition = precondition(&request)?;
    let Change { role, agents } = body?.0;
    let update = Update { role, agents };
    let id = member.user.id;
    let updated =
        members::update(app, &authority, organization.id, id, update, &precondition).await?;
    let member = MemberView::from(updated.member);
    let tag = etag::of(&member)?;
    let view = UpdatedView {
        member,
        credentials_revoked: updated.credentials_revoked,
    };
    Ok(with_tag(json(StatusCode::OK, &view), &tag))
}

/// Takes the place away, and with it the member's own credentials.
///
/// # Errors
/// 401, 403, 404, 409.
#[utoipa::path(
    delete,
    path = "/v1/organizations/{organization}/members/{user}",
    tag = "Members",
    params(OfMember),
    responses(
        (status = 204, description = "Done"),
        NotFound,
        Conflict,
        Bound,
        Refused,
    ),
    security(("caller" = ["members:write"])),
)]
pub async fn delete(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, Problem> {
    let app = &state.app;
    let (caller, organization) = in_organization(app, &request, "members:write", &path.0).await?;
    caller.require_whole_organization()?;
    let authority = Authority::Caller(caller);
    let member = members::find(app, &authority, organization.id, &path.1).await?;
    let precondition = precondition(&request)?;
    members::remove(
        app,
        &authority,
        organization.id,
        member.user.id,
        &precondition,
    )
    .await?;
    Ok(no_content())
}
