//! `/console/link`: sets a password with a link that is good once.
//!
//! The secret of the link stands behind the `#`, which no browser sends: no log and no `Referer` can
//! hold it. The script moves it into the form; without a script the person does.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use super::cookie;
use super::form::Form;
use super::form_errors::FormErrors;
use super::refusal::Refusal;
use super::shell::BareShell;
use super::visitor::Visit;
use crate::app::error::AppError;
use crate::app::one_time_links;
use crate::domain::secret::Secret;

const FIELDS: &[&str] = &["code", "password"];

#[derive(Template)]
#[template(path = "console/link.html")]
struct LinkPage {
    shell: BareShell,
    csrf_token: String,
    errors: FormErrors,
}

/// Shows the form.
///
/// # Errors
/// None to speak of.
pub async fn show(visit: Visit) -> Result<HttpResponse, Refusal> {
    page(&visit, StatusCode::OK, FormErrors::default())
}

fn page(visit: &Visit, status: StatusCode, errors: FormErrors) -> Result<HttpResponse, Refusal> {
    let page = LinkPage {
        shell: visit.bare(),
        csrf_token: visit.csrf_token(),
        errors,
    };
    visit.show(status, &page)
}

/// Sets the password, and leads to the sign-in, where a second factor is asked for too.
///
/// # Errors
/// 403 for a stale form, 503. What is wrong with the form stands in the form.
pub async fn redeem(visit: Visit, form: Form) -> Result<HttpResponse, Refusal> {
    let app = visit.app();
    let (secret, password) = (code(form.text("code")), form.secret("password"));
    match one_time_links::redeem(app, &secret, password, &visit.origin()).await {
        Ok(_) => {
            let cookie = cookie::take_away(&app.issuer);
            Ok(visit.see_other_with("/console/sign-in?done=password-set", &cookie))
        }
        Err(error) => {
            let mut errors = FormErrors::default();
            let status = match error {
                AppError::Unauthenticated(text) => {
                    errors.add("code", text);
                    StatusCode::UNPROCESSABLE_ENTITY
                }
                AppError::TooManyRequests(refusal) => {
                    errors.add("code", refusal.description);
                    StatusCode::TOO_MANY_REQUESTS
                }
                other => {
                    errors.refused(other, FIELDS)?;
                    StatusCode::UNPROCESSABLE_ENTITY
                }
            };
            page(&visit, status, errors)
        }
    }
}

/// The secret of a link, or of the whole link where that was pasted.
fn code(text: &str) -> Secret {
    let (_, code) = text.rsplit_once('#').unwrap_or(("", text));
    Secret::new(code.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_link_may_be_pasted() {
        assert_eq!(
            code("https://a.example/console/link#gdl_1").expose(),
            "gdl_1"
        );
        assert_eq!(code("gdl_1").expose(), "gdl_1");
        assert_eq!(code("").expose(), "");
    }
}
