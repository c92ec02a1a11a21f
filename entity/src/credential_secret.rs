//! Secrets of credentials: fingerprints, never the secrets.

use sea_orm::entity::prelude::*;

/// One secret; ends with its credential.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "credential_secret")]
pub struct Model {
    /// A UUID of version 7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The credential.
    pub credential_id: Uuid,
    /// HMAC-SHA-256 of the secret: 32 bytes.
    pub fingerprint: Vec<u8>,
    /// The secret's last characters, for people.
    #[sea_orm(column_type = "Text")]
    pub hint: String,
    /// When it was made.
    pub created_at: DateTimeUtc,
    /// From when on it is refused.
    pub expires_at: Option<DateTimeUtc>,
    /// When it was last used, at most a minute behind.
    pub last_used_at: Option<DateTimeUtc>,
    /// The credential.
    #[sea_orm(belongs_to, from = "credential_id", to = "id")]
    pub credential: HasOne<super::credential::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
