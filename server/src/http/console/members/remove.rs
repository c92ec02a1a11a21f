//! `…/members/{user}/remove`: a place taken away.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::find;
use crate::app::error::AppError;
use crate::app::members::{self, Member};
use crate::domain::precondition::Precondition;
use crate::http::console::form::Form;
use crate::http::console::place::Place;
use crate::http::console::refusal::Refusal;
use crate::http::console::shell::{Shell, section};
use crate::http::console::visitor::Visitor;

#[derive(Template)]
#[template(path = "console/members/remove.html")]
struct RemovePage {
    shell: Shell,
    list: String,
    member: Member,
    me: bool,
    /// Why it was refused; empty before it is tried.
    refused: String,
}

/// Says what goes.
///
/// # Errors
/// 403, 404, 503.
pub async fn confirm(
    visitor: Visitor,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Refusal> {
    let (place, member) = find(&visitor, &path.0, &path.1).await?;
    let page = page(&visitor, &place, member, String::new()).await?;
    visitor.show(StatusCode::OK, &page)
}

/// Removes the member.
///
/// # Errors
/// 403, 404, 503. That it is the last admin is told on the page.
pub async fn remove(
    visitor: Visitor,
    path: web::Path<(String, String)>,
    _form: Form,
) -> Result<HttpResponse, Refusal> {
    let (place, member) = find(&visitor, &path.0, &path.1).await?;
    let (authority, unconditional) = (place.authority(), Precondition::default());
    let (app, id, user) = (visitor.app(), place.organization.id, member.user.id);
    match members::remove(app, &authority, id, user, &unconditional).await {
        // The organization is no longer the visitor's to see, unless an operator's.
        Ok(()) if user == visitor.user.id && !visitor.user.operator => {
            Ok(visitor.see_other("/console/organizations?done=left"))
        }
        Ok(()) => Ok(visitor.see_other(&place.path("/members?done=member-removed"))),
        Err(AppError::Conflict(text)) => {
            let page = page(&visitor, &place, member, text).await?;
            visitor.show(StatusCode::CONFLICT, &page)
        }
        Err(error) => Err(error.into()),
    }
}

async fn page(
    visitor: &Visitor,
    place: &Place,
    member: Member,
    refused: String,
) -> Result<RemovePage, Refusal> {
    let shell = visitor.shell(Some(place), section::MEMBERS).await?;
    Ok(RemovePage {
        list: shell.url(&place.path("/members")),
        me: member.user.id == visitor.user.id,
        shell,
        member,
        refused,
    })
}
