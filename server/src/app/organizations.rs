//! Organizations.

use super::authority::Authority;
use super::error::{AppError, not_found};
use super::{App, audit, feed};
use crate::domain::audit::Action;
use crate::domain::ids::OrganizationId;
use crate::domain::organization::Organization;
use crate::domain::text::{Name, Slug};
use crate::store::{self, Page};

const WHAT: &str = "organization";

/// Finds the organization that `reference`, an id or a slug, names, and that the caller may reach.
///
/// # Errors
/// [`AppError::NotFound`], also for another organization's.
pub async fn find(
    app: &App,
    authority: &Authority,
    reference: &str,
) -> Result<Organization, AppError> {
    let found = if let Ok(id) = reference.parse::<OrganizationId>() {
        store::organizations::find(&app.store, id).await?
    } else if let Ok(slug) = reference.parse::<Slug>() {
        store::organizations::find_by_slug(&app.store, &slug).await?
    } else {
        None
    };
    let organization = found.ok_or(AppError::NotFound(WHAT))?;
    if let Authority::Caller(caller) = authority {
        caller.require_organization(organization.id)?;
    }
    Ok(organization)
}

/// Lists organizations: all for an operator, its own for any other caller.
///
/// # Errors
/// [`AppError::Unavailable`] where the database does not answer.
pub async fn list(
    app: &App,
    authority: &Authority,
    page: &Page,
) -> Result<Vec<Organization>, AppError> {
    match authority {
        Authority::Caller(caller) if !caller.operator => {
            let own = store::organizations::find(&app.store, caller.organization_id).await?;
            let after = page.after;
            Ok(own
                .into_iter()
                .filter(|organization| after.is_none_or(|after| organization.id.0 > after))
                .collect())
        }
        _ => Ok(store::organizations::list(&app.store, page).await?),
    }
}

/// Creates an organization, called as its slug where no name is given.
///
/// # Errors
/// [`AppError::Conflict`] for a slug that is taken.
pub async fn create(
    app: &App,
    authority: &Authority,
    slug: Slug,
    name: Option<Name>,
) -> Result<Organization, AppError> {
    let now = app.now();
    let organization = Organization {
        id: OrganizationId::from_parts(now, app.random10()),
        name: name.unwrap_or_else(|| Name::from(&slug)),
        slug,
        created_at: now,
        api_key_limit: None,
        oauth_client_limit: None,
    };
    let mut write = app.store.begin(now).await?;
    store::organizations::insert(&mut write, &organization).await?;
    let sides = (None, Some(&organization));
    audit::organization(
        &mut write,
        &authority.actor(),
        Action::OrganizationCreated,
        sides,
    )?;
    feed::commit(app, write).await?;
    Ok(organization)
}

/// Renames an organization.
///
/// # Errors
/// [`AppError::Conflict`] for a slug that is taken, `NotFound`.
pub async fn update(
    app: &App,
    authority: &Authority,
    id: OrganizationId,
    slug: Option<Slug>,
    name: Option<Name>,
) -> Result<Organization, AppError> {
    let mut write = app.store.begin(app.now()).await?;
    let before = store::organizations::find(&write, id)
        .await?
        .ok_or(AppError::NotFound(WHAT))?;
    let mut organization = before.clone();
    organization.slug = slug.unwrap_or(organization.slug);
    organization.name = name.unwrap_or(organization.name);
    store::organizations::update(&mut write, &organization)
        .await
        .map_err(not_found(WHAT))?;
    let sides = (Some(&before), Some(&organization));
    audit::organization(
        &mut write,
        &authority.actor(),
        Action::OrganizationUpdated,
        sides,
    )?;
    feed::commit(app, write).await?;
    Ok(organization)
}

/// Deletes an organization with its agents, memberships and credentials, which are refused from
/// then on.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn delete(app: &App, authority: &Authority, id: OrganizationId) -> Result<(), AppError> {
    let mut write = app.store.begin(app.now()).await?;
    let before = store::organizations::find(&write, id)
        .await?
        .ok_or(AppError::NotFound(WHAT))?;
    store::organizations::delete(&mut write, id)
        .await
        .map_err(not_found(WHAT))?;
    let sides = (Some(&before), None);
    audit::organization(
        &mut write,
        &authority.actor(),
        Action::OrganizationDeleted,
        sides,
    )?;
    feed::commit(app, write).await
}
