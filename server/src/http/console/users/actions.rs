//! `…/sign-out` and `…/remove-second-factor`: what an operator takes away from an account.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::{ALL, find};
use crate::app::error::AppError;
use crate::app::{second_factor, sessions};
use crate::domain::user::User;
use crate::http::console::form::Form;
use crate::http::console::refusal::Refusal;
use crate::http::console::shell::{Shell, section};
use crate::http::console::visitor::Visitor;

/// What is asked before something is taken away.
struct Question {
    /// The last part of the address.
    path: &'static str,
    title: &'static str,
    what: &'static str,
    text: &'static str,
    button: &'static str,
}

const SIGN_OUT: Question = Question {
    path: "sign-out",
    title: "Sign out everywhere",
    what: "All sessions in the console end at once",
    text: "The person signs in again to go on. The password stays as it is, and so do the person’s \
           credentials.",
    button: "Sign out everywhere",
};

const REMOVE_SECOND_FACTOR: Question = Question {
    path: "remove-second-factor",
    title: "Remove the second factor",
    what: "The password alone is enough then",
    text: "For somebody who has lost both the phone and the recovery codes. Make sure that it is \
           this person who asks. All sessions of the person end.",
    button: "Remove the second factor",
};

#[derive(Template)]
#[template(path = "console/users/ask.html")]
struct AskPage<'a> {
    shell: Shell,
    list: String,
    here: String,
    user: &'a User,
    question: Question,
}

/// Asks before somebody is signed out.
///
/// # Errors
/// 404, also for anybody but operators; 503.
pub async fn ask_to_sign_out(
    visitor: Visitor,
    path: web::Path<String>,
) -> Result<HttpResponse, Refusal> {
    ask(&visitor, &path, SIGN_OUT).await
}

/// Signs somebody out everywhere.
///
/// # Errors
/// 403, 404, 503.
pub async fn sign_out(
    visitor: Visitor,
    path: web::Path<String>,
    _form: Form,
) -> Result<HttpResponse, Refusal> {
    let (authority, user) = find(&visitor, &path).await?;
    sessions::end_all_of(visitor.app(), &authority, &user).await?;
    Ok(visitor.see_other(&format!("{ALL}/{}?done=user-signed-out", user.id)))
}

/// Asks before a second factor is removed.
///
/// # Errors
/// 404, also for anybody but operators; 503.
pub async fn ask_to_remove_second_factor(
    visitor: Visitor,
    path: web::Path<String>,
) -> Result<HttpResponse, Refusal> {
    ask(&visitor, &path, REMOVE_SECOND_FACTOR).await
}

/// Removes somebody's second factor.
///
/// # Errors
/// 403, 404, 503.
pub async fn remove_second_factor(
    visitor: Visitor,
    path: web::Path<String>,
    _form: Form,
) -> Result<HttpResponse, Refusal> {
    let (authority, user) = find(&visitor, &path).await?;
    match second_factor::reset(visitor.app(), &authority, &user).await {
        // None is what was wanted.
        Ok(()) | Err(AppError::NotFound(_)) => {
            let page = format!("{ALL}/{}?done=second-factor-removed", user.id);
            Ok(visitor.see_other(&page))
        }
        Err(error) => Err(error.into()),
    }
}

async fn ask(visitor: &Visitor, id: &str, question: Question) -> Result<HttpResponse, Refusal> {
    let (_, user) = find(visitor, id).await?;
    let shell = visitor.shell(None, section::USERS).await?;
    let page = AskPage {
        list: shell.url(ALL),
        here: shell.url(&format!("{ALL}/{}", user.id)),
        shell,
        user: &user,
        question,
    };
    visitor.show(StatusCode::OK, &page)
}
