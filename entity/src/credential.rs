//! Credentials.

use sea_orm::entity::prelude::*;

/// One credential; ends with its organization.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "credential")]
pub struct Model {
    /// A UUID of version 7; the OAuth `client_id`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// `oauth_client` or `api_key`.
    #[sea_orm(column_type = "Text")]
    pub kind: String,
    /// Name for people.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// The name in lower case, by which it is found and sorted.
    #[sea_orm(column_type = "Text")]
    pub name_folded: String,
    /// The owner.
    pub organization_id: Uuid,
    /// The one agent it is scoped to. Only a revoked credential outlives its agent.
    pub agent_id: Option<Uuid>,
    /// The user or credential that made it.
    pub created_by: Option<Uuid>,
    /// JSON array of scope tokens.
    #[sea_orm(column_type = "Text")]
    pub scopes: String,
    /// JSON array of resource server ids; the first is the default.
    #[sea_orm(column_type = "Text")]
    pub audiences: String,
    /// JSON array of grant types.
    #[sea_orm(column_type = "Text")]
    pub grant_types: String,
    /// Acts for the operator.
    pub operator: bool,
    /// Lifetime of its tokens, in seconds.
    pub token_ttl_seconds: Option<i32>,
    /// `active`, `disabled` or `revoked`.
    #[sea_orm(column_type = "Text")]
    pub status: String,
    /// When it was made.
    pub created_at: DateTimeUtc,
    /// From when on it is refused.
    pub expires_at: Option<DateTimeUtc>,
    /// When it was revoked.
    pub revoked_at: Option<DateTimeUtc>,
    /// What it is for, in the words of whoever made it.
    #[sea_orm(column_type = "Text", nullable)]
    pub description: Option<String>,
    /// The user whose own it is; absent where it is the organization's.
    pub user_id: Option<Uuid>,
    /// JSON of its rate limit.
    #[sea_orm(column_type = "Text", nullable)]
    pub rate_limit: Option<String>,
    /// JSON of its quota.
    #[sea_orm(column_type = "Text", nullable)]
    pub quota: Option<String>,
    /// A Super API Key: of short life, and outside the organization's limit.
    pub super_key: bool,
    /// When it was last used, at most a minute behind.
    pub last_used_at: Option<DateTimeUtc>,
    /// Its secrets.
    #[sea_orm(has_many)]
    pub secrets: HasMany<super::credential_secret::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
