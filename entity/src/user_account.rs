//! People who sign in to the console. (`user` is a reserved word in PostgreSQL.)

use sea_orm::entity::prelude::*;

/// One user.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "user_account")]
pub struct Model {
    /// A UUID of version 7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// In lower case.
    #[sea_orm(column_type = "Text", unique)]
    pub email: String,
    /// Argon2id in PHC form; absent where no password was set.
    #[sea_orm(column_type = "Text", nullable)]
    pub password_hash: Option<String>,
    /// Runs this grantd.
    pub operator: bool,
    /// When the account was made.
    pub created_at: DateTimeUtc,
    /// What the user may do where.
    #[sea_orm(has_many)]
    pub memberships: HasMany<super::membership::Entity>,
    /// Where the user is signed in to the console.
    #[sea_orm(has_many)]
    pub sessions: HasMany<super::console_session::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
