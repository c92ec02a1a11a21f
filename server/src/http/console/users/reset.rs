//! `…/reset-link`: a link with which somebody sets another password, or the first one.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

use super::{ALL, find};
use crate::app::error::AppError;
use crate::app::one_time_links;
use crate::domain::user::User;
use crate::http::console::form::Form;
use crate::http::console::link_once::{self, AskPage};
use crate::http::console::refusal::Refusal;
use crate::http::console::shell::section;
use crate::http::console::visitor::Visitor;

/// Says what the link does.
///
/// # Errors
/// 404, also for anybody but operators; 503.
pub async fn confirm(visitor: Visitor, path: web::Path<String>) -> Result<HttpResponse, Refusal> {
    let (_, user) = find(&visitor, &path).await?;
    let page = page(&visitor, &user, String::new()).await?;
    visitor.show(StatusCode::OK, &page)
}

/// Makes the link and shows it.
///
/// # Errors
/// 404, 503. That the link was shown already is told on the page.
pub async fn make(
    visitor: Visitor,
    path: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Refusal> {
    let (authority, user) = find(&visitor, &path).await?;
    let id = link_once::id(&form)?;
    match one_time_links::reset_any(visitor.app(), &authority, &user, id).await {
        Ok(made) => {
            let shell = visitor.shell(None, section::USERS).await?;
            let back = (shell.url(&format!("{ALL}/{}", user.id)), "User");
            link_once::show(&visitor, shell, back, &user, &made)
        }
        Err(AppError::Conflict(text)) => {
            let page = page(&visitor, &user, text).await?;
            visitor.show(StatusCode::CONFLICT, &page)
        }
        Err(error) => Err(error.into()),
    }
}

async fn page<'a>(
    visitor: &Visitor,
    user: &'a User,
    refused: String,
) -> Result<AskPage<'a>, Refusal> {
    let shell = visitor.shell(None, section::USERS).await?;
    let here = shell.url(&format!("{ALL}/{}", user.id));
    Ok(AskPage {
        action: format!("{here}/reset-link"),
        back: (here, "User"),
        form_id: visitor.form_id(),
        shell,
        user,
        refused,
    })
}
