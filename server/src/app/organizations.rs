//! Organizations.

use super::authority::Authority;
use super::error::{AppError, not_found};
use super::idempotency::{Made, Once};
use super::view::OrganizationView;
use super::{App, audit, etag, feed};
use crate::domain::access::Denied;
use crate::domain::audit::Action;
use crate::domain::ids::OrganizationId;
use crate::domain::organization::{MAX_CREDENTIAL_LIMIT, Organization};
use crate::domain::precondition::Precondition;
use crate::domain::search::SearchText;
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

/// Lists all organizations whose slug holds a text.
///
/// # Errors
/// [`AppError::Denied`] for anybody but operators; `Unavailable`.
pub async fn search(
    app: &App,
    authority: &Authority,
    text: &SearchText,
    page: &Page,
) -> Result<Vec<Organization>, AppError> {
    if !authority.is_operator() {
        return Err(Denied::OperatorOnly.into());
    }
    Ok(store::organizations::search(&app.store, text, page).await?)
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
    let made = create_once(app, authority, slug, name, &Once::never()).await?;
    Ok(made.thing)
}

/// The same for a request that may come again.
///
/// # Errors
/// As [`create`]; `Gone` and `KeyReused`.
pub async fn create_once(
    app: &App,
    authority: &Authority,
    slug: Slug,
    name: Option<Name>,
    once: &Once,
) -> Result<Made<Organization>, AppError> {
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
    if let Some(earlier) = once.earlier(app, &write).await? {
        let found = store::organizations::find(&write, earlier.id()?).await?;
        return Made::earlier(found, WHAT);
    }
    store::organizations::insert(&mut write, &organization).await?;
    once.remember(app, &mut write, organization.id).await?;
    let sides = (None, Some(&organization));
    audit::organization(
        &mut write,
        &authority.actor(),
        Action::OrganizationCreated,
        sides,
    )?;
    feed::commit(app, write).await?;
    Ok(Made::now(organization))
}

/// What is to become different about an organization; what is absent stays.
#[derive(Debug, Clone, Default)]
pub struct Update {
    /// Another slug.
    pub slug: Option<Slug>,
    /// Another name.
    pub name: Option<Name>,
    /// How many API keys it may have, or `Some(None)` for the setting's number.
    pub api_key_limit: Option<Option<u32>>,
    /// How many OAuth clients it may have, or `Some(None)` for the setting's number.
    pub oauth_client_limit: Option<Option<u32>>,
}

/// Renames an organization. An operator sets its limits too.
///
/// # Errors
/// [`AppError::Denied`] for limits from anybody else, `Invalid` naming the limit, `Conflict` for a
/// slug that is taken, `NotFound`, `PreconditionFailed`.
pub async fn update(
    app: &App,
    authority: &Authority,
    id: OrganizationId,
    update: Update,
    precondition: &Precondition,
) -> Result<Organization, AppError> {
    check_limit(authority, "api_key_limit", update.api_key_limit)?;
    check_limit(authority, "oauth_client_limit", update.oauth_client_limit)?;
    let mut write = app.store.begin(app.now()).await?;
    let before = store::organizations::find(&write, id)
        .await?
        .ok_or(AppError::NotFound(WHAT))?;
    etag::require(precondition, || OrganizationView::from(before.clone()))?;
    let mut organization = before.clone();
    organization.slug = update.slug.unwrap_or(organization.slug);
    organization.name = update.name.unwrap_or(organization.name);
    organization.api_key_limit = update.api_key_limit.unwrap_or(organization.api_key_limit);
    organization.oauth_client_limit = update
        .oauth_client_limit
        .unwrap_or(organization.oauth_client_limit);
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

#[expect(
    clippy::option_option,
    reason = "absent, none and a number are three things"
)]
fn check_limit(
    authority: &Authority,
    field: &'static str,
    limit: Option<Option<u32>>,
) -> Result<(), AppError> {
    if limit.is_some() && !authority.is_operator() {
        return Err(Denied::OperatorOnly.into());
    }
    if limit
        .flatten()
        .is_some_and(|limit| limit > MAX_CREDENTIAL_LIMIT)
    {
        return Err(AppError::invalid(
            field,
            format!("must be 0 to {MAX_CREDENTIAL_LIMIT}"),
        ));
    }
    Ok(())
}

/// Deletes an organization with its agents, memberships and credentials, which are refused from
/// then on.
///
/// # Errors
/// [`AppError::NotFound`], `PreconditionFailed`.
pub async fn delete(
    app: &App,
    authority: &Authority,
    id: OrganizationId,
    precondition: &Precondition,
) -> Result<(), AppError> {
    let mut write = app.store.begin(app.now()).await?;
    let before = store::organizations::find(&write, id)
        .await?
        .ok_or(AppError::NotFound(WHAT))?;
    etag::require(precondition, || OrganizationView::from(before.clone()))?;
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
