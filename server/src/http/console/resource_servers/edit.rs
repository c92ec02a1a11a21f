//! `/console/resource-servers/{server}/edit`: what can change of one.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::fields::{General, Shown, read, refused};
use super::{ALL, changeable};
use crate::app::error::AppError;
use crate::app::resource_servers::{self, Update};
use crate::app::view::ResourceServerView;
use crate::domain::resource_server::{ResourceScope, ResourceServer};
use crate::http::console::form::Form;
use crate::http::console::form_errors::FormErrors;
use crate::http::console::refusal::Refusal;
use crate::http::console::shell::{Shell, section};
use crate::http::console::version;
use crate::http::console::visitor::Visitor;

/// The box that is ticked before scopes are removed. It holds their names.
const REMOVAL: &str = "removal";

#[derive(Template)]
#[template(path = "console/resource_servers/edit.html")]
struct EditPage<'a> {
    shell: Shell,
    list: String,
    server: &'a ResourceServer,
    shown: Shown,
    version: String,
    general: General,
    /// The scopes that would be gone; empty while none is.
    removal: String,
    errors: FormErrors,
}

/// The form.
///
/// # Errors
/// 404, also for anybody but operators; 409 for the management API, 503.
pub async fn form(visitor: Visitor, path: web::Path<String>) -> Result<HttpResponse, Refusal> {
    let (_, server) = changeable(&visitor, &path).await?;
    let page = page(&visitor, &server, Shown::of(&server), FormErrors::default()).await?;
    visitor.show(StatusCode::OK, &page)
}

/// Takes the form. Scopes are removed once that was agreed to.
///
/// # Errors
/// As [`form`]. What is wrong with the form stands in the form.
pub async fn save(
    visitor: Visitor,
    path: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Refusal> {
    let (authority, server) = changeable(&visitor, &path).await?;
    let mut errors = FormErrors::default();
    let mut removal = String::new();
    if let Some(chosen) = read(&form, &mut errors) {
        removal = removed(&server.scopes, &chosen.scopes);
        if removal == form.text(REMOVAL) {
            let scopes = chosen.scopes.clone();
            let update = Update {
                name: Some(chosen.name),
                scopes: Some(chosen.scopes),
                token_ttl_seconds: Some(chosen.token_ttl_seconds),
                algorithm: Some(chosen.algorithm),
            };
            let (app, expected) = (visitor.app(), version::expected(&form)?);
            match resource_servers::update(app, &authority, server.id, update, &expected).await {
                Ok(_) => return Ok(visitor.see_other(&format!("{ALL}/{}?done=saved", server.id))),
                Err(AppError::PreconditionFailed(_)) => errors.add("name", version::OVERTAKEN),
                Err(error) => refused(error, &scopes, &mut errors)?,
            }
        } else {
            errors.add(REMOVAL, "Say that the scopes are to be removed.");
        }
    }
    let mut page = page(&visitor, &server, Shown::sent(&form), errors).await?;
    page.removal = removal;
    visitor.show(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

/// The names of the scopes that would be gone, with blanks between.
fn removed(before: &[ResourceScope], after: &[ResourceScope]) -> String {
    let stays = |gone: &ResourceScope| after.iter().any(|scope| scope.name == gone.name);
    let gone: Vec<&str> = before
        .iter()
        .filter(|scope| !stays(scope))
        .map(|scope| scope.name.as_str())
        .collect();
    gone.join(" ")
}

async fn page<'a>(
    visitor: &Visitor,
    server: &'a ResourceServer,
    shown: Shown,
    errors: FormErrors,
) -> Result<EditPage<'a>, Refusal> {
    let shell = visitor.shell(None, section::RESOURCE_SERVERS).await?;
    Ok(EditPage {
        list: shell.url(ALL),
        shell,
        version: version::of(&ResourceServerView::from(server))?,
        server,
        shown,
        general: General::of(visitor.app()),
        removal: String::new(),
        errors,
    })
}
