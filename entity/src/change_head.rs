//! The number of the last change. Whoever writes locks this one row first.

use sea_orm::entity::prelude::*;

/// The one row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "change_head")]
pub struct Model {
    /// Always 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// The number of the last change; 0 before the first.
    pub number: i64,
}

impl ActiveModelBehavior for ActiveModel {}
