//! Signing keys.

use sea_orm::entity::prelude::*;

/// One signing key.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "signing_key")]
pub struct Model {
    /// RFC 7638 thumbprint.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub kid: String,
    /// What it signs with.
    #[sea_orm(column_type = "Text")]
    pub algorithm: String,
    /// `next`, `active`, `retiring` or `retired`.
    #[sea_orm(column_type = "Text")]
    pub state: String,
    /// The private part, sealed under the master key; absent once retired.
    pub sealed: Option<Vec<u8>>,
    /// The public part as a JWK.
    #[sea_orm(column_type = "Text")]
    pub public_jwk: String,
    /// When it was made.
    pub created_at: DateTimeUtc,
    /// When it begins to sign.
    pub activates_at: DateTimeUtc,
    /// When it leaves the JWKS.
    pub removes_at: Option<DateTimeUtc>,
    /// The longest that a token which it signed may live, in seconds.
    pub max_token_ttl_seconds: i64,
}

impl ActiveModelBehavior for ActiveModel {}
