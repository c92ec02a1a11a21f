//! `/1/users/{user}`: who one is, and where. Nobody else is shown.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{names, role_name};
use crate::app::App;
use crate::app::error::AppError;
use crate::app::identity::{Account, Home, Identity, homes, identify};
use crate::app::second_factor;
use crate::domain::ids::OrganizationId;
use crate::domain::text::Name;
use crate::domain::user::User;
use crate::http::HttpState;
use crate::http::compat::shown::{Shown, challenging, shown};
use crate::http::management::json;
use crate::http::openapi::door_parameters::OfUser;
use crate::http::openapi::responses::{NotFound, RefusedWithoutScope};
use crate::http::presented::origin;
use crate::http::problem::Problem;

/// Cogniac calls people by two names, and grantd by the email address alone.
#[derive(Serialize, ToSchema)]
#[schema(as = CogniacUser)]
struct UserView<'a> {
    user_id: Uuid,
    given_name: &'a str,
    surname: &'static str,
    email: &'a str,
    created_at: i64,
    modified_at: i64,
}

/// The part of a person's email address before the `@`.
pub(super) fn given_name(email: &str) -> &str {
    email.rsplit_once('@').map_or(email, |(local, _)| local)
}

impl<'a> From<&'a Account> for UserView<'a> {
    fn from(account: &'a Account) -> Self {
        let created_at = account.created_at().timestamp();
        let (given_name, email) = match account {
            Account::User(user) => (given_name(user.email.as_str()), user.email.as_str()),
            Account::Machine(credential) => (credential.name.as_str(), ""),
        };
        Self {
            user_id: account.id(),
            given_name,
            surname: "",
            email,
            created_at,
            modified_at: created_at,
        }
    }
}

/// Who sends this, by password, key or token of any audience: the answer says no more than that.
async fn identity(app: &App, request: &HttpRequest) -> Result<Identity, Problem> {
    match shown(request)? {
        Shown::Password(password) => Ok(password.user(app, &origin(request)).await?.into()),
        Shown::Other(shown) => Ok(identify(app, shown.presented(), origin(request).address).await?),
    }
}

/// The same, if it is the user that the path names.
async fn oneself(app: &App, request: &HttpRequest, user: &str) -> Result<Identity, Problem> {
    let identity = identity(app, request).await.map_err(challenging)?;
    if names(user, identity.account.id()) {
        Ok(identity)
    } else {
        Err(AppError::NotFound("user").into())
    }
}

/// Shows oneself.
///
/// # Errors
/// 401; 404 for anybody else.
#[utoipa::path(
    get,
    path = "/1/users/{user}",
    tag = "Cogniac",
    operation_id = "user",
    params(OfUser),
    responses((status = 200, description = "The user", body = UserView), NotFound, RefusedWithoutScope),
    security(("password" = []), ("caller" = [])),
)]
pub async fn show(
    request: HttpRequest,
    path: web::Path<String>,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, Problem> {
    let identity = oneself(&state.app, &request, &path).await?;
    Ok(json(StatusCode::OK, &UserView::from(&identity.account)))
}

/// The tenants of a user.
#[derive(Serialize, ToSchema)]
#[schema(as = CogniacTenants)]
struct TenantsView {
    tenants: Vec<TenantView>,
}

/// A tenant of a user.
#[derive(Serialize, ToSchema)]
#[schema(as = CogniacHome)]
struct TenantView {
    tenant_id: OrganizationId,
    name: Name,
    r#type: &'static str,
    roles: [&'static str; 1],
    contract_end_date: Option<i64>,
}

impl From<Home> for TenantView {
    fn from(home: Home) -> Self {
        Self {
            tenant_id: home.organization.id,
            name: home.organization.name,
            r#type: super::tenants::TYPE,
            roles: [role_name(home.role)],
            contract_end_date: None,
        }
    }
}

/// Lists the tenants for which one may ask tokens.
///
/// # Errors
/// 401; 404 for anybody else.
#[utoipa::path(
    get,
    path = "/1/users/{user}/tenants",
    tag = "Cogniac",
    operation_id = "tenants",
    params(OfUser),
    responses(
        (status = 200, description = "The tenants", body = TenantsView),
        NotFound,
        RefusedWithoutScope,
    ),
    security(("password" = []), ("caller" = [])),
)]
pub async fn tenants(
    request: HttpRequest,
    path: web::Path<String>,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, Problem> {
    let identity = oneself(&state.app, &request, &path).await?;
    let homes = homes(&state.app, &identity).await?;
    let view = TenantsView {
        tenants: homes.into_iter().map(TenantView::from).collect(),
    };
    Ok(json(StatusCode::OK, &view))
}

/// The same where the SDK asks below a base URL that ends with a slash.
///
/// # Errors
/// As [`tenants`].
#[utoipa::path(
    get,
    path = "//1/users/{user}/tenants",
    tag = "Cogniac",
    operation_id = "tenants_below_a_slash",
    params(OfUser),
    responses(
        (status = 200, description = "The tenants", body = TenantsView),
        NotFound,
        RefusedWithoutScope,
    ),
    security(("password" = []), ("caller" = [])),
)]
pub async fn tenants_below_a_slash(
    request: HttpRequest,
    path: web::Path<String>,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, Problem> {
    tenants(request, path, state).await
}

/// Whether a second factor is asked for.
#[derive(Serialize, ToSchema)]
#[schema(as = CogniacSecondFactor)]
struct SecondFactor {
    totp: &'static str,
}

/// Says whether a second factor is asked for beside the password. It is the first call with a
/// password, so a wrong one is told here.
///
/// # Errors
/// 401.
#[utoipa::path(
    get,
    path = "/21/users/mfa/status",
    tag = "Cogniac",
    operation_id = "second_factor",
    responses(
        (status = 200, description = "`active` or `inactive`", body = SecondFactor),
        RefusedWithoutScope,
    ),
    security(("password" = []), ("caller" = [])),
)]
pub async fn second_factor(
    request: HttpRequest,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, Problem> {
    let app = &state.app;
    let user = person(app, &request).await.map_err(challenging)?;
    let active = match user {
        Some(user) => second_factor::is_active(app, user.id).await?,
        None => false,
    };
    let totp = if active { "active" } else { "inactive" };
    Ok(json(StatusCode::OK, &SecondFactor { totp }))
}

/// The person who sends this, by the password alone, by key or by token; nobody where it is a
/// program.
async fn person(app: &App, request: &HttpRequest) -> Result<Option<User>, Problem> {
    let origin = origin(request);
    let shown = match shown(request)? {
        Shown::Password(password) => return Ok(Some(password.user_half_way(app, &origin).await?)),
        Shown::Other(shown) => shown,
    };
    let identity = identify(app, shown.presented(), origin.address).await?;
    Ok(match identity.account {
        Account::User(user) => Some(user),
        Account::Machine(_) => None,
    })
}
