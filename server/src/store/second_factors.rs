//! Second factors of people: the secrets behind codes that depend on the time. Nothing of it is
//! cached, so the change feed tells of it only where it begins or ceases to be asked for.

use std::fmt;

use chrono::{DateTime, Utc};
use entity::second_factor;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};

use super::changes::ChangeKind;
use super::error::found;
use super::{Handle, Store, StoreError, Write};
use crate::domain::ids::{SecondFactorId, UserId};

/// A second factor as it is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredFactor {
    /// Another one of the same user has another.
    pub id: SecondFactorId,
    /// Whose it is.
    pub user_id: UserId,
    /// The secret, sealed.
    pub sealed: Vec<u8>,
    /// The last time step of which a code was accepted.
    pub last_step: i64,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// Since when it is asked for; absent until a code was shown.
    pub confirmed_at: Option<DateTime<Utc>>,
}

impl fmt::Debug for StoredFactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredFactor")
            .field("id", &self.id)
            .field("user_id", &self.user_id)
            .finish_non_exhaustive()
    }
}

/// The user's second factor, confirmed or not.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn find(h: &impl Handle, user: UserId) -> Result<Option<StoredFactor>, StoreError> {
    let row = second_factor::Entity::find_by_id(user.0)
        .one(h.connection())
        .await?;
    Ok(row.map(|row| StoredFactor {
        id: SecondFactorId(row.id),
        user_id: UserId(row.user_id),
        sealed: row.sealed,
        last_step: row.last_step,
        created_at: row.created_at,
        confirmed_at: row.confirmed_at,
    }))
}

/// Keeps one that is not confirmed yet, in the place of another such of the user.
///
/// # Errors
/// [`StoreError::NotFound`] without the user; [`StoreError::Unavailable`], also where the user has a
/// confirmed one.
pub async fn begin(w: &mut Write, new: &StoredFactor) -> Result<(), StoreError> {
    second_factor::Entity::delete_many()
        .filter(second_factor::Column::UserId.eq(new.user_id.0))
        .filter(second_factor::Column::ConfirmedAt.is_null())
        .exec(w.transaction())
        .await?;
    let row = second_factor::ActiveModel {
        user_id: Set(new.user_id.0),
        id: Set(new.id.0),
        sealed: Set(new.sealed.clone()),
        last_step: Set(new.last_step),
        created_at: Set(new.created_at),
        confirmed_at: Set(new.confirmed_at),
    };
    second_factor::Entity::insert(row)
        .exec_without_returning(w.transaction())
        .await?;
    Ok(())
}

/// Asks for it from now on; the code that showed it was of `step`.
///
/// # Errors
/// [`StoreError::NotFound`] where it is not there any more, or confirmed already.
pub async fn confirm(
    w: &mut Write,
    factor: &StoredFactor,
    step: i64,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let changed = second_factor::ActiveModel {
        last_step: Set(step),
        confirmed_at: Set(Some(at)),
        ..Default::default()
    };
    let result = second_factor::Entity::update_many()
        .set(changed)
        .filter(second_factor::Column::Id.eq(factor.id.0))
        .filter(second_factor::Column::ConfirmedAt.is_null())
        .exec(w.transaction())
        .await?;
    found(result.rows_affected)?;
    w.record(ChangeKind::User, factor.user_id);
    Ok(())
}

/// Takes a code of `step`, if none of it or of a later one was taken before.
///
/// # Errors
/// [`StoreError::NotFound`] where one was, or the factor is not there any more.
pub async fn take_step(w: &mut Write, factor: &StoredFactor, step: i64) -> Result<(), StoreError> {
    let changed = second_factor::ActiveModel {
        last_step: Set(step),
        ..Default::default()
    };
    let result = second_factor::Entity::update_many()
        .set(changed)
        .filter(second_factor::Column::Id.eq(factor.id.0))
        .filter(second_factor::Column::ConfirmedAt.is_not_null())
        .filter(second_factor::Column::LastStep.lt(step))
        .exec(w.transaction())
        .await?;
    found(result.rows_affected)
}

/// Asks for none of the user's any more, confirmed or not.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn delete(w: &mut Write, user: UserId) -> Result<(), StoreError> {
    let result = second_factor::Entity::delete_by_id(user.0)
        .exec(w.transaction())
        .await?;
    found(result.rows_affected)?;
    w.record(ChangeKind::User, user);
    Ok(())
}

/// Removes those that were begun at `until` or before and never confirmed, and says how many.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn prune(store: &Store, until: DateTime<Utc>) -> Result<u64, StoreError> {
    let _turn = store.take_turn().await?;
    let deleted = second_factor::Entity::delete_many()
        .filter(second_factor::Column::ConfirmedAt.is_null())
        .filter(second_factor::Column::CreatedAt.lte(until))
        .exec(store.database())
        .await?;
    Ok(deleted.rows_affected)
}
