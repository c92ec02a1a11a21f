//! Second factors of people.

use sea_orm::entity::prelude::*;

/// The second factor of one user: a secret for codes that depend on the time.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "second_factor")]
pub struct Model {
    /// Whose it is; nobody has two.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: Uuid,
    /// A UUID of version 7, so that another one of the same user is known to be another.
    pub id: Uuid,
    /// The secret, sealed under a key derived from the master key.
    pub sealed: Vec<u8>,
    /// The last time step of which a code was accepted; none of it or before is accepted again.
    pub last_step: i64,
    /// When it was begun.
    pub created_at: DateTimeUtc,
    /// When a code showed that the user has it; absent until then, and it is not asked for.
    pub confirmed_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
