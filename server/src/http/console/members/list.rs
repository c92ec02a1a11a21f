//! `…/members`: who has a place here.

use std::collections::HashMap;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use crate::app::error::AppError;
use crate::app::members::{self, Member};
use crate::app::{App, agents};
use crate::domain::ids::AgentId;
use crate::http::console::paging::{Pages, Paging};
use crate::http::console::place::Place;
use crate::http::console::refusal::Refusal;
use crate::http::console::roles::{self, RoleWords};
use crate::http::console::shell::{Shell, section};
use crate::http::console::visitor::Visitor;

/// How many agents of a member are named.
const NAMED: usize = 3;

/// A row of the table.
struct Row {
    member: Member,
    role: &'static RoleWords,
    /// The names of agents, with commas between.
    agents: String,
    /// How many more there are.
    more_agents: usize,
    /// Whether it is the visitor.
    me: bool,
}

#[derive(Template)]
#[template(path = "console/members/list.html")]
struct ListPage {
    shell: Shell,
    here: String,
    rows: Vec<Row>,
    pages: Pages,
    may_change: bool,
}

/// Shows the list.
///
/// # Errors
/// 403, 404, 503.
pub async fn show(visitor: Visitor, path: web::Path<String>) -> Result<HttpResponse, Refusal> {
    let place = visitor.place(&path, "members:read").await?;
    let (app, authority, id) = (visitor.app(), place.authority(), place.organization.id);
    let paging = Paging::read(&visitor, &format!("members of {id}"));
    let mut found = members::list(app, &authority, id, &paging.page()).await?;
    let shell = visitor.shell(Some(&place), section::MEMBERS).await?;
    let here = shell.url(&place.path("/members"));
    let pages = paging.cut(&mut found, |member| member.user.id.0, &here);
    let mut names = HashMap::new();
    let mut rows = Vec::with_capacity(found.len());
    for member in found {
        let agents = &member.place.agents;
        rows.push(Row {
            role: roles::words(member.place.role),
            agents: name(app, &place, agents, &mut names).await?,
            more_agents: agents.len().saturating_sub(NAMED),
            me: member.user.id == visitor.user.id,
            member,
        });
    }
    let page = ListPage {
        may_change: place.may("members:write"),
        shell,
        here,
        rows,
        pages,
    };
    visitor.show(StatusCode::OK, &page)
}

/// The names of the first few agents. Each is looked up once for the whole page.
async fn name(
    app: &App,
    place: &Place,
    ids: &[AgentId],
    known: &mut HashMap<AgentId, String>,
) -> Result<String, AppError> {
    let ids: Vec<AgentId> = ids.iter().take(NAMED).copied().collect();
    for id in &ids {
        if !known.contains_key(id) {
            let (authority, organization) = (place.authority(), place.organization.id);
            let found = agents::find(app, &authority, organization, &id.to_string()).await;
            let name = match found {
                Ok(agent) => agent.name.to_string(),
                Err(AppError::NotFound(_)) => id.to_string(),
                Err(error) => return Err(error),
            };
            known.insert(*id, name);
        }
    }
    let names = ids.iter().filter_map(|id| known.get(id));
    Ok(names.map(String::as_str).collect::<Vec<_>>().join(", "))
}
