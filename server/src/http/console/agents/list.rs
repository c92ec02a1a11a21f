//! `…/agents`: the agents that the visitor reaches.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use crate::app::agents;
use crate::domain::organization::Agent;
use crate::http::console::paging::{Pages, Paging};
use crate::http::console::refusal::Refusal;
use crate::http::console::shell::{Shell, section};
use crate::http::console::visitor::Visitor;

#[derive(Template)]
#[template(path = "console/agents/list.html")]
struct ListPage {
    shell: Shell,
    here: String,
    /// The address of the list of credentials.
    credentials: String,
    agents: Vec<Agent>,
    pages: Pages,
    may_change: bool,
    /// Whether the visitor reaches some agents only.
    some_only: bool,
}

/// Shows the list.
///
/// # Errors
/// 403, 404, 503.
pub async fn show(visitor: Visitor, path: web::Path<String>) -> Result<HttpResponse, Refusal> {
    let place = visitor.place(&path, "agents:read").await?;
    let id = place.organization.id;
    let paging = Paging::read(&visitor, &format!("agents of {id}"));
    let authority = place.authority();
    let mut agents = agents::list(visitor.app(), &authority, id, &paging.page()).await?;
    let shell = visitor.shell(Some(&place), section::AGENTS).await?;
    let here = shell.url(&place.path("/agents"));
    let page = ListPage {
        pages: paging.cut(&mut agents, |agent| agent.id.0, &here),
        credentials: shell.url(&place.path("/credentials")),
        may_change: place.may("agents:write"),
        some_only: place.caller.agents().is_some(),
        shell,
        here,
        agents,
    };
    visitor.show(StatusCode::OK, &page)
}
