//! A credential and the resource servers that it may use, without a database.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use grantd::domain::algorithm::Algorithm;
use grantd::domain::credential::{Credential, CredentialKind, CredentialStatus, GrantType};
use grantd::domain::grant::{GrantedCredential, TokenPolicy};
use grantd::domain::ids::{CredentialId, OrganizationId, ResourceServerId};
use grantd::domain::resource_server::{ResourceScope, ResourceServer};

pub(super) const API: &str = "https://api.example.com";
pub(super) const OTHER: &str = "https://other.example.com";

pub(super) const POLICY: TokenPolicy = TokenPolicy {
    ttl_seconds: 900,
    min_ttl_seconds: 60,
    max_ttl_seconds: 3_600,
    algorithm: Algorithm::ES256,
};

pub(super) fn now() -> DateTime<Utc> {
    "2026-11-21T10:20:30.123456Z".parse().unwrap()
}

pub(super) fn resource_server(identifier: &str, scopes: &[&str]) -> ResourceServer {
    let mut random = [0; 10];
    let name = identifier.as_bytes();
    random.copy_from_slice(&name[name.len() - 15..name.len() - 5]);
    ResourceServer {
        id: ResourceServerId::from_parts(now(), random),
        identifier: identifier.parse().unwrap(),
        name: "An API".parse().unwrap(),
        scopes: scopes
            .iter()
            .map(|name| ResourceScope {
                name: name.parse().unwrap(),
                description: String::new(),
            })
            .collect(),
        token_ttl_seconds: None,
        algorithm: None,
        created_at: now(),
    }
}

/// Two APIs, which share `ping`.
pub(super) fn servers() -> [ResourceServer; 2] {
    [
        resource_server(API, &["api:read", "api:write", "api:admin", "ping"]),
        resource_server(OTHER, &["other:read", "ping"]),
    ]
}

/// A credential of these APIs with everything but `api:admin`.
pub(super) fn credential(servers: &[ResourceServer]) -> Credential {
    Credential {
        id: CredentialId::from_parts(now(), [1; 10]),
        kind: CredentialKind::OauthClient,
        name: "ci".parse().unwrap(),
        description: None,
        organization_id: OrganizationId::from_parts(now(), [2; 10]),
        agent_id: None,
        created_by: None,
        user_id: None,
        // Not in the order of the APIs.
        scopes: ["other:read", "ping", "api:write", "api:read"]
            .map(|scope| scope.parse().unwrap())
            .to_vec(),
        audiences: servers.iter().map(|server| server.id).collect(),
        grant_types: vec![GrantType::ClientCredentials],
        operator: false,
        token_ttl_seconds: None,
        status: CredentialStatus::Active,
        created_at: now(),
        expires_at: None,
        rate_limit: None,
        quota: None,
        super_key: false,
        last_used_at: None,
        secrets: Vec::new(),
    }
}

/// The credential with its grants at these APIs.
pub(super) fn granted(credential: Credential, servers: &[ResourceServer]) -> GrantedCredential {
    let servers: Vec<_> = servers.iter().cloned().map(Arc::new).collect();
    GrantedCredential::new(credential, |id| {
        servers.iter().find(|server| server.id == id).cloned()
    })
}

/// The usual: [`credential`] at [`servers`].
pub(super) fn holder() -> GrantedCredential {
    let servers = servers();
    granted(credential(&servers), &servers)
}
