//! Users' places in organizations.

use entity::{membership, user_account};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Set,
};

use super::changes::ChangeKind;
use super::columns::{from_json, parse, to_json};
use super::error::found;
use super::{Handle, Page, StoreError, Write, users};
use crate::domain::ids::{AgentId, OrganizationId, UserId};
use crate::domain::user::{Membership, Role, User};

/// Gives the user a place in the organization, or changes the one it has.
///
/// # Errors
/// [`StoreError::NotFound`] without the user or the organization.
pub async fn put(w: &mut Write, membership: &Membership) -> Result<(), StoreError> {
    let row = membership::ActiveModel {
        user_id: Set(membership.user_id.0),
        organization_id: Set(membership.organization_id.0),
        role: Set(membership.role.to_string()),
        agents: Set(to_json(&membership.agents)?),
    };
    let instead = OnConflict::columns([
        membership::Column::UserId,
        membership::Column::OrganizationId,
    ])
    .update_columns([membership::Column::Role, membership::Column::Agents])
    .to_owned();
    membership::Entity::insert(row)
        .on_conflict(instead)
        .exec_without_returning(w.transaction())
        .await?;
    w.record(ChangeKind::Membership, membership.user_id);
    Ok(())
}

/// The user's place in the organization.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn find(
    h: &impl Handle,
    user_id: UserId,
    organization_id: OrganizationId,
) -> Result<Option<Membership>, StoreError> {
    membership::Entity::find_by_id((user_id.0, organization_id.0))
        .one(h.connection())
        .await?
        .as_ref()
        .map(from_row)
        .transpose()
}

/// All places of a user, by organization id.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn of_user(h: &impl Handle, user_id: UserId) -> Result<Vec<Membership>, StoreError> {
    membership::Entity::find()
        .filter(membership::Column::UserId.eq(user_id.0))
        .order_by_asc(membership::Column::OrganizationId)
        .all(h.connection())
        .await?
        .iter()
        .map(from_row)
        .collect()
}

/// A page of the organization's members, by user id.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn of_organization(
    h: &impl Handle,
    organization_id: OrganizationId,
    page: &Page,
) -> Result<Vec<(User, Membership)>, StoreError> {
    let mut select = membership::Entity::find()
        .find_also_related(user_account::Entity)
        .filter(membership::Column::OrganizationId.eq(organization_id.0));
    if let Some(after) = page.after {
        select = select.filter(membership::Column::UserId.gt(after));
    }
    select
        .order_by_asc(membership::Column::UserId)
        .limit(page.limit)
        .all(h.connection())
        .await?
        .into_iter()
        .map(|(membership, user)| {
            let user = user.ok_or_else(|| {
                StoreError::Corrupt(format!(
                    "membership of {} lacks its user",
                    membership.user_id
                ))
            })?;
            Ok((users::from_row(&user)?, from_row(&membership)?))
        })
        .collect()
}

/// Takes the user's place in the organization away.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn delete(
    w: &mut Write,
    user_id: UserId,
    organization_id: OrganizationId,
) -> Result<(), StoreError> {
    let result = membership::Entity::delete_by_id((user_id.0, organization_id.0))
        .exec(w.transaction())
        .await?;
    found(result.rows_affected)?;
    w.record(ChangeKind::Membership, user_id);
    Ok(())
}

/// How many admins the organization has beside this user.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn count_other_admins(
    h: &impl Handle,
    organization_id: OrganizationId,
    besides: UserId,
) -> Result<u64, StoreError> {
    Ok(membership::Entity::find()
        .filter(membership::Column::OrganizationId.eq(organization_id.0))
        .filter(membership::Column::Role.eq(Role::OrgAdmin.as_str()))
        .filter(membership::Column::UserId.ne(besides.0))
        .count(h.connection())
        .await?)
}

/// Takes an agent out of all places in the organization that name it.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn drop_agent(
    w: &mut Write,
    organization_id: OrganizationId,
    agent_id: AgentId,
) -> Result<(), StoreError> {
    let naming = membership::Entity::find()
        .filter(membership::Column::OrganizationId.eq(organization_id.0))
        .filter(membership::Column::Agents.contains(agent_id.to_string()))
        .all(w.transaction())
        .await?;
    for row in naming {
        let mut place = from_row(&row)?;
        place.agents.retain(|agent| *agent != agent_id);
        put(w, &place).await?;
    }
    Ok(())
}

fn from_row(row: &membership::Model) -> Result<Membership, StoreError> {
    Ok(Membership {
        user_id: UserId(row.user_id),
        organization_id: OrganizationId(row.organization_id),
        role: parse("membership.role", &row.role)?,
        agents: from_json("membership.agents", &row.agents)?,
    })
}
