//! Requests that may come again, and what each has made.

use sea_orm::entity::prelude::*;

/// One request that was answered.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_key")]
pub struct Model {
    /// HMAC-SHA-256 of caller, method, path and key, in base64url. Never the key.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub name: String,
    /// The credential or the user that sent it.
    pub caller: Uuid,
    /// HMAC-SHA-256 of the body, in base64url.
    #[sea_orm(column_type = "Text")]
    pub request: String,
    /// The id of what it has made; several with spaces between.
    #[sea_orm(column_type = "Text")]
    pub made: String,
    /// The credential whose secret it has made.
    pub credential_id: Option<Uuid>,
    /// That secret, which opens with the caller's key alone; absent once it is of no use.
    pub sealed: Option<Vec<u8>>,
    /// When it was answered.
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
