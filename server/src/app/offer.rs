//! What somebody may give a new credential, for a form to choose from.

use std::sync::Arc;

use super::authority::Authority;
use super::error::AppError;
use super::grantable::Holdings;
use super::{App, Page, agents};
use crate::domain::ids::OrganizationId;
use crate::domain::organization::Agent;
use crate::domain::resource_server::{ResourceScope, ResourceServer};

/// How many agents are offered. Where there are more, one is named instead.
pub const MOST_AGENTS: usize = 200;

/// What a new credential may be given.
#[derive(Debug)]
pub struct Offer {
    /// The resource servers at which any scope may be granted, the management API last.
    pub apis: Vec<OfferedApi>,
    /// Whether it may belong to the whole organization.
    pub whole_organization: bool,
    /// The agents that it may be scoped to, [`MOST_AGENTS`] at most.
    pub agents: Vec<Agent>,
    /// Whether there are more than those.
    pub more_agents: bool,
}

/// A resource server and what may be granted there.
#[derive(Debug)]
pub struct OfferedApi {
    /// The resource server.
    pub server: Arc<ResourceServer>,
    /// The scopes, in its own order.
    pub scopes: Vec<ResourceScope>,
}

/// Works out what may be given.
///
/// # Errors
/// [`AppError`] as everywhere.
pub async fn offer(
    app: &App,
    authority: &Authority,
    organization_id: OrganizationId,
) -> Result<Offer, AppError> {
    if let Authority::Caller(caller) = authority {
        caller.require_organization(organization_id)?;
    }
    let holdings = Holdings::of(app, authority, false).await?;
    let apis = holdings
        .into_scopes()
        .into_iter()
        .map(|(server, held)| {
            let known = server.scopes.iter();
            let scopes = known
                .filter(|scope| held.contains(&scope.name))
                .cloned()
                .collect();
            OfferedApi { server, scopes }
        })
        .collect();
    // One more than are offered, to see whether there are more.
    let page = Page::first(MOST_AGENTS as u64 + 1);
    let mut agents = agents::list(app, authority, organization_id, &page).await?;
    let more_agents = agents.len() > MOST_AGENTS;
    agents.truncate(MOST_AGENTS);
    Ok(Offer {
        apis,
        whole_organization: authority.agents().is_none(),
        agents,
        more_agents,
    })
}
