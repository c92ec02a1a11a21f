//! Recovery codes of people: fingerprints of those that were not used yet.

use entity::recovery_code;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, Set};

use super::changes::ChangeKind;
use super::error::found;
use super::{Handle, StoreError, Write};
use crate::crypto::fingerprint::Fingerprint;
use crate::domain::ids::UserId;

/// Gives the user these in the place of all others; none where there are none.
///
/// # Errors
/// [`StoreError::NotFound`] without the user.
pub async fn replace(
    w: &mut Write,
    user: UserId,
    fingerprints: &[Fingerprint],
) -> Result<(), StoreError> {
    recovery_code::Entity::delete_many()
        .filter(recovery_code::Column::UserId.eq(user.0))
        .exec(w.transaction())
        .await?;
    if !fingerprints.is_empty() {
        let rows = fingerprints.iter().map(|one| recovery_code::ActiveModel {
            user_id: Set(user.0),
            fingerprint: Set(one.as_bytes().to_vec()),
        });
        recovery_code::Entity::insert_many(rows)
            .exec_without_returning(w.transaction())
            .await?;
    }
    w.record(ChangeKind::User, user);
    Ok(())
}

/// Uses the code up.
///
/// # Errors
/// [`StoreError::NotFound`] where the user has no such code, or has used it.
pub async fn take(w: &mut Write, user: UserId, code: &Fingerprint) -> Result<(), StoreError> {
    let result = recovery_code::Entity::delete_by_id((user.0, code.as_bytes().to_vec()))
        .exec(w.transaction())
        .await?;
    found(result.rows_affected)?;
    w.record(ChangeKind::User, user);
    Ok(())
}

/// How many the user has left.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn count(h: &impl Handle, user: UserId) -> Result<u64, StoreError> {
    Ok(recovery_code::Entity::find()
        .filter(recovery_code::Column::UserId.eq(user.0))
        .count(h.connection())
        .await?)
}
