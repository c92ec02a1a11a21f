//! The own password.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::page;
use crate::app::change_password::{CURRENT, NEW, change_password};
use crate::app::error::AppError;
use crate::app::sessions;
use crate::http::console::cookie;
use crate::http::console::form::Form;
use crate::http::console::form_errors::FormErrors;
use crate::http::console::refusal::Refusal;
use crate::http::console::visitor::Visitor;

/// Changes it. That ends all sessions, so this browser is given a new one.
///
/// # Errors
/// 403 for a stale form, 503. What is wrong with the form stands in the form.
pub async fn change(visitor: Visitor, form: Form) -> Result<HttpResponse, Refusal> {
    let app = visitor.app();
    let (current, new) = (form.secret(CURRENT), form.secret(NEW));
    let changed = change_password(app, &visitor.user, current, new, &visitor.origin()).await;
    let mut errors = FormErrors::default();
    let status = match changed {
        Ok(()) => {
            let begun = sessions::begin(app, &visitor.user, &visitor.browser()).await?;
            let cookie = cookie::give(&app.issuer, &begun.cookie);
            return Ok(visitor.see_other_with("/console/account?done=password-changed", &cookie));
        }
        Err(AppError::TooManyRequests(refusal)) => {
            errors.add(CURRENT, refusal.description);
            StatusCode::TOO_MANY_REQUESTS
        }
        Err(error) => {
            errors.refused(error, &[CURRENT, NEW])?;
            StatusCode::UNPROCESSABLE_ENTITY
        }
    };
    page(&visitor, status, errors).await
}
