//! `GET /v1/whoami`: who the caller is. It takes a token of any audience, since it says only what
//! the token says.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use serde::Serialize;

use super::caller::caller;
use super::json;
use crate::app::authenticate_caller::Audience;
use crate::domain::ids::{AgentId, CredentialId, OrganizationId};
use crate::http::HttpState;
use crate::http::problem::Problem;

#[derive(Serialize)]
struct View {
    credential_id: CredentialId,
    client_id: CredentialId,
    organization_id: OrganizationId,
    agent_id: Option<AgentId>,
    operator: bool,
    audience: String,
    scopes: Vec<String>,
    expires_at: DateTime<Utc>,
}

/// Says who the caller is.
///
/// # Errors
/// 401 where the token is not good, or its credential has been revoked.
pub async fn whoami(
    request: HttpRequest,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, Problem> {
    let caller = caller(&state.app, &request, Audience::Any).await?;
    let view = View {
        credential_id: caller.credential_id,
        client_id: caller.credential_id,
        organization_id: caller.organization_id,
        agent_id: caller.agent_id,
        operator: caller.operator,
        audience: caller.audience,
        scopes: caller.scopes,
        expires_at: caller.expires_at,
    };
    Ok(json(StatusCode::OK, &view))
}
