//! The secrets of credentials.

use chrono::{DateTime, Utc};
use entity::{credential, credential_secret};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, Set};

use super::NewSecret;
use crate::domain::credential::CredentialStatus;
use crate::domain::ids::{CredentialId, SecretId};
use crate::store::changes::ChangeKind;
use crate::store::error::{conflict, found};
use crate::store::{ConflictOn, StoreError, Write, idempotency};

/// Adds a secret to a credential that is not revoked. How many it may have is the caller's to see to.
///
/// # Errors
/// [`StoreError::NotFound`]; a [`Conflict`](StoreError::Conflict) on [`ConflictOn::Credential`].
pub async fn add_secret(
    w: &mut Write,
    credential_id: CredentialId,
    secret: &NewSecret,
) -> Result<(), StoreError> {
    let alive = credential::Entity::find_by_id(credential_id.0)
        .filter(credential::Column::Status.ne(CredentialStatus::Revoked.as_str()))
        .count(w.transaction())
        .await?;
    found(alive)?;
    credential_secret::Entity::insert(to_row(credential_id, secret))
        .exec_without_returning(w.transaction())
        .await
        .map_err(conflict(ConflictOn::Credential))?;
    // Of an older secret there is no copy to hand out any more.
    idempotency::forget_secrets(w, credential_id).await?;
    w.record(ChangeKind::Credential, credential_id);
    Ok(())
}

/// Sets when a secret is refused, or that it never is.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn set_secret_expiry(
    w: &mut Write,
    credential_id: CredentialId,
    secret_id: SecretId,
    expires_at: Option<DateTime<Utc>>,
) -> Result<(), StoreError> {
    let changed = credential_secret::ActiveModel {
        expires_at: Set(expires_at),
        ..Default::default()
    };
    let result = credential_secret::Entity::update_many()
        .set(changed)
        .filter(credential_secret::Column::Id.eq(secret_id.0))
        .filter(credential_secret::Column::CredentialId.eq(credential_id.0))
        .exec(w.transaction())
        .await?;
    found(result.rows_affected)?;
    w.record(ChangeKind::Credential, credential_id);
    Ok(())
}

/// Removes a secret.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn delete_secret(
    w: &mut Write,
    credential_id: CredentialId,
    secret_id: SecretId,
) -> Result<(), StoreError> {
    let result = credential_secret::Entity::delete_many()
        .filter(credential_secret::Column::Id.eq(secret_id.0))
        .filter(credential_secret::Column::CredentialId.eq(credential_id.0))
        .exec(w.transaction())
        .await?;
    found(result.rows_affected)?;
    idempotency::forget_secrets(w, credential_id).await?;
    w.record(ChangeKind::Credential, credential_id);
    Ok(())
}

/// The row of a new secret.
pub(super) fn to_row(
    credential_id: CredentialId,
    secret: &NewSecret,
) -> credential_secret::ActiveModel {
    credential_secret::ActiveModel {
        id: Set(secret.record.id.0),
        credential_id: Set(credential_id.0),
        fingerprint: Set(secret.fingerprint.as_bytes().to_vec()),
        hint: Set(secret.record.hint.clone()),
        created_at: Set(secret.record.created_at),
        expires_at: Set(secret.record.expires_at),
        last_used_at: Set(secret.record.last_used_at),
    }
}
