//! Credentials after their creation: seeing, renaming, switching off and on, rotating, revoking.

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use uuid::Uuid;

use super::authority::Authority;
use super::create_credential::{WithSecret, check_expiry, check_limits, make_secret};
use super::error::{AppError, not_found};
use super::grantable::Holdings;
use super::{App, feed};
use crate::domain::credential::{
    Credential, CredentialKind, CredentialStatus, MAX_LIVE_SECRETS, SecretRecord,
};
use crate::domain::ids::{AgentId, CredentialId, OrganizationId, SecretId, UserId};
use crate::domain::limit::{Quota, RateLimit};
use crate::domain::text::{Description, Name};
use crate::store::credentials::{CredentialChange, CredentialFilter};
use crate::store::{self, Handle, Page, Write};

/// How long the old secret lives beside the new one when nothing else is said: a day.
pub const DEFAULT_OVERLAP: TimeDelta = TimeDelta::days(1);

/// The longest overlap: 90 days.
pub const MAX_OVERLAP: TimeDelta = TimeDelta::days(90);

const WHAT: &str = "credential";

/// Which credentials to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only those scoped to this agent.
    pub agent_id: Option<AgentId>,
    /// Only this user's own.
    pub user_id: Option<UserId>,
    /// Only those that this user or credential made.
    pub created_by: Option<Uuid>,
    /// Only of this kind.
    pub kind: Option<CredentialKind>,
    /// Revoked ones as well.
    pub include_revoked: bool,
}

/// Lists an organization's credentials in the order in which they were made. A caller that is
/// scoped to an agent sees that agent's only.
///
/// # Errors
/// [`AppError`] as everywhere.
pub async fn list(
    app: &App,
    authority: &Authority,
    organization_id: OrganizationId,
    filter: Filter,
    page: &Page,
) -> Result<Vec<Credential>, AppError> {
    if let Authority::Caller(caller) = authority {
        caller.require_organization(organization_id)?;
    }
    let agents = match (authority.agents(), filter.agent_id) {
        (None, named) => named.map(|agent| vec![agent]),
        (Some(own), None) => Some(own.to_vec()),
        // Another's than its own: none.
        (Some(own), Some(named)) => Some(
            own.iter()
                .copied()
                .filter(|agent| *agent == named)
                .collect(),
        ),
    };
    let filter = CredentialFilter {
        organization_id,
        agents,
        user_id: filter.user_id,
        created_by: filter.created_by,
        kind: filter.kind,
        include_revoked: filter.include_revoked,
    };
    Ok(store::credentials::list(&app.store, &filter, page).await?)
}

/// Shows one credential. A revoked one is shown to commands only: elsewhere it is gone.
///
/// # Errors
/// [`AppError::NotFound`], also for another organization's.
pub async fn show(
    app: &App,
    authority: &Authority,
    organization_id: OrganizationId,
    id: CredentialId,
) -> Result<Credential, AppError> {
    find(&app.store, authority, organization_id, id).await
}

/// Finds a credential of any organization, a revoked one too: for commands, which name it by its
/// id alone.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn find_by_id(app: &App, id: CredentialId) -> Result<Credential, AppError> {
    store::credentials::find(&app.store, id)
        .await?
        .map(|stored| stored.credential)
        .ok_or(AppError::NotFound(WHAT))
}

async fn find(
    handle: &impl Handle,
    authority: &Authority,
    organization_id: OrganizationId,
    id: CredentialId,
) -> Result<Credential, AppError> {
    let credential = store::credentials::find(handle, id)
        .await?
        .map(|stored| stored.credential)
        .filter(|credential| credential.organization_id == organization_id)
        .ok_or(AppError::NotFound(WHAT))?;
    match authority {
        Authority::Command => Ok(credential),
        Authority::Caller(caller) => {
            caller.require_organization(organization_id)?;
            let visible = caller.reaches_agent(credential.agent_id)
                && credential.status != CredentialStatus::Revoked;
            if visible {
                Ok(credential)
            } else {
                Err(AppError::NotFound(WHAT))
            }
        }
    }
}

/// Finds a credential that may still be changed.
async fn find_live(
    handle: &impl Handle,
    authority: &Authority,
    organization_id: OrganizationId,
    id: CredentialId,
) -> Result<Credential, AppError> {
    let credential = find(handle, authority, organization_id, id).await?;
    if let Authority::Caller(caller) = authority
        && credential.operator
    {
        caller.require_operator()?;
    }
    if credential.status == CredentialStatus::Revoked {
        return Err(AppError::Conflict(
            "This credential has been revoked, which is for good. Generate a new one.".to_owned(),
        ));
    }
    Ok(credential)
}

/// What can change after creation. `kind`, scopes and agent cannot.
#[derive(Debug, Clone, Default)]
pub struct Update {
    /// A new name.
    pub name: Option<Name>,
    /// On or off.
    pub enabled: Option<bool>,
    /// A new expiry, or none.
    pub expires_at: Option<Option<DateTime<Utc>>>,
    /// A new description, or none.
    pub description: Option<Option<Description>>,
    /// A new rate limit, or none.
    pub rate_limit: Option<Option<RateLimit>>,
    /// A new quota, or none.
    pub quota: Option<Option<Quota>>,
}

/// Renames, describes, switches off or on, moves the expiry, changes the limits.
///
/// # Errors
/// [`AppError::Conflict`] for a revoked credential, `Invalid` for an expiry that has passed.
pub async fn update(
    app: &App,
    authority: &Authority,
    organization_id: OrganizationId,
    id: CredentialId,
    update: Update,
) -> Result<Credential, AppError> {
    let now = app.now();
    let expires_at = update
        .expires_at
        .map(|expires_at| expires_at.map(|at| at.trunc_subsecs(6)));
    check_expiry(expires_at.flatten(), now)?;
    check_limits(update.rate_limit.flatten(), update.quota.flatten())?;
    let holdings = Holdings::of(app, authority, true).await?;
    let mut write = app.store.begin(now).await?;
    let before = find_live(&write, authority, organization_id, id).await?;
    if update.enabled == Some(true) {
        holdings.check_covers(&before)?;
    }
    if let Some(expires_at) = expires_at
        && ends_later(expires_at, before.expires_at)
    {
        holdings.check_covers(&before)?;
        holdings.check_end(expires_at)?;
    }
    let change = CredentialChange {
        id,
        name: update.name,
        status: update.enabled.map(|enabled| {
            if enabled {
                CredentialStatus::Active
            } else {
                CredentialStatus::Disabled
            }
        }),
        expires_at,
        description: update.description,
        rate_limit: update.rate_limit,
        quota: update.quota,
    };
    store::credentials::update(&mut write, &change)
        .await
        .map_err(not_found(WHAT))?;
    let credential = find_live(&write, authority, organization_id, id).await?;
    feed::commit(app, write).await?;
    Ok(credential)
}

fn ends_later(new: Option<DateTime<Utc>>, old: Option<DateTime<Utc>>) -> bool {
    match (new, old) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(new), Some(old)) => new > old,
    }
}

/// Revokes for good: the secrets are deleted, and the next request is refused.
///
/// # Errors
/// [`AppError::NotFound`] for one that is not there, or is revoked already.
pub async fn revoke(
    app: &App,
    authority: &Authority,
    organization_id: OrganizationId,
    id: CredentialId,
) -> Result<(), AppError> {
    let now = app.now();
    let mut write = app.store.begin(now).await?;
    find_live(&write, authority, organization_id, id).await?;
    store::credentials::revoke(&mut write, id, now)
        .await
        .map_err(not_found(WHAT))?;
    feed::commit(app, write).await
}

/// Adds a second live secret. The older ones stay valid for `overlap`, or less where they would
/// have ended sooner.
///
/// # Errors
/// [`AppError::Conflict`] while a rotation is under way already, `Invalid` for an absurd overlap.
pub async fn rotate(
    app: &App,
    authority: &Authority,
    organization_id: OrganizationId,
    id: CredentialId,
    overlap: TimeDelta,
) -> Result<WithSecret, AppError> {
    if overlap < TimeDelta::zero() || overlap > MAX_OVERLAP {
        return Err(AppError::invalid("overlap", "must be 0s to 90d"));
    }
    let now = app.now();
    // A rotation hands out a secret, so the rule for granting holds for it too.
    let holdings = Holdings::of(app, authority, true).await?;
    let mut write = app.store.begin(now).await?;
    let credential = find_live(&write, authority, organization_id, id).await?;
    holdings.check_covers(&credential)?;
    let live = drop_dead_secrets(&mut write, &credential, now).await?;
    if live.len() >= MAX_LIVE_SECRETS {
        return Err(AppError::Conflict(
            "This credential has two live secrets already. Delete the older one first.".to_owned(),
        ));
    }
    let end = now + overlap;
    for secret in live {
        if overlap.is_zero() {
            store::credentials::delete_secret(&mut write, id, secret.id).await?;
        } else if secret.expires_at.is_none_or(|expiry| end < expiry) {
            store::credentials::set_secret_expiry(&mut write, id, secret.id, Some(end)).await?;
        }
    }
    let (secret, new_secret) = make_secret(app, credential.kind, now);
    store::credentials::add_secret(&mut write, id, &new_secret).await?;
    let credential = find_live(&write, authority, organization_id, id).await?;
    feed::commit(app, write).await?;
    Ok(WithSecret { credential, secret })
}

/// Expired secrets have no use any more: they make room for the next rotation.
async fn drop_dead_secrets<'a>(
    write: &mut Write,
    credential: &'a Credential,
    now: DateTime<Utc>,
) -> Result<Vec<&'a SecretRecord>, AppError> {
    let (live, dead): (Vec<_>, Vec<_>) = credential
        .secrets
        .iter()
        .partition(|secret| secret.is_live(now));
    for secret in dead {
        store::credentials::delete_secret(write, credential.id, secret.id).await?;
    }
    Ok(live)
}

/// Deletes one secret, as when a rotation is done before the overlap ends.
///
/// # Errors
/// [`AppError::Conflict`] for the last one: a credential without a secret is a revoked one.
pub async fn delete_secret(
    app: &App,
    authority: &Authority,
    organization_id: OrganizationId,
    id: CredentialId,
    secret_id: SecretId,
) -> Result<(), AppError> {
    let now = app.now();
    let mut write = app.store.begin(now).await?;
    let credential = find_live(&write, authority, organization_id, id).await?;
    if !credential
        .secrets
        .iter()
        .any(|secret| secret.id == secret_id)
    {
        return Err(AppError::NotFound("secret"));
    }
    let others = credential
        .secrets
        .iter()
        .any(|secret| secret.id != secret_id && secret.is_live(now));
    if !others {
        return Err(AppError::Conflict(
            "This is the last live secret. Rotate first, or revoke the credential.".to_owned(),
        ));
    }
    store::credentials::delete_secret(&mut write, id, secret_id)
        .await
        .map_err(not_found("secret"))?;
    feed::commit(app, write).await
}
