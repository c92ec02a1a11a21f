//! `…/credentials/{credential}/disable` and `/enable`: off, and on again.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::actions::Actions;
use super::find;
use super::kind::words;
use super::state;
use crate::app::credentials::{self, Update};
use crate::domain::credential::{Credential, CredentialKind, CredentialStatus};
use crate::domain::precondition::Precondition;
use crate::http::console::form::Form;
use crate::http::console::refusal::Refusal;
use crate::http::console::shell::Shell;
use crate::http::console::visitor::Visitor;

#[derive(Template)]
#[template(path = "console/credentials/disable.html")]
struct DisablePage {
    shell: Shell,
    credential: Credential,
    actions: Actions,
    is_key: bool,
    warning: &'static str,
}

/// Asks before a credential is switched off.
///
/// # Errors
/// 403, 404, 503.
pub async fn confirm(
    visitor: Visitor,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Refusal> {
    let (place, credential) = find(&visitor, "credentials:write", &path.0, &path.1).await?;
    let section = words(credential.kind).section;
    let shell = visitor.shell(Some(&place), section).await?;
    let page = DisablePage {
        actions: Actions::of(&shell, &place, &credential),
        is_key: credential.kind == CredentialKind::ApiKey,
        warning: if state::is_in_use(credential.last_used_at, visitor.app().now()) {
            "It is in use"
        } else {
            "It is refused until you enable it again"
        },
        shell,
        credential,
    };
    visitor.show(StatusCode::OK, &page)
}

/// Switches a credential off.
///
/// # Errors
/// 403, 404, 503.
pub async fn disable(
    visitor: Visitor,
    path: web::Path<(String, String)>,
    _form: Form,
) -> Result<HttpResponse, Refusal> {
    turn(&visitor, &path, CredentialStatus::Disabled, "disabled").await
}

/// Switches a credential on.
///
/// # Errors
/// 403, also for one that may do more than the visitor; 404, 503.
pub async fn enable(
    visitor: Visitor,
    path: web::Path<(String, String)>,
    _form: Form,
) -> Result<HttpResponse, Refusal> {
    turn(&visitor, &path, CredentialStatus::Active, "enabled").await
}

async fn turn(
    visitor: &Visitor,
    path: &(String, String),
    status: CredentialStatus,
    done: &'static str,
) -> Result<HttpResponse, Refusal> {
    let (place, credential) = find(visitor, "credentials:write", &path.0, &path.1).await?;
    // Somebody else may have been faster; then there is nothing to do, and nothing to write down.
    if credential.status != status {
        let update = Update {
            enabled: Some(status == CredentialStatus::Active),
            ..Update::default()
        };
        let (authority, unconditional) = (place.authority(), Precondition::NONE);
        let (organization, id) = (place.organization.id, credential.id);
        let app = visitor.app();
        credentials::update(app, &authority, organization, id, update, &unconditional).await?;
    }
    let page = format!("/credentials/{}?done={done}", credential.id);
    Ok(visitor.see_other(&place.path(&page)))
}
