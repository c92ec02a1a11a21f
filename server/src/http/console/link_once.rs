//! A one-time link, shown this once to whoever hands it over.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use super::form::Form;
use super::refusal::Refusal;
use super::shell::Shell;
use super::visitor::Visitor;
use crate::app::one_time_links::WithText;
use crate::domain::ids::OneTimeLinkId;
use crate::domain::one_time_link::LinkKind;
use crate::domain::user::User;

#[derive(Template)]
#[template(path = "console/link_once.html")]
struct LinkPage<'a> {
    shell: Shell,
    /// Where to go on, and what is there.
    back: (String, &'static str),
    user: &'a User,
    made: &'a WithText,
    is_invitation: bool,
}

/// Asks before a link is made with which somebody sets another password.
#[derive(Template)]
#[template(path = "console/link_ask.html")]
pub struct AskPage<'a> {
    /// The frame.
    pub shell: Shell,
    /// Where to go back to, and what is there.
    pub back: (String, &'static str),
    /// Where the form goes.
    pub action: String,
    /// The id for the link.
    pub form_id: String,
    /// Whose password it sets.
    pub user: &'a User,
    /// Why it was refused; empty before it is tried.
    pub refused: String,
}

/// The id of the link that a form makes: sent again, it makes no other.
///
/// # Errors
/// As for a form of another session.
pub fn id(form: &Form) -> Result<OneTimeLinkId, Refusal> {
    Ok(OneTimeLinkId(form.id()?))
}

/// Shows the link. `back` is where to go on, and what is there.
///
/// # Errors
/// 500 where the template fails, which it does not.
pub fn show(
    visitor: &Visitor,
    shell: Shell,
    back: (String, &'static str),
    user: &User,
    made: &WithText,
) -> Result<HttpResponse, Refusal> {
    let page = LinkPage {
        shell,
        back,
        user,
        made,
        is_invitation: made.link.kind == LinkKind::Invitation,
    };
    visitor.show(StatusCode::OK, &page)
}
