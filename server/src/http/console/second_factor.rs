//! `/console/sign-in/second-factor`: what is asked after the password.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::cookie;
use super::form::Form;
use super::refusal::Refusal;
use super::shell::BareShell;
use super::sign_in::own_path;
use super::visitor::Visit;
use crate::app::error::AppError;
use crate::app::sessions;
use crate::domain::session::Session;
use crate::domain::user::User;

/// The path of the form, which leads on to `next`.
pub fn path(next: &str) -> String {
    let next = utf8_percent_encode(next, NON_ALPHANUMERIC);
    format!("/console/sign-in/second-factor?next={next}")
}

#[derive(Template)]
#[template(path = "console/second_factor.html")]
struct SecondFactorPage<'a> {
    shell: BareShell,
    csrf_token: String,
    next: &'a str,
    error: Option<String>,
}

/// The session whose second factor is still to come.
async fn pending(visit: &Visit) -> Result<(Session, User), Refusal> {
    sessions::find(visit.app(), visit.cookie())
        .await?
        .filter(|(session, _)| session.pending)
        .ok_or_else(|| Refusal::elsewhere("/console/sign-in"))
}

/// Shows the form.
///
/// # Errors
/// 503; leads to the first form where no password was given, or too long ago.
pub async fn show(visit: Visit) -> Result<HttpResponse, Refusal> {
    pending(&visit).await?;
    let query = visit.query();
    page(&visit, StatusCode::OK, query.text("next"), None)
}

fn page(
    visit: &Visit,
    status: StatusCode,
    next: &str,
    error: Option<String>,
) -> Result<HttpResponse, Refusal> {
    let page = SecondFactorPage {
        shell: visit.bare(),
        csrf_token: visit.csrf_token(),
        next: own_path(next),
        error,
    };
    visit.show(status, &page)
}

/// Begins the session proper, with another cookie.
///
/// # Errors
/// 403 for a stale form, 503; leads to the first form where no password was given, or too long ago.
pub async fn complete(visit: Visit, form: Form) -> Result<HttpResponse, Refusal> {
    let (session, user) = pending(&visit).await?;
    let app = visit.app();
    let code = form.secret("code");
    let completed = sessions::complete(app, &session, &user, &code, &visit.browser()).await;
    let refused =
        |status, error: AppError| page(&visit, status, form.text("next"), Some(error.to_string()));
    match completed {
        Ok((begun, codes_left)) => {
            let cookie = cookie::give(&app.issuer, &begun.cookie);
            let next = match codes_left {
                // Where new ones are made.
                Some(_) => "/console/account?done=recovery-code-used",
                None => own_path(form.text("next")),
            };
            Ok(visit.see_other_with(next, &cookie))
        }
        Err(error @ AppError::Unauthenticated(_)) => {
            refused(StatusCode::UNPROCESSABLE_ENTITY, error)
        }
        Err(error @ AppError::TooManyRequests(_)) => refused(StatusCode::TOO_MANY_REQUESTS, error),
        Err(error) => Err(error.into()),
    }
}
