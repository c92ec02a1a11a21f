//! `/console/resource-servers`: all of them.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use super::ALL;
use crate::app::resource_servers;
use crate::domain::resource_server::ResourceServer;
use crate::http::console::paging::{Pages, Paging};
use crate::http::console::refusal::Refusal;
use crate::http::console::shell::{Shell, section};
use crate::http::console::visitor::Visitor;

#[derive(Template)]
#[template(path = "console/resource_servers/list.html")]
struct ListPage {
    shell: Shell,
    here: String,
    servers: Vec<Arc<ResourceServer>>,
    pages: Pages,
}

/// Shows the list.
///
/// # Errors
/// 404 for anybody but operators, 503.
pub async fn show(visitor: Visitor) -> Result<HttpResponse, Refusal> {
    visitor.operator()?;
    let paging = Paging::read(&visitor, "resource servers");
    let page = paging.page();
    // All are in memory, and their number is bounded. The management API has the least id.
    let mut servers = resource_servers::list(visitor.app());
    servers.sort_by_key(|server| server.id.0);
    servers.retain(|server| page.after.is_none_or(|after| server.id.0 > after));
    let shell = visitor.shell(None, section::RESOURCE_SERVERS).await?;
    let here = shell.url(ALL);
    let page = ListPage {
        pages: paging.cut(&mut servers, |server| server.id.0, &here),
        shell,
        here,
        servers,
    };
    visitor.show(StatusCode::OK, &page)
}
