//! Which credentials a list shows.

use std::ops::Range;

use chrono::{DateTime, Utc};
use entity::credential::{Column, Entity};
use sea_orm::sea_query::{Expr, ExprTrait, Func, LikeExpr};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, Select};
use uuid::Uuid;

use crate::domain::credential::{CredentialKind, CredentialStatus};
use crate::domain::credential_list::Standing;
use crate::domain::ids::{AgentId, OrganizationId, UserId};
use crate::domain::search::{LIKE_ESCAPE, SearchText};

/// Which credentials a list shows. What is absent leaves none out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialFilter {
    /// Of this organization.
    pub organization_id: OrganizationId,
    /// Only those scoped to one of these agents.
    pub agents: Option<Vec<AgentId>>,
    /// Only this user's own.
    pub user_id: Option<UserId>,
    /// Only those that this user or credential made.
    pub created_by: Option<Uuid>,
    /// Only those of somebody's.
    pub mine: Option<Mine>,
    /// Only those of this kind.
    pub kind: Option<CredentialKind>,
    /// Also those that are revoked.
    pub include_revoked: bool,
    /// Only those with this text in their name, whatever its case, or whose id begins with it.
    pub search: Option<SearchText>,
    /// Only those that stand so at that moment.
    pub standing: Option<(Standing, DateTime<Utc>)>,
    /// Only those that were not used after that moment, and were made by then.
    pub unused_since: Option<DateTime<Utc>>,
    /// Only those that expire after the first moment and not after the second.
    pub expires: Option<Range<DateTime<Utc>>>,
    /// Only those that are Super API Keys, or that are none.
    pub super_key: Option<bool>,
}

/// Somebody whose credentials to show: those that are its own, and those that it made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mine {
    /// The user or credential that made them.
    pub maker: Uuid,
    /// The user whose own they are.
    pub user: Option<UserId>,
}

impl CredentialFilter {
    /// All of an organization but the revoked.
    pub const fn of(organization_id: OrganizationId) -> Self {
        Self {
            organization_id,
            agents: None,
            user_id: None,
            created_by: None,
            mine: None,
            kind: None,
            include_revoked: false,
            search: None,
            standing: None,
            unused_since: None,
            expires: None,
            super_key: None,
        }
    }
}

/// Selects those, in no order.
pub(super) fn filtered(filter: &CredentialFilter) -> Select<Entity> {
    let mut all = Condition::all().add(Column::OrganizationId.eq(filter.organization_id.0));
    if let Some(agents) = &filter.agents {
        all = all.add(Column::AgentId.is_in(agents.iter().map(|agent| agent.0)));
    }
    if !filter.include_revoked {
        all = all.add(Column::Status.ne(CredentialStatus::Revoked.as_str()));
    }
    let conditions = [
        filter.user_id.map(|user| Column::UserId.eq(user.0).into()),
        filter
            .created_by
            .map(|maker| Column::CreatedBy.eq(maker).into()),
        filter.mine.map(mine),
        filter
            .kind
            .map(|kind| Column::Kind.eq(kind.as_str()).into()),
        filter.search.as_ref().map(found),
        filter.standing.map(|(standing, now)| stands(standing, now)),
        filter
            .unused_since
            .map(|since| last_touched().lte(since).into()),
        filter.expires.as_ref().map(expires),
        filter
            .super_key
            .map(|is_one| Column::SuperKey.eq(is_one).into()),
    ];
    for condition in conditions.into_iter().flatten() {
        let condition: Condition = condition;
        all = all.add(condition);
    }
    Entity::find().filter(all)
}

/// When a credential was last used, or made where it never was.
pub(super) fn last_touched() -> Expr {
    Func::coalesce([Expr::col(Column::LastUsedAt), Expr::col(Column::CreatedAt)]).into()
}

fn mine(Mine { maker, user }: Mine) -> Condition {
    let made = Condition::any().add(Column::CreatedBy.eq(maker));
    match user {
        Some(user) => made.add(Column::UserId.eq(user.0)),
        None => made,
    }
}

fn found(search: &SearchText) -> Condition {
    let pattern = LikeExpr::new(search.like_pattern()).escape(LIKE_ESCAPE);
    let named = Condition::any().add(Expr::col(Column::NameFolded).like(pattern));
    match search.ids() {
        Some((first, last)) => named.add(Column::Id.between(first, last)),
        None => named,
    }
}

fn stands(standing: Standing, now: DateTime<Utc>) -> Condition {
    let status = |status: CredentialStatus| Column::Status.eq(status.as_str());
    let active = || Condition::all().add(status(CredentialStatus::Active));
    match standing {
        Standing::Disabled => Condition::all().add(status(CredentialStatus::Disabled)),
        Standing::Expired => active().add(Column::ExpiresAt.lte(now)),
        Standing::Active => active().add(
            Condition::any()
                .add(Column::ExpiresAt.is_null())
                .add(Column::ExpiresAt.gt(now)),
        ),
    }
}

fn expires(range: &Range<DateTime<Utc>>) -> Condition {
    Condition::all()
        .add(Column::ExpiresAt.gt(range.start))
        .add(Column::ExpiresAt.lte(range.end))
}
