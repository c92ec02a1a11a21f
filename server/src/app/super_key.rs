//! Super API Keys: made by an operator for a whole organization, bound to nobody, dead after a
//! quarter of an hour.

use chrono::TimeDelta;

use super::authority::Authority;
use super::create_credential::{self, NewCredential, WithSecret};
use super::error::AppError;
use super::grantable::Holdings;
use super::{App, audit, feed};
use crate::domain::access::Caller;
use crate::domain::audit::{Action, Actor};
use crate::domain::credential::{Credential, CredentialKind, CredentialStatus};
use crate::domain::ids::OrganizationId;
use crate::domain::resource_server::MANAGEMENT_SCOPES;
use crate::domain::text::Name;
use crate::store::credentials::StoredCredential;
use crate::store::{self, Write};

/// How long one lives.
pub const LIFETIME: TimeDelta = TimeDelta::minutes(15);

/// How many of one organization may live at once.
const MAX_LIVE: u64 = 100;

/// How many upkeep revokes in one transaction.
const ENDED_AT_ONCE: u64 = 500;

/// Makes one, with every scope that an organization's admin may hold at the management API, and
/// every scope of every other resource server.
///
/// # Errors
/// [`AppError::Denied`] for whoever is no operator, or holds less than the key would;
/// `NotFound` without the organization; `Conflict` where a hundred live already.
pub async fn create(
    app: &App,
    caller: &Caller,
    organization_id: OrganizationId,
) -> Result<WithSecret, AppError> {
    caller.require_operator()?;
    for scope in MANAGEMENT_SCOPES {
        caller.require(scope)?;
    }
    let authority = Authority::Caller(caller.clone());
    let holdings = Holdings::of(app, &authority, false).await?;
    let name = "Super API Key"
        .parse::<Name>()
        .map_err(|rule| AppError::Internal(rule.to_string()))?;
    let new = NewCredential {
        audiences: holdings.audiences(),
        expires_at: Some(app.now() + LIFETIME),
        super_key: true,
        ..NewCredential::named(CredentialKind::ApiKey, name, organization_id)
    };
    create_credential::create(app, &authority, new).await
}

/// Refuses one more than there may be. The write is serialised, so the count holds.
pub(super) async fn check_limit(write: &Write, key: &Credential) -> Result<(), AppError> {
    let organization = key.organization_id;
    let live =
        store::credentials::count_live_super_keys(write, organization, key.created_at).await?;
    if live < MAX_LIVE {
        return Ok(());
    }
    Err(AppError::Conflict(format!(
        "The organization has {MAX_LIVE} live Super API Keys already. Each ends by itself after 15 minutes."
    )))
}

/// Refuses what would outlive a Super API Key, or hand it to somebody for whom no operator made it:
/// another end, or another secret.
pub(super) fn check_not(credential: &Credential) -> Result<(), AppError> {
    if !credential.super_key {
        return Ok(());
    }
    Err(AppError::Conflict(
        "A Super API Key keeps its secret and its end. Make another one.".to_owned(),
    ))
}

/// Revokes those whose time is over. They are refused without it; this takes their secrets out of
/// the database, and them out of the lists.
///
/// # Errors
/// [`AppError::Unavailable`] where the database does not answer.
pub async fn revoke_ended(app: &App) -> Result<(), AppError> {
    let now = app.now();
    let ended = store::credentials::ended_super_keys(&app.store, now, ENDED_AT_ONCE).await?;
    if ended.is_empty() {
        return Ok(());
    }
    let mut write = app.store.begin(now).await?;
    for id in ended {
        let key = store::credentials::find(&write, id).await?;
        // Another node may have been faster.
        let live = key.filter(|key| key.credential.status != CredentialStatus::Revoked);
        let Some(StoredCredential { credential, .. }) = live else {
            continue;
        };
        store::credentials::revoke(&mut write, id, now).await?;
        let (action, sides) = (Action::CredentialRevoked, (Some(&credential), None));
        audit::credential(app, &mut write, &Actor::SYSTEM, action, sides)?;
    }
    feed::commit(app, write).await
}
