//! Who calls the management API, and what that caller may do there.

use chrono::{DateTime, Utc};

use super::ids::{AgentId, CredentialId, OrganizationId};

/// An authenticated caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The credential that the token was issued to.
    pub credential_id: CredentialId,
    /// The organization that owns it.
    pub organization_id: OrganizationId,
    /// The one agent it is scoped to.
    pub agent_id: Option<AgentId>,
    /// Whether it acts for the operator, over all organizations.
    pub operator: bool,
    /// The scopes of the token, which may be fewer than the credential's.
    pub scopes: Vec<String>,
    /// The audience of the token.
    pub audience: String,
    /// When the token expires.
    pub expires_at: DateTime<Utc>,
}

/// Why a caller is turned away.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// The token lacks a scope.
    #[error("this needs the scope {0}")]
    MissingScope(&'static str),
    /// Only operators may.
    #[error("only an operator may do this")]
    OperatorOnly,
    /// The credential is scoped to an agent, and this concerns the whole organization.
    #[error("this credential is scoped to one agent and may not do this")]
    AgentScoped,
    /// The credential in question may do more than the caller's own.
    #[error("that credential may do more than yours, and nobody can hand out more than they hold")]
    MoreThanHeld,
    /// Another organization's: the caller is not to learn whether it exists.
    #[error("no such organization")]
    OtherOrganization,
}

impl Caller {
    /// Holds the token this scope?
    ///
    /// # Errors
    /// [`Denied::MissingScope`].
    pub fn require(&self, scope: &'static str) -> Result<(), Denied> {
        if self.scopes.iter().any(|held| held == scope) {
            Ok(())
        } else {
            Err(Denied::MissingScope(scope))
        }
    }

    /// May the caller act over all organizations?
    ///
    /// # Errors
    /// [`Denied::OperatorOnly`].
    pub fn require_operator(&self) -> Result<(), Denied> {
        if self.operator {
            Ok(())
        } else {
            Err(Denied::OperatorOnly)
        }
    }

    /// May the caller act for the organization as a whole, rather than for one agent of it?
    ///
    /// # Errors
    /// [`Denied::AgentScoped`].
    pub fn require_whole_organization(&self) -> Result<(), Denied> {
        match self.agent_id {
            None => Ok(()),
            Some(_) => Err(Denied::AgentScoped),
        }
    }

    /// May the caller reach into this organization at all?
    ///
    /// # Errors
    /// [`Denied::OtherOrganization`].
    pub fn require_organization(&self, organization: OrganizationId) -> Result<(), Denied> {
        if self.operator || self.organization_id == organization {
            Ok(())
        } else {
            Err(Denied::OtherOrganization)
        }
    }

    /// Whether a thing scoped to `agent` is the caller's to see.
    pub fn reaches_agent(&self, agent: Option<AgentId>) -> bool {
        self.agent_id.is_none() || self.agent_id == agent
    }
}
