//! Revokes a key that leaked, after a page that says what that brings and asks for its end.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::LIST;
use crate::app::App;
use crate::app::error::AppError;
use crate::app::signing_keys;
use crate::domain::signing_key::{KeyState, SigningKey};
use crate::http::console::form::Form;
use crate::http::console::form_errors::FormErrors;
use crate::http::console::refusal::Refusal;
use crate::http::console::shell::{Shell, section};
use crate::http::console::visitor::Visitor;

/// How many of the last characters of the key id are asked for.
const ASKED: usize = 6;

#[derive(Template)]
#[template(path = "console/signing_keys/revoke.html")]
struct RevokePage<'a> {
    shell: Shell,
    key: SigningKey,
    typed: &'a str,
    errors: FormErrors,
}

/// Asks, and says what it brings.
///
/// # Errors
/// 404 for anybody but operators and for a key that is not published, 503.
pub async fn confirm(visitor: Visitor, path: web::Path<String>) -> Result<HttpResponse, Refusal> {
    visitor.operator()?;
    let key = published(visitor.app(), &path).await?;
    page(&visitor, StatusCode::OK, key, "", FormErrors::default()).await
}

/// Revokes it, where the end of its id was typed.
///
/// # Errors
/// 403, 404, 503. What was typed wrong stands in the form.
pub async fn revoke(
    visitor: Visitor,
    path: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Refusal> {
    let authority = visitor.operator()?;
    let key = published(visitor.app(), &path).await?;
    let typed = form.text("end");
    let end = end_of(&key.kid);
    if typed != end {
        let mut errors = FormErrors::default();
        errors.add("end", "These are not the last 6 characters of the key id.");
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return page(&visitor, status, key, typed, errors).await;
    }
    signing_keys::revoke(visitor.app(), &authority, &key.kid).await?;
    Ok(visitor.see_other(&format!("{LIST}?done=key-revoked")))
}

async fn page(
    visitor: &Visitor,
    status: StatusCode,
    key: SigningKey,
    typed: &str,
    errors: FormErrors,
) -> Result<HttpResponse, Refusal> {
    let page = RevokePage {
        shell: visitor.shell(None, section::SIGNING_KEYS).await?,
        key,
        typed,
        errors,
    };
    visitor.show(status, &page)
}

async fn published(app: &App, kid: &str) -> Result<SigningKey, AppError> {
    let all = signing_keys::list(app).await?;
    all.into_iter()
        .find(|key| key.kid == kid && key.state != KeyState::Retired)
        .ok_or(AppError::NotFound("published signing key"))
}

/// The last characters of a key id, which is ASCII.
fn end_of(kid: &str) -> &str {
    kid.get(kid.len().saturating_sub(ASKED)..).unwrap_or(kid)
}
