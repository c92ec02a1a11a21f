//! The change feed: what has changed, in the order of the commits.

use sea_orm::entity::prelude::*;

/// One change.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "change")]
pub struct Model {
    /// Counts up without gaps.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    /// What kind of thing has changed.
    #[sea_orm(column_type = "Text")]
    pub kind: String,
    /// Which one.
    #[sea_orm(column_type = "Text")]
    pub subject: String,
    /// When.
    pub at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
