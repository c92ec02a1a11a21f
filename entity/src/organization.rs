//! Organizations.

use sea_orm::entity::prelude::*;

/// One organization.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organization")]
pub struct Model {
    /// A UUID of version 7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Short name for paths and commands.
    #[sea_orm(column_type = "Text", unique)]
    pub slug: String,
    /// Name for people.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// When it was made.
    pub created_at: DateTimeUtc,
    /// How many API keys it may have, where the setting does not hold.
    pub api_key_limit: Option<i32>,
    /// How many OAuth clients it may have, where the setting does not hold.
    pub oauth_client_limit: Option<i32>,
}

impl ActiveModelBehavior for ActiveModel {}
