//! Sessions of the console. They are no part of the change feed: every request reads its own.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use entity::{console_session, user_account};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Set,
};

use super::{Handle, Store, StoreError, Write, users};
use crate::domain::ids::{SessionId, UserId};
use crate::domain::session::Session;
use crate::domain::user::User;

/// Adds a session under the fingerprint of its cookie. Of its user's at most `most` are kept, and
/// as many [pending](Session::pending) ones: those that were used longest ago go.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn insert(
    w: &mut Write,
    session: &Session,
    fingerprint: String,
    most: u64,
) -> Result<(), StoreError> {
    // Whoever knows the password alone is not to put an end to sessions by beginning others.
    let of_user = || {
        console_session::Entity::find()
            .filter(console_session::Column::UserId.eq(session.user_id.0))
            .filter(console_session::Column::Pending.eq(session.pending))
    };
    let count = of_user().count(w.transaction()).await?;
    if count >= most {
        let oldest: Vec<uuid::Uuid> = of_user()
            .select_only()
            .column(console_session::Column::Id)
            .order_by_asc(console_session::Column::LastSeenAt)
            .order_by_asc(console_session::Column::Id)
            .limit(count - most + 1)
            .into_tuple()
            .all(w.transaction())
            .await?;
        console_session::Entity::delete_many()
            .filter(console_session::Column::Id.is_in(oldest))
            .exec(w.transaction())
            .await?;
    }
    let row = console_session::ActiveModel {
        id: Set(session.id.0),
        fingerprint: Set(fingerprint),
        user_id: Set(session.user_id.0),
        pending: Set(session.pending),
        address: Set(session.address.map(|address| address.to_string())),
        user_agent: Set(session.user_agent.clone()),
        created_at: Set(session.created_at),
        last_seen_at: Set(session.last_seen_at),
        expires_at: Set(session.expires_at),
    };
    console_session::Entity::insert(row)
        .exec_without_returning(w.transaction())
        .await?;
    Ok(())
}

/// The session whose cookie has this fingerprint, however old, with its user.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn find(
    h: &impl Handle,
    fingerprint: &str,
) -> Result<Option<(Session, User)>, StoreError> {
    let found = console_session::Entity::find()
        .filter(console_session::Column::Fingerprint.eq(fingerprint))
        .find_also_related(user_account::Entity)
        .one(h.connection())
        .await?;
    let Some((session, Some(user))) = found else {
        return Ok(None);
    };
    Ok(Some((from_row(session), users::from_row(&user)?)))
}

/// The user's sessions, the one that was used last first.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn of_user(h: &impl Handle, user_id: UserId) -> Result<Vec<Session>, StoreError> {
    let rows = console_session::Entity::find()
        .filter(console_session::Column::UserId.eq(user_id.0))
        .order_by_desc(console_session::Column::LastSeenAt)
        .order_by_desc(console_session::Column::Id)
        .all(h.connection())
        .await?;
    Ok(rows.into_iter().map(from_row).collect())
}

/// How many sessions there are that have not ended at `now`, and were used after `idle_since`. One
/// that waits for a second factor is not counted.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn count_live(
    h: &impl Handle,
    now: DateTime<Utc>,
    idle_since: DateTime<Utc>,
) -> Result<u64, StoreError> {
    Ok(console_session::Entity::find()
        .filter(console_session::Column::Pending.eq(false))
        .filter(console_session::Column::ExpiresAt.gt(now))
        .filter(console_session::Column::LastSeenAt.gt(idle_since))
        .count(h.connection())
        .await?)
}

/// Notes that a session is in use.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn note_use(store: &Store, id: SessionId, now: DateTime<Utc>) -> Result<(), StoreError> {
    let changed = console_session::ActiveModel {
        last_seen_at: Set(now),
        ..Default::default()
    };
    let _turn = store.take_turn().await?;
    console_session::Entity::update_many()
        .set(changed)
        .filter(console_session::Column::Id.eq(id.0))
        .exec(store.database())
        .await?;
    Ok(())
}

/// Ends a session, and says whether it was still there.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn end(w: &mut Write, id: SessionId) -> Result<bool, StoreError> {
    let ended = console_session::Entity::delete_by_id(id.0)
        .exec(w.transaction())
        .await?;
    Ok(ended.rows_affected > 0)
}

/// Ends all sessions of a user but one, and says how many those were.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn end_all_of(
    w: &mut Write,
    user_id: UserId,
    except: Option<SessionId>,
) -> Result<u64, StoreError> {
    let mut others = Condition::all().add(console_session::Column::UserId.eq(user_id.0));
    if let Some(except) = except {
        others = others.add(console_session::Column::Id.ne(except.0));
    }
    let ended = console_session::Entity::delete_many()
        .filter(others)
        .exec(w.transaction())
        .await?;
    Ok(ended.rows_affected)
}

/// Removes sessions that have ended at `now`, or were last used at `idle_since` or before, and says
/// how many.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn prune(
    store: &Store,
    now: DateTime<Utc>,
    idle_since: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let ended = Condition::any()
        .add(console_session::Column::ExpiresAt.lte(now))
        .add(console_session::Column::LastSeenAt.lte(idle_since));
    let _turn = store.take_turn().await?;
    let deleted = console_session::Entity::delete_many()
        .filter(ended)
        .exec(store.database())
        .await?;
    Ok(deleted.rows_affected)
}

fn from_row(row: console_session::Model) -> Session {
    Session {
        id: SessionId(row.id),
        user_id: UserId(row.user_id),
        pending: row.pending,
        address: row
            .address
            .and_then(|address| address.parse::<IpAddr>().ok()),
        user_agent: row.user_agent,
        created_at: row.created_at,
        last_seen_at: row.last_seen_at,
        expires_at: row.expires_at,
    }
}
