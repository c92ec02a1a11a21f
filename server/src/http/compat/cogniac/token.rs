//! `GET /1/token`: a password, an API key or another token is traded for an access token.

use actix_web::{HttpRequest, HttpResponse, web};

use crate::app::App;
use crate::app::error::AppError;
use crate::app::issue_token::Issued;
use crate::app::sign_in;
use crate::app::trade_key::trade_key;
use crate::domain::ids::OrganizationId;
use crate::domain::secret::Secret;
use crate::http::HttpState;
use crate::http::compat::shown::{Shown, challenging, shown};
use crate::http::oauth::token::{Body, success};
use crate::http::openapi::door_parameters::TokenQuery;
use crate::http::openapi::responses::RefusedWithoutScope;
use crate::http::presented;
use crate::http::problem::Problem;

/// The parameter that names the organization.
const TENANT: &str = "tenant_id";

/// The parameter with the code of the second factor.
const OTP: &str = "otp";

/// Issues a token.
///
/// # Errors
/// 400 for a tenant that is not the caller's; 401.
#[utoipa::path(
    get,
    path = "/1/token",
    tag = "Cogniac",
    operation_id = "token",
    params(TokenQuery),
    responses(
        (status = 200, description = "The token; `Cache-Control: no-store`", body = Body),
        RefusedWithoutScope,
    ),
    security(
        ("password" = []),
        ("api_key_header" = []),
        ("api_key_authorization" = []),
        ("api_key_query" = []),
        ("bearer" = []),
    ),
)]
pub async fn token(
    request: HttpRequest,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, Problem> {
    let issued = issue(&request, &state.app).await.map_err(challenging)?;
    Ok(success(&issued))
}

/// The same at an address that older programs know.
///
/// # Errors
/// As [`token`].
#[utoipa::path(
    get,
    path = "/1/oauth/token",
    tag = "Cogniac",
    operation_id = "legacy_token",
    params(TokenQuery),
    responses(
        (status = 200, description = "The token; `Cache-Control: no-store`", body = Body),
        RefusedWithoutScope,
    ),
    security(
        ("password" = []),
        ("api_key_header" = []),
        ("api_key_authorization" = []),
        ("api_key_query" = []),
        ("bearer" = []),
    ),
)]
pub async fn legacy(
    request: HttpRequest,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, Problem> {
    token(request, state).await
}

async fn issue(request: &HttpRequest, app: &App) -> Result<Issued, Problem> {
    let issued = match shown(request)? {
        Shown::Password(password) => {
            let origin = presented::origin(request);
            let code = only(request, OTP)?.map(Secret::new);
            let user = password.user_with_code(app, code.as_ref(), &origin).await?;
            match tenant(request)? {
                Some(tenant) => sign_in::issue(app, &user, tenant, &origin).await,
                None => sign_in::issue_for_the_only_one(app, &user, &origin).await,
            }
        }
        Shown::Other(presented::Shown::ApiKey(key)) => {
            // A key that is not good is told before a tenant that is not.
            let asked = tenant(request);
            let chosen = asked.as_ref().ok().copied().flatten();
            let address = presented::origin(request).address;
            let traded = trade_key(app, &key, chosen, address).await;
            if !matches!(traded, Err(AppError::Unauthenticated(_))) {
                asked?;
            }
            traded
        }
        Shown::Other(presented::Shown::Bearer(token)) => {
            let tenant = tenant(request)?
                .ok_or_else(|| Problem::invalid(TENANT, "is required where a token is sent"))?;
            sign_in::exchange(app, token, tenant).await
        }
    };
    issued.map_err(|error| match error {
        AppError::NotFound(_) => not_a_tenant(),
        other => other.into(),
    })
}

/// The organization that is asked for.
fn tenant(request: &HttpRequest) -> Result<Option<OrganizationId>, Problem> {
    let id = only(request, TENANT)?;
    id.map(|id| id.parse().map_err(|_| not_a_tenant()))
        .transpose()
}

/// The value of a parameter. The SDK sends an empty one for none.
fn only(request: &HttpRequest, name: &'static str) -> Result<Option<String>, Problem> {
    let mut given = url::form_urlencoded::parse(request.query_string().as_bytes())
        .filter(|(given, _)| given == name);
    match (given.next(), given.next()) {
        (Some(_), Some(_)) => Err(Problem::invalid(name, "must not stand there twice")),
        (Some((_, value)), None) if !value.is_empty() => Ok(Some(value.into_owned())),
        _ => Ok(None),
    }
}

fn not_a_tenant() -> Problem {
    Problem::invalid(TENANT, "must be the tenant_id of one of your tenants")
}
