//! `POST /management/v2.0/organisations/{organisation}/apikeys`: a Super API Key. The paths are not
//! there unless `features.super_api_key` is on.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use utoipa::ToSchema;

use super::keys::KeyView;
use super::problem::told;
use crate::app::App;
use crate::app::authenticate_caller::{Audience, authenticate_caller};
use crate::app::authority::Authority;
use crate::app::{organizations, sign_in, super_key};
use crate::domain::access::{Caller, Denied};
use crate::domain::user::User;
use crate::http::HttpState;
use crate::http::compat::shown::{Shown, challenging, shown};
use crate::http::management::body::JsonBody;
use crate::http::management::json;
use crate::http::openapi::door_parameters::OfOrganisation;
use crate::http::openapi::responses::{BadBody, Conflict, NotFound, Refused};
use crate::http::presented::origin;
use crate::http::problem::Problem;

/// An operator, in person or by a credential.
enum Operator {
    Person(User),
    Caller(Caller),
}

/// Authenticates by password, token or key.
async fn operator(app: &App, request: &HttpRequest) -> Result<Operator, Problem> {
    match shown(request)? {
        Shown::Password(password) => {
            let user = password.user(app, &origin(request)).await?;
            if user.operator {
                Ok(Operator::Person(user))
            } else {
                Err(Denied::OperatorOnly.into())
            }
        }
        Shown::Other(shown) => {
            let presented = shown.presented();
            let management = Audience::Management;
            let caller = authenticate_caller(app, presented, management, origin(request)).await?;
            caller.require_operator()?;
            Ok(Operator::Caller(caller))
        }
    }
}

async fn make(
    request: &HttpRequest,
    app: &App,
    operator: Operator,
    organisation: &str,
) -> Result<HttpResponse, Problem> {
    // Whoever comes so far may know which organizations there are.
    let organization = organizations::find(app, &Authority::Command, organisation).await?;
    let caller = match operator {
        Operator::Person(user) => {
            sign_in::act_in(app, &user, organization.id, origin(request)).await?
        }
        Operator::Caller(caller) => caller,
    };
    let made = super_key::create(app, &caller, organization.id).await?;
    Ok(json(StatusCode::CREATED, &KeyView::made(&made, 0)))
}

/// Makes one for the organization in the path. A body is not read.
///
/// # Errors
/// 401; 403 for whoever is no operator; 404, 409.
#[utoipa::path(
    post,
    path = "/management/v2.0/organisations/{organisation}/apikeys",
    tag = "Cognigy",
    operation_id = "super_api_key",
    params(OfOrganisation),
    responses(
        (status = 201, description = "The new key, shown this one time", body = KeyView),
        NotFound,
        Conflict,
        Refused,
    ),
    security(("password" = []), ("caller" = [])),
)]
pub async fn create(
    request: HttpRequest,
    path: web::Path<String>,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, Problem> {
    let app = &state.app;
    let made = async {
        let operator = operator(app, &request).await.map_err(challenging)?;
        make(&request, app, operator, &path).await
    };
    made.await.map_err(|problem| told(problem, &request))
}

/// The same where the other paths of Cognigy's API are.
///
/// # Errors
/// As [`create`].
#[utoipa::path(
    post,
    path = "/new/management/v2.0/organisations/{organisation}/apikeys",
    tag = "Cognigy",
    operation_id = "super_api_key_below_new",
    params(OfOrganisation),
    responses(
        (status = 201, description = "The new key, shown this one time", body = KeyView),
        NotFound,
        Conflict,
        Refused,
    ),
    security(("password" = []), ("caller" = [])),
)]
pub async fn create_below_new(
    request: HttpRequest,
    path: web::Path<String>,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, Problem> {
    create(request, path, state).await
}

/// For which organization.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = CognigySuperApiKeyCreate)]
pub struct Create {
    organisation_id: String,
}

/// Makes one for the organization in the body, as Cognigy's client asks for it.
///
/// # Errors
/// 400, 401; 403 for whoever is no operator; 404, 409.
#[utoipa::path(
    post,
    path = "/new/management/v2.0/organisations/apikeys",
    tag = "Cognigy",
    operation_id = "super_api_key_by_body",
    request_body = Create,
    responses(
        (status = 201, description = "The new key, shown this one time", body = KeyView),
        BadBody,
        NotFound,
        Conflict,
        Refused,
    ),
    security(("password" = []), ("caller" = [])),
)]
pub async fn create_named_in_body(
    request: HttpRequest,
    state: web::Data<HttpState>,
    body: Result<JsonBody<Create>, Problem>,
) -> Result<HttpResponse, Problem> {
    let app = &state.app;
    let made = async {
        let operator = operator(app, &request).await.map_err(challenging)?;
        make(&request, app, operator, &body?.0.organisation_id).await
    };
    made.await.map_err(|problem| told(problem, &request))
}
