//! Creating a credential: who may, where, until when, and how many there may be.

use chrono::{DateTime, SubsecRound, Utc};
use uuid::Uuid;

use super::error::AppError;
use super::grantable::{Holdings, choose_audiences, choose_scopes};
use super::{App, feed};
use crate::crypto::secret;
use crate::domain::access::Caller;
use crate::domain::credential::{
    Credential, CredentialKind, CredentialStatus, GrantType, SecretRecord,
};
use crate::domain::ids::{AgentId, CredentialId, OrganizationId, SecretId};
use crate::domain::resource_server::ResourceIdentifier;
use crate::domain::scope::Scope;
use crate::domain::secret::Secret;
use crate::domain::text::Name;
use crate::store::credentials::NewSecret;
use crate::store::{self, Write};

/// Who wants something done.
#[derive(Debug, Clone)]
pub enum Authority {
    /// A command on the database itself, or the first start: the operator, in person.
    Command,
    /// A caller of the management API.
    Caller(Caller),
}

impl Authority {
    /// The id for `created_by`.
    fn id(&self) -> Option<Uuid> {
        match self {
            Self::Command => None,
            Self::Caller(caller) => Some(caller.credential_id.0),
        }
    }

    /// The one agent that it is scoped to.
    pub(crate) fn agent(&self) -> Option<AgentId> {
        match self {
            Self::Command => None,
            Self::Caller(caller) => caller.agent_id,
        }
    }

    /// Whether this agent is its to see.
    pub(crate) fn reaches_agent(&self, agent: AgentId) -> bool {
        self.agent().is_none_or(|own| own == agent)
    }

    fn is_operator(&self) -> bool {
        match self {
            Self::Command => true,
            Self::Caller(caller) => caller.operator,
        }
    }
}

/// What a new credential is to be.
#[derive(Debug, Clone)]
pub struct NewCredential {
    /// How it is used.
    pub kind: CredentialKind,
    /// What people call it.
    pub name: Name,
    /// The owner.
    pub organization_id: OrganizationId,
    /// The one agent it is scoped to.
    pub agent_id: Option<AgentId>,
    /// The user it is made for, where it is not the one who makes it.
    pub created_by: Option<Uuid>,
    /// Its scopes; all that may be granted at its audiences where absent.
    pub scopes: Option<Vec<Scope>>,
    /// Its audiences; those that the scopes belong to where empty.
    pub audiences: Vec<ResourceIdentifier>,
    /// The grants that it may use at the token endpoint.
    pub grant_types: Vec<GrantType>,
    /// Whether it acts for the operator.
    pub operator: bool,
    /// Lifetime of its tokens in seconds.
    pub token_ttl_seconds: Option<u32>,
    /// From when on it is refused.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A credential and its secret, the one time that it is known.
#[derive(Debug)]
pub struct WithSecret {
    /// The credential.
    pub credential: Credential,
    /// The secret that was just made.
    pub secret: Secret,
}

/// Creates a credential with its first secret.
///
/// # Errors
/// [`AppError::Invalid`] naming the field; `Denied` where more is asked than the caller holds;
/// `Conflict` at the organization's limit.
pub async fn create(
    app: &App,
    authority: &Authority,
    new: NewCredential,
) -> Result<WithSecret, AppError> {
    let prepared = prepare(app, authority, new).await?;
    let mut write = app.store.begin(app.now()).await?;
    insert(app, &mut write, &prepared).await?;
    feed::commit(app, write).await?;
    Ok(prepared.made)
}

/// A credential that was judged and only needs to be written.
pub(crate) struct Prepared {
    /// The credential and its secret.
    pub(crate) made: WithSecret,
    new_secret: NewSecret,
}

/// Judges what is asked and makes the secret. Writes nothing.
pub(crate) async fn prepare(
    app: &App,
    authority: &Authority,
    mut new: NewCredential,
) -> Result<Prepared, AppError> {
    let now = app.now();
    // PostgreSQL keeps no more, and what is answered must be what is read back.
    new.expires_at = new.expires_at.map(|at| at.trunc_subsecs(6));
    check_place(authority, &new)?;
    check_times(app, &new, now)?;
    if new.operator && !authority.is_operator() {
        return Err(crate::domain::access::Denied::OperatorOnly.into());
    }
    if new.operator && new.agent_id.is_some() {
        return Err(AppError::invalid(
            "agent_id",
            "must not be given for an operator, who acts over all organizations",
        ));
    }
    let holdings = Holdings::of(app, authority, new.operator).await?;
    holdings.check_end(new.expires_at)?;
    let audiences = choose_audiences(&holdings, &new)?;
    let scopes = choose_scopes(&holdings, &audiences, &new)?;
    let (secret, new_secret) = make_secret(app, new.kind, now);
    let credential = Credential {
        id: CredentialId::from_parts(now, app.random10()),
        kind: new.kind,
        name: new.name,
        organization_id: new.organization_id,
        agent_id: new.agent_id,
        created_by: new.created_by.or_else(|| authority.id()),
        scopes,
        audiences: audiences.iter().map(|server| server.id).collect(),
        grant_types: new.grant_types,
        operator: new.operator,
        token_ttl_seconds: new.token_ttl_seconds,
        status: CredentialStatus::Active,
        created_at: now,
        expires_at: new.expires_at,
        secrets: vec![new_secret.record.clone()],
    };
    Ok(Prepared {
        made: WithSecret { credential, secret },
        new_secret,
    })
}

/// Writes it, if the organization's limit allows. The write is serialised, so the count holds.
pub(crate) async fn insert(
    app: &App,
    write: &mut Write,
    prepared: &Prepared,
) -> Result<(), AppError> {
    let credential = &prepared.made.credential;
    if store::organizations::find(write, credential.organization_id)
        .await?
        .is_none()
    {
        return Err(AppError::NotFound("organization"));
    }
    if let Some(agent) = credential.agent_id
        && store::agents::find(write, credential.organization_id, agent)
            .await?
            .is_none()
    {
        return Err(AppError::invalid(
            "agent_id",
            "must be an agent of this organization",
        ));
    }
    let (limit, what) = match credential.kind {
        CredentialKind::ApiKey => (app.limits.api_keys_per_organization, "API keys"),
        CredentialKind::OauthClient => (app.limits.oauth_clients_per_organization, "OAuth clients"),
    };
    let count =
        store::credentials::count(write, credential.organization_id, credential.kind).await?;
    if count >= u64::from(limit) {
        return Err(AppError::Conflict(format!(
            "The organization has {count} {what}, and {limit} is the limit. Delete one that is not used any more."
        )));
    }
    store::credentials::insert(
        write,
        credential,
        std::slice::from_ref(&prepared.new_secret),
    )
    .await?;
    Ok(())
}

/// Makes a secret and what is stored of it.
pub(crate) fn make_secret(
    app: &App,
    kind: CredentialKind,
    now: DateTime<Utc>,
) -> (Secret, NewSecret) {
    let secret = secret::generate(kind.secret_prefix(), app.entropy.as_ref());
    let new_secret = NewSecret {
        record: SecretRecord {
            id: SecretId::from_parts(now, app.random10()),
            hint: secret.hint(),
            created_at: now,
            expires_at: None,
        },
        fingerprint: app.fingerprinter.fingerprint(secret.expose().as_bytes()),
    };
    (secret, new_secret)
}

fn check_place(authority: &Authority, new: &NewCredential) -> Result<(), AppError> {
    let Authority::Caller(caller) = authority else {
        return Ok(());
    };
    caller.require_organization(new.organization_id)?;
    if !caller.reaches_agent(new.agent_id) {
        return Err(AppError::invalid(
            "agent_id",
            "must be the agent that your own credential is scoped to",
        ));
    }
    Ok(())
}

fn check_times(app: &App, new: &NewCredential, now: DateTime<Utc>) -> Result<(), AppError> {
    if let Some(ttl) = new.token_ttl_seconds {
        check_ttl(app, "token_ttl_seconds", ttl)?;
    }
    check_expiry(new.expires_at, now)
}

/// A token lifetime must lie within the rails.
pub(crate) fn check_ttl(app: &App, field: &'static str, ttl: u32) -> Result<(), AppError> {
    let (min, max) = (app.policy.min_ttl_seconds, app.policy.max_ttl_seconds);
    if (min..=max).contains(&ttl) {
        Ok(())
    } else {
        Err(AppError::invalid(
            field,
            format!("must be {min} to {max} seconds"),
        ))
    }
}

/// An expiry must lie ahead, and not absurdly far.
pub(crate) fn check_expiry(
    expires_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let farthest = now + chrono::TimeDelta::days(100 * 366);
    match expires_at {
        Some(at) if at <= now => Err(AppError::invalid("expires_at", "must lie in the future")),
        Some(at) if at > farthest => Err(AppError::invalid(
            "expires_at",
            "must lie within 100 years from now",
        )),
        _ => Ok(()),
    }
}
