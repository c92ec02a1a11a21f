//! What the credentials of an organization were used for, added up by the database.

use chrono::{DateTime, Utc};
use entity::{credential, usage_hour};
use sea_orm::sea_query::{Expr, ExprTrait, Order, Query, SelectStatement, SimpleExpr};
use sea_orm::{ConnectionTrait, IdenStatic, QueryResult};
use uuid::Uuid;

use super::columns::parse;
use super::usage::{column, from_column};
use super::{Handle, StoreError};
use crate::domain::credential::{CredentialKind, CredentialStatus};
use crate::domain::ids::{AgentId, CredentialId, OrganizationId};
use crate::domain::text::Name;
use crate::domain::usage::{Counter, Counts, UsageStep};

/// From how many tokens on a credential can fetch too many.
const MIN_OVER_FETCH_TOKENS: i64 = 10;

/// From how many tokens on for each one needed a credential fetches too many.
const MIN_OVER_FETCH: i64 = 2;

/// Whose use is added up, and when it was.
#[derive(Debug, Clone, Copy)]
pub struct Whose<'a> {
    /// Of this organization.
    pub organization_id: OrganizationId,
    /// Only of credentials that are scoped to one of these agents.
    pub agents: Option<&'a [AgentId]>,
    /// In the hours that begin from here on.
    pub from: DateTime<Utc>,
    /// And before this.
    pub to: DateTime<Utc>,
}

/// Which credentials come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ranking {
    /// Those with the most tokens and calls together.
    MostRequests,
    /// Those with the most tokens for each one needed. The others are left out: those with few
    /// tokens at all, and those with less than two for each one needed.
    MostOverFetch,
}

/// A credential and what was counted of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialUse {
    /// The credential.
    pub id: CredentialId,
    /// Its name.
    pub name: Name,
    /// How it is used.
    pub kind: CredentialKind,
    /// What became of it.
    pub status: CredentialStatus,
    /// The agent that it is scoped to.
    pub agent_id: Option<AgentId>,
    /// What was counted.
    pub counts: Counts,
}

/// What was counted of all credentials together in each hour, in order. Hours in which nothing was
/// counted are left out. There are at most as many as hours between the two.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn by_hour(h: &impl Handle, whose: &Whose<'_>) -> Result<Vec<UsageStep>, StoreError> {
    let hour = (usage_hour::Entity, usage_hour::Column::Hour);
    let query = summed(whose)
        .column(hour)
        .add_group_by([Expr::col(hour)])
        .order_by(hour, Order::Asc)
        .to_owned();
    let rows = h.connection().query_all(&query).await?;
    rows.iter()
        .map(|row| {
            Ok(UsageStep {
                from: row.try_get("", usage_hour::Column::Hour.as_str())?,
                counts: counts(row)?,
            })
        })
        .collect()
}

/// What was counted of each credential, in the order of `ranking`, at most `limit` of them.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer, `Corrupt` for a row that cannot be
/// read.
pub async fn by_credential(
    h: &impl Handle,
    whose: &Whose<'_>,
    ranking: Ranking,
    limit: u64,
) -> Result<Vec<CredentialUse>, StoreError> {
    const SHOWN: [credential::Column; 5] = [
        credential::Column::Id,
        credential::Column::Name,
        credential::Column::Kind,
        credential::Column::Status,
        credential::Column::AgentId,
    ];
    let mut query = summed(whose);
    for column in SHOWN {
        query.column((credential::Entity, column));
        query.add_group_by([Expr::col((credential::Entity, column))]);
    }
    let (issued, needed) = (sum(Counter::TokensIssued), sum(Counter::TokensNeeded));
    match ranking {
        Ranking::MostRequests => {
            let requests = issued.add(sum(Counter::CallsVerified));
            query
                .and_having(requests.clone().gt(0_i64))
                .order_by_expr(requests, Order::Desc);
        }
        Ranking::MostOverFetch => {
            let ratio = issued
                .clone()
                .cast_as("double precision")
                .div(needed.clone());
            query
                .and_having(needed.clone().gt(0_i64))
                .and_having(issued.clone().gte(MIN_OVER_FETCH_TOKENS))
                .and_having(issued.gte(needed.mul(MIN_OVER_FETCH)))
                .order_by_expr(ratio, Order::Desc);
        }
    }
    let query = query
        .order_by((credential::Entity, credential::Column::Id), Order::Asc)
        .limit(limit)
        .to_owned();
    let rows = h.connection().query_all(&query).await?;
    rows.iter().map(credential_use).collect()
}

/// The sum of every counter over the rows in question, under the counter's own name. The rows are
/// found by the credentials of the organization, each of which has one an hour at most.
fn summed(whose: &Whose<'_>) -> SelectStatement {
    let owner = (credential::Entity, credential::Column::Id);
    let owned = (usage_hour::Entity, usage_hour::Column::CredentialId);
    let hour = || Expr::col((usage_hour::Entity, usage_hour::Column::Hour));
    let of = |column| Expr::col((credential::Entity, column));
    let mut query = Query::select();
    query
        .from(credential::Entity)
        .inner_join(usage_hour::Entity, Expr::col(owner).equals(owned))
        .and_where(of(credential::Column::OrganizationId).eq(whose.organization_id.0))
        .and_where(hour().gte(whose.from))
        .and_where(hour().lt(whose.to));
    if let Some(agents) = whose.agents {
        let agents = agents.iter().map(|agent| agent.0);
        query.and_where(of(credential::Column::AgentId).is_in(agents));
    }
    for counter in Counter::ALL {
        query.expr_as(sum(counter), column(counter).as_str());
    }
    query
}

/// PostgreSQL makes a NUMERIC of a sum.
fn sum(counter: Counter) -> SimpleExpr {
    Expr::col((usage_hour::Entity, column(counter)))
        .sum()
        .cast_as("bigint")
}

fn counts(row: &QueryResult) -> Result<Counts, StoreError> {
    let mut counts = Counts::default();
    for counter in Counter::ALL {
        counts.set(
            counter,
            from_column(row.try_get("", column(counter).as_str())?),
        );
    }
    Ok(counts)
}

fn credential_use(row: &QueryResult) -> Result<CredentialUse, StoreError> {
    let id: Uuid = row.try_get("", "id")?;
    let agent_id: Option<Uuid> = row.try_get("", "agent_id")?;
    let text = |column| row.try_get::<String>("", column);
    Ok(CredentialUse {
        id: CredentialId(id),
        name: parse("credential.name", &text("name")?)?,
        kind: parse("credential.kind", &text("kind")?)?,
        status: parse("credential.status", &text("status")?)?,
        agent_id: agent_id.map(AgentId),
        counts: counts(row)?,
    })
}
