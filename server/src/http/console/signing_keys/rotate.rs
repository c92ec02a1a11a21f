//! Rotates the key of an algorithm, after a page that says what that brings.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use chrono::{DateTime, Utc};

use super::LIST;
use crate::app::App;
use crate::app::error::AppError;
use crate::app::signing_keys::{self, Urgency};
use crate::domain::algorithm::Algorithm;
use crate::domain::duration::in_words;
use crate::domain::signing_key::KeyState;
use crate::http::console::fields::Fields;
use crate::http::console::form::Form;
use crate::http::console::refusal::Refusal;
use crate::http::console::shell::{Shell, section};
use crate::http::console::visitor::Visitor;

#[derive(Template)]
#[template(path = "console/signing_keys/rotate.html")]
struct RotatePage {
    shell: Shell,
    algorithm: Algorithm,
    /// When the next key signs then; at once where absent.
    signs_at: Option<DateTime<Utc>>,
    /// Whether one is published already.
    is_waiting: bool,
    publish_before: String,
}

/// Asks, and says what it brings.
///
/// # Errors
/// 404 for anybody but operators and for an algorithm that nothing is signed with, 503.
pub async fn confirm(visitor: Visitor) -> Result<HttpResponse, Refusal> {
    visitor.operator()?;
    let app = visitor.app();
    let algorithm = algorithm(app, &visitor.query())?;
    let keyring = app.keyring();
    let waiting = keyring
        .keys()
        .iter()
        .find(|key| key.algorithm == algorithm && key.state == KeyState::Next)
        .cloned();
    drop(keyring);
    let now = app.now();
    let published_at = waiting.as_ref().map_or(now, |key| key.created_at);
    let signs_at = published_at + app.rotation.publish_before;
    let page = RotatePage {
        algorithm,
        signs_at: (signs_at > now).then_some(signs_at),
        is_waiting: waiting.is_some(),
        publish_before: in_words(app.rotation.publish_before),
        shell: visitor.shell(None, section::SIGNING_KEYS).await?,
    };
    visitor.show(StatusCode::OK, &page)
}

/// Rotates it. The next key is published first for as long as the settings say.
///
/// # Errors
/// 403, 404, 503.
pub async fn rotate(visitor: Visitor, form: Form) -> Result<HttpResponse, Refusal> {
    let authority = visitor.operator()?;
    let app = visitor.app();
    let algorithm = algorithm(app, &form)?;
    signing_keys::rotate(app, &authority, Some(algorithm), Urgency::Published).await?;
    Ok(visitor.see_other(&format!("{LIST}?done=key-rotated")))
}

fn algorithm(app: &App, fields: &Fields) -> Result<Algorithm, AppError> {
    let named = fields.text("algorithm").parse::<Algorithm>().ok();
    named
        .filter(|algorithm| signing_keys::algorithms(app).contains(algorithm))
        .ok_or(AppError::NotFound("algorithm in use"))
}
