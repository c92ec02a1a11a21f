//! Resource servers: the APIs that accept grantd's tokens.

use std::collections::HashSet;
use std::sync::Arc;

use super::authority::Authority;
use super::create_credential::check_ttl;
use super::error::{AppError, not_found};
use super::idempotency::{Made, Once};
use super::view::ResourceServerView;
use super::{App, audit, etag, feed, signing_keys};
use crate::domain::algorithm::Algorithm;
use crate::domain::audit::Action;
use crate::domain::ids::ResourceServerId;
use crate::domain::precondition::Precondition;
use crate::domain::resource_server::{
    MANAGEMENT_ID, MAX_SCOPE_DESCRIPTION, ResourceIdentifier, ResourceScope, ResourceServer,
};
use crate::domain::scope::MAX_SCOPES;
use crate::domain::text::{Name, is_visible};
use crate::store;

/// How many resource servers there may be: all are kept in memory.
const MAX_RESOURCE_SERVERS: u64 = 1_000;

const WHAT: &str = "resource server";

/// What a new resource server is to be.
#[derive(Debug, Clone)]
pub struct NewResourceServer {
    /// The `aud` of its tokens. Never changes.
    pub identifier: ResourceIdentifier,
    /// What people call it.
    pub name: Name,
    /// Its scopes.
    pub scopes: Vec<ResourceScope>,
    /// Lifetime of its tokens in seconds.
    pub token_ttl_seconds: Option<u32>,
    /// Signature algorithm of its tokens.
    pub algorithm: Option<Algorithm>,
}

/// What can change of a resource server. The inner option takes a value back.
#[derive(Debug, Clone, Default)]
pub struct Update {
    /// A new name.
    pub name: Option<Name>,
    /// All its scopes, anew. Credentials lose those that are gone.
    pub scopes: Option<Vec<ResourceScope>>,
    /// Another lifetime.
    pub token_ttl_seconds: Option<Option<u32>>,
    /// Another algorithm.
    pub algorithm: Option<Option<Algorithm>>,
}

/// All resource servers, the management API first.
pub fn list(app: &App) -> Vec<Arc<ResourceServer>> {
    app.resource_servers().all().to_vec()
}

/// The one that `reference`, an id or an identifier, names.
///
/// # Errors
/// [`AppError::NotFound`].
pub fn find(app: &App, reference: &str) -> Result<Arc<ResourceServer>, AppError> {
    let servers = app.resource_servers();
    let found = match reference.parse::<ResourceServerId>() {
        Ok(id) => servers.find(id),
        Err(_) => servers.find_by_identifier(reference).cloned(),
    };
    found.ok_or(AppError::NotFound(WHAT))
}

/// The same as the database has it: what another node changed a moment ago is seen, so that whoever
/// was told to read again does not get what they had.
///
/// # Errors
/// [`AppError::NotFound`], or `Unavailable` where the database does not answer.
pub async fn show(app: &App, reference: &str) -> Result<ResourceServer, AppError> {
    let found = find(app, reference)?;
    if found.is_management() {
        return Ok(found.as_ref().clone());
    }
    store::resource_servers::find(&app.store, found.id)
        .await?
        .ok_or(AppError::NotFound(WHAT))
}

/// How many live credentials name it, which are in the way of deleting it.
///
/// # Errors
/// [`AppError::Unavailable`] where the database does not answer.
pub async fn count_credentials(app: &App, id: ResourceServerId) -> Result<u64, AppError> {
    Ok(store::resource_servers::count_credentials(&app.store, id).await?)
}

/// Creates a resource server, and the first signing key of its algorithm where there is none.
///
/// # Errors
/// [`AppError::Conflict`] for an identifier that is taken, `Invalid` for values out of bounds.
pub async fn create(
    app: &App,
    authority: &Authority,
    new: NewResourceServer,
) -> Result<ResourceServer, AppError> {
    let made = create_once(app, authority, new, &Once::never()).await?;
    Ok(made.thing)
}

/// The same for a request that may come again.
///
/// # Errors
/// As [`create`]; `Gone` and `KeyReused`.
pub async fn create_once(
    app: &App,
    authority: &Authority,
    new: NewResourceServer,
    once: &Once,
) -> Result<Made<ResourceServer>, AppError> {
    check_scopes(&new.scopes)?;
    if let Some(ttl) = new.token_ttl_seconds {
        check_ttl(app, "token_ttl_seconds", ttl)?;
    }
    if new.identifier.as_str() == app.issuer.as_str() {
        return Err(AppError::Conflict(
            "This identifier is the issuer URL, which names the management API.".to_owned(),
        ));
    }
    let now = app.now();
    let server = ResourceServer {
        id: ResourceServerId::from_parts(now, app.random10()),
        identifier: new.identifier,
        name: new.name,
        scopes: new.scopes,
        token_ttl_seconds: new.token_ttl_seconds,
        algorithm: new.algorithm,
        created_at: now,
    };
    let mut write = app.store.begin(now).await?;
    if let Some(earlier) = once.earlier(app, &write).await? {
        let found = store::resource_servers::find(&write, earlier.id()?).await?;
        return Made::earlier(found, WHAT);
    }
    if store::resource_servers::count(&write).await? >= MAX_RESOURCE_SERVERS {
        return Err(AppError::Conflict(format!(
            "There are {MAX_RESOURCE_SERVERS} resource servers, which is the limit. Delete one that is not used any more."
        )));
    }
    store::resource_servers::insert(&mut write, &server).await?;
    once.remember(app, &mut write, server.id).await?;
    let actor = authority.actor();
    let sides = (None, Some(&server));
    audit::resource_server(&mut write, &actor, Action::ResourceServerCreated, sides)?;
    // A new algorithm gets its key in the same change.
    if let Some(algorithm) = server.algorithm {
        signing_keys::ensure(app, &mut write, &actor, algorithm).await?;
    }
    feed::commit(app, write).await?;
    Ok(Made::now(server))
}

/// Changes a resource server.
///
/// # Errors
/// [`AppError::NotFound`], `Invalid`, `PreconditionFailed`; `Conflict` for the management API, which
/// is the program's own.
pub async fn update(
    app: &App,
    authority: &Authority,
    id: ResourceServerId,
    update: Update,
    precondition: &Precondition,
) -> Result<ResourceServer, AppError> {
    refuse_management(id)?;
    if let Some(scopes) = &update.scopes {
        check_scopes(scopes)?;
    }
    if let Some(Some(ttl)) = update.token_ttl_seconds {
        check_ttl(app, "token_ttl_seconds", ttl)?;
    }
    let mut write = app.store.begin(app.now()).await?;
    let before = store::resource_servers::find(&write, id)
        .await?
        .ok_or(AppError::NotFound(WHAT))?;
    etag::require(precondition, || ResourceServerView::from(&before))?;
    let mut server = before.clone();
    server.name = update.name.unwrap_or(server.name);
    server.scopes = update.scopes.unwrap_or(server.scopes);
    server.token_ttl_seconds = update.token_ttl_seconds.unwrap_or(server.token_ttl_seconds);
    server.algorithm = update.algorithm.unwrap_or(server.algorithm);
    store::resource_servers::update(&mut write, &server)
        .await
        .map_err(not_found(WHAT))?;
    let actor = authority.actor();
    let sides = (Some(&before), Some(&server));
    audit::resource_server(&mut write, &actor, Action::ResourceServerUpdated, sides)?;
    // A new algorithm gets its key in the same change.
    if let Some(algorithm) = server.algorithm {
        signing_keys::ensure(app, &mut write, &actor, algorithm).await?;
    }
    feed::commit(app, write).await?;
    Ok(server)
}

/// Deletes a resource server that no credential names.
///
/// # Errors
/// [`AppError::Conflict`] while live credentials name it, `NotFound`, `PreconditionFailed`.
pub async fn delete(
    app: &App,
    authority: &Authority,
    id: ResourceServerId,
    precondition: &Precondition,
) -> Result<(), AppError> {
    refuse_management(id)?;
    let mut write = app.store.begin(app.now()).await?;
    let before = store::resource_servers::find(&write, id)
        .await?
        .ok_or(AppError::NotFound(WHAT))?;
    etag::require(precondition, || ResourceServerView::from(&before))?;
    store::resource_servers::delete(&mut write, id)
        .await
        .map_err(not_found(WHAT))?;
    let actor = authority.actor();
    let sides = (Some(&before), None);
    audit::resource_server(&mut write, &actor, Action::ResourceServerDeleted, sides)?;
    feed::commit(app, write).await
}

fn refuse_management(id: ResourceServerId) -> Result<(), AppError> {
    if id == MANAGEMENT_ID {
        return Err(AppError::Conflict(
            "The management API is part of grantd and cannot be changed.".to_owned(),
        ));
    }
    Ok(())
}

fn check_scopes(scopes: &[ResourceScope]) -> Result<(), AppError> {
    if scopes.len() > MAX_SCOPES {
        return Err(AppError::invalid(
            "scopes",
            format!("must be at most {MAX_SCOPES}"),
        ));
    }
    let mut names = HashSet::new();
    for (index, scope) in scopes.iter().enumerate() {
        if !names.insert(&scope.name) {
            return Err(AppError::invalid(
                format!("scopes[{index}].name"),
                "must not stand there twice",
            ));
        }
        let long = scope.description.chars().count() > MAX_SCOPE_DESCRIPTION;
        if long || !is_visible(&scope.description) {
            return Err(AppError::invalid(
                format!("scopes[{index}].description"),
                format!(
                    "must be at most {MAX_SCOPE_DESCRIPTION} characters, without control, direction or other invisible characters"
                ),
            ));
        }
    }
    Ok(())
}
