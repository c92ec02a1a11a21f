//! The audit trail: what was done, by whom, to what. Rows are added and never changed.

use sea_orm::entity::prelude::*;

/// One event.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_event")]
pub struct Model {
    /// Counts up without gaps, in the order of the commits.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    /// When.
    pub at: DateTimeUtc,
    /// The organization it concerns; absent for what concerns the whole server.
    pub organization_id: Option<Uuid>,
    /// What was done.
    #[sea_orm(column_type = "Text")]
    pub action: String,
    /// `command`, `credential`, `user` or `system`.
    #[sea_orm(column_type = "Text")]
    pub actor_kind: String,
    /// The credential or the user.
    pub actor_id: Option<Uuid>,
    /// Where the call came from.
    #[sea_orm(column_type = "Text", nullable)]
    pub address: Option<String>,
    /// The name of the request.
    #[sea_orm(column_type = "Text", nullable)]
    pub request_id: Option<String>,
    /// What kind of thing it was done to.
    #[sea_orm(column_type = "Text")]
    pub target_kind: String,
    /// Which one.
    #[sea_orm(column_type = "Text")]
    pub target_id: String,
    /// The thing as it was, as JSON without secrets.
    #[sea_orm(column_type = "Text", nullable)]
    pub before: Option<String>,
    /// The thing as it became, as JSON without secrets.
    #[sea_orm(column_type = "Text", nullable)]
    pub after: Option<String>,
    /// Ties the row to the one before: HMAC-SHA-256 in base64url.
    #[sea_orm(column_type = "Text")]
    pub hash: String,
}

impl ActiveModelBehavior for ActiveModel {}
