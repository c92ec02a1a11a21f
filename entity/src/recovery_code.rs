//! Codes that stand in for a second factor that is lost.

use sea_orm::entity::prelude::*;

/// One code that was not used yet.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "recovery_code")]
pub struct Model {
    /// Whose it is.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: Uuid,
    /// HMAC-SHA-256 of user and code, 32 bytes. Never the code.
    #[sea_orm(primary_key, auto_increment = false)]
    pub fingerprint: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}
