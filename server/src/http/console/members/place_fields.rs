//! What a member may do: the role, and the agents of an agent admin.

use std::str::FromStr;

use crate::app::agents;
use crate::app::error::AppError;
use crate::domain::ids::AgentId;
use crate::domain::organization::Agent;
use crate::domain::user::{Membership, Role};
use crate::http::console::fields::Fields;
use crate::http::console::form_errors::FormErrors;
use crate::http::console::place::Place;
use crate::http::console::refusal::Refusal;
use crate::http::console::roles::{self, RoleWords};
use crate::http::console::visitor::Visitor;
use crate::store::Page;

/// How many agents are offered, besides those that are chosen already.
const OFFERED: u64 = 200;

/// A role to choose.
pub struct RoleChoice {
    /// Its words.
    pub words: &'static RoleWords,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// An agent to choose.
pub struct AgentChoice {
    /// As forms send it.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// What stands in the form.
pub struct PlaceFields {
    /// The roles.
    pub roles: Vec<RoleChoice>,
    /// The agents, by name.
    pub agents: Vec<AgentChoice>,
}

impl PlaceFields {
    /// Of a new member.
    ///
    /// # Errors
    /// 503.
    pub async fn empty(visitor: &Visitor, place: &Place) -> Result<Self, AppError> {
        Self::with(visitor, place, Role::Member.as_str(), &[]).await
    }

    /// Of a member.
    ///
    /// # Errors
    /// 503.
    pub async fn of(
        visitor: &Visitor,
        place: &Place,
        membership: &Membership,
    ) -> Result<Self, AppError> {
        Self::with(visitor, place, membership.role.as_str(), &membership.agents).await
    }

    /// As it was sent.
    ///
    /// # Errors
    /// 503.
    pub async fn sent(visitor: &Visitor, place: &Place, form: &Fields) -> Result<Self, AppError> {
        let chosen: Vec<AgentId> = form
            .all("agents")
            .filter_map(|id| id.parse().ok())
            .collect();
        Self::with(visitor, place, form.text("role"), &chosen).await
    }

    async fn with(
        visitor: &Visitor,
        place: &Place,
        role: &str,
        chosen: &[AgentId],
    ) -> Result<Self, AppError> {
        let roles = roles::ALL.map(|words| RoleChoice {
            words,
            chosen: words.value == role,
        });
        let (app, authority, id) = (visitor.app(), place.authority(), place.organization.id);
        let mut offered = agents::list(app, &authority, id, &Page::first(OFFERED)).await?;
        // Where there are more than are offered, none that is chosen is lost by saving.
        for agent in chosen.iter().take(usize::from(u8::MAX)) {
            if offered.iter().all(|known| known.id != *agent) {
                let found = agents::find(app, &authority, id, &agent.to_string()).await;
                match found {
                    Ok(found) => offered.push(found),
                    Err(AppError::NotFound(_)) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        offered.sort_by(|a, b| a.name.cmp(&b.name));
        let choice = |agent: Agent| AgentChoice {
            id: agent.id.to_string(),
            chosen: chosen.contains(&agent.id),
            name: agent.name.to_string(),
        };
        Ok(Self {
            roles: roles.into(),
            agents: offered.into_iter().map(choice).collect(),
        })
    }
}

/// Reads role and agents; nothing where something is wrong with them. Agents that are ticked for
/// another role than that of an agent admin are left out: the boxes stand there for any.
pub fn read(form: &Fields, errors: &mut FormErrors) -> Option<(Role, Vec<AgentId>)> {
    let role = errors.required("role", form.parsed::<Role>("role"), "Choose a role.")?;
    if role != Role::AgentAdmin {
        return Some((role, Vec::new()));
    }
    let agents: Result<Vec<AgentId>, _> = form.all("agents").map(AgentId::from_str).collect();
    match agents {
        Ok(agents) if agents.is_empty() => {
            errors.add("agents", "Choose the agents that an agent admin manages.");
            None
        }
        Ok(agents) => Some((role, agents)),
        Err(_) => {
            errors.add("agents", "Choose from the agents that are there.");
            None
        }
    }
}

/// Notes why a place was not given or changed.
///
/// # Errors
/// What no other text in the form would mend.
pub fn refused(
    error: AppError,
    fields: &'static [&'static str],
    errors: &mut FormErrors,
) -> Result<(), Refusal> {
    match error {
        AppError::Invalid { field, .. } if field.starts_with("agents[") => {
            errors.add("agents", "Choose from the agents that are there.");
            Ok(())
        }
        other => errors.refused(other, fields),
    }
}
