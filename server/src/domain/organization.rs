//! Organizations and their agents.

use chrono::{DateTime, Utc};

use super::ids::{AgentId, OrganizationId};
use super::text::{Name, Slug};

/// The most credentials of a kind that an organization may be allowed.
pub const MAX_CREDENTIAL_LIMIT: u32 = 100_000;

/// A customer of the API; owns agents, members and credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// Never changes.
    pub id: OrganizationId,
    /// Unique over this grantd; may change.
    pub slug: Slug,
    /// What people call it.
    pub name: Name,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// How many API keys it may have; the setting's number where absent.
    pub api_key_limit: Option<u32>,
    /// How many OAuth clients it may have; the setting's number where absent.
    pub oauth_client_limit: Option<u32>,
}

/// The unit of work inside an organization: a project, a bot, a pipeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    /// Never changes.
    pub id: AgentId,
    /// The organization it belongs to, for good.
    pub organization_id: OrganizationId,
    /// Unique within the organization; may change.
    pub slug: Slug,
    /// What people call it.
    pub name: Name,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}
