//! What must hold of a change of members, at the moment of the write.

use super::{Member, WHAT};
use crate::app::authority::Authority;
use crate::app::error::AppError;
use crate::domain::access::Denied;
use crate::domain::ids::{AgentId, OrganizationId, UserId};
use crate::domain::user::Role;
use crate::store::{self, Handle, Write};

/// How many agents one member may administer.
const MAX_AGENTS: usize = 100;

/// A person who changes members must be an admin at this moment still: two who remove each other at
/// once do not both succeed.
pub(in crate::app) async fn check_place_of(
    handle: &impl Handle,
    authority: &Authority,
    organization_id: OrganizationId,
) -> Result<(), AppError> {
    let Some(id) = authority.user() else {
        return Ok(());
    };
    let user = store::users::find(handle, id).await?;
    let place = store::memberships::find(handle, id, organization_id).await?;
    let admin = place.is_some_and(|place| place.role == Role::OrgAdmin);
    if admin || user.is_some_and(|user| user.operator) {
        Ok(())
    } else {
        Err(Denied::NoSuchPlace.into())
    }
}

/// The member, where whoever asks may change it.
pub(in crate::app) async fn changeable(
    write: &Write,
    authority: &Authority,
    organization_id: OrganizationId,
    user_id: UserId,
) -> Result<Member, AppError> {
    check_place_of(write, authority, organization_id).await?;
    let user = store::users::find(write, user_id).await?;
    let place = store::memberships::find(write, user_id, organization_id).await?;
    let (Some(user), Some(place)) = (user, place) else {
        return Err(AppError::NotFound(WHAT));
    };
    if user.operator && !authority.is_operator() {
        return Err(Denied::OperatorOnly.into());
    }
    Ok(Member { user, place })
}

pub(super) async fn check_not_last(
    write: &Write,
    authority: &Authority,
    organization_id: OrganizationId,
    user_id: UserId,
) -> Result<(), AppError> {
    let others = store::memberships::count_other_admins(write, organization_id, user_id).await?;
    if others > 0 || authority.is_operator() {
        return Ok(());
    }
    Err(AppError::Conflict(
        "This is the last org_admin of the organization. Make somebody else one first.".to_owned(),
    ))
}

pub(in crate::app) fn check_agents(role: Role, agents: &[AgentId]) -> Result<(), AppError> {
    let rule = match role {
        Role::AgentAdmin if !(1..=MAX_AGENTS).contains(&agents.len()) => {
            format!("must name 1 to {MAX_AGENTS} agents for an agent_admin")
        }
        Role::OrgAdmin | Role::Member if !agents.is_empty() => {
            "must be empty but for an agent_admin".to_owned()
        }
        _ => return Ok(()),
    };
    Err(AppError::invalid("agents", rule))
}

pub(super) async fn check_agents_exist(
    write: &Write,
    organization_id: OrganizationId,
    agents: &[AgentId],
) -> Result<(), AppError> {
    for (index, agent) in agents.iter().enumerate() {
        let found = store::agents::find(write, organization_id, *agent).await?;
        if found.is_none() {
            return Err(AppError::invalid(
                format!("agents[{index}]"),
                "must be an agent of this organization",
            ));
        }
    }
    Ok(())
}

pub(super) fn each_once(agents: Vec<AgentId>) -> Vec<AgentId> {
    let mut kept = Vec::with_capacity(agents.len());
    for agent in agents {
        if !kept.contains(&agent) {
            kept.push(agent);
        }
    }
    kept
}
