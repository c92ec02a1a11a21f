//! Where the audit trail ends, so that a row removed from its end is missed.

use sea_orm::entity::prelude::*;

/// The one row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_head")]
pub struct Model {
    /// Always 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// The number of the last event; 0 before the first.
    pub number: i64,
    /// Its hash; empty before the first.
    #[sea_orm(column_type = "Text")]
    pub hash: String,
    /// HMAC-SHA-256 over the two in base64url; empty before the first.
    #[sea_orm(column_type = "Text")]
    pub seal: String,
}

impl ActiveModelBehavior for ActiveModel {}
