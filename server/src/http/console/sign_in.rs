//! `/console/sign-in` and `/console/sign-out`

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use super::form::Form;
use super::refusal::Refusal;
use super::shell::BareShell;
use super::visitor::{Visit, Visitor};
use super::{cookie, flash, second_factor};
use crate::app::error::AppError;
use crate::app::sessions;

#[derive(Template)]
#[template(path = "console/sign_in.html")]
struct SignInPage<'a> {
    shell: BareShell,
    csrf_token: String,
    email: &'a str,
    next: &'a str,
    error: Option<String>,
}

/// Shows the form.
///
/// # Errors
/// 503; leads on where somebody is signed in already.
pub async fn show(visit: Visit) -> Result<HttpResponse, Refusal> {
    let query = visit.query();
    let next = query.text("next");
    if let Some((session, _)) = sessions::find(visit.app(), visit.cookie()).await?
        && !session.pending
    {
        return Ok(visit.see_other(own_path(next)));
    }
    let shell = BareShell {
        flash: flash::told(&query).map(str::to_owned),
        ..visit.bare()
    };
    page(&visit, StatusCode::OK, shell, "", next, None)
}

fn page(
    visit: &Visit,
    status: StatusCode,
    shell: BareShell,
    email: &str,
    next: &str,
    error: Option<String>,
) -> Result<HttpResponse, Refusal> {
    let page = SignInPage {
        shell,
        csrf_token: visit.csrf_token(),
        email,
        next: own_path(next),
        error,
    };
    visit.show(status, &page)
}

/// Signs in: gives the browser the cookie of a new session, whatever it had before.
///
/// # Errors
/// 403 for a stale form, 503.
pub async fn sign_in(visit: Visit, form: Form) -> Result<HttpResponse, Refusal> {
    let (app, email) = (visit.app(), form.text("email"));
    let before = sessions::find(app, visit.cookie()).await?;
    let begun = sessions::sign_in(app, email, form.secret("password"), &visit.browser()).await;
    let refused = |status, error: AppError| {
        let error = Some(error.to_string());
        page(
            &visit,
            status,
            visit.bare(),
            email,
            form.text("next"),
            error,
        )
    };
    match begun {
        Ok(begun) => {
            if let Some((session, user)) = before {
                sessions::end(app, &session, &user, visit.origin()).await?;
            }
            let cookie = cookie::give(&app.issuer, &begun.cookie);
            let next = own_path(form.text("next"));
            Ok(if begun.session.pending {
                visit.see_other_with(&second_factor::path(next), &cookie)
            } else {
                visit.see_other_with(next, &cookie)
            })
        }
        Err(error @ AppError::Unauthenticated(_)) => {
            refused(StatusCode::UNPROCESSABLE_ENTITY, error)
        }
        Err(error @ AppError::TooManyRequests(_)) => refused(StatusCode::TOO_MANY_REQUESTS, error),
        Err(error) => Err(error.into()),
    }
}

/// Signs out, on the server too.
///
/// # Errors
/// 403 for a stale form, 503: the session goes on then.
pub async fn sign_out(visitor: Visitor, _form: Form) -> Result<HttpResponse, Refusal> {
    let app = visitor.app();
    sessions::end(app, &visitor.session, &visitor.user, visitor.origin()).await?;
    let cookie = cookie::take_away(&app.issuer);
    Ok(visitor.see_other_with("/console/sign-in?done=signed-out", &cookie))
}

/// A page of this console to go on to. Whatever else stands there, a link that somebody was sent
/// must not lead away from here.
pub(super) fn own_path(path: &str) -> &str {
    let own = (path == "/console" || path.starts_with("/console/"))
        && path
            .bytes()
            .all(|b| (0x21..0x7f).contains(&b) && b != b'\\');
    if own { path } else { "/console" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_away() {
        for own in ["/console", "/console/account", "/console/audit?a=b&c=%2F"] {
            assert_eq!(own_path(own), own);
        }
        for other in [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/consoles",
            "/console/\r\nSet-Cookie:a=b",
            "/console/ä",
            "javascript:alert(1)",
        ] {
            assert_eq!(own_path(other), "/console", "{other:?}");
        }
    }
}
