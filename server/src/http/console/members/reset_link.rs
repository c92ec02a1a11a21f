//! `…/members/{user}/reset-link`: a link with which a member sets another password.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

use super::find;
use crate::app::error::AppError;
use crate::app::one_time_links;
use crate::domain::user::User;
use crate::http::console::form::Form;
use crate::http::console::link_once::{self, AskPage};
use crate::http::console::place::Place;
use crate::http::console::refusal::Refusal;
use crate::http::console::shell::section;
use crate::http::console::visitor::Visitor;

/// Says what the link does.
///
/// # Errors
/// 403, 404, 503.
pub async fn confirm(
    visitor: Visitor,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Refusal> {
    let (place, member) = find(&visitor, &path.0, &path.1).await?;
    let page = page(&visitor, &place, &member.user, String::new()).await?;
    visitor.show(StatusCode::OK, &page)
}

/// Makes the link and shows it.
///
/// # Errors
/// 404, 503. Why the visitor may not, or that the link was shown already, is told on the page.
pub async fn make(
    visitor: Visitor,
    path: web::Path<(String, String)>,
    form: Form,
) -> Result<HttpResponse, Refusal> {
    let (place, member) = find(&visitor, &path.0, &path.1).await?;
    let (app, authority, user) = (visitor.app(), place.authority(), &member.user);
    let (organization, id) = (place.organization.id, link_once::id(&form)?);
    match one_time_links::reset(app, &authority, organization, user.id, id).await {
        Ok(made) => {
            let shell = visitor.shell(Some(&place), section::MEMBERS).await?;
            let back = (shell.url(&place.path("/members")), "Members");
            link_once::show(&visitor, shell, back, user, &made)
        }
        Err(AppError::Conflict(text)) => {
            let page = page(&visitor, &place, user, text).await?;
            visitor.show(StatusCode::CONFLICT, &page)
        }
        Err(error) => Err(error.into()),
    }
}

async fn page<'a>(
    visitor: &Visitor,
    place: &Place,
    user: &'a User,
    refused: String,
) -> Result<AskPage<'a>, Refusal> {
    let shell = visitor.shell(Some(place), section::MEMBERS).await?;
    let list = shell.url(&place.path("/members"));
    Ok(AskPage {
        action: format!("{list}/{}/reset-link", user.id),
        back: (list, "Members"),
        form_id: visitor.form_id(),
        shell,
        user,
        refused,
    })
}
