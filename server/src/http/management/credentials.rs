//! `/v1/organizations/{organization}/credentials`

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::{JsonBody, given, present};
use super::caller::in_organization;
use super::conditional::{precondition, shown, tagged, with_tag};
use super::idempotency::mark;
use super::{json, no_content};
use crate::app::App;
use crate::app::authority::Authority;
use crate::app::create_credential::{self, NewCredential, WithSecret};
use crate::app::credentials;
use crate::app::credentials_file::{CredentialsFile, credentials_file};
use crate::app::etag;
use crate::app::idempotency::{Made, Once};
use crate::app::view::CredentialView;
use crate::domain::access::Caller;
use crate::domain::credential::{CredentialKind, GrantType};
use crate::domain::ids::{AgentId, CredentialId};
use crate::domain::limit::{Quota, RateLimit};
use crate::domain::organization::Organization;
use crate::domain::resource_server::ResourceIdentifier;
use crate::domain::scope::Scope;
use crate::domain::text::{Description, Name};
use crate::domain::time::Rfc3339;
use crate::http::HttpState;
use crate::http::openapi::parameters::{OfCredential, OfOrganization};
use crate::http::openapi::responses::{BadBody, Bound, ComesAgain, Conflict, NotFound, Refused};
use crate::http::problem::Problem;

/// A credential and, this one time, its secret.
#[derive(Serialize, ToSchema)]
#[schema(as = CredentialWithSecret)]
pub struct WithSecretView {
    #[serde(flatten)]
    credential: CredentialView,
    /// Of an `oauth_client`: `gds_`, 43 letters and digits, and 6 more that are a checksum.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    client_secret: Option<String>,
    /// Of an `api_key`: the credential's id, a colon and its secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    api_key: Option<String>,
    credentials_file: CredentialsFile,
}

/// Renders a credential whose secret was just made.
///
/// # Errors
/// 503 where the database does not answer.
pub async fn view_with_secret(app: &App, made: WithSecret) -> Result<WithSecretView, Problem> {
    let credentials_file = credentials_file(app, &made).await?;
    let secret = made.secret.expose();
    let (client_secret, api_key) = match made.credential.kind {
        CredentialKind::OauthClient => (Some(secret.to_owned()), None),
        CredentialKind::ApiKey => (None, Some(format!("{}:{secret}", made.credential.id))),
    };
    Ok(WithSecretView {
        credential: CredentialView::new(app, made.credential),
        client_secret,
        api_key,
        credentials_file,
    })
}

/// 201 for a credential whose secret was just made, or made by an earlier request that came again;
/// with the tag of the credential itself.
///
/// # Errors
/// 503 where the database does not answer.
pub async fn created(app: &App, made: Made<WithSecret>) -> Result<HttpResponse, Problem> {
    let view = view_with_secret(app, made.thing).await?;
    let tag = etag::of(&view.credential)?;
    let response = with_tag(json(StatusCode::CREATED, &view), &tag);
    Ok(mark(response, made.replayed))
}

/// What a new credential is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CredentialCreate)]
pub struct Create {
    name: Name,
    kind: Option<CredentialKind>,
    description: Option<Description>,
    agent_id: Option<AgentId>,
    /// All that the caller may grant at the audiences where absent.
    scopes: Option<Vec<Scope>>,
    /// The first is the default; those that the scopes belong to where empty.
    #[serde(default)]
    #[schema(max_items = 20)]
    audiences: Vec<ResourceIdentifier>,
    grant_types: Option<Vec<GrantType>>,
    #[serde(default)]
    operator: bool,
    token_ttl_seconds: Option<u32>,
    /// From when on it is refused; in the future, and within 100 years.
    expires_at: Option<Rfc3339>,
    rate_limit: Option<RateLimit>,
    quota: Option<Quota>,
}

/// Creates one and shows its secret, this one time.
///
/// # Errors
/// 400, 401, 403, 404, 409, 412.
#[utoipa::path(
    post,
    path = "/v1/organizations/{organization}/credentials",
    tag = "Credentials",
    params(OfOrganization),
    request_body = Create,
    responses(
        (status = 201, description = "The new credential and, this one time, its secret", body = WithSecretView),
        BadBody,
        NotFound,
        Conflict,
        ComesAgain,
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
    let (caller, organization) = in_organization(app, &request, "credentials:write", &path).await?;
    let JsonBody(body, retryable) = body?;
    let once = Once::of(app, &caller, retryable);
    let kind = body.kind.unwrap_or(CredentialKind::OauthClient);
    let named = NewCredential::named(kind, body.name, organization.id);
    let new = NewCredential {
        description: body.description,
        agent_id: body.agent_id,
        scopes: body.scopes,
        audiences: body.audiences,
        grant_types: body.grant_types.unwrap_or(named.grant_types),
        operator: body.operator,
        token_ttl_seconds: body.token_ttl_seconds,
        expires_at: body.expires_at.map(|time| time.0),
        rate_limit: body.rate_limit,
        quota: body.quota,
        ..named
    };
    let authority = Authority::Caller(caller);
    let made = create_credential::create_once(app, &authority, new, &once).await?;
    created(app, made).await
}

/// Authenticates, asks for a scope, and reads organization and credential from the path.
///
/// # Errors
/// 400, 401, 403, 404, 412.
pub async fn in_path(
    app: &App,
    request: &HttpRequest,
    scope: &'static str,
    organization: &str,
    credential: &str,
) -> Result<(Caller, Organization, CredentialId), Problem> {
    let (caller, organization) = in_organization(app, request, scope, organization).await?;
    let id = credential
        .parse()
        .map_err(|_| crate::app::error::AppError::NotFound("credential"))?;
    Ok((caller, organization, id))
}

/// Shows one.
///
/// # Errors
/// 400, 401, 403, 404, 412.
#[utoipa::path(
    get,
    path = "/v1/organizations/{organization}/credentials/{credential}",
    tag = "Credentials",
    params(OfCredential),
    responses(
        (status = 200, description = "The credential", body = CredentialView),
        NotFound,
        Bound,
        Refused,
    ),
    security(("caller" = ["credentials:read"])),
)]
pub async fn show(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, Problem> {
    let app = &state.app;
    let (caller, organization, id) =
        in_path(app, &request, "credentials:read", &path.0, &path.1).await?;
    let found = credentials::show(app, &Authority::Caller(caller), organization.id, id).await?;
    shown(&request, &CredentialView::new(app, found))
}

/// What can change of a credential. A field that is absent stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CredentialUpdate)]
pub struct Update {
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false)]
    name: Option<Name>,
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false)]
    status: Option<Switch>,
    /// From when on it is refused; in the future, and within 100 years. Null: never.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Rfc3339>)]
    #[expect(
        clippy::option_option,
        reason = "absent, null and a value are three things in a PATCH"
    )]
    expires_at: Option<Option<Rfc3339>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Description>)]
    #[expect(clippy::option_option, reason = "as above")]
    description: Option<Option<Description>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<RateLimit>)]
    #[expect(clippy::option_option, reason = "as above")]
    rate_limit: Option<Option<RateLimit>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Quota>)]
    #[expect(clippy::option_option, reason = "as above")]
    quota: Option<Option<Quota>>,
}

/// The states that a caller may set; revoking is DELETE.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CredentialSwitch)]
pub enum Switch {
    /// Accepted.
    Active,
    /// Refused until it is enabled again.
    Disabled,
}

/// Renames, describes, disables, enables, moves the expiry, changes the limits.
///
/// # Errors
/// 400, 401, 403, 404; 409 for one that is revoked meanwhile.
#[utoipa::path(
    patch,
    path = "/v1/organizations/{organization}/credentials/{credential}",
    tag = "Credentials",
    params(OfCredential),
    request_body = Update,
    responses(
        (status = 200, description = "The credential as it is now", body = CredentialView),
        BadBody,
        NotFound,
        Conflict,
        Bound,
        Refused,
    ),
    security(("caller" = ["credentials:write"])),
)]
pub async fn update(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    state: web::Data<HttpState>,
    body: Result<JsonBody<Update>, Problem>,
) -> Result<HttpResponse, Problem> {
    let app = &state.app;
    let (caller, organization, id) =
        in_path(app, &request, "credentials:write", &path.0, &path.1).await?;
    let precondition = precondition(&request)?;
    let body = body?.0;
    let update = credentials::Update {
        name: body.name,
        enabled: body.status.map(|status| status == Switch::Active),
        expires_at: body.expires_at.map(|time| time.map(|time| time.0)),
        description: body.description,
        rate_limit: body.rate_limit,
        quota: body.quota,
    };
    let authority = Authority::Caller(caller);
    let changed =
        credentials::update(app, &authority, organization.id, id, update, &precondition).await?;
    tagged(StatusCode::OK, &CredentialView::new(app, changed))
}

/// Revokes one, at once and for good.
///
/// # Errors
/// 400, 401, 403, 404, 412.
#[utoipa::path(
    delete,
    path = "/v1/organizations/{organization}/credentials/{credential}",
    tag = "Credentials",
    params(OfCredential),
    responses(
        (status = 204, description = "Done"),
        NotFound,
        Bound,
        Refused,
    ),
    security(("caller" = ["credentials:write"])),
)]
pub async fn revoke(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, Problem> {
    let app = &state.app;
    let (caller, organization, id) =
        in_path(app, &request, "credentials:write", &path.0, &path.1).await?;
    let precondition = precondition(&request)?;
    let authority = Authority::Caller(caller);
    credentials::revoke(app, &authority, organization.id, id, &precondition).await?;
    Ok(no_content())
}
