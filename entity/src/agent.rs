//! Agents: units of work inside an organization.

use sea_orm::entity::prelude::*;

/// One agent. Its slug is unique within the organization.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "agent")]
pub struct Model {
    /// A UUID of version 7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The organization; its end is the agent's.
    pub organization_id: Uuid,
    /// Short name for paths and commands.
    #[sea_orm(column_type = "Text")]
    pub slug: String,
    /// Name for people.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// When it was made.
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
