//! Signing keys. Their private parts are sealed before they come here.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use entity::signing_key;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, Set};

use super::changes::ChangeKind;
use super::columns::{parse, understood};
use super::error::{conflict, found};
use super::{ConflictOn, Handle, StoreError, Write};
use crate::domain::signing_key::{KeyState, SigningKey};

/// A signing key as it is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredKey {
    /// Its place in the schedule.
    pub key: SigningKey,
    /// The public part as a JWK.
    pub public_jwk: String,
    /// The private part, sealed under the master key; absent once retired.
    pub sealed: Option<Vec<u8>>,
}

impl fmt::Debug for StoredKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredKey")
            .field("key", &self.key)
            .field("public_jwk", &self.public_jwk)
            .finish_non_exhaustive()
    }
}

/// The keys that are not retired and that this build understands, oldest first.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn all_live(h: &impl Handle) -> Result<Vec<StoredKey>, StoreError> {
    let rows = signing_key::Entity::find()
        .filter(signing_key::Column::State.ne(KeyState::Retired.as_str()))
        .order_by_asc(signing_key::Column::CreatedAt)
        .order_by_asc(signing_key::Column::Kid)
        .all(h.connection())
        .await?;
    understood(rows.iter().map(from_row))
}

/// Every key that this build understands, oldest first.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn all(h: &impl Handle) -> Result<Vec<StoredKey>, StoreError> {
    let rows = signing_key::Entity::find()
        .order_by_asc(signing_key::Column::CreatedAt)
        .order_by_asc(signing_key::Column::Kid)
        .all(h.connection())
        .await?;
    understood(rows.iter().map(from_row))
}

/// Adds a key.
///
/// # Errors
/// A [`Conflict`](StoreError::Conflict) on [`ConflictOn::SigningKey`].
pub async fn insert(w: &mut Write, stored: &StoredKey) -> Result<(), StoreError> {
    let row = signing_key::ActiveModel {
        kid: Set(stored.key.kid.clone()),
        algorithm: Set(stored.key.algorithm.to_string()),
        state: Set(stored.key.state.to_string()),
        sealed: Set(stored.sealed.clone()),
        public_jwk: Set(stored.public_jwk.clone()),
        created_at: Set(stored.key.created_at),
        activates_at: Set(stored.key.activates_at),
        removes_at: Set(stored.key.removes_at),
        max_token_ttl_seconds: Set(stored.key.max_token_ttl.num_seconds()),
    };
    signing_key::Entity::insert(row)
        .exec_without_returning(w.transaction())
        .await
        .map_err(conflict(ConflictOn::SigningKey))?;
    w.record(ChangeKind::SigningKey, &stored.key.kid);
    Ok(())
}

/// Moves a key to another state; a time that is absent stays as it is. A key that retires loses its
/// private part, and stays retired. (One that is retiring keeps it: what opens it proves that the
/// public part is ours.)
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn set_state(
    w: &mut Write,
    kid: &str,
    state: KeyState,
    activates_at: Option<DateTime<Utc>>,
    removes_at: Option<DateTime<Utc>>,
) -> Result<(), StoreError> {
    let mut changed = signing_key::ActiveModel {
        state: Set(state.to_string()),
        ..Default::default()
    };
    if state == KeyState::Retired {
        changed.sealed = Set(None);
    }
    if let Some(at) = activates_at {
        changed.activates_at = Set(at);
    }
    if let Some(at) = removes_at {
        changed.removes_at = Set(Some(at));
    }
    let result = signing_key::Entity::update_many()
        .set(changed)
        .filter(signing_key::Column::Kid.eq(kid))
        .filter(signing_key::Column::State.ne(KeyState::Retired.as_str()))
        .exec(w.transaction())
        .await?;
    found(result.rows_affected)?;
    w.record(ChangeKind::SigningKey, kid);
    Ok(())
}

/// Notes that tokens of this key may live so long.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn set_max_token_ttl(w: &mut Write, kid: &str, ttl: TimeDelta) -> Result<(), StoreError> {
    let changed = signing_key::ActiveModel {
        max_token_ttl_seconds: Set(ttl.num_seconds()),
        ..Default::default()
    };
    let result = signing_key::Entity::update_many()
        .set(changed)
        .filter(signing_key::Column::Kid.eq(kid))
        .exec(w.transaction())
        .await?;
    found(result.rows_affected)?;
    w.record(ChangeKind::SigningKey, kid);
    Ok(())
}

/// Retires a key: its private part is wiped.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn retire(w: &mut Write, kid: &str) -> Result<(), StoreError> {
    set_state(w, kid, KeyState::Retired, None, None).await
}

fn from_row(row: &signing_key::Model) -> Result<StoredKey, StoreError> {
    Ok(StoredKey {
        key: SigningKey {
            algorithm: parse("signing_key.algorithm", &row.algorithm)?,
            state: parse("signing_key.state", &row.state)?,
            kid: row.kid.clone(),
            created_at: row.created_at,
            activates_at: row.activates_at,
            removes_at: row.removes_at,
            max_token_ttl: TimeDelta::try_seconds(row.max_token_ttl_seconds).ok_or_else(|| {
                StoreError::Corrupt("signing_key.max_token_ttl_seconds is absurd".to_owned())
            })?,
        },
        public_jwk: row.public_jwk.clone(),
        sealed: row.sealed.clone(),
    })
}
