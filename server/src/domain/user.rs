//! Users, and the roles they hold in organizations.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ids::{AgentId, OrganizationId, UserId};
use super::resource_server::MANAGEMENT_SCOPES;
use super::text::Email;

/// A person who signs in to the console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Never changes.
    pub id: UserId,
    /// Unique over this grantd.
    pub email: Email,
    /// Runs this grantd, over all organizations.
    pub operator: bool,
    /// When the account was made.
    pub created_at: DateTime<Utc>,
}

/// What a user may do in one organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Manages all credentials of the organization.
    OrgAdmin,
    /// Manages only the credentials of the agents that the membership names.
    AgentAdmin,
    /// Sees, changes nothing.
    Member,
}

impl Role {
    /// The name as stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OrgAdmin => "org_admin",
            Self::AgentAdmin => "agent_admin",
            Self::Member => "member",
        }
    }

    /// What people call it.
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::OrgAdmin => "Admin",
            Self::AgentAdmin => "Admin of agents",
            Self::Member => "Member",
        }
    }
}

/// What a member may do: see.
const MEMBER_SCOPES: [&str; 5] = [
    "organizations:read",
    "agents:read",
    "members:read",
    "credentials:read",
    "usage:read",
];

/// What an agent admin may do, for the agents of the membership.
const AGENT_ADMIN_SCOPES: [&str; 6] = [
    "organizations:read",
    "agents:read",
    "members:read",
    "credentials:read",
    "credentials:write",
    "usage:read",
];

impl Role {
    /// The scopes that a user of this role holds at the management API.
    pub const fn scopes(self) -> &'static [&'static str] {
        match self {
            Self::OrgAdmin => &MANAGEMENT_SCOPES,
            Self::AgentAdmin => &AGENT_ADMIN_SCOPES,
            Self::Member => &MEMBER_SCOPES,
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be one of org_admin, agent_admin, member")]
pub struct UnknownRole;

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        [Self::OrgAdmin, Self::AgentAdmin, Self::Member]
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or(UnknownRole)
    }
}

/// A user's place in an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// The user.
    pub user_id: UserId,
    /// The organization.
    pub organization_id: OrganizationId,
    /// What the user may do there.
    pub role: Role,
    /// The agents an `agent_admin` administers; empty for the other roles.
    pub agents: Vec<AgentId>,
}
