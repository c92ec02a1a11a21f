//! Links with which a person sets a password, once. Nothing of them is cached: the change feed tells
//! of the user whom they concern.

use std::fmt;

use chrono::{DateTime, Utc};
use entity::one_time_link;
use sea_orm::sea_query::IntoCondition;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, Set};
use uuid::Uuid;

use super::changes::ChangeKind;
use super::columns::parse;
use super::error::{conflict, found};
use super::{ConflictOn, Handle, Store, StoreError, Write};
use crate::crypto::fingerprint::Fingerprint;
use crate::domain::ids::{OneTimeLinkId, UserId};
use crate::domain::one_time_link::OneTimeLink;

/// A link to be added.
#[derive(Clone)]
pub struct NewLink {
    /// The link.
    pub link: OneTimeLink,
    /// What is stored of its secret.
    pub fingerprint: Fingerprint,
}

impl fmt::Debug for NewLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewLink")
            .field("link", &self.link)
            .finish_non_exhaustive()
    }
}

/// Adds a link, and voids the open ones of its kind that the user has.
///
/// # Errors
/// A [`Conflict`](StoreError::Conflict) on [`ConflictOn::OneTimeLink`]; [`StoreError::NotFound`]
/// without the user.
pub async fn insert(w: &mut Write, new: &NewLink) -> Result<(), StoreError> {
    let link = &new.link;
    let of_kind = one_time_link::Column::Kind.eq(link.kind.as_str());
    let of_user = one_time_link::Column::UserId.eq(link.user_id.0);
    let older = Condition::all().add(of_user).add(of_kind);
    void(w, link.created_at, older).await?;
    let row = one_time_link::ActiveModel {
        id: Set(link.id.0),
        kind: Set(link.kind.to_string()),
        user_id: Set(link.user_id.0),
        fingerprint: Set(new.fingerprint.as_bytes().to_vec()),
        created_by: Set(link.created_by),
        created_at: Set(link.created_at),
        expires_at: Set(link.expires_at),
        used_at: Set(None),
    };
    one_time_link::Entity::insert(row)
        .exec_without_returning(w.transaction())
        .await
        .map_err(conflict(ConflictOn::OneTimeLink))?;
    w.record(ChangeKind::User, link.user_id);
    Ok(())
}

/// The link with this secret, where it is good at `now`.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn find_open(
    h: &impl Handle,
    fingerprint: &Fingerprint,
    now: DateTime<Utc>,
) -> Result<Option<OneTimeLink>, StoreError> {
    one_time_link::Entity::find()
        .filter(one_time_link::Column::Fingerprint.eq(fingerprint.as_bytes().to_vec()))
        .filter(one_time_link::Column::UsedAt.is_null())
        .filter(one_time_link::Column::ExpiresAt.gt(now))
        .one(h.connection())
        .await?
        .map(|row| {
            Ok(OneTimeLink {
                id: OneTimeLinkId(row.id),
                kind: parse("one_time_link.kind", &row.kind)?,
                user_id: UserId(row.user_id),
                created_by: row.created_by,
                created_at: row.created_at,
                expires_at: row.expires_at,
            })
        })
        .transpose()
}

/// Uses a link up that is good at `now`, and voids all others of its user.
///
/// # Errors
/// [`StoreError::NotFound`] where it is not good any more.
pub async fn take(w: &mut Write, link: &OneTimeLink, now: DateTime<Utc>) -> Result<(), StoreError> {
    let changed = one_time_link::ActiveModel {
        used_at: Set(Some(now)),
        ..Default::default()
    };
    let result = one_time_link::Entity::update_many()
        .set(changed)
        .filter(one_time_link::Column::Id.eq(link.id.0))
        .filter(one_time_link::Column::UsedAt.is_null())
        .filter(one_time_link::Column::ExpiresAt.gt(now))
        .exec(w.transaction())
        .await?;
    found(result.rows_affected)?;
    w.record(ChangeKind::User, link.user_id);
    void_of_user(w, link.user_id, now).await
}

/// Voids all open links of a user.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn void_of_user(w: &Write, user: UserId, now: DateTime<Utc>) -> Result<(), StoreError> {
    void(w, now, one_time_link::Column::UserId.eq(user.0)).await
}

/// Voids all open links that somebody made.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn void_made_by(w: &Write, maker: Uuid, now: DateTime<Utc>) -> Result<(), StoreError> {
    void(w, now, one_time_link::Column::CreatedBy.eq(maker)).await
}

async fn void(w: &Write, now: DateTime<Utc>, which: impl IntoCondition) -> Result<(), StoreError> {
    let changed = one_time_link::ActiveModel {
        used_at: Set(Some(now)),
        ..Default::default()
    };
    one_time_link::Entity::update_many()
        .set(changed)
        .filter(which)
        .filter(one_time_link::Column::UsedAt.is_null())
        .exec(w.transaction())
        .await?;
    Ok(())
}

/// Removes those that ended at `until` or before, used or not, and says how many.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn prune(store: &Store, until: DateTime<Utc>) -> Result<u64, StoreError> {
    let _turn = store.take_turn().await?;
    let deleted = one_time_link::Entity::delete_many()
        .filter(one_time_link::Column::ExpiresAt.lte(until))
        .exec(store.database())
        .await?;
    Ok(deleted.rows_affected)
}
