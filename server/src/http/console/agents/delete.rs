//! `…/agents/{agent}/delete`: an agent gone, once no credential is scoped to it.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::find;
use crate::app::credentials::{self, Filter};
use crate::app::error::AppError;
use crate::app::{App, agents};
use crate::domain::credential::Credential;
use crate::domain::organization::Agent;
use crate::domain::precondition::Precondition;
use crate::http::console::form::Form;
use crate::http::console::place::Place;
use crate::http::console::refusal::Refusal;
use crate::http::console::shell::{Shell, section};
use crate::http::console::visitor::Visitor;
use crate::store::Page;

/// How many credentials are named that are in the way.
const NAMED: usize = 10;

#[derive(Template)]
#[template(path = "console/agents/delete.html")]
struct DeletePage {
    shell: Shell,
    list: String,
    /// The address of the list of credentials.
    credentials: String,
    agent: Agent,
    /// What is in the way.
    scoped: Vec<Credential>,
    /// Whether there is more of it.
    more: bool,
}

/// Says what goes, or what is in the way.
///
/// # Errors
/// 403, 404, 503.
pub async fn confirm(
    visitor: Visitor,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Refusal> {
    let (place, agent) = find(&visitor, &path.0, &path.1).await?;
    let page = page(&visitor, &place, agent).await?;
    visitor.show(StatusCode::OK, &page)
}

/// Deletes the agent.
///
/// # Errors
/// 403, 404, 503. What is in the way stands on the page.
pub async fn delete(
    visitor: Visitor,
    path: web::Path<(String, String)>,
    _form: Form,
) -> Result<HttpResponse, Refusal> {
    let (place, agent) = find(&visitor, &path.0, &path.1).await?;
    let (authority, unconditional) = (place.authority(), Precondition::default());
    let (app, id) = (visitor.app(), place.organization.id);
    match agents::delete(app, &authority, id, agent.id, &unconditional).await {
        Ok(()) => Ok(visitor.see_other(&place.path("/agents?done=agent-deleted"))),
        Err(AppError::Conflict(_)) => {
            let page = page(&visitor, &place, agent).await?;
            visitor.show(StatusCode::CONFLICT, &page)
        }
        Err(error) => Err(error.into()),
    }
}

async fn page(visitor: &Visitor, place: &Place, agent: Agent) -> Result<DeletePage, Refusal> {
    let mut scoped = scoped(visitor.app(), place, &agent).await?;
    let more = scoped.len() > NAMED;
    scoped.truncate(NAMED);
    let shell = visitor.shell(Some(place), section::AGENTS).await?;
    Ok(DeletePage {
        list: shell.url(&place.path("/agents")),
        credentials: shell.url(&place.path("/credentials")),
        shell,
        agent,
        scoped,
        more,
    })
}

async fn scoped(app: &App, place: &Place, agent: &Agent) -> Result<Vec<Credential>, AppError> {
    let filter = Filter {
        agent_id: Some(agent.id),
        ..Filter::default()
    };
    let authority = place.authority();
    let page = Page {
        after: None,
        limit: NAMED as u64 + 1,
    };
    credentials::list(app, &authority, place.organization.id, filter, &page).await
}
