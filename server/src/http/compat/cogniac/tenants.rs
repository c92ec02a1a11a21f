//! `/1/tenants/{tenant}`: the organization of the token, and who is in it.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::{names, role_name};
use crate::app::authenticate_caller::Audience;
use crate::app::authority::Authority;
use crate::app::error::AppError;
use crate::app::{identity, organizations};
use crate::domain::access::Caller;
use crate::domain::ids::{OrganizationId, UserId};
use crate::domain::organization::Organization;
use crate::domain::text::{Email, Name};
use crate::domain::user::{Membership, User};
use crate::http::HttpState;
use crate::http::management::caller::{caller, management_caller};
use crate::http::management::json;
use crate::http::openapi::door_parameters::OfTenant;
use crate::http::openapi::responses::{NotFound, Refused, RefusedWithoutScope};
use crate::http::problem::Problem;

/// The kind of tenant that has people and programs in it.
pub(super) const TYPE: &str = "orgtenant";

/// A tenant.
#[derive(Serialize, ToSchema)]
#[schema(as = CogniacTenant)]
struct TenantView {
    tenant_id: OrganizationId,
    name: Name,
    description: Option<String>,
    /// Must be there and null: with a name here the SDK goes to another host.
    region: Option<String>,
    r#type: &'static str,
    created_at: i64,
    modified_at: i64,
    created_by: Option<String>,
}

impl From<Organization> for TenantView {
    fn from(organization: Organization) -> Self {
        let created_at = organization.created_at.timestamp();
        Self {
            tenant_id: organization.id,
            name: organization.name,
            description: None,
            region: None,
            r#type: TYPE,
            created_at,
            modified_at: created_at,
            created_by: None,
        }
    }
}

/// Refuses any organization but that of the token.
fn check_own(caller: &Caller, tenant: &str) -> Result<OrganizationId, Problem> {
    let own = caller.organization_id;
    if names(tenant, own.0) {
        Ok(own)
    } else {
        Err(AppError::NotFound("tenant").into())
    }
}

/// Shows the tenant of the token, which may be for any audience.
///
/// # Errors
/// 401; 404 for any other tenant.
#[utoipa::path(
    get,
    path = "/1/tenants/{tenant}",
    tag = "Cogniac",
    operation_id = "tenant",
    params(OfTenant),
    responses(
        (status = 200, description = "The tenant", body = TenantView),
        NotFound,
        RefusedWithoutScope,
    ),
    security(("caller" = [])),
)]
pub async fn show(
    request: HttpRequest,
    path: web::Path<String>,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, Problem> {
    let app = &state.app;
    let caller = caller(app, &request, Audience::Any).await?;
    let own = check_own(&caller, &path)?;
    let authority = Authority::Caller(caller);
    let found = organizations::find(app, &authority, &own.to_string()).await?;
    Ok(json(StatusCode::OK, &TenantView::from(found)))
}

/// The members of a tenant.
#[derive(Serialize, ToSchema)]
#[schema(as = CogniacMembers)]
struct MembersView {
    data: Vec<MemberView>,
}

/// A member of a tenant.
#[derive(Serialize, ToSchema)]
#[schema(as = CogniacMember)]
struct MemberView {
    user_id: UserId,
    given_name: String,
    surname: &'static str,
    email: Email,
    role: &'static str,
    last_auth: Option<i64>,
}

impl From<(User, Membership)> for MemberView {
    fn from((user, membership): (User, Membership)) -> Self {
        Self {
            user_id: user.id,
            given_name: super::users::given_name(user.email.as_str()).to_owned(),
            surname: "",
            email: user.email,
            role: role_name(membership.role),
            last_auth: None,
        }
    }
}

/// Lists the members of the tenant of the token.
///
/// # Errors
/// 401, 403; 404 for any other tenant.
#[utoipa::path(
    get,
    path = "/1/tenants/{tenant}/users",
    tag = "Cogniac",
    operation_id = "users_of_tenant",
    params(OfTenant),
    responses(
        (status = 200, description = "The members", body = MembersView),
        NotFound,
        Refused,
    ),
    security(("caller" = ["members:read"])),
)]
pub async fn users(
    request: HttpRequest,
    path: web::Path<String>,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, Problem> {
    let app = &state.app;
    let caller = management_caller(app, &request).await?;
    let own = check_own(&caller, &path)?;
    let members = identity::members(app, &caller, own).await?;
    let view = MembersView {
        data: members.into_iter().map(MemberView::from).collect(),
    };
    Ok(json(StatusCode::OK, &view))
}
