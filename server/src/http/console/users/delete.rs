//! `…/delete`: an account gone.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::{ALL, find};
use crate::app::authority::Authority;
use crate::app::error::AppError;
use crate::app::users;
use crate::domain::text::Email;
use crate::domain::user::User;
use crate::http::console::form::Form;
use crate::http::console::form_errors::FormErrors;
use crate::http::console::refusal::Refusal;
use crate::http::console::shell::{Shell, section};
use crate::http::console::visitor::Visitor;

#[derive(Template)]
#[template(path = "console/users/delete.html")]
struct DeletePage<'a> {
    shell: Shell,
    list: String,
    here: String,
    user: &'a User,
    typed: &'a str,
    errors: FormErrors,
}

/// Says what goes, and asks for the address.
///
/// # Errors
/// 404, also for anybody but operators; 409 for the own account, 503.
pub async fn confirm(visitor: Visitor, path: web::Path<String>) -> Result<HttpResponse, Refusal> {
    let (_, user) = deletable(&visitor, &path).await?;
    let page = page(&visitor, &user, "", FormErrors::default()).await?;
    visitor.show(StatusCode::OK, &page)
}

/// Deletes the account.
///
/// # Errors
/// As [`confirm`]. An address that is not the account's stands in the form.
pub async fn delete(
    visitor: Visitor,
    path: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Refusal> {
    let (authority, user) = deletable(&visitor, &path).await?;
    // As it is kept, in lower case.
    let typed = form.parsed::<Email>("confirm_email").ok().flatten();
    if typed.as_ref() != Some(&user.email) {
        let mut errors = FormErrors::default();
        errors.add(
            "confirm_email",
            "This must be the address as it stands above.",
        );
        let page = page(&visitor, &user, form.text("confirm_email"), errors).await?;
        return visitor.show(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    users::delete(visitor.app(), &authority, user.id).await?;
    Ok(visitor.see_other(&format!("{ALL}?done=user-deleted")))
}

/// Nobody deletes the own account: there would be nobody left to run the server.
async fn deletable(visitor: &Visitor, id: &str) -> Result<(Authority, User), Refusal> {
    let (authority, user) = find(visitor, id).await?;
    if user.id == visitor.user.id {
        let text = "This is your own account. Another operator can delete it.";
        return Err(AppError::Conflict(text.to_owned()).into());
    }
    Ok((authority, user))
}

async fn page<'a>(
    visitor: &Visitor,
    user: &'a User,
    typed: &'a str,
    errors: FormErrors,
) -> Result<DeletePage<'a>, Refusal> {
    let shell = visitor.shell(None, section::USERS).await?;
    Ok(DeletePage {
        list: shell.url(ALL),
        here: shell.url(&format!("{ALL}/{}", user.id)),
        shell,
        user,
        typed,
        errors,
    })
}
