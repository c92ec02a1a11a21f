//! `/1/users/{user}/apiKeys`: one's own API keys.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::schema::{Object, Type};
use uuid::Uuid;

use super::names;
use crate::app::App;
use crate::app::error::AppError;
use crate::app::identity::{Account, account_of};
use crate::app::own_keys;
use crate::domain::access::Caller;
use crate::domain::credential::Credential;
use crate::domain::ids::CredentialId;
use crate::domain::text::{Description, Name, telling_pattern};
use crate::http::HttpState;
use crate::http::management::body::JsonBody;
use crate::http::management::caller::management_caller;
use crate::http::management::{json, no_content};
use crate::http::openapi::door_parameters::{OfUser, OfUserKey};
use crate::http::openapi::responses::{BadBody, Conflict, NotFound, Refused};
use crate::http::problem::Problem;

/// The longest name, in characters.
const LONGEST_NAME: usize = 100;

/// A key. Its creation alone shows it, and lacks `last_auth`.
#[derive(Serialize, ToSchema)]
#[schema(as = CogniacApiKey)]
struct KeyView<'a> {
    user_id: Uuid,
    description: &'a str,
    created_at: i64,
    key_id: CredentialId,
    api_key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i64>)]
    #[expect(
        clippy::option_option,
        reason = "absent and null are two things to this client"
    )]
    last_auth: Option<Option<i64>>,
    email: &'a str,
}

impl<'a> KeyView<'a> {
    fn read(owner: &'a Account, key: &'a Credential) -> Self {
        let description = match &key.description {
            Some(description) => description.as_str(),
            None => key.name.as_str(),
        };
        Self {
            user_id: owner.id(),
            description,
            created_at: key.created_at.timestamp(),
            key_id: key.id,
            api_key: None,
            last_auth: Some(key.last_used_at.map(|at| at.timestamp())),
            email: owner.email().map_or("", |email| email.as_str()),
        }
    }
}

/// API keys.
#[derive(Serialize, ToSchema)]
#[schema(as = CogniacApiKeys)]
struct KeysView<'a> {
    data: Vec<KeyView<'a>>,
}

/// Authenticates, checks that the path names the caller's own account, and asks for a scope.
async fn owner(
    app: &App,
    request: &HttpRequest,
    user: &str,
    scope: &'static str,
) -> Result<(Caller, Account), Problem> {
    let caller = management_caller(app, request).await?;
    let account = account_of(app, &caller).await?;
    if !names(user, account.id()) {
        return Err(AppError::NotFound("user").into());
    }
    caller.require(scope)?;
    Ok((caller, account))
}

/// Lists all.
///
/// # Errors
/// 401, 403; 404 for anybody else's.
#[utoipa::path(
    get,
    path = "/1/users/{user}/apiKeys",
    tag = "Cogniac",
    operation_id = "api_keys",
    params(OfUser),
    responses((status = 200, description = "The keys", body = KeysView), NotFound, Refused),
    security(("caller" = ["credentials:read"])),
)]
pub async fn list(
    request: HttpRequest,
    path: web::Path<String>,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, Problem> {
    let app = &state.app;
    let (caller, owner) = owner(app, &request, &path, "credentials:read").await?;
    let keys = own_keys::list(app, &caller).await?;
    let data = keys.iter().map(|key| KeyView::read(&owner, key)).collect();
    Ok(json(StatusCode::OK, &KeysView { data }))
}

/// What a new key is for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CogniacApiKeyCreate)]
pub struct Create {
    #[schema(schema_with = given_description)]
    description: Description,
}

/// Unlike elsewhere it says something: the name is made of it.
fn given_description() -> Object {
    Object::builder()
        .schema_type(Type::String)
        .description(Some("What the key is for. Its beginning becomes the name."))
        .min_length(Some(1))
        .max_length(Some(1000))
        .pattern(Some(telling_pattern()))
        .examples(["for images"])
        .build()
}

/// Makes one and shows it, this one time. The status is 200: Cogniac's own programs take any other
/// for a failure.
///
/// # Errors
/// 400, 401, 403, 409; 404 for anybody else.
#[utoipa::path(
    post,
    path = "/1/users/{user}/apiKeys",
    tag = "Cogniac",
    operation_id = "new_api_key",
    params(OfUser),
    request_body = Create,
    responses(
        (status = 200, description = "The new key, shown this one time", body = KeyView),
        BadBody,
        NotFound,
        Conflict,
        Refused,
    ),
    security(("caller" = ["credentials:write"])),
)]
pub async fn create(
    request: HttpRequest,
    path: web::Path<String>,
    state: web::Data<HttpState>,
    body: Result<JsonBody<Create>, Problem>,
) -> Result<HttpResponse, Problem> {
    let app = &state.app;
    let (caller, owner) = owner(app, &request, &path, "credentials:write").await?;
    let description = body?.0.description;
    let name = name_of(&description)?;
    let made = own_keys::create(app, &caller, name, Some(description)).await?;
    let key = &made.credential;
    let view = KeyView {
        api_key: Some(format!("{}:{}", key.id, made.secret.expose())),
        last_auth: None,
        ..KeyView::read(&owner, key)
    };
    Ok(json(StatusCode::OK, &view))
}

/// A name is shorter than a description may be.
fn name_of(description: &Description) -> Result<Name, Problem> {
    let beginning: String = description.as_str().chars().take(LONGEST_NAME).collect();
    beginning.parse().map_err(|_| {
        Problem::invalid(
            "description",
            "must be 1 to 1000 characters, without control, direction or other invisible characters",
        )
    })
}

/// Shows one.
///
/// # Errors
/// 401, 403; 404 for whatever is not one's own.
#[utoipa::path(
    get,
    path = "/1/users/{user}/apiKeys/{key}",
    tag = "Cogniac",
    operation_id = "api_key",
    params(OfUserKey),
    responses((status = 200, description = "The key", body = KeyView), NotFound, Refused),
    security(("caller" = ["credentials:read"])),
)]
pub async fn show(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, Problem> {
    let app = &state.app;
    let (caller, owner) = owner(app, &request, &path.0, "credentials:read").await?;
    let key = own_keys::find(app, &caller, &path.1).await?;
    Ok(json(StatusCode::OK, &KeyView::read(&owner, &key)))
}

/// Deletes one, at once and for good, and with it the tokens that were traded for it.
///
/// # Errors
/// 401, 403; 404 for whatever is not one's own.
#[utoipa::path(
    delete,
    path = "/1/users/{user}/apiKeys/{key}",
    tag = "Cogniac",
    operation_id = "delete_api_key",
    params(OfUserKey),
    responses((status = 204, description = "It is gone"), NotFound, Refused),
    security(("caller" = ["credentials:write"])),
)]
pub async fn delete(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, Problem> {
    let app = &state.app;
    let (caller, _) = owner(app, &request, &path.0, "credentials:write").await?;
    own_keys::delete(app, &caller, &path.1).await?;
    Ok(no_content())
}
