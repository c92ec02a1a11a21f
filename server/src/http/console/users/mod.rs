//! `/console/users`: all accounts, for operators.
//!
//! ```text
//! list      all of them
//! add       another one, by invitation
//! detail    one of them: places, sessions, second factor
//! actions   what takes something away: sessions, the second factor
//! delete    one of them, for good
//! reset     a link with which one sets another password
//! ```

pub mod actions;
pub mod add;
pub mod delete;
pub mod detail;
pub mod list;
pub mod reset;

use super::refusal::Refusal;
use super::visitor::Visitor;
use crate::app::authority::Authority;
use crate::app::error::AppError;
use crate::app::users;
use crate::domain::ids::UserId;
use crate::domain::user::User;
use crate::http::endpoint::{Endpoint, Table};

/// Where they all are.
const ALL: &str = "/console/users";

/// Finds the user that a path names, by id: an address has no place in a URL.
///
/// # Errors
/// 404, also for anybody but operators; 503.
async fn find(visitor: &Visitor, id: &str) -> Result<(Authority, User), Refusal> {
    let authority = visitor.operator()?;
    id.parse::<UserId>()
        .map_err(|_| AppError::NotFound("user"))?;
    let user = users::find(visitor.app(), id).await?;
    Ok((authority, user))
}

pub(super) fn routes(table: &mut Table<'_>) {
    let at = |rest: &str| Endpoint::console(&format!("{ALL}{rest}"));
    table
        .service(at("").get(list::show).post(add::add))
        .service(at("/new").get(add::form))
        .service(at("/{user}").get(detail::show))
        .service(
            at("/{user}/reset-link")
                .get(reset::confirm)
                .post(reset::make),
        )
        .service(
            at("/{user}/sign-out")
                .get(actions::ask_to_sign_out)
                .post(actions::sign_out),
        )
        .service(
            at("/{user}/remove-second-factor")
                .get(actions::ask_to_remove_second_factor)
                .post(actions::remove_second_factor),
        )
        .service(
            at("/{user}/delete")
                .get(delete::confirm)
                .post(delete::delete),
        );
}
