//! Credentials after their creation: seeing, renaming, switching off and on, rotating, revoking.

mod listing;
mod room;
mod secrets;

pub use listing::{Count, Filter, MAX_DAYS, SortedPage, count, cursor, list, list_sorted, stretch};
pub use room::{Room, room};
pub use secrets::{DEFAULT_OVERLAP, MAX_OVERLAP, Rotation, delete_secret, rotate, rotate_once};

use chrono::{DateTime, SubsecRound, Utc};

use crate::app::authority::Authority;
use crate::app::create_credential::{check_expiry, check_limits};
use crate::app::error::{AppError, not_found};
use crate::app::grantable::Holdings;
use crate::app::view::CredentialView;
use crate::app::{App, audit, etag, feed, super_key};
use crate::domain::audit::Action;
use crate::domain::credential::{Credential, CredentialStatus};
use crate::domain::ids::{CredentialId, OrganizationId};
use crate::domain::limit::{Quota, RateLimit};
use crate::domain::limits::Limits;
use crate::domain::precondition::Precondition;
use crate::domain::text::{Description, Name};
use crate::store::credentials::CredentialChange;
use crate::store::{self, Handle};

const WHAT: &str = "credential";

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

/// Looks at a credential before it is changed.
fn require(
    app: &App,
    precondition: &Precondition,
    credential: &Credential,
) -> Result<(), AppError> {
    etag::require(precondition, || {
        CredentialView::new(app, credential.clone())
    })
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
/// [`AppError::Conflict`] for a revoked credential and for another end of a Super API Key, `Invalid`
/// for an expiry that has passed, `PreconditionFailed`.
pub async fn update(
    app: &App,
    authority: &Authority,
    organization_id: OrganizationId,
    id: CredentialId,
    update: Update,
    precondition: &Precondition,
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
    require(app, precondition, &before)?;
    if update.enabled == Some(true) {
        holdings.check_covers(&before)?;
    }
    if expires_at.is_some_and(|expires_at| expires_at != before.expires_at) {
        super_key::check_not(&before)?;
    }
    if let Some(expires_at) = expires_at
        && ends_later(expires_at, before.expires_at)
    {
        holdings.check_covers(&before)?;
        holdings.check_end(expires_at)?;
    }
    let limits = Limits {
        rate_limit: update.rate_limit.unwrap_or(before.rate_limit),
        quota: update.quota.unwrap_or(before.quota),
    };
    holdings.check_limits(&before, limits)?;
    let action = match update.enabled {
        None => Action::CredentialUpdated,
        Some(true) => Action::CredentialEnabled,
        Some(false) => Action::CredentialDisabled,
    };
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
    let sides = (Some(&before), Some(&credential));
    audit::credential(app, &mut write, &authority.actor(), action, sides)?;
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
/// [`AppError::NotFound`] for one that is not there, or is revoked already; `PreconditionFailed`.
pub async fn revoke(
    app: &App,
    authority: &Authority,
    organization_id: OrganizationId,
    id: CredentialId,
    precondition: &Precondition,
) -> Result<(), AppError> {
    let now = app.now();
    let mut write = app.store.begin(now).await?;
    let before = find_live(&write, authority, organization_id, id).await?;
    require(app, precondition, &before)?;
    store::credentials::revoke(&mut write, id, now)
        .await
        .map_err(not_found(WHAT))?;
    let (action, sides) = (Action::CredentialRevoked, (Some(&before), None));
    audit::credential(app, &mut write, &authority.actor(), action, sides)?;
    feed::commit(app, write).await
}
