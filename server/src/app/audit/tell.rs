//! Telling the trail: one function a kind of thing.
//!
//! What is told is what is shown of the thing, so it holds no secret: see `app/view.rs`.

use serde::Serialize;
use serde_json::{Value, json};

use crate::app::App;
use crate::app::error::AppError;
use crate::app::view::{AgentView, CredentialView, OrganizationView, ResourceServerView};
use crate::domain::audit::{Action, Actor, Entry, TargetKind};
use crate::domain::credential::Credential;
use crate::domain::ids::OrganizationId;
use crate::domain::one_time_link::OneTimeLink;
use crate::domain::organization::{Agent, Organization};
use crate::domain::resource_server::ResourceServer;
use crate::domain::signing_key::SigningKey;
use crate::domain::user::{Membership, User};
use crate::store::Write;

/// A thing as it was and as it became, either of which may not have been.
type Sides<'a, T> = (Option<&'a T>, Option<&'a T>);

/// Tells of an organization.
pub(in crate::app) fn organization(
    write: &mut Write,
    actor: &Actor,
    action: Action,
    sides: Sides<'_, Organization>,
) -> Result<(), AppError> {
    let place = |it: &Organization| (Some(it.id), it.id.to_string());
    let view = |it: &Organization| OrganizationView::from(it.clone());
    tell(
        write,
        actor,
        action,
        TargetKind::Organization,
        sides,
        place,
        view,
    )
}

/// Tells of an agent.
pub(in crate::app) fn agent(
    write: &mut Write,
    actor: &Actor,
    action: Action,
    sides: Sides<'_, Agent>,
) -> Result<(), AppError> {
    let place = |it: &Agent| (Some(it.organization_id), it.id.to_string());
    let view = |it: &Agent| AgentView::from(it.clone());
    tell(write, actor, action, TargetKind::Agent, sides, place, view)
}

/// Tells of a user.
pub(in crate::app) fn user(
    write: &mut Write,
    actor: &Actor,
    action: Action,
    sides: Sides<'_, User>,
) -> Result<(), AppError> {
    let place = |it: &User| (None, it.id.to_string());
    tell(
        write,
        actor,
        action,
        TargetKind::User,
        sides,
        place,
        user_view,
    )
}

fn user_view(user: &User) -> Value {
    json!({
        "id": user.id,
        "email": user.email,
        "operator": user.operator,
        "created_at": user.created_at,
    })
}

/// Tells of a user's place in an organization.
pub(in crate::app) fn member(
    write: &mut Write,
    actor: &Actor,
    action: Action,
    sides: Sides<'_, Membership>,
) -> Result<(), AppError> {
    let place = |it: &Membership| (Some(it.organization_id), it.user_id.to_string());
    let view = |it: &Membership| {
        json!({
            "user_id": it.user_id,
            "organization_id": it.organization_id,
            "role": it.role,
            "agents": it.agents,
        })
    };
    tell(write, actor, action, TargetKind::User, sides, place, view)
}

/// Tells of a resource server.
pub(in crate::app) fn resource_server(
    write: &mut Write,
    actor: &Actor,
    action: Action,
    sides: Sides<'_, ResourceServer>,
) -> Result<(), AppError> {
    let place = |it: &ResourceServer| (None, it.id.to_string());
    let view = |it: &ResourceServer| ResourceServerView::from(it);
    tell(
        write,
        actor,
        action,
        TargetKind::ResourceServer,
        sides,
        place,
        view,
    )
}

/// Tells of a credential.
pub(in crate::app) fn credential(
    app: &App,
    write: &mut Write,
    actor: &Actor,
    action: Action,
    sides: Sides<'_, Credential>,
) -> Result<(), AppError> {
    let place = |it: &Credential| (Some(it.organization_id), it.id.to_string());
    let view = |it: &Credential| CredentialView::new(app, it.clone());
    tell(
        write,
        actor,
        action,
        TargetKind::Credential,
        sides,
        place,
        view,
    )
}

/// Tells of a signing key.
pub(in crate::app) fn signing_key(
    write: &mut Write,
    actor: &Actor,
    action: Action,
    sides: Sides<'_, SigningKey>,
) -> Result<(), AppError> {
    let place = |it: &SigningKey| (None, it.kid.clone());
    let view = |it: &SigningKey| {
        json!({
            "kid": it.kid,
            "algorithm": it.algorithm,
            "state": it.state,
            "created_at": it.created_at,
            "activates_at": it.activates_at,
            "removes_at": it.removes_at,
            "max_token_ttl_seconds": it.max_token_ttl.num_seconds(),
        })
    };
    tell(
        write,
        actor,
        action,
        TargetKind::SigningKey,
        sides,
        place,
        view,
    )
}

/// Tells that somebody signed in as this user, or tried to.
pub(in crate::app) fn sign_in(
    write: &mut Write,
    actor: Actor,
    action: Action,
    user: &User,
    organization_id: Option<OrganizationId>,
) {
    write.audit(Entry {
        organization_id,
        action,
        actor,
        target_kind: TargetKind::User,
        target_id: user.id.to_string(),
        before: None,
        after: None,
    });
}

/// Tells of a link that was made or used.
pub(in crate::app) fn link(
    write: &mut Write,
    actor: Actor,
    action: Action,
    organization_id: Option<OrganizationId>,
    link: &OneTimeLink,
) {
    let view = json!({
        "id": link.id,
        "kind": link.kind,
        "created_by": link.created_by,
        "expires_at": link.expires_at,
    });
    write.audit(Entry {
        organization_id,
        action,
        actor,
        target_kind: TargetKind::User,
        target_id: link.user_id.to_string(),
        before: None,
        after: Some(view.to_string()),
    });
}

fn tell<T, V: Serialize>(
    write: &mut Write,
    actor: &Actor,
    action: Action,
    target_kind: TargetKind,
    (before, after): Sides<'_, T>,
    place: impl Fn(&T) -> (Option<OrganizationId>, String),
    view: impl Fn(&T) -> V,
) -> Result<(), AppError> {
    let written = |it: Option<&T>| {
        it.map(|it| serde_json::to_string(&view(it)))
            .transpose()
            .map_err(|error| AppError::Internal(format!("an audit event has no JSON: {error}")))
    };
    let (organization_id, target_id) = after
        .or(before)
        .map(place)
        .ok_or_else(|| AppError::Internal("an audit event tells of nothing".to_owned()))?;
    write.audit(Entry {
        organization_id,
        action,
        actor: actor.clone(),
        target_kind,
        target_id,
        before: written(before)?,
        after: written(after)?,
    });
    Ok(())
}
