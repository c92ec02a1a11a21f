//! The change feed: what has changed, by number, in the order of the commits.

use std::fmt;

use chrono::{DateTime, Utc};
use entity::change;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::write::read_head;
use super::{Handle, Store, StoreError};

/// What kind of thing has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    /// An organization; the subject is its id.
    Organization,
    /// An agent; the subject is its id.
    Agent,
    /// A user; the subject is the id.
    User,
    /// A membership; the subject is the user's id.
    Membership,
    /// A resource server or its scopes; the subject is its id.
    ResourceServer,
    /// A credential or its secrets; the subject is the credential's id.
    Credential,
    /// A signing key; the subject is its kid.
    SigningKey,
    /// Something that a newer grantd knows: anything may have changed.
    Unknown,
}

impl ChangeKind {
    const ALL: [Self; 7] = [
        Self::Organization,
        Self::Agent,
        Self::User,
        Self::Membership,
        Self::ResourceServer,
        Self::Credential,
        Self::SigningKey,
    ];

    /// The name as stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Organization => "organization",
            Self::Agent => "agent",
            Self::User => "user",
            Self::Membership => "membership",
            Self::ResourceServer => "resource_server",
            Self::Credential => "credential",
            Self::SigningKey => "signing_key",
            Self::Unknown => "unknown",
        }
    }

    fn from_stored(text: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .unwrap_or(Self::Unknown)
    }
}

impl fmt::Display for ChangeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Counts up without gaps. A first number that does not follow the last one read means that
    /// older changes were pruned: everything may have changed.
    pub number: i64,
    /// What kind of thing has changed.
    pub kind: ChangeKind,
    /// Which one.
    pub subject: String,
    /// When.
    pub at: DateTime<Utc>,
}

impl From<change::Model> for Change {
    fn from(row: change::Model) -> Self {
        Self {
            number: row.number,
            kind: ChangeKind::from_stored(&row.kind),
            subject: row.subject,
            at: row.at,
        }
    }
}

/// The number of the last change; 0 before the first.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn head(h: &impl Handle) -> Result<i64, StoreError> {
    read_head(h.connection()).await
}

/// The first `limit` changes after `number`, in order.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn since(h: &impl Handle, number: i64, limit: u64) -> Result<Vec<Change>, StoreError> {
    let rows = change::Entity::find()
        .filter(change::Column::Number.gt(number))
        .order_by_asc(change::Column::Number)
        .limit(limit)
        .all(h.connection())
        .await?;
    Ok(rows.into_iter().map(Change::from).collect())
}

/// The last change; none before the first.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn last(h: &impl Handle) -> Result<Option<Change>, StoreError> {
    let row = change::Entity::find()
        .order_by_desc(change::Column::Number)
        .one(h.connection())
        .await?;
    Ok(row.map(Change::from))
}

/// The number of the oldest change that is kept.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn oldest(h: &impl Handle) -> Result<Option<i64>, StoreError> {
    let row = change::Entity::find()
        .order_by_asc(change::Column::Number)
        .one(h.connection())
        .await?;
    Ok(row.map(|row| row.number))
}

/// Removes the changes before `older_than`, and says how many. The last change is always kept, so
/// that whoever has been away can tell that it has missed some.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn prune(store: &Store, older_than: DateTime<Utc>) -> Result<u64, StoreError> {
    let _turn = store.take_turn().await?;
    let head = read_head(store.database()).await?;
    let deleted = change::Entity::delete_many()
        .filter(change::Column::At.lt(older_than))
        .filter(change::Column::Number.lt(head))
        .exec(store.database())
        .await?;
    Ok(deleted.rows_affected)
}
