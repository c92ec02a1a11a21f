//! `/console/resource-servers/{server}/delete`: one gone, once no credential names it.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::{ALL, changeable};
use crate::app::error::AppError;
use crate::app::resource_servers;
use crate::domain::precondition::Precondition;
use crate::domain::resource_server::ResourceServer;
use crate::http::console::form::Form;
use crate::http::console::refusal::Refusal;
use crate::http::console::shell::{Shell, section};
use crate::http::console::visitor::Visitor;

#[derive(Template)]
#[template(path = "console/resource_servers/delete.html")]
struct DeletePage {
    shell: Shell,
    list: String,
    server: ResourceServer,
    /// How many credentials name it, and are in the way.
    named_by: u64,
}

/// Says what goes, or what is in the way.
///
/// # Errors
/// 404, also for anybody but operators; 409 for the management API, 503.
pub async fn confirm(visitor: Visitor, path: web::Path<String>) -> Result<HttpResponse, Refusal> {
    let (_, server) = changeable(&visitor, &path).await?;
    let page = page(&visitor, server).await?;
    visitor.show(StatusCode::OK, &page)
}

/// Deletes it.
///
/// # Errors
/// As [`confirm`]. What is in the way stands on the page.
pub async fn delete(
    visitor: Visitor,
    path: web::Path<String>,
    _form: Form,
) -> Result<HttpResponse, Refusal> {
    let (authority, server) = changeable(&visitor, &path).await?;
    let unconditional = Precondition::default();
    match resource_servers::delete(visitor.app(), &authority, server.id, &unconditional).await {
        Ok(()) => Ok(visitor.see_other(&format!("{ALL}?done=resource-server-deleted"))),
        Err(AppError::Conflict(_)) => {
            let page = page(&visitor, server).await?;
            visitor.show(StatusCode::CONFLICT, &page)
        }
        Err(error) => Err(error.into()),
    }
}

async fn page(visitor: &Visitor, server: ResourceServer) -> Result<DeletePage, Refusal> {
    let shell = visitor.shell(None, section::RESOURCE_SERVERS).await?;
    Ok(DeletePage {
        list: shell.url(ALL),
        named_by: resource_servers::count_credentials(visitor.app(), server.id).await?,
        shell,
        server,
    })
}
