//! `/console/account/second-factor`: setting it up, other recovery codes, taking it away.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use chrono::{DateTime, Utc};

use crate::app::error::AppError;
use crate::app::second_factor::{self, Enrolment, Proof};
use crate::app::sessions;
use crate::domain::secret::Secret;
use crate::http::console::cookie;
use crate::http::console::form::Form;
use crate::http::console::form_errors::FormErrors;
use crate::http::console::refusal::Refusal;
use crate::http::console::shell::{Shell, section};
use crate::http::console::visitor::Visitor;

#[derive(Template)]
#[template(path = "console/account_factor.html")]
struct FactorPage {
    shell: Shell,
    active_since: Option<DateTime<Utc>>,
    codes_left: u64,
    enrolment: Option<Shown>,
    errors: FormErrors,
}

/// What an authenticator app is to be told.
struct Shown {
    qr_code: Secret,
    secret: Secret,
    uri: Secret,
}

impl Shown {
    fn of(enrolment: &Enrolment) -> Result<Self, AppError> {
        Ok(Self {
            qr_code: enrolment.qr_code("QR code for the authenticator app")?,
            secret: enrolment.grouped_secret(),
            uri: enrolment.uri.clone(),
        })
    }
}

/// Shows how it stands, and while it is being set up what the app is to be told.
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
    let (app, user) = (visitor.app(), &visitor.user);
    let state = second_factor::state(app, user.id).await?;
    let enrolment = second_factor::pending(app, user).await?;
    let page = FactorPage {
        shell: visitor.shell(None, section::ACCOUNT).await?,
        active_since: state.active_since,
        codes_left: state.recovery_codes_left,
        enrolment: enrolment.as_ref().map(Shown::of).transpose()?,
        errors,
    };
    visitor.show(status, &page)
}

/// Makes a secret for the app, or another one, for whoever knows the password.
///
/// # Errors
/// 403 for a stale form, 429, 503.
pub async fn begin(visitor: Visitor, form: Form) -> Result<HttpResponse, Refusal> {
    let proof = Proof::Password(form.secret("password"));
    let (app, user) = (visitor.app(), &visitor.user);
    match second_factor::begin_with(app, user, proof, &visitor.origin()).await {
        Ok(_) => Ok(visitor.see_other("/console/account/second-factor")),
        Err(error) => refused(&visitor, error, &["password"]).await,
    }
}

#[derive(Template)]
#[template(path = "console/account_codes.html")]
struct CodesPage {
    shell: Shell,
    codes: Vec<Secret>,
}

async fn codes(visitor: &Visitor, codes: Vec<Secret>) -> Result<HttpResponse, Refusal> {
    let page = CodesPage {
        shell: visitor.shell(None, section::ACCOUNT).await?,
        codes,
    };
    visitor.show(StatusCode::OK, &page)
}

/// Switches it on with a first code of the app, and shows the recovery codes, this one time. Sent
/// again it is refused: there is nothing to confirm any more.
///
/// # Errors
/// 403 for a stale form, 404 where there is nothing to confirm, 503.
pub async fn confirm(visitor: Visitor, form: Form) -> Result<HttpResponse, Refusal> {
    let (app, code) = (visitor.app(), form.secret("code"));
    match second_factor::confirm(app, &visitor.user, &code, &visitor.origin()).await {
        Ok(made) => {
            // Whoever is signed in elsewhere by the password alone is not to stay.
            let (user, here) = (&visitor.user, Some(visitor.session.id));
            if let Err(error) = sessions::end_all(app, user, here, visitor.origin()).await {
                log::error!("sessions from before a second factor go on: {error}");
            }
            codes(&visitor, made).await
        }
        Err(error) => refused(&visitor, error, &["code"]).await,
    }
}

async fn refused(
    visitor: &Visitor,
    error: AppError,
    fields: &'static [&'static str],
) -> Result<HttpResponse, Refusal> {
    let mut errors = FormErrors::default();
    errors.refused(error, fields)?;
    page(visitor, StatusCode::UNPROCESSABLE_ENTITY, errors).await
}

/// Makes other recovery codes, for whoever knows the password, and shows them, this one time.
///
/// # Errors
/// 403 for a stale form, 404 without a second factor, 429, 503.
pub async fn replace_codes(visitor: Visitor, form: Form) -> Result<HttpResponse, Refusal> {
    let proof = Proof::Password(form.secret("password"));
    let (app, user, origin) = (visitor.app(), &visitor.user, visitor.origin());
    match second_factor::replace_recovery_codes(app, user, proof, &origin).await {
        Ok(made) => codes(&visitor, made).await,
        Err(error) => refused(&visitor, error, &["password"]).await,
    }
}

/// Takes it away, for whoever knows the password. That ends all sessions, so this browser is given a
/// new one.
///
/// # Errors
/// 403 for a stale form, 404 without a second factor, 429, 503.
pub async fn remove(visitor: Visitor, form: Form) -> Result<HttpResponse, Refusal> {
    let proof = Proof::Password(form.secret("password"));
    let (app, user) = (visitor.app(), &visitor.user);
    match second_factor::remove(app, user, proof, &visitor.origin()).await {
        Ok(()) => {
            let begun = sessions::begin(app, user, &visitor.browser()).await?;
            let cookie = cookie::give(&app.issuer, &begun.cookie);
            Ok(visitor.see_other_with("/console/account?done=factor-removed", &cookie))
        }
        Err(error) => refused(&visitor, error, &["password"]).await,
    }
}
