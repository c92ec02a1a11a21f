//! Organizations and their agents.

use chrono::{DateTime, Utc};

use super::ids::{AgentId, OrganizationId};
use super::text::{Name, Slug};

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
