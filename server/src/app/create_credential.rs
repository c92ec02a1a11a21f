//! Creating a credential: who may, where, until when, and how many there may be.

mod ranges;

pub(crate) use ranges::{check_expiry, check_limits, check_ttl};

use chrono::{DateTime, SubsecRound, Utc};
use uuid::Uuid;

use super::authority::Authority;
use super::error::AppError;
use super::grantable::{Holdings, choose_audiences, choose_scopes};
use super::idempotency::{Made, Once};
use super::{App, audit, feed, own_credentials, super_key};
use crate::crypto::secret;
use crate::domain::access::{Denied, Subject};
use crate::domain::audit::Action;
use crate::domain::credential::{
    Credential, CredentialKind, CredentialStatus, GrantType, SecretRecord,
};
use crate::domain::ids::{AgentId, CredentialId, OrganizationId, SecretId, UserId};
use crate::domain::limit::{Quota, RateLimit};
use crate::domain::limits::Limits;
use crate::domain::organization::Organization;
use crate::domain::resource_server::ResourceIdentifier;
use crate::domain::scope::Scope;
use crate::domain::secret::Secret;
use crate::domain::text::{Description, Name};
use crate::store::credentials::NewSecret;
use crate::store::{self, ConflictOn, StoreError, Write};

/// What a new credential is to be.
#[derive(Debug, Clone)]
pub struct NewCredential {
    /// Its id, where that was given out before, so that what is asked for twice is made once; a new
    /// one where absent.
    pub id: Option<CredentialId>,
    /// How it is used.
    pub kind: CredentialKind,
    /// What people call it.
    pub name: Name,
    /// What it is for.
    pub description: Option<Description>,
    /// The owner.
    pub organization_id: OrganizationId,
    /// The one agent it is scoped to.
    pub agent_id: Option<AgentId>,
    /// The user it is made for, where it is not the one who makes it.
    pub created_by: Option<Uuid>,
    /// The user whose own it is to be.
    pub user_id: Option<UserId>,
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
    /// How fast it may be used.
    pub rate_limit: Option<RateLimit>,
    /// How much it may be used a day or a month.
    pub quota: Option<Quota>,
    /// Whether it is a Super API Key, which the organization's limit does not count.
    pub super_key: bool,
}

impl NewCredential {
    /// A credential for the client credentials grant that belongs to the whole organization, with
    /// nothing said beyond that.
    pub fn named(kind: CredentialKind, name: Name, organization_id: OrganizationId) -> Self {
        Self {
            id: None,
            kind,
            name,
            description: None,
            organization_id,
            agent_id: None,
            created_by: None,
            user_id: None,
            scopes: None,
            audiences: Vec::new(),
            grant_types: vec![GrantType::ClientCredentials],
            operator: false,
            token_ttl_seconds: None,
            expires_at: None,
            rate_limit: None,
            quota: None,
            super_key: false,
        }
    }
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
/// `Conflict` at the organization's limit; `DoneBefore` where the id was used.
pub async fn create(
    app: &App,
    authority: &Authority,
    new: NewCredential,
) -> Result<WithSecret, AppError> {
    let made = create_once(app, authority, new, &Once::never()).await?;
    Ok(made.thing)
}

/// The same for a request that may come again: it gets the same secret.
///
/// # Errors
/// As [`create`]; `Gone` and `KeyReused`.
pub async fn create_once(
    app: &App,
    authority: &Authority,
    new: NewCredential,
    once: &Once,
) -> Result<Made<WithSecret>, AppError> {
    let organization_id = new.organization_id;
    // Before anything is judged: what was good then may not be any more, such as the end in it.
    if let Some(earlier) = once.earlier(app, &app.store).await? {
        return earlier.credential(app, authority, organization_id).await;
    }
    if let Some(id) = new.id
        && store::credentials::find(&app.store, id).await?.is_some()
    {
        return Err(AppError::DoneBefore);
    }
    let prepared = prepare(app, authority, new).await?;
    let mut write = app.store.begin(app.now()).await?;
    if let Some(earlier) = once.earlier(app, &write).await? {
        drop(write);
        return earlier.credential(app, authority, organization_id).await;
    }
    insert(app, &mut write, authority, &prepared).await?;
    let WithSecret { credential, secret } = &prepared.made;
    once.remember_secret(app, &mut write, credential.id, secret)
        .await?;
    feed::commit(app, write).await?;
    Ok(Made::now(prepared.made))
}

/// A credential that was judged and only needs to be written.
pub(crate) struct Prepared {
    /// The credential and its secret.
    pub(crate) made: WithSecret,
    new_secret: NewSecret,
    /// Whose places it is made by: of the user who makes it, and of the one whose own it is to be.
    people: Vec<UserId>,
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
    // What a caller that reaches one agent alone makes is scoped to that one, too.
    if let Some([only]) = authority.agents() {
        new.agent_id = new.agent_id.or(Some(*only));
    }
    check_place(authority, &new)?;
    ranges::check(app, &new, now)?;
    if new.operator && !authority.is_operator() {
        return Err(Denied::OperatorOnly.into());
    }
    if new.operator && new.agent_id.is_some() {
        return Err(AppError::invalid(
            "agent_id",
            "must not be given for an operator, who acts over all organizations",
        ));
    }
    let holdings = Holdings::of(app, authority, new.operator).await?;
    holdings.check_end(new.expires_at)?;
    let limits = holdings.choose_limits(Limits {
        rate_limit: new.rate_limit,
        quota: new.quota,
    })?;
    let audiences = choose_audiences(&holdings, &new)?;
    let scopes = choose_scopes(&holdings, &audiences, &new)?;
    let (secret, new_secret) = make_secret(app, new.kind, now);
    let credential = Credential {
        id: new
            .id
            .unwrap_or_else(|| CredentialId::from_parts(now, app.random10())),
        kind: new.kind,
        name: new.name,
        description: new.description,
        organization_id: new.organization_id,
        agent_id: new.agent_id,
        // A Super API Key is bound to nobody, not even to whoever made it.
        created_by: new
            .created_by
            .or_else(|| authority.id())
            .filter(|_| !new.super_key),
        user_id: new.user_id,
        scopes,
        audiences: audiences.iter().map(|server| server.id).collect(),
        grant_types: new.grant_types,
        operator: new.operator,
        token_ttl_seconds: new.token_ttl_seconds,
        status: CredentialStatus::Active,
        created_at: now,
        expires_at: new.expires_at,
        rate_limit: limits.rate_limit,
        quota: limits.quota,
        super_key: new.super_key,
        last_used_at: None,
        secrets: vec![new_secret.record.clone()],
    };
    let people = authority
        .user()
        .into_iter()
        .chain(credential.user_id)
        .collect();
    Ok(Prepared {
        made: WithSecret { credential, secret },
        new_secret,
        people,
    })
}

/// Writes it, if the organization's limit allows, and tells the audit trail. The write is
/// serialised, so the count holds.
pub(crate) async fn insert(
    app: &App,
    write: &mut Write,
    authority: &Authority,
    prepared: &Prepared,
) -> Result<(), AppError> {
    let credential = &prepared.made.credential;
    let organization = store::organizations::find(write, credential.organization_id)
        .await?
        .ok_or(AppError::NotFound("organization"))?;
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
    // The places may have changed since the caller was authenticated. From here on they cannot.
    for user in &prepared.people {
        own_credentials::check(write, *user, credential).await?;
    }
    if credential.super_key {
        super_key::check_limit(write, credential).await?;
    } else {
        check_limit(app, write, &organization, credential.kind).await?;
    }
    store::credentials::insert(
        write,
        credential,
        std::slice::from_ref(&prepared.new_secret),
    )
    .await
    .map_err(done_before)?;
    let (action, sides) = (Action::CredentialCreated, (None, Some(credential)));
    audit::credential(app, write, &authority.actor(), action, sides)
}

/// A credential or a secret of this id is there: the same request came first.
pub(crate) fn done_before(error: StoreError) -> AppError {
    match error {
        StoreError::Conflict(ConflictOn::Credential) => AppError::DoneBefore,
        other => other.into(),
    }
}

/// How many credentials of a kind the organization may have, and what they are called.
pub(crate) fn limit_of(
    app: &App,
    organization: &Organization,
    kind: CredentialKind,
) -> (u32, &'static str) {
    let (own, general, what) = match kind {
        CredentialKind::ApiKey => (
            organization.api_key_limit,
            app.limits.api_keys_per_organization,
            "API keys",
        ),
        CredentialKind::OauthClient => (
            organization.oauth_client_limit,
            app.limits.oauth_clients_per_organization,
            "OAuth clients",
        ),
    };
    (own.unwrap_or(general), what)
}

async fn check_limit(
    app: &App,
    write: &Write,
    organization: &Organization,
    kind: CredentialKind,
) -> Result<(), AppError> {
    let (limit, what) = limit_of(app, organization, kind);
    let count = store::credentials::count(write, organization.id, kind).await?;
    if count < u64::from(limit) {
        return Ok(());
    }
    // Without the number that there are: whoever sees some agents only is not to count the others'.
    Err(AppError::Conflict(format!(
        "The organization has reached its limit of {limit} {what}. Delete one that is not used any more."
    )))
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
            last_used_at: None,
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
    if new.user_id.is_some() && new.user_id != caller.user_id && !caller.operator {
        return Err(Denied::AnothersOwn.into());
    }
    if caller.reaches_agent(new.agent_id) {
        return Ok(());
    }
    Err(AppError::invalid(
        "agent_id",
        match caller.subject {
            Subject::Credential(_) => "must be the agent that your own credential is scoped to",
            Subject::User(_) => "must be one of the agents that you administer",
        },
    ))
}
