//! Users' places in organizations.

use sea_orm::entity::prelude::*;

/// One user's place in one organization; ends with either.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "membership")]
pub struct Model {
    /// The user.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: Uuid,
    /// The organization.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    /// `org_admin`, `agent_admin` or `member`.
    #[sea_orm(column_type = "Text")]
    pub role: String,
    /// JSON array of the agents that an `agent_admin` administers.
    #[sea_orm(column_type = "Text")]
    pub agents: String,
    /// The user.
    #[sea_orm(belongs_to, from = "user_id", to = "id")]
    pub user: HasOne<super::user_account::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
