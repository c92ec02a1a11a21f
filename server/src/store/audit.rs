//! The audit trail: rows are added within the change that they tell of, and never changed.

use chrono::{DateTime, Utc};
use entity::{audit_event, audit_head};
use sea_orm::sea_query::{Expr, ExprTrait, Func, LikeExpr};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select, Set,
};

use super::engine::Transaction;
use super::{Handle, StoreError};
use crate::crypto::audit_chain::AuditChain;
use crate::domain::audit::{AuditFilter, Entry, Recorded};
use crate::domain::search::{LIKE_ESCAPE, SearchText};

/// The one row of `audit_head`.
const HEAD: i32 = 1;

/// Where the trail ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditHead {
    /// The number of the last event; 0 before the first.
    pub number: i64,
    /// Its hash.
    pub hash: String,
    /// What proves the two.
    pub seal: String,
}

/// An event and the hash that ties it to the one before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// The event.
    pub event: Recorded,
    /// Its hash.
    pub hash: String,
}

/// Adds entries to the trail. Whoever writes holds the head of the change feed, so no other adds
/// any meanwhile.
pub(super) async fn append(
    transaction: &Transaction,
    chain: &AuditChain,
    at: DateTime<Utc>,
    entries: &[Entry],
) -> Result<(), StoreError> {
    let AuditHead {
        mut number,
        mut hash,
        ..
    } = read_head(transaction).await?;
    for entry in entries {
        number += 1;
        let event = Recorded::new(number, at, entry);
        hash = chain.link(&hash, &event.encode());
        audit_event::Entity::insert(to_row(event, hash.clone()))
            .exec_without_returning(transaction)
            .await?;
    }
    let seal = chain.seal(number, &hash);
    audit_head::Entity::update_many()
        .col_expr(audit_head::Column::Number, Expr::value(number))
        .col_expr(audit_head::Column::Hash, Expr::value(hash))
        .col_expr(audit_head::Column::Seal, Expr::value(seal))
        .filter(audit_head::Column::Id.eq(HEAD))
        .exec(transaction)
        .await?;
    Ok(())
}

/// Where the trail ends.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer, `Corrupt` where nothing says.
pub async fn head(h: &impl Handle) -> Result<AuditHead, StoreError> {
    read_head(h.connection()).await
}

async fn read_head(connection: &impl sea_orm::ConnectionTrait) -> Result<AuditHead, StoreError> {
    let row = audit_head::Entity::find_by_id(HEAD)
        .one(connection)
        .await?
        .ok_or_else(|| StoreError::Corrupt("audit_head has no row".to_owned()))?;
    Ok(AuditHead {
        number: row.number,
        hash: row.hash,
        seal: row.seal,
    })
}

/// The number of the last row there is, whatever the head says.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn last_number(h: &impl Handle) -> Result<Option<i64>, StoreError> {
    Ok(audit_event::Entity::find()
        .select_only()
        .column(audit_event::Column::Number)
        .order_by_desc(audit_event::Column::Number)
        .limit(1)
        .into_tuple()
        .one(h.connection())
        .await?)
}

/// The first `limit` events after the number `after`, the oldest first.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn after(
    h: &impl Handle,
    filter: &AuditFilter,
    after: i64,
    limit: u64,
) -> Result<Vec<AuditRow>, StoreError> {
    let select = select(filter)
        .filter(audit_event::Column::Number.gt(after))
        .order_by_asc(audit_event::Column::Number);
    read(h, select, limit).await
}

/// The last `limit` events before the number `before`, the newest first.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn before(
    h: &impl Handle,
    filter: &AuditFilter,
    before: Option<i64>,
    limit: u64,
) -> Result<Vec<AuditRow>, StoreError> {
    let mut select = select(filter).order_by_desc(audit_event::Column::Number);
    if let Some(before) = before {
        select = select.filter(audit_event::Column::Number.lt(before));
    }
    read(h, select, limit).await
}

async fn read(
    h: &impl Handle,
    select: Select<audit_event::Entity>,
    limit: u64,
) -> Result<Vec<AuditRow>, StoreError> {
    let rows = select.limit(limit).all(h.connection()).await?;
    Ok(rows.into_iter().map(from_row).collect())
}

fn select(filter: &AuditFilter) -> Select<audit_event::Entity> {
    let mut select = audit_event::Entity::find();
    if let Some(id) = filter.organization_id {
        select = select.filter(audit_event::Column::OrganizationId.eq(id.0));
    }
    if let Some(action) = filter.action {
        select = select.filter(audit_event::Column::Action.eq(action.as_str()));
    }
    if let Some(kind) = filter.actor_kind {
        select = select.filter(audit_event::Column::ActorKind.eq(kind.as_str()));
    }
    if let Some(id) = filter.actor_id {
        select = select.filter(audit_event::Column::ActorId.eq(id));
    }
    if let Some(id) = &filter.target_id {
        select = select.filter(audit_event::Column::TargetId.eq(id.as_str()));
    }
    if let Some(kind) = filter.target_kind {
        select = select.filter(audit_event::Column::TargetKind.eq(kind.as_str()));
    }
    if let Some(text) = &filter.text {
        select = select.filter(holds(text));
    }
    if let Some(from) = filter.from {
        select = select.filter(audit_event::Column::At.gte(from));
    }
    if let Some(to) = filter.to {
        select = select.filter(audit_event::Column::At.lt(to));
    }
    select
}

/// Whether an event holds a text. No index helps: what is searched is what the other filters leave.
fn holds(text: &SearchText) -> Condition {
    let pattern = ascii_pattern(text);
    SEARCHED.into_iter().fold(Condition::any(), |any, column| {
        let pattern = LikeExpr::new(pattern.as_str()).escape(LIKE_ESCAPE);
        any.add(Func::lower(Expr::col(column)).like(pattern))
    })
}

/// Where a text is looked for.
const SEARCHED: [audit_event::Column; 6] = [
    audit_event::Column::Action,
    audit_event::Column::TargetId,
    audit_event::Column::Address,
    audit_event::Column::RequestId,
    audit_event::Column::Before,
    audit_event::Column::After,
];

/// The pattern in lower case, as far as both engines make texts lower.
fn ascii_pattern(text: &SearchText) -> String {
    text.like_pattern_as_given().to_ascii_lowercase()
}

fn to_row(event: Recorded, hash: String) -> audit_event::ActiveModel {
    audit_event::ActiveModel {
        number: Set(event.number),
        at: Set(event.at),
        organization_id: Set(event.organization_id),
        action: Set(event.action),
        actor_kind: Set(event.actor_kind),
        actor_id: Set(event.actor_id),
        address: Set(event.address),
        request_id: Set(event.request_id),
        target_kind: Set(event.target_kind),
        target_id: Set(event.target_id),
        before: Set(event.before),
        after: Set(event.after),
        hash: Set(hash),
    }
}

fn from_row(row: audit_event::Model) -> AuditRow {
    AuditRow {
        event: Recorded {
            number: row.number,
            at: row.at,
            organization_id: row.organization_id,
            action: row.action,
            actor_kind: row.actor_kind,
            actor_id: row.actor_id,
            address: row.address,
            request_id: row.request_id,
            target_kind: row.target_kind,
            target_id: row.target_id,
            before: row.before,
            after: row.after,
        },
        hash: row.hash,
    }
}
