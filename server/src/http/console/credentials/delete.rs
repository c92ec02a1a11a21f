//! `…/credentials/{credential}/delete`: gone for good.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::actions::Actions;
use super::find;
use super::kind::words;
use super::state;
use crate::app::credentials;
use crate::app::usage_report::last_used;
use crate::domain::credential::{Credential, CredentialKind};
use crate::domain::precondition::Precondition;
use crate::http::console::form::Form;
use crate::http::console::form_errors::FormErrors;
use crate::http::console::place::Place;
use crate::http::console::refusal::Refusal;
use crate::http::console::shell::Shell;
use crate::http::console::visitor::Visitor;

#[derive(Template)]
#[template(path = "console/credentials/delete.html")]
struct DeletePage<'a> {
    shell: Shell,
    credential: &'a Credential,
    actions: Actions,
    is_key: bool,
    /// Whether the name is asked for.
    in_use: bool,
    warning: &'static str,
    typed: &'a str,
    errors: FormErrors,
}

/// Says what deleting brings, and asks for the name of what is in use.
///
/// # Errors
/// 403, 404, 503.
pub async fn confirm(
    visitor: Visitor,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Refusal> {
    let (place, credential) = find(&visitor, "credentials:write", &path.0, &path.1).await?;
    let page = page(&visitor, &place, &credential, "", FormErrors::default()).await?;
    visitor.show(StatusCode::OK, &page)
}

/// Deletes a credential.
///
/// # Errors
/// 403, 404, 503. A name that is not the credential's stands in the form.
pub async fn delete(
    visitor: Visitor,
    path: web::Path<(String, String)>,
    form: Form,
) -> Result<HttpResponse, Refusal> {
    let (place, credential) = find(&visitor, "credentials:write", &path.0, &path.1).await?;
    let in_use = in_use(&visitor, &credential);
    let typed = form.text("confirm_name");
    if in_use && !same(typed, credential.name.as_str()) {
        let mut errors = FormErrors::default();
        errors.add("confirm_name", "This must be the name as it stands above.");
        let page = page(&visitor, &place, &credential, typed, errors).await?;
        return visitor.show(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let (organization, id) = (place.organization.id, credential.id);
    let (authority, unconditional) = (place.authority(), Precondition::NONE);
    credentials::revoke(visitor.app(), &authority, organization, id, &unconditional).await?;
    let list = format!("/credentials?kind={}&done=deleted", credential.kind);
    Ok(visitor.see_other(&place.path(&list)))
}

/// Whether it was used lately, by what is not written down yet too.
fn in_use(visitor: &Visitor, credential: &Credential) -> bool {
    let app = visitor.app();
    state::is_in_use(last_used(app, credential), app.now())
}

/// Whether the texts look alike on a page, which shows many blanks as one.
fn same(typed: &str, name: &str) -> bool {
    typed.split_whitespace().eq(name.split_whitespace())
}

async fn page<'a>(
    visitor: &Visitor,
    place: &Place,
    credential: &'a Credential,
    typed: &'a str,
    errors: FormErrors,
) -> Result<DeletePage<'a>, Refusal> {
    let section = words(credential.kind).section;
    let shell = visitor.shell(Some(place), section).await?;
    let in_use = in_use(visitor, credential);
    Ok(DeletePage {
        actions: Actions::of(&shell, place, credential),
        is_key: credential.kind == CredentialKind::ApiKey,
        in_use,
        warning: state::warning(in_use),
        shell,
        credential,
        typed,
        errors,
    })
}
