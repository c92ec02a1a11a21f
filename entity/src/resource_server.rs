//! Resource servers: the APIs that accept grantd's tokens.

use sea_orm::entity::prelude::*;

/// One resource server.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "resource_server")]
pub struct Model {
    /// A UUID of version 7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The `aud` of its tokens.
    #[sea_orm(column_type = "Text", unique)]
    pub identifier: String,
    /// Name for people.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// Lifetime of its tokens, in seconds.
    pub token_ttl_seconds: Option<i32>,
    /// Signature algorithm of its tokens.
    #[sea_orm(column_type = "Text", nullable)]
    pub algorithm: Option<String>,
    /// When it was made.
    pub created_at: DateTimeUtc,
    /// The scopes it knows.
    #[sea_orm(has_many)]
    pub scopes: HasMany<super::resource_scope::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
