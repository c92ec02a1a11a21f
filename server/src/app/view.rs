//! Things as they are shown, by the management API and by commands alike. Never a secret, never a
//! fingerprint.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::App;
use super::members::Member;
use crate::domain::algorithm::Algorithm;
use crate::domain::credential::{
    Credential, CredentialKind, CredentialStatus, GrantType, SecretRecord,
};
use crate::domain::ids::{
    AgentId, CredentialId, OrganizationId, ResourceServerId, SecretId, UserId,
};
use crate::domain::limit::{Quota, RateLimit};
use crate::domain::organization::{Agent, Organization};
use crate::domain::resource_server::{ResourceIdentifier, ResourceScope, ResourceServer};
use crate::domain::scope::Scope;
use crate::domain::signing_key::{KeyState, SigningKey};
use crate::domain::text::{Description, Email, Name, Slug};
use crate::domain::user::Role;

/// An organization as it is shown.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Organization)]
pub struct OrganizationView {
    id: OrganizationId,
    slug: Slug,
    name: Name,
    created_at: DateTime<Utc>,
    #[schema(required)]
    api_key_limit: Option<u32>,
    #[schema(required)]
    oauth_client_limit: Option<u32>,
}

impl From<Organization> for OrganizationView {
    fn from(organization: Organization) -> Self {
        Self {
            id: organization.id,
            slug: organization.slug,
            name: organization.name,
            created_at: organization.created_at,
            api_key_limit: organization.api_key_limit,
            oauth_client_limit: organization.oauth_client_limit,
        }
    }
}

/// An agent as it is shown.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Agent)]
pub struct AgentView {
    id: AgentId,
    organization_id: OrganizationId,
    slug: Slug,
    name: Name,
    created_at: DateTime<Utc>,
}

impl From<Agent> for AgentView {
    fn from(agent: Agent) -> Self {
        Self {
            id: agent.id,
            organization_id: agent.organization_id,
            slug: agent.slug,
            name: agent.name,
            created_at: agent.created_at,
        }
    }
}

/// A member of an organization as it is shown.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Member)]
pub struct MemberView {
    user_id: UserId,
    email: Email,
    role: Role,
    agents: Vec<AgentId>,
    created_at: DateTime<Utc>,
}

impl From<Member> for MemberView {
    fn from(member: Member) -> Self {
        Self {
            user_id: member.user.id,
            email: member.user.email,
            role: member.place.role,
            agents: member.place.agents,
            created_at: member.user.created_at,
        }
    }
}

/// A resource server as it is shown.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ResourceServer)]
pub struct ResourceServerView {
    id: ResourceServerId,
    identifier: ResourceIdentifier,
    name: Name,
    scopes: Vec<ResourceScope>,
    #[schema(required)]
    token_ttl_seconds: Option<u32>,
    #[schema(required)]
    algorithm: Option<Algorithm>,
    built_in: bool,
    created_at: DateTime<Utc>,
}

impl From<&ResourceServer> for ResourceServerView {
    fn from(server: &ResourceServer) -> Self {
        Self {
            id: server.id,
            identifier: server.identifier.clone(),
            name: server.name.clone(),
            scopes: server.scopes.clone(),
            token_ttl_seconds: server.token_ttl_seconds,
            algorithm: server.algorithm,
            built_in: server.is_management(),
            created_at: server.created_at,
        }
    }
}

/// A signing key as it is shown.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SigningKey)]
pub struct SigningKeyView {
    kid: String,
    algorithm: Algorithm,
    state: KeyState,
    created_at: DateTime<Utc>,
    activates_at: DateTime<Utc>,
    #[schema(required)]
    removes_at: Option<DateTime<Utc>>,
}

impl From<SigningKey> for SigningKeyView {
    fn from(key: SigningKey) -> Self {
        Self {
            kid: key.kid,
            algorithm: key.algorithm,
            state: key.state,
            created_at: key.created_at,
            activates_at: key.activates_at,
            removes_at: key.removes_at,
        }
    }
}

/// A credential as it is shown.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Credential)]
pub struct CredentialView {
    id: CredentialId,
    kind: CredentialKind,
    name: Name,
    #[schema(required)]
    description: Option<Description>,
    organization_id: OrganizationId,
    #[schema(required)]
    agent_id: Option<AgentId>,
    #[schema(required)]
    created_by: Option<Uuid>,
    #[schema(required)]
    user_id: Option<UserId>,
    scopes: Vec<Scope>,
    audiences: Vec<ResourceIdentifier>,
    grant_types: Vec<GrantType>,
    operator: bool,
    #[schema(required)]
    token_ttl_seconds: Option<u32>,
    status: CredentialStatus,
    created_at: DateTime<Utc>,
    #[schema(required)]
    expires_at: Option<DateTime<Utc>>,
    #[schema(required)]
    last_used_at: Option<DateTime<Utc>>,
    #[schema(required)]
    rate_limit: Option<RateLimit>,
    #[schema(required)]
    quota: Option<Quota>,
    super_key: bool,
    secrets: Vec<SecretView>,
}

/// What is shown of a secret.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Secret)]
pub struct SecretView {
    id: SecretId,
    hint: String,
    created_at: DateTime<Utc>,
    #[schema(required)]
    expires_at: Option<DateTime<Utc>>,
    #[schema(required)]
    last_used_at: Option<DateTime<Utc>>,
}

impl From<SecretRecord> for SecretView {
    fn from(secret: SecretRecord) -> Self {
        Self {
            id: secret.id,
            hint: secret.hint,
            created_at: secret.created_at,
            expires_at: secret.expires_at,
            last_used_at: secret.last_used_at,
        }
    }
}

impl CredentialView {
    /// Shows a credential; its audiences by identifier.
    pub fn new(app: &App, credential: Credential) -> Self {
        let servers = app.resource_servers();
        Self {
            id: credential.id,
            kind: credential.kind,
            name: credential.name,
            description: credential.description,
            organization_id: credential.organization_id,
            agent_id: credential.agent_id,
            created_by: credential.created_by,
            user_id: credential.user_id,
            scopes: credential.scopes,
            audiences: credential
                .audiences
                .iter()
                .filter_map(|id| servers.find(*id))
                .map(|server| server.identifier.clone())
                .collect(),
            grant_types: credential.grant_types,
            operator: credential.operator,
            token_ttl_seconds: credential.token_ttl_seconds,
            status: credential.status,
            created_at: credential.created_at,
            expires_at: credential.expires_at,
            last_used_at: credential.last_used_at,
            rate_limit: credential.rate_limit,
            quota: credential.quota,
            super_key: credential.super_key,
            secrets: credential
                .secrets
                .into_iter()
                .map(SecretView::from)
                .collect(),
        }
    }
}
