//! `/console/resource-servers/{server}`: one of them, with its scopes.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::{ALL, find};
use crate::app::resource_servers;
use crate::domain::resource_server::ResourceServer;
use crate::http::console::refusal::Refusal;
use crate::http::console::shell::{Shell, section};
use crate::http::console::visitor::Visitor;

#[derive(Template)]
#[template(path = "console/resource_servers/detail.html")]
struct DetailPage {
    shell: Shell,
    list: String,
    server: ResourceServer,
    lifetime: String,
    algorithm: String,
    /// How many credentials name it.
    named_by: u64,
}

/// Shows it.
///
/// # Errors
/// 404, also for anybody but operators; 503.
pub async fn show(visitor: Visitor, path: web::Path<String>) -> Result<HttpResponse, Refusal> {
    let (_, server) = find(&visitor, &path).await?;
    let app = visitor.app();
    let shell = visitor.shell(None, section::RESOURCE_SERVERS).await?;
    let page = DetailPage {
        list: shell.url(ALL),
        lifetime: match server.token_ttl_seconds {
            Some(ttl) => format!("{ttl} seconds"),
            None => format!("{} seconds, as in general", app.policy.ttl_seconds),
        },
        algorithm: match server.algorithm {
            Some(algorithm) => algorithm.to_string(),
            None => format!("{}, as in general", app.policy.algorithm),
        },
        named_by: resource_servers::count_credentials(app, server.id).await?,
        shell,
        server,
    };
    visitor.show(StatusCode::OK, &page)
}
