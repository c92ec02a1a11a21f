//! Links with which a person sets a password, once.

use sea_orm::entity::prelude::*;

/// One link.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "one_time_link")]
pub struct Model {
    /// A UUID of version 7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// `invitation` or `password_reset`.
    #[sea_orm(column_type = "Text")]
    pub kind: String,
    /// Whose password it sets.
    pub user_id: Uuid,
    /// HMAC-SHA-256 of the secret in it, 32 bytes. Never the secret.
    #[sea_orm(unique)]
    pub fingerprint: Vec<u8>,
    /// The credential or the user that made it; absent for commands.
    pub created_by: Option<Uuid>,
    /// When it was made.
    pub created_at: DateTimeUtc,
    /// When it ends by itself.
    pub expires_at: DateTimeUtc,
    /// When it was used, or voided by another or by what became of its user.
    pub used_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
