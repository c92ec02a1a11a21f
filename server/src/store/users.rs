//! Users.

use std::fmt;

use entity::user_account;
use sea_orm::sea_query::{Expr, ExprTrait, LikeExpr};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select, Set};

use super::changes::ChangeKind;
use super::columns::parse;
use super::error::{conflict, found};
use super::{ConflictOn, Handle, Page, StoreError, Write};
use crate::domain::ids::UserId;
use crate::domain::search::{LIKE_ESCAPE, SearchText};
use crate::domain::text::Email;
use crate::domain::user::User;

/// A user to be added.
#[derive(Clone)]
pub struct NewUser {
    /// The user.
    pub user: User,
    /// The password's Argon2id hash in PHC form; without one the user cannot sign in by password.
    pub password_hash: Option<String>,
}

impl fmt::Debug for NewUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewUser")
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

/// Adds a user.
///
/// # Errors
/// A [`Conflict`](StoreError::Conflict) on [`ConflictOn::UserEmail`].
pub async fn insert(w: &mut Write, new: &NewUser) -> Result<(), StoreError> {
    let row = user_account::ActiveModel {
        id: Set(new.user.id.0),
        email: Set(new.user.email.to_string()),
        password_hash: Set(new.password_hash.clone()),
        operator: Set(new.user.operator),
        created_at: Set(new.user.created_at),
    };
    user_account::Entity::insert(row)
        .exec_without_returning(w.transaction())
        .await
        .map_err(conflict(ConflictOn::UserEmail))?;
    w.record(ChangeKind::User, new.user.id);
    Ok(())
}

/// The user of this id.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn find(h: &impl Handle, id: UserId) -> Result<Option<User>, StoreError> {
    user_account::Entity::find_by_id(id.0)
        .one(h.connection())
        .await?
        .as_ref()
        .map(from_row)
        .transpose()
}

/// The user of this email address.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn find_by_email(h: &impl Handle, email: &Email) -> Result<Option<User>, StoreError> {
    user_account::Entity::find()
        .filter(user_account::Column::Email.eq(email.as_str()))
        .one(h.connection())
        .await?
        .as_ref()
        .map(from_row)
        .transpose()
}

/// The user of this email address, with the hash of the password where there is one.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn find_with_password(
    h: &impl Handle,
    email: &Email,
) -> Result<Option<(User, Option<String>)>, StoreError> {
    user_account::Entity::find()
        .filter(user_account::Column::Email.eq(email.as_str()))
        .one(h.connection())
        .await?
        .map(|row| Ok((from_row(&row)?, row.password_hash)))
        .transpose()
}

/// A page of all users.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn list(h: &impl Handle, page: &Page) -> Result<Vec<User>, StoreError> {
    one_page(h, user_account::Entity::find(), page).await
}

/// A page of the users whose address holds a text, whatever its case.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database does not answer.
pub async fn search(
    h: &impl Handle,
    text: &SearchText,
    page: &Page,
) -> Result<Vec<User>, StoreError> {
    // Addresses are kept in lower case.
    let pattern = LikeExpr::new(text.like_pattern()).escape(LIKE_ESCAPE);
    let found = Expr::col(user_account::Column::Email).like(pattern);
    one_page(h, user_account::Entity::find().filter(found), page).await
}

async fn one_page(
    h: &impl Handle,
    mut select: Select<user_account::Entity>,
    page: &Page,
) -> Result<Vec<User>, StoreError> {
    if let Some(after) = page.after {
        select = select.filter(user_account::Column::Id.gt(after));
    }
    select
        .order_by_asc(user_account::Column::Id)
        .limit(page.limit)
        .all(h.connection())
        .await?
        .iter()
        .map(from_row)
        .collect()
}

/// Sets the hash of the user's password, or takes the password away.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn set_password_hash(
    w: &mut Write,
    id: UserId,
    password_hash: Option<String>,
) -> Result<(), StoreError> {
    let changed = user_account::ActiveModel {
        password_hash: Set(password_hash),
        ..Default::default()
    };
    let result = user_account::Entity::update_many()
        .set(changed)
        .filter(user_account::Column::Id.eq(id.0))
        .exec(w.transaction())
        .await?;
    found(result.rows_affected)?;
    w.record(ChangeKind::User, id);
    Ok(())
}

/// Removes a user with all memberships. The credentials that the user made stay.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn delete(w: &mut Write, id: UserId) -> Result<(), StoreError> {
    let result = user_account::Entity::delete_by_id(id.0)
        .exec(w.transaction())
        .await?;
    found(result.rows_affected)?;
    w.record(ChangeKind::User, id);
    Ok(())
}

pub(super) fn from_row(row: &user_account::Model) -> Result<User, StoreError> {
    Ok(User {
        id: UserId(row.id),
        email: parse("user_account.email", &row.email)?,
        operator: row.operator,
        created_at: row.created_at,
    })
}
