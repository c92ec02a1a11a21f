//! Agents of an organization.

use super::authority::Authority;
use super::error::{AppError, not_found};
use super::idempotency::{Made, Once};
use super::view::AgentView;
use super::{App, audit, etag, feed};
use crate::domain::audit::Action;
use crate::domain::ids::{AgentId, OrganizationId};
use crate::domain::organization::Agent;
use crate::domain::precondition::Precondition;
use crate::domain::text::{Name, Slug};
use crate::store::{self, Page};

const WHAT: &str = "agent";

/// Finds the agent that `reference`, an id or a slug, names in this organization.
///
/// # Errors
/// [`AppError::NotFound`], also for another agent than the one that the caller is scoped to.
pub async fn find(
    app: &App,
    authority: &Authority,
    organization_id: OrganizationId,
    reference: &str,
) -> Result<Agent, AppError> {
    let found = if let Ok(id) = reference.parse::<AgentId>() {
        store::agents::find(&app.store, organization_id, id).await?
    } else if let Ok(slug) = reference.parse::<Slug>() {
        store::agents::find_by_slug(&app.store, organization_id, &slug).await?
    } else {
        None
    };
    found
        .filter(|agent| authority.reaches_agent(Some(agent.id)))
        .ok_or(AppError::NotFound(WHAT))
}

/// Lists an organization's agents in the order in which they were made. A caller that reaches some
/// agents only sees those.
///
/// # Errors
/// [`AppError::Unavailable`] where the database does not answer.
pub async fn list(
    app: &App,
    authority: &Authority,
    organization_id: OrganizationId,
    page: &Page,
) -> Result<Vec<Agent>, AppError> {
    let among = authority.agents();
    Ok(store::agents::list(&app.store, organization_id, among, page).await?)
}

/// Creates an agent, called as its slug where no name is given.
///
/// # Errors
/// [`AppError::Conflict`] for a slug that the organization has already.
pub async fn create(
    app: &App,
    authority: &Authority,
    organization_id: OrganizationId,
    slug: Slug,
    name: Option<Name>,
) -> Result<Agent, AppError> {
    let made = create_once(app, authority, organization_id, slug, name, &Once::never()).await?;
    Ok(made.thing)
}

/// The same for a request that may come again.
///
/// # Errors
/// As [`create`]; `Gone` and `KeyReused`.
pub async fn create_once(
    app: &App,
    authority: &Authority,
    organization_id: OrganizationId,
    slug: Slug,
    name: Option<Name>,
    once: &Once,
) -> Result<Made<Agent>, AppError> {
    let now = app.now();
    let agent = Agent {
        id: AgentId::from_parts(now, app.random10()),
        organization_id,
        name: name.unwrap_or_else(|| Name::from(&slug)),
        slug,
        created_at: now,
    };
    let mut write = app.store.begin(now).await?;
    if let Some(earlier) = once.earlier(app, &write).await? {
        let found = store::agents::find(&write, organization_id, earlier.id()?).await?;
        return Made::earlier(found, WHAT);
    }
    store::agents::insert(&mut write, &agent).await?;
    once.remember(app, &mut write, agent.id).await?;
    let sides = (None, Some(&agent));
    audit::agent(&mut write, &authority.actor(), Action::AgentCreated, sides)?;
    feed::commit(app, write).await?;
    Ok(Made::now(agent))
}

/// Renames an agent.
///
/// # Errors
/// [`AppError::Conflict`] for a slug that the organization has already, `NotFound`,
/// `PreconditionFailed`.
pub async fn update(
    app: &App,
    authority: &Authority,
    organization_id: OrganizationId,
    id: AgentId,
    slug: Option<Slug>,
    name: Option<Name>,
    precondition: &Precondition,
) -> Result<Agent, AppError> {
    let mut write = app.store.begin(app.now()).await?;
    let before = store::agents::find(&write, organization_id, id)
        .await?
        .ok_or(AppError::NotFound(WHAT))?;
    etag::require(precondition, || AgentView::from(before.clone()))?;
    let mut agent = before.clone();
    agent.slug = slug.unwrap_or(agent.slug);
    agent.name = name.unwrap_or(agent.name);
    store::agents::update(&mut write, &agent)
        .await
        .map_err(not_found(WHAT))?;
    let sides = (Some(&before), Some(&agent));
    audit::agent(&mut write, &authority.actor(), Action::AgentUpdated, sides)?;
    feed::commit(app, write).await?;
    Ok(agent)
}

/// Deletes an agent that no credential is scoped to, and takes it out of the places that name it.
///
/// # Errors
/// [`AppError::Conflict`] while live credentials are scoped to it, `NotFound`,
/// `PreconditionFailed`.
pub async fn delete(
    app: &App,
    authority: &Authority,
    organization_id: OrganizationId,
    id: AgentId,
    precondition: &Precondition,
) -> Result<(), AppError> {
    let mut write = app.store.begin(app.now()).await?;
    let before = store::agents::find(&write, organization_id, id)
        .await?
        .ok_or(AppError::NotFound(WHAT))?;
    etag::require(precondition, || AgentView::from(before.clone()))?;
    store::agents::delete(&mut write, organization_id, id)
        .await
        .map_err(not_found(WHAT))?;
    store::memberships::drop_agent(&mut write, organization_id, id).await?;
    let sides = (Some(&before), None);
    audit::agent(&mut write, &authority.actor(), Action::AgentDeleted, sides)?;
    feed::commit(app, write).await
}
