//! `/console/resource-servers/new`: another one.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use super::ALL;
use super::fields::{General, Shown, read, refused};
use crate::app::resource_servers::{self, NewResourceServer};
use crate::domain::resource_server::ResourceIdentifier;
use crate::http::console::form::Form;
use crate::http::console::form_errors::FormErrors;
use crate::http::console::refusal::Refusal;
use crate::http::console::shell::{Shell, section};
use crate::http::console::visitor::Visitor;

#[derive(Template)]
#[template(path = "console/resource_servers/new.html")]
struct NewPage<'a> {
    shell: Shell,
    list: String,
    identifier: &'a str,
    shown: Shown,
    general: General,
    errors: FormErrors,
}

/// The form.
///
/// # Errors
/// 404 for anybody but operators, 503.
pub async fn form(visitor: Visitor) -> Result<HttpResponse, Refusal> {
    visitor.operator()?;
    let page = page(&visitor, "", Shown::default(), FormErrors::default()).await?;
    visitor.show(StatusCode::OK, &page)
}

/// Makes a resource server.
///
/// # Errors
/// 403, 404, 503. What is wrong with the form stands in the form.
pub async fn create(visitor: Visitor, form: Form) -> Result<HttpResponse, Refusal> {
    let authority = visitor.operator()?;
    let mut errors = FormErrors::default();
    let identifier = errors.required(
        "identifier",
        form.parsed::<ResourceIdentifier>("identifier"),
        "Enter the identifier.",
    );
    if let (Some(chosen), Some(identifier)) = (read(&form, &mut errors), identifier) {
        let scopes = chosen.scopes.clone();
        let new = NewResourceServer {
            identifier,
            name: chosen.name,
            scopes: chosen.scopes,
            token_ttl_seconds: chosen.token_ttl_seconds,
            algorithm: chosen.algorithm,
        };
        match resource_servers::create(visitor.app(), &authority, new).await {
            Ok(made) => return Ok(visitor.see_other(&format!("{ALL}/{}?done=created", made.id))),
            Err(error) => refused(error, &scopes, &mut errors)?,
        }
    }
    let typed = form.text("identifier");
    let page = page(&visitor, typed, Shown::sent(&form), errors).await?;
    visitor.show(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

async fn page<'a>(
    visitor: &Visitor,
    identifier: &'a str,
    shown: Shown,
    errors: FormErrors,
) -> Result<NewPage<'a>, Refusal> {
    let shell = visitor.shell(None, section::RESOURCE_SERVERS).await?;
    Ok(NewPage {
        list: shell.url(ALL),
        shell,
        identifier,
        shown,
        general: General::of(visitor.app()),
        errors,
    })
}
