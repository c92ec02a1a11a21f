//! Who wants something done.

use uuid::Uuid;

use crate::domain::access::{Caller, Subject};
use crate::domain::audit::Actor;
use crate::domain::ids::{AgentId, UserId};

/// Who wants something done.
#[derive(Debug, Clone)]
pub enum Authority {
    /// A command on the database itself, or the first start: the operator, in person.
    Command,
    /// A caller of the management API.
    Caller(Caller),
}

impl Authority {
    /// The id for `created_by`.
    pub(crate) fn id(&self) -> Option<Uuid> {
        match self {
            Self::Command => None,
            Self::Caller(caller) => Some(caller.subject.id()),
        }
    }

    /// The user who acts in person.
    pub(crate) fn user(&self) -> Option<UserId> {
        match self {
            Self::Caller(caller) => match caller.subject {
                Subject::User(id) => Some(id),
                Subject::Credential(_) => None,
            },
            Self::Command => None,
        }
    }

    /// Who it is, for the audit trail.
    pub(crate) fn actor(&self) -> Actor {
        match self {
            Self::Command => Actor::COMMAND,
            Self::Caller(caller) => Actor::from(caller),
        }
    }

    /// The agents that it reaches, where it does not reach the whole organization.
    pub(crate) fn agents(&self) -> Option<&[AgentId]> {
        match self {
            Self::Command => None,
            Self::Caller(caller) => caller.agents(),
        }
    }

    /// Whether a thing scoped to `agent` is its to see.
    pub(crate) fn reaches_agent(&self, agent: Option<AgentId>) -> bool {
        match self {
            Self::Command => true,
            Self::Caller(caller) => caller.reaches_agent(agent),
        }
    }

    pub(crate) fn is_operator(&self) -> bool {
        match self {
            Self::Command => true,
            Self::Caller(caller) => caller.operator,
        }
    }
}
