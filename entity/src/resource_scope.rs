//! The scopes of resource servers.

use sea_orm::entity::prelude::*;

/// One scope of one resource server; ends with it.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "resource_scope")]
pub struct Model {
    /// The resource server.
    #[sea_orm(primary_key, auto_increment = false)]
    pub resource_server_id: Uuid,
    /// The scope token.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub name: String,
    /// Its place in the resource server's own order, from 0.
    pub position: i32,
    /// What it allows, for people.
    #[sea_orm(column_type = "Text")]
    pub description: String,
    /// The resource server.
    #[sea_orm(belongs_to, from = "resource_server_id", to = "id")]
    pub resource_server: HasOne<super::resource_server::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
