//! Who calls the management API, and what that caller may do there.

use core::net::IpAddr;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::ids::{AgentId, CredentialId, OrganizationId, UserId};

/// Whom a caller is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// A program, by its credential.
    Credential(CredentialId),
    /// A person who has signed in.
    User(UserId),
}

impl Subject {
    /// The id, whatever it names.
    pub const fn id(self) -> Uuid {
        match self {
            Self::Credential(id) => id.0,
            Self::User(id) => id.0,
        }
    }

    /// What it names, in one word.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Credential(_) => "credential",
            Self::User(_) => "user",
        }
    }
}

/// How much of its organization a caller reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// All of it.
    Organization,
    /// Only these agents and what is scoped to them.
    Agents(Vec<AgentId>),
}

impl Reach {
    /// What a credential reaches that may be scoped to an agent.
    pub fn of_credential(agent: Option<AgentId>) -> Self {
        agent.map_or(Self::Organization, |agent| Self::Agents(vec![agent]))
    }
}

/// Where a call comes from, for the audit trail.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// The address of the client, as far as it is known.
    pub address: Option<IpAddr>,
    /// The name of the request, as in `X-Request-Id`.
    pub request_id: Option<String>,
}

/// An authenticated caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Who it is.
    pub subject: Subject,
    /// The user for whom it acts: itself, or the one whose own credential it is.
    pub user_id: Option<UserId>,
    /// The organization in which it acts.
    pub organization_id: OrganizationId,
    /// How much of that it reaches.
    pub reach: Reach,
    /// Whether it acts for the operator, over all organizations.
    pub operator: bool,
    /// The scopes of this call, which may be fewer than the credential's.
    pub scopes: Vec<String>,
    /// The audience of the token; absent for an API key, which has all that its credential has.
    pub audience: Option<String>,
    /// When the token expires, or the API key; never where absent.
    pub expires_at: Option<DateTime<Utc>>,
    /// Where the call comes from.
    pub origin: Origin,
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
    /// The caller reaches some agents only, and this concerns the whole organization.
    #[error("you may act for single agents only, and this concerns the whole organization")]
    AgentScoped,
    /// The credential in question may do more than the caller's own.
    #[error("that credential may do more than yours, and nobody can hand out more than they hold")]
    MoreThanHeld,
    /// The role can do or hand out more than the caller's own credential.
    #[error(
        "that role may do more than your credential, and nobody can hand out more than they hold"
    )]
    RoleMoreThanHeld,
    /// Limits become looser by who acts for the whole organization and has none itself.
    #[error("a limit is loosened by who acts for the whole organization and has no limit itself")]
    LoosensLimit,
    /// A credential was to become the own one of somebody else.
    #[error("a credential becomes a person's own by that person alone")]
    AnothersOwn,
    /// The user has no place in the organization now, or one that does not allow this.
    #[error("the user has no place in the organization now that allows this")]
    NoSuchPlace,
    /// The address has an account that somebody else made, and may know the password of.
    #[error(
        "that address has an account already, and only an operator may give it a place in one more organization"
    )]
    AccountOfAnother,
    /// The account has places that the caller does not manage.
    #[error(
        "that account has a place in an organization that you do not manage, so only an operator may let its password be set"
    )]
    AccountReachesFurther,
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

    /// May the caller act for the organization as a whole, rather than for some agents of it?
    ///
    /// # Errors
    /// [`Denied::AgentScoped`].
    pub fn require_whole_organization(&self) -> Result<(), Denied> {
        match self.reach {
            Reach::Organization => Ok(()),
            Reach::Agents(_) => Err(Denied::AgentScoped),
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
        match &self.reach {
            Reach::Organization => true,
            Reach::Agents(agents) => agent.is_some_and(|agent| agents.contains(&agent)),
        }
    }

    /// The agents that it reaches, where it does not reach the whole organization.
    pub fn agents(&self) -> Option<&[AgentId]> {
        match &self.reach {
            Reach::Organization => None,
            Reach::Agents(agents) => Some(agents),
        }
    }
}
