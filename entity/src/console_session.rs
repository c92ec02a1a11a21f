//! People who are signed in to the console.

use sea_orm::entity::prelude::*;

/// One browser that is signed in, or is about to be.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "console_session")]
pub struct Model {
    /// A UUID of version 7. It opens nothing.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// HMAC-SHA-256 of the cookie, in base64url. Never the cookie.
    #[sea_orm(column_type = "Text", unique)]
    pub fingerprint: String,
    /// Who it is.
    pub user_id: Uuid,
    /// The password was right, and the second factor is still to come.
    pub pending: bool,
    /// The address from which it began.
    #[sea_orm(column_type = "Text", nullable)]
    pub address: Option<String>,
    /// What the browser called itself, cut off.
    #[sea_orm(column_type = "Text")]
    pub user_agent: String,
    /// When it began.
    pub created_at: DateTimeUtc,
    /// When it was last used, to the minute.
    pub last_seen_at: DateTimeUtc,
    /// When it ends at the latest.
    pub expires_at: DateTimeUtc,
    /// The user.
    #[sea_orm(belongs_to, from = "user_id", to = "id")]
    pub user: HasOne<super::user_account::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
