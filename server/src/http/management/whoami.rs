//! `GET /v1/whoami`: who the caller is. It takes a token of any audience and any API key, since it
//! says only what they say.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::caller::caller;
use super::json;
use crate::app::authenticate_caller::Audience;
use crate::domain::access::Subject;
use crate::domain::ids::{AgentId, CredentialId, OrganizationId, UserId};
use crate::http::HttpState;
use crate::http::openapi::responses::RefusedWithoutScope;
use crate::http::problem::Problem;

/// What the token, the key or the session says.
#[derive(Serialize, ToSchema)]
#[schema(as = Whoami)]
struct View {
    #[schema(required)]
    credential_id: Option<CredentialId>,
    #[schema(required)]
    client_id: Option<CredentialId>,
    #[schema(required)]
    user_id: Option<UserId>,
    organization_id: OrganizationId,
    #[schema(required)]
    agent_id: Option<AgentId>,
    #[schema(required)]
    agent_ids: Option<Vec<AgentId>>,
    operator: bool,
    #[schema(required)]
    audience: Option<String>,
    scopes: Vec<String>,
    #[schema(required)]
    expires_at: Option<DateTime<Utc>>,
}

/// Says who the caller is.
///
/// # Errors
/// 401 where the token or the key is not good, or its credential has been revoked.
#[utoipa::path(
    get,
    path = "/v1/whoami",
    tag = "Whoami",
    responses(
        (status = 200, description = "Who the caller is", body = View),
        RefusedWithoutScope,
    ),
    security(("caller" = [])),
)]
pub async fn whoami(
    request: HttpRequest,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, Problem> {
    let caller = caller(&state.app, &request, Audience::Any).await?;
    let credential_id = match caller.subject {
        Subject::Credential(id) => Some(id),
        Subject::User(_) => None,
    };
    let agents = caller.agents().map(<[AgentId]>::to_vec);
    let view = View {
        credential_id,
        client_id: credential_id,
        user_id: caller.user_id,
        organization_id: caller.organization_id,
        agent_id: match agents.as_deref() {
            Some([only]) => Some(*only),
            _ => None,
        },
        agent_ids: agents,
        operator: caller.operator,
        audience: caller.audience,
        scopes: caller.scopes,
        expires_at: caller.expires_at,
    };
    Ok(json(StatusCode::OK, &view))
}
