//! `…/credentials/{credential}/secrets/{secret}/delete`: one secret gone, the others stay.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::actions::Actions;
use super::find;
use super::kind::{KindWords, words};
use super::state::{self, State};
use crate::app::credentials;
use crate::app::error::AppError;
use crate::domain::credential::{Credential, SecretRecord};
use crate::domain::precondition::Precondition;
use crate::http::console::form::Form;
use crate::http::console::refusal::Refusal;
use crate::http::console::shell::Shell;
use crate::http::console::visitor::Visitor;

#[derive(Template)]
#[template(path = "console/credentials/secret_delete.html")]
struct SecretPage<'a> {
    shell: Shell,
    words: &'static KindWords,
    credential: &'a Credential,
    secret: &'a SecretRecord,
    state: State,
    actions: Actions,
    warning: &'static str,
    /// Whether no other one is accepted, so that this one cannot be deleted.
    only: bool,
}

/// Organization, credential and secret.
type InPath = web::Path<(String, String, String)>;

/// Asks before a secret is deleted.
///
/// # Errors
/// 403, 404, 503.
pub async fn confirm(visitor: Visitor, path: InPath) -> Result<HttpResponse, Refusal> {
    let (place, credential) = find(&visitor, "credentials:write", &path.0, &path.1).await?;
    let now = visitor.app().now();
    let secret = secret(&credential, &path.2)?;
    let mut others = credential.secrets.iter().filter(|it| it.id != secret.id);
    let words = words(credential.kind);
    let shell = visitor.shell(Some(&place), words.section).await?;
    let page = SecretPage {
        words,
        actions: Actions::of(&shell, &place, &credential),
        state: state::of_secret(secret, now),
        warning: state::warning(state::is_in_use(secret.last_used_at, now)),
        only: !others.any(|other| other.is_live(now)),
        shell,
        credential: &credential,
        secret,
    };
    visitor.show(StatusCode::OK, &page)
}

/// Deletes a secret. Whoever was not asked about one that is in use is asked now.
///
/// # Errors
/// 403, 404, 409 for the last live one, 503.
pub async fn delete(visitor: Visitor, path: InPath, form: Form) -> Result<HttpResponse, Refusal> {
    let (place, credential) = find(&visitor, "credentials:write", &path.0, &path.1).await?;
    let secret = secret(&credential, &path.2)?;
    let page = format!("/credentials/{}", credential.id);
    let in_use = state::is_in_use(secret.last_used_at, visitor.app().now());
    if in_use && !form.is_ticked("confirmed") {
        let asks = format!("{page}/secrets/{}/delete", secret.id);
        return Ok(visitor.see_other(&place.path(&asks)));
    }
    let (authority, unconditional) = (place.authority(), Precondition::NONE);
    credentials::delete_secret(
        visitor.app(),
        &authority,
        place.organization.id,
        credential.id,
        secret.id,
        &unconditional,
    )
    .await?;
    Ok(visitor.see_other(&place.path(&format!("{page}?done=secret-deleted"))))
}

fn secret<'a>(credential: &'a Credential, id: &str) -> Result<&'a SecretRecord, AppError> {
    let id = id.parse().ok();
    let mut secrets = credential.secrets.iter();
    secrets
        .find(|secret| Some(secret.id) == id)
        .ok_or(AppError::NotFound("secret"))
}
