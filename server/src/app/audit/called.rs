//! What those are called who did something, or to whom it was done.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::AuditEventView;
use crate::app::App;
use crate::app::error::AppError;
use crate::domain::audit::{ActorKind, TargetKind};
use crate::domain::ids::{CredentialId, OrganizationId, UserId};
use crate::store;

/// What people and credentials of some events are called: a credential by its name, a user by the
/// email address.
/// There is a look-up or two for each of them, so the list is to be short.
///
/// Within an organization, a user who has no place there is not told by address: it is an operator,
/// or somebody who has left.
///
/// # Errors
/// [`AppError::Unavailable`] where the database does not answer.
pub async fn people(
    app: &App,
    organization_id: Option<OrganizationId>,
    events: &[AuditEventView],
) -> Result<HashMap<Uuid, String>, AppError> {
    let actors = events
        .iter()
        .filter_map(|event| Some((event.actor_id?, event.actor_kind.as_str())));
    // Other things have their names in the event.
    let users = events.iter().filter_map(|event| {
        let is_user = event.target_kind == TargetKind::User.as_str();
        let id: UserId = is_user.then(|| event.target_id.parse().ok())??;
        Some((id.0, ActorKind::User.as_str()))
    });
    let actors: HashSet<(Uuid, &str)> = actors.chain(users).collect();
    let mut called = HashMap::new();
    for (id, kind) in actors {
        let name = if kind == ActorKind::User.as_str() {
            user(app, organization_id, UserId(id)).await?
        } else if kind == ActorKind::Credential.as_str() {
            credential(app, organization_id, CredentialId(id)).await?
        } else {
            None
        };
        if let Some(name) = name {
            called.insert(id, name);
        }
    }
    Ok(called)
}

/// What the organizations of some events are called.
///
/// # Errors
/// [`AppError::Unavailable`] where the database does not answer.
pub async fn organizations(
    app: &App,
    events: &[AuditEventView],
) -> Result<HashMap<Uuid, String>, AppError> {
    let ids = events.iter().filter_map(|event| event.organization_id);
    let ids: HashSet<OrganizationId> = ids.map(OrganizationId).collect();
    let ids: Vec<OrganizationId> = ids.into_iter().collect();
    let found = store::organizations::find_all(&app.store, &ids).await?;
    let called = found.into_iter().map(|it| (it.id.0, it.name.to_string()));
    Ok(called.collect())
}

async fn user(
    app: &App,
    organization_id: Option<OrganizationId>,
    id: UserId,
) -> Result<Option<String>, AppError> {
    let Some(user) = store::users::find(&app.store, id).await? else {
        return Ok(None);
    };
    let is_known = match organization_id {
        None => true,
        Some(organization_id) => store::memberships::find(&app.store, id, organization_id)
            .await?
            .is_some(),
    };
    Ok(match (is_known, user.operator) {
        (true, _) => Some(user.email.to_string()),
        (false, true) => Some("An operator".to_owned()),
        (false, false) => None,
    })
}

async fn credential(
    app: &App,
    organization_id: Option<OrganizationId>,
    id: CredentialId,
) -> Result<Option<String>, AppError> {
    let found = store::credentials::find(&app.store, id).await?;
    Ok(found.map(|stored| stored.credential).and_then(|found| {
        let is_ours = organization_id.is_none_or(|ours| found.organization_id == ours);
        match (is_ours, found.operator) {
            (true, _) => Some(found.name.to_string()),
            (false, true) => Some("An operator's credential".to_owned()),
            (false, false) => None,
        }
    }))
}
