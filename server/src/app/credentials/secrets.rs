//! The secrets of a credential: rotating, and deleting one.

use chrono::{DateTime, TimeDelta, Utc};

use super::{find_live, require};
use crate::app::authority::Authority;
use crate::app::create_credential::{WithSecret, done_before, make_secret};
use crate::app::error::{AppError, not_found};
use crate::app::grantable::Holdings;
use crate::app::idempotency::{Made, Once};
use crate::app::{App, audit, feed, super_key};
use crate::domain::audit::Action;
use crate::domain::credential::{Credential, MAX_LIVE_SECRETS, SecretRecord};
use crate::domain::ids::{CredentialId, OrganizationId, SecretId};
use crate::domain::precondition::Precondition;
use crate::store::{self, Write};

/// How long the old secret lives beside the new one when nothing else is said: a day.
pub const DEFAULT_OVERLAP: TimeDelta = TimeDelta::days(1);

/// The longest overlap: 90 days.
pub const MAX_OVERLAP: TimeDelta = TimeDelta::days(90);

/// How to rotate.
#[derive(Debug, Clone, Copy)]
pub struct Rotation {
    /// How long the older secrets live on.
    pub overlap: TimeDelta,
    /// The id of the new secret, where it was given out before, so that what is asked for twice is
    /// made once.
    pub secret_id: Option<SecretId>,
}

impl From<TimeDelta> for Rotation {
    fn from(overlap: TimeDelta) -> Self {
        Self {
            overlap,
            secret_id: None,
        }
    }
}

/// Adds a second live secret. The older ones stay valid for `overlap`, or less where they would
/// have ended sooner.
///
/// # Errors
/// [`AppError::Conflict`] while a rotation is under way already and for a Super API Key, `Invalid`
/// for an absurd overlap, `PreconditionFailed`; `DoneBefore` where the new secret's id was used.
pub async fn rotate(
    app: &App,
    authority: &Authority,
    organization_id: OrganizationId,
    id: CredentialId,
    rotation: impl Into<Rotation>,
    precondition: &Precondition,
) -> Result<WithSecret, AppError> {
    let once = Once::never();
    let made = rotate_once(
        app,
        authority,
        (organization_id, id),
        rotation,
        precondition,
        &once,
    );
    Ok(made.await?.thing)
}

/// The same for a request that may come again: it gets the same secret.
///
/// # Errors
/// As [`rotate`]; `Gone` and `KeyReused`.
pub async fn rotate_once(
    app: &App,
    authority: &Authority,
    (organization_id, id): (OrganizationId, CredentialId),
    rotation: impl Into<Rotation>,
    precondition: &Precondition,
    once: &Once,
) -> Result<Made<WithSecret>, AppError> {
    let Rotation { overlap, secret_id } = rotation.into();
    if overlap < TimeDelta::zero() || overlap > MAX_OVERLAP {
        return Err(AppError::invalid("overlap", "must be 0s to 90d"));
    }
    let now = app.now();
    // A rotation hands out a secret, so the rule for granting holds for it too.
    let holdings = Holdings::of(app, authority, true).await?;
    let mut write = app.store.begin(now).await?;
    if let Some(earlier) = once.earlier(app, &write).await? {
        drop(write);
        return earlier.credential(app, authority, organization_id).await;
    }
    let before = find_live(&write, authority, organization_id, id).await?;
    if before
        .secrets
        .iter()
        .any(|secret| Some(secret.id) == secret_id)
    {
        return Err(AppError::DoneBefore);
    }
    super_key::check_not(&before)?;
    holdings.check_covers(&before)?;
    require(app, precondition, &before)?;
    let live = drop_dead_secrets(&mut write, &before, now).await?;
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
    let (secret, mut new_secret) = make_secret(app, before.kind, now);
    if let Some(chosen) = secret_id {
        new_secret.record.id = chosen;
    }
    store::credentials::add_secret(&mut write, id, &new_secret)
        .await
        .map_err(done_before)?;
    once.remember_secret(app, &mut write, id, &secret).await?;
    let credential = find_live(&write, authority, organization_id, id).await?;
    let (action, sides) = (Action::SecretRotated, (Some(&before), Some(&credential)));
    audit::credential(app, &mut write, &authority.actor(), action, sides)?;
    feed::commit(app, write).await?;
    Ok(Made::now(WithSecret { credential, secret }))
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
/// `PreconditionFailed`, which looks at the credential.
pub async fn delete_secret(
    app: &App,
    authority: &Authority,
    organization_id: OrganizationId,
    id: CredentialId,
    secret_id: SecretId,
    precondition: &Precondition,
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
    require(app, precondition, &credential)?;
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
    let after = find_live(&write, authority, organization_id, id).await?;
    let (action, sides) = (Action::SecretDeleted, (Some(&credential), Some(&after)));
    audit::credential(app, &mut write, &authority.actor(), action, sides)?;
    feed::commit(app, write).await
}
