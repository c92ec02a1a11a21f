//! What credentials were used for, by the hour. Not part of the change feed: nothing that a cache
//! holds depends on it.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use entity::usage_hour::{self, Column};
use entity::{credential, usage_hour::Entity};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use uuid::Uuid;

use super::{Handle, StoreError, Write};
use crate::domain::allowance::LimitKind;
use crate::domain::ids::CredentialId;
use crate::domain::usage::{Counter, Counts, Rejection, UsageStep};

/// How many rows one change may write. Other changes wait for it, so it is to take milliseconds.
pub const ROWS_A_CHANGE: usize = 200;

/// What a credential was used for in one hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsageRow {
    /// The credential.
    pub credential_id: CredentialId,
    /// The beginning of the hour.
    pub hour: DateTime<Utc>,
    /// What is to be added.
    pub counts: Counts,
}

/// Adds to what stands there already. There may be at most [`ROWS_A_CHANGE`] rows. Those of
/// credentials that are gone are left out.
///
/// It is a change like any other, though the feed is told nothing: it waits for its turn, so nodes
/// that flush at once, or beside an organization's removal, never lock rows crosswise.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn add(write: &mut Write, rows: &[UsageRow]) -> Result<(), StoreError> {
    let there: HashSet<Uuid> = credential::Entity::find()
        .select_only()
        .column(credential::Column::Id)
        .filter(credential::Column::Id.is_in(rows.iter().map(|row| row.credential_id.0)))
        .into_tuple()
        .all(write.transaction())
        .await?
        .into_iter()
        .collect();
    let rows: Vec<&UsageRow> = rows
        .iter()
        .filter(|row| there.contains(&row.credential_id.0))
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    Entity::insert_many(rows.into_iter().map(active))
        .on_conflict(adding())
        .exec_without_returning(write.transaction())
        .await?;
    Ok(())
}

/// `ON CONFLICT … DO UPDATE SET x = usage_hour.x + excluded.x`, for every counter.
fn adding() -> OnConflict {
    let mut on_conflict = OnConflict::columns([Column::CredentialId, Column::Hour]);
    for counter in Counter::ALL {
        let column = column(counter);
        let sum = Expr::col((Entity, column)).add(Expr::col(("excluded", column)));
        on_conflict.value(column, sum);
    }
    on_conflict
}

/// What was counted in the hours that begin from `from` on and before `to`, in order. Hours in which
/// nothing was counted are left out. There are at most as many as hours between the two.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn by_hour(
    h: &impl Handle,
    id: CredentialId,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<Vec<UsageStep>, StoreError> {
    let rows = Entity::find()
        .filter(Column::CredentialId.eq(id.0))
        .filter(Column::Hour.gte(from))
        .filter(Column::Hour.lt(to))
        .order_by_asc(Column::Hour)
        .all(h.connection())
        .await?;
    Ok(rows
        .iter()
        .map(|row| UsageStep {
            from: row.hour,
            counts: counts(row),
        })
        .collect())
}

/// How many requests of each credential count against a quota whose period began at `since`. Those
/// without any are left out.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn requests_since(
    h: &impl Handle,
    ids: impl IntoIterator<Item = CredentialId>,
    since: DateTime<Utc>,
) -> Result<HashMap<CredentialId, u64>, StoreError> {
    // PostgreSQL makes a NUMERIC of a sum.
    let requests = Expr::col((Entity, Column::TokensIssued))
        .add(Expr::col((Entity, Column::CallsVerified)))
        .sum()
        .cast_as("bigint");
    let sums: Vec<(Uuid, i64)> = Entity::find()
        .select_only()
        .column(Column::CredentialId)
        .expr_as(requests, "requests")
        .filter(Column::CredentialId.is_in(ids.into_iter().map(|id| id.0)))
        .filter(Column::Hour.gte(since))
        .group_by(Column::CredentialId)
        .into_tuple()
        .all(h.connection())
        .await?;
    Ok(sums
        .into_iter()
        .map(|(id, requests)| (CredentialId(id), from_column(requests)))
        .collect())
}

/// Removes the oldest hour that is kept, of all credentials, where it lies before `older_than`; says
/// how many rows there were, 0 where there is none. One hour at a time, since other changes wait.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn prune_an_hour(
    write: &mut Write,
    older_than: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let oldest: Option<DateTime<Utc>> = Entity::find()
        .select_only()
        .column(Column::Hour)
        .filter(Column::Hour.lt(older_than))
        .order_by_asc(Column::Hour)
        .into_tuple()
        .one(write.transaction())
        .await?;
    let Some(oldest) = oldest else {
        return Ok(0);
    };
    let deleted = Entity::delete_many()
        .filter(Column::Hour.eq(oldest))
        .exec(write.transaction())
        .await?;
    Ok(deleted.rows_affected)
}

pub(super) const fn column(counter: Counter) -> Column {
    match counter {
        Counter::TokensIssued => Column::TokensIssued,
        Counter::TokensNeeded => Column::TokensNeeded,
        Counter::CallsVerified => Column::CallsVerified,
        Counter::Rejected(Rejection::WrongSecret) => Column::RejectedWrongSecret,
        Counter::Rejected(Rejection::Disabled) => Column::RejectedDisabled,
        Counter::Rejected(Rejection::Expired) => Column::RejectedExpired,
        Counter::Rejected(Rejection::Scope) => Column::RejectedScope,
        Counter::Rejected(Rejection::Audience) => Column::RejectedAudience,
        Counter::Rejected(Rejection::RateLimit) => Column::RejectedRateLimit,
        Counter::Rejected(Rejection::Quota) => Column::RejectedQuota,
        Counter::WouldReject(LimitKind::Rate) => Column::WouldRejectRateLimit,
        Counter::WouldReject(LimitKind::Quota) => Column::WouldRejectQuota,
    }
}

fn active(row: &UsageRow) -> usage_hour::ActiveModel {
    let number = |counter| Set(i64::try_from(row.counts.get(counter)).unwrap_or(i64::MAX));
    usage_hour::ActiveModel {
        credential_id: Set(row.credential_id.0),
        hour: Set(row.hour),
        tokens_issued: number(Counter::TokensIssued),
        tokens_needed: number(Counter::TokensNeeded),
        calls_verified: number(Counter::CallsVerified),
        rejected_wrong_secret: number(Counter::Rejected(Rejection::WrongSecret)),
        rejected_disabled: number(Counter::Rejected(Rejection::Disabled)),
        rejected_expired: number(Counter::Rejected(Rejection::Expired)),
        rejected_scope: number(Counter::Rejected(Rejection::Scope)),
        rejected_audience: number(Counter::Rejected(Rejection::Audience)),
        rejected_rate_limit: number(Counter::Rejected(Rejection::RateLimit)),
        rejected_quota: number(Counter::Rejected(Rejection::Quota)),
        would_reject_rate_limit: number(Counter::WouldReject(LimitKind::Rate)),
        would_reject_quota: number(Counter::WouldReject(LimitKind::Quota)),
    }
}

fn counts(row: &usage_hour::Model) -> Counts {
    let mut counts = Counts::default();
    for counter in Counter::ALL {
        let number = match counter {
            Counter::TokensIssued => row.tokens_issued,
            Counter::TokensNeeded => row.tokens_needed,
            Counter::CallsVerified => row.calls_verified,
            Counter::Rejected(Rejection::WrongSecret) => row.rejected_wrong_secret,
            Counter::Rejected(Rejection::Disabled) => row.rejected_disabled,
            Counter::Rejected(Rejection::Expired) => row.rejected_expired,
            Counter::Rejected(Rejection::Scope) => row.rejected_scope,
            Counter::Rejected(Rejection::Audience) => row.rejected_audience,
            Counter::Rejected(Rejection::RateLimit) => row.rejected_rate_limit,
            Counter::Rejected(Rejection::Quota) => row.rejected_quota,
            Counter::WouldReject(LimitKind::Rate) => row.would_reject_rate_limit,
            Counter::WouldReject(LimitKind::Quota) => row.would_reject_quota,
        };
        counts.set(counter, from_column(number));
    }
    counts
}

pub(super) fn from_column(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
