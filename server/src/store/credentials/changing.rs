//! Adding, changing and revoking credentials.

use chrono::{DateTime, Utc};
use entity::{credential, credential_secret};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};

use super::secrets::to_row;
use super::{CredentialChange, NewSecret};
use crate::domain::credential::{Credential, CredentialStatus};
use crate::domain::ids::CredentialId;
use crate::domain::search::fold;
use crate::store::changes::ChangeKind;
use crate::store::columns::{from_count, to_json};
use crate::store::error::{conflict, found};
use crate::store::{ConflictOn, StoreError, Write, idempotency};

/// Adds a credential with its first secrets. (`credential.secrets` is not looked at.)
///
/// # Errors
/// A [`Conflict`](StoreError::Conflict) on [`ConflictOn::Credential`]; [`StoreError::NotFound`]
/// without its organization or agent.
pub async fn insert(
    w: &mut Write,
    credential: &Credential,
    secrets: &[NewSecret],
) -> Result<(), StoreError> {
    let row = credential::ActiveModel {
        id: Set(credential.id.0),
        kind: Set(credential.kind.to_string()),
        name: Set(credential.name.to_string()),
        name_folded: Set(fold(credential.name.as_str())),
        organization_id: Set(credential.organization_id.0),
        agent_id: Set(credential.agent_id.map(|id| id.0)),
        created_by: Set(credential.created_by),
        scopes: Set(to_json(&credential.scopes)?),
        audiences: Set(to_json(&credential.audiences)?),
        grant_types: Set(to_json(&credential.grant_types)?),
        operator: Set(credential.operator),
        token_ttl_seconds: Set(from_count(credential.token_ttl_seconds)),
        status: Set(credential.status.to_string()),
        created_at: Set(credential.created_at),
        expires_at: Set(credential.expires_at),
        revoked_at: Set(None),
        description: Set(credential.description.as_ref().map(ToString::to_string)),
        user_id: Set(credential.user_id.map(|id| id.0)),
        rate_limit: Set(credential.rate_limit.as_ref().map(to_json).transpose()?),
        quota: Set(credential.quota.as_ref().map(to_json).transpose()?),
        super_key: Set(credential.super_key),
        last_used_at: Set(credential.last_used_at),
    };
    credential::Entity::insert(row)
        .exec_without_returning(w.transaction())
        .await
        .map_err(conflict(ConflictOn::Credential))?;
    let rows = secrets.iter().map(|secret| to_row(credential.id, secret));
    let rows: Vec<_> = rows.collect();
    credential_secret::Entity::insert_many(rows)
        .exec_without_returning(w.transaction())
        .await
        .map_err(conflict(ConflictOn::Credential))?;
    w.record(ChangeKind::Credential, credential.id);
    Ok(())
}

/// Changes name, description, status, expiry or limits of a credential that is not revoked.
///
/// # Errors
/// [`StoreError::NotFound`]; a [`Conflict`](StoreError::Conflict) on
/// [`ConflictOn::CredentialStatus`] where the change asks for `revoked`.
pub async fn update(w: &mut Write, change: &CredentialChange) -> Result<(), StoreError> {
    let mut changed = credential::ActiveModel::default();
    if let Some(name) = &change.name {
        changed.name = Set(name.to_string());
        changed.name_folded = Set(fold(name.as_str()));
    }
    if let Some(description) = &change.description {
        changed.description = Set(description.as_ref().map(ToString::to_string));
    }
    if let Some(rate_limit) = &change.rate_limit {
        changed.rate_limit = Set(rate_limit.as_ref().map(to_json).transpose()?);
    }
    if let Some(quota) = &change.quota {
        changed.quota = Set(quota.as_ref().map(to_json).transpose()?);
    }
    match change.status {
        Some(CredentialStatus::Revoked) => {
            return Err(StoreError::Conflict(ConflictOn::CredentialStatus));
        }
        Some(status) => changed.status = Set(status.to_string()),
        None => {}
    }
    if let Some(expires_at) = change.expires_at {
        changed.expires_at = Set(expires_at);
    }
    update_live(w, change.id, changed).await?;
    w.record(ChangeKind::Credential, change.id);
    Ok(())
}

/// Revokes a credential for good: what is left of it holds no secret.
///
/// # Errors
/// [`StoreError::NotFound`], also where it is revoked already.
pub async fn revoke(w: &mut Write, id: CredentialId, now: DateTime<Utc>) -> Result<(), StoreError> {
    let changed = credential::ActiveModel {
        status: Set(CredentialStatus::Revoked.to_string()),
        revoked_at: Set(Some(now)),
        ..Default::default()
    };
    update_live(w, id, changed).await?;
    credential_secret::Entity::delete_many()
        .filter(credential_secret::Column::CredentialId.eq(id.0))
        .exec(w.transaction())
        .await?;
    idempotency::forget_secrets(w, id).await?;
    w.record(ChangeKind::Credential, id);
    Ok(())
}

/// Changes a credential that is not revoked.
async fn update_live(
    w: &Write,
    id: CredentialId,
    mut changed: credential::ActiveModel,
) -> Result<(), StoreError> {
    // The id is written as it is, so that a change of nothing is a statement too, and tells whether
    // the credential is there.
    changed.id = Set(id.0);
    let result = credential::Entity::update_many()
        .set(changed)
        .filter(credential::Column::Id.eq(id.0))
        .filter(credential::Column::Status.ne(CredentialStatus::Revoked.as_str()))
        .exec(w.transaction())
        .await?;
    found(result.rows_affected)
}
