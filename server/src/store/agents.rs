//! Agents.

use entity::{agent, credential};
use sea_orm::{
    ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Set,
};

use super::changes::ChangeKind;
use super::columns::parse;
use super::error::{conflict, found};
use super::{ConflictOn, Handle, Page, StoreError, Write};
use crate::domain::credential::CredentialStatus;
use crate::domain::ids::{AgentId, OrganizationId};
use crate::domain::organization::Agent;
use crate::domain::text::Slug;

/// Adds an agent.
///
/// # Errors
/// A [`Conflict`](StoreError::Conflict) on [`ConflictOn::AgentSlug`]; [`StoreError::NotFound`]
/// without its organization.
pub async fn insert(w: &mut Write, agent: &Agent) -> Result<(), StoreError> {
    let row = agent::ActiveModel {
        id: Set(agent.id.0),
        organization_id: Set(agent.organization_id.0),
        slug: Set(agent.slug.to_string()),
        name: Set(agent.name.to_string()),
        created_at: Set(agent.created_at),
    };
    agent::Entity::insert(row)
        .exec_without_returning(w.transaction())
        .await
        .map_err(conflict(ConflictOn::AgentSlug))?;
    w.record(ChangeKind::Agent, agent.id);
    Ok(())
}

/// The agent of this id, if it is this organization's.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn find(
    h: &impl Handle,
    organization_id: OrganizationId,
    id: AgentId,
) -> Result<Option<Agent>, StoreError> {
    agent::Entity::find_by_id(id.0)
        .filter(agent::Column::OrganizationId.eq(organization_id.0))
        .one(h.connection())
        .await?
        .as_ref()
        .map(from_row)
        .transpose()
}

/// The organization's agent of this slug.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn find_by_slug(
    h: &impl Handle,
    organization_id: OrganizationId,
    slug: &Slug,
) -> Result<Option<Agent>, StoreError> {
    agent::Entity::find()
        .filter(agent::Column::OrganizationId.eq(organization_id.0))
        .filter(agent::Column::Slug.eq(slug.as_str()))
        .one(h.connection())
        .await?
        .as_ref()
        .map(from_row)
        .transpose()
}

/// A page of the organization's agents; only of those in `among`, where it is given.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn list(
    h: &impl Handle,
    organization_id: OrganizationId,
    among: Option<&[AgentId]>,
    page: &Page,
) -> Result<Vec<Agent>, StoreError> {
    let mut select =
        agent::Entity::find().filter(agent::Column::OrganizationId.eq(organization_id.0));
    if let Some(among) = among {
        select = select.filter(agent::Column::Id.is_in(among.iter().map(|agent| agent.0)));
    }
    if let Some(after) = page.after {
        select = select.filter(agent::Column::Id.gt(after));
    }
    select
        .order_by_asc(agent::Column::Id)
        .limit(page.limit)
        .all(h.connection())
        .await?
        .iter()
        .map(from_row)
        .collect()
}

/// Changes slug and name.
///
/// # Errors
/// [`StoreError::NotFound`], or a [`Conflict`](StoreError::Conflict) on [`ConflictOn::AgentSlug`].
pub async fn update(w: &mut Write, agent: &Agent) -> Result<(), StoreError> {
    let changed = agent::ActiveModel {
        slug: Set(agent.slug.to_string()),
        name: Set(agent.name.to_string()),
        ..Default::default()
    };
    let result = agent::Entity::update_many()
        .set(changed)
        .filter(agent::Column::Id.eq(agent.id.0))
        .filter(agent::Column::OrganizationId.eq(agent.organization_id.0))
        .exec(w.transaction())
        .await
        .map_err(conflict(ConflictOn::AgentSlug))?;
    found(result.rows_affected)?;
    w.record(ChangeKind::Agent, agent.id);
    Ok(())
}

/// Removes an agent. Revoked credentials that were scoped to it stay, without it.
///
/// # Errors
/// [`StoreError::NotFound`], or a [`Conflict`](StoreError::Conflict) on [`ConflictOn::AgentInUse`]
/// while a credential that is not revoked is scoped to it.
pub async fn delete(
    w: &mut Write,
    organization_id: OrganizationId,
    id: AgentId,
) -> Result<(), StoreError> {
    let in_use = credential::Entity::find()
        .filter(credential::Column::OrganizationId.eq(organization_id.0))
        .filter(credential::Column::AgentId.eq(id.0))
        .filter(credential::Column::Status.ne(CredentialStatus::Revoked.as_str()))
        .count(w.transaction())
        .await?;
    if in_use > 0 {
        return Err(StoreError::Conflict(ConflictOn::AgentInUse));
    }
    let result = agent::Entity::delete_many()
        .filter(agent::Column::Id.eq(id.0))
        .filter(agent::Column::OrganizationId.eq(organization_id.0))
        .exec(w.transaction())
        .await?;
    found(result.rows_affected)?;
    w.record(ChangeKind::Agent, id);
    Ok(())
}

fn from_row(row: &agent::Model) -> Result<Agent, StoreError> {
    Ok(Agent {
        id: AgentId(row.id),
        organization_id: OrganizationId(row.organization_id),
        slug: parse("agent.slug", &row.slug)?,
        name: parse("agent.name", &row.name)?,
        created_at: row.created_at,
    })
}
