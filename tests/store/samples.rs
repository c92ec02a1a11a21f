//! Things to keep, each time others.

use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use grantd::crypto::fingerprint::Fingerprint;
use grantd::domain::algorithm::Algorithm;
use grantd::domain::credential::{
    Credential, CredentialKind, CredentialStatus, GrantType, SecretRecord,
};
use grantd::domain::ids::{
    AgentId, CredentialId, OrganizationId, ResourceServerId, SecretId, UserId,
};
use grantd::domain::limit::{Quota, QuotaPeriod, RateLimit};
use grantd::domain::organization::{Agent, Organization};
use grantd::domain::resource_server::{ResourceScope, ResourceServer};
use grantd::domain::signing_key::{KeyState, SigningKey};
use grantd::domain::user::{Membership, Role, User};
use grantd::store::credentials::NewSecret;
use grantd::store::signing_keys::StoredKey;
use grantd::store::users::NewUser;

/// A fixed moment with microseconds, as a clock gives it.
pub(crate) fn now() -> DateTime<Utc> {
    "2026-11-21T10:20:30.123456Z".parse().unwrap()
}

/// Ever another number, so that ids and names differ and ids grow.
fn next() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

macro_rules! new_id {
    ($id:ident, $number:expr) => {{
        let mut random = [0; 10];
        random[2..].copy_from_slice(&$number.to_be_bytes());
        $id::from_parts(now(), random)
    }};
}

pub(crate) fn organization() -> Organization {
    let number = next();
    Organization {
        id: new_id!(OrganizationId, number),
        slug: format!("organization-{number}").parse().unwrap(),
        name: format!("Organization {number}").parse().unwrap(),
        created_at: now(),
        api_key_limit: Some(7),
        oauth_client_limit: None,
    }
}

pub(crate) fn agent(organization_id: OrganizationId) -> Agent {
    let number = next();
    Agent {
        id: new_id!(AgentId, number),
        organization_id,
        slug: format!("agent-{number}").parse().unwrap(),
        name: format!("Agent {number}").parse().unwrap(),
        created_at: now(),
    }
}

pub(crate) fn user() -> NewUser {
    let number = next();
    NewUser {
        user: User {
            id: new_id!(UserId, number),
            email: format!("user-{number}@example.com").parse().unwrap(),
            operator: false,
            created_at: now(),
        },
        password_hash: None,
    }
}

pub(crate) fn membership(user_id: UserId, organization_id: OrganizationId) -> Membership {
    Membership {
        user_id,
        organization_id,
        role: Role::AgentAdmin,
        agents: vec![agent(organization_id).id, agent(organization_id).id],
    }
}

pub(crate) fn resource_server() -> ResourceServer {
    let number = next();
    ResourceServer {
        id: new_id!(ResourceServerId, number),
        identifier: format!("https://api-{number}.example.com").parse().unwrap(),
        name: format!("API {number}").parse().unwrap(),
        // Not in the order of the alphabet.
        scopes: ["c:write", "a:read", "b:read"].map(scope).to_vec(),
        token_ttl_seconds: Some(600),
        algorithm: Some(Algorithm::EdDSA),
        created_at: now(),
    }
}

pub(crate) fn scope(name: &str) -> ResourceScope {
    ResourceScope {
        name: name.parse().unwrap(),
        description: format!("What {name} allows"),
    }
}

pub(crate) fn credential(organization_id: OrganizationId) -> Credential {
    let number = next();
    Credential {
        id: new_id!(CredentialId, number),
        kind: CredentialKind::OauthClient,
        name: format!("Credential {number}").parse().unwrap(),
        description: Some("What it is for".parse().unwrap()),
        organization_id,
        agent_id: None,
        created_by: Some(new_id!(UserId, number).0),
        user_id: Some(new_id!(UserId, number)),
        scopes: vec!["b:read".parse().unwrap(), "a:read".parse().unwrap()],
        audiences: vec![
            new_id!(ResourceServerId, number + 1),
            new_id!(ResourceServerId, number),
        ],
        grant_types: vec![GrantType::ClientCredentials],
        operator: true,
        token_ttl_seconds: Some(120),
        status: CredentialStatus::Active,
        created_at: now(),
        expires_at: Some(now() + TimeDelta::days(90)),
        rate_limit: Some(RateLimit {
            requests: 5,
            per_seconds: 60,
            enforce: true,
        }),
        quota: Some(Quota {
            requests: 7,
            per: QuotaPeriod::Month,
            enforce: false,
        }),
        super_key: false,
        last_used_at: None,
        secrets: Vec::new(),
    }
}

/// A secret made so many seconds after `now`.
pub(crate) fn secret(seconds: i64) -> NewSecret {
    let number = next();
    let mut fingerprint = [0xAB; 32];
    fingerprint[24..].copy_from_slice(&number.to_be_bytes());
    NewSecret {
        record: SecretRecord {
            id: new_id!(SecretId, number),
            hint: format!("…{number:04}"),
            created_at: now() + TimeDelta::seconds(seconds),
            expires_at: None,
            last_used_at: None,
        },
        fingerprint: Fingerprint::from_slice(&fingerprint).unwrap(),
    }
}

pub(crate) fn signing_key(state: KeyState) -> StoredKey {
    let number = next();
    StoredKey {
        key: SigningKey {
            kid: format!("kid-{number}"),
            algorithm: Algorithm::ES256,
            state,
            created_at: now() + TimeDelta::seconds(i64::try_from(number).unwrap()),
            activates_at: now(),
            removes_at: None,
            max_token_ttl: TimeDelta::days(1),
        },
        public_jwk: r#"{"kty":"EC"}"#.to_owned(),
        sealed: Some(vec![0, 1, 2, 255]),
    }
}
