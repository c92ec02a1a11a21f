//! Requests that may come again, and what each has made.

use chrono::{DateTime, Utc};
use entity::idempotency_key;
use sea_orm::{
    ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Set,
};
use uuid::Uuid;

use super::{Handle, Store, StoreError, Write};
use crate::domain::ids::CredentialId;

/// What is kept of a request that was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remembered {
    /// An HMAC of caller, method, path and key.
    pub name: String,
    /// The credential or the user that sent it.
    pub caller: Uuid,
    /// An HMAC of the body.
    pub request: String,
    /// The id of what it has made; several with spaces between.
    pub made: String,
    /// The credential whose secret it has made.
    pub credential_id: Option<CredentialId>,
    /// That secret, sealed; absent once it is of no use.
    pub sealed: Option<Vec<u8>>,
    /// When it was answered.
    pub created_at: DateTime<Utc>,
}

/// What is kept of the request of this name, however old.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn find(h: &impl Handle, name: &str) -> Result<Option<Remembered>, StoreError> {
    let row = idempotency_key::Entity::find_by_id(name.to_owned())
        .one(h.connection())
        .await?;
    Ok(row.map(|row| Remembered {
        name: row.name,
        caller: row.caller,
        request: row.request,
        made: row.made,
        credential_id: row.credential_id.map(CredentialId),
        sealed: row.sealed,
        created_at: row.created_at,
    }))
}

/// Keeps it in the place of an older one of its name, and of its caller's at most `most`: the
/// oldest go.
///
/// # Errors
/// [`StoreError::NotFound`] without its credential.
pub async fn insert(w: &mut Write, new: &Remembered, most: u64) -> Result<(), StoreError> {
    delete(w, vec![new.name.clone()]).await?;
    let of_caller =
        || idempotency_key::Entity::find().filter(idempotency_key::Column::Caller.eq(new.caller));
    let count = of_caller().count(w.transaction()).await?;
    if count >= most {
        let oldest = of_caller()
            .select_only()
            .column(idempotency_key::Column::Name)
            .order_by_asc(idempotency_key::Column::CreatedAt)
            .limit(count - most + 1)
            .into_tuple()
            .all(w.transaction())
            .await?;
        delete(w, oldest).await?;
    }
    let row = idempotency_key::ActiveModel {
        name: Set(new.name.clone()),
        caller: Set(new.caller),
        request: Set(new.request.clone()),
        made: Set(new.made.clone()),
        credential_id: Set(new.credential_id.map(|id| id.0)),
        sealed: Set(new.sealed.clone()),
        created_at: Set(new.created_at),
    };
    idempotency_key::Entity::insert(row)
        .exec_without_returning(w.transaction())
        .await?;
    Ok(())
}

async fn delete(w: &Write, names: Vec<String>) -> Result<(), StoreError> {
    idempotency_key::Entity::delete_many()
        .filter(idempotency_key::Column::Name.is_in(names))
        .exec(w.transaction())
        .await?;
    Ok(())
}

/// Drops every secret of this credential that is kept for a retry. That the request was answered
/// stays known, so that a retry makes nothing anew.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn forget_secrets(w: &Write, credential: CredentialId) -> Result<(), StoreError> {
    let changed = idempotency_key::ActiveModel {
        sealed: Set(None),
        ..Default::default()
    };
    idempotency_key::Entity::update_many()
        .set(changed)
        .filter(idempotency_key::Column::CredentialId.eq(credential.0))
        .exec(w.transaction())
        .await?;
    Ok(())
}

/// Removes what was answered at `until` or before, and says how many.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn prune(store: &Store, until: DateTime<Utc>) -> Result<u64, StoreError> {
    let _turn = store.take_turn().await?;
    let deleted = idempotency_key::Entity::delete_many()
        .filter(idempotency_key::Column::CreatedAt.lte(until))
        .exec(store.database())
        .await?;
    Ok(deleted.rows_affected)
}
