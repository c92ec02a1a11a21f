//! `/console/account`: what belongs to the person who has signed in.

mod password;
pub mod second_factor;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use super::form::Form;
use super::form_errors::FormErrors;
use super::refusal::Refusal;
use super::shell::{Shell, section};
use super::visitor::Visitor;
use crate::app::identity::{Home, Identity, homes};
use crate::app::second_factor::State;
use crate::app::sessions;
use crate::domain::ids::SessionId;
use crate::domain::session::Session;

pub use self::password::change as change_password;

#[derive(Template)]
#[template(path = "console/account.html")]
struct AccountPage {
    shell: Shell,
    homes: Vec<Home>,
    factor: State,
    this: SessionId,
    sessions: Vec<Session>,
    errors: FormErrors,
}

/// Shows the account.
///
/// # Errors
/// 503.
pub async fn show(visitor: Visitor) -> Result<HttpResponse, Refusal> {
    page(&visitor, StatusCode::OK, FormErrors::default()).await
}

async fn page(
    visitor: &Visitor,
    status: StatusCode,
    errors: FormErrors,
) -> Result<HttpResponse, Refusal> {
    let app = visitor.app();
    let page = AccountPage {
        shell: visitor.shell(None, section::ACCOUNT).await?,
        homes: homes(app, &Identity::from(visitor.user.clone())).await?,
        factor: crate::app::second_factor::state(app, visitor.user.id).await?,
        this: visitor.session.id,
        sessions: sessions::list(app, visitor.user.id).await?,
        errors,
    };
    visitor.show(status, &page)
}

/// Signs the person out everywhere but here.
///
/// # Errors
/// 403 for a stale form, 503: all sessions go on then.
pub async fn end_others(visitor: Visitor, _form: Form) -> Result<HttpResponse, Refusal> {
    let except = Some(visitor.session.id);
    sessions::end_all(visitor.app(), &visitor.user, except, visitor.origin()).await?;
    Ok(visitor.see_other("/console/account?done=signed-out-everywhere"))
}

/// Signs the person out in one of the other places.
///
/// # Errors
/// 403 for a stale form, 404 for what is no session of this person, 503.
pub async fn end_one(
    visitor: Visitor,
    path: web::Path<String>,
    _form: Form,
) -> Result<HttpResponse, Refusal> {
    let app = visitor.app();
    let mut own = sessions::list(app, visitor.user.id).await?.into_iter();
    let session = own.find(|session| session.id.to_string() == *path);
    let session = session.ok_or_else(Refusal::not_found)?;
    sessions::end(app, &session, &visitor.user, visitor.origin()).await?;
    Ok(visitor.see_other("/console/account?done=session-ended"))
}
