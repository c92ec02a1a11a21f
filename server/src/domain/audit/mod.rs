//! The audit trail: what was done, by whom, from where, to what.

mod names;
mod recorded;

pub use self::names::{Action, ActorKind, TargetKind, UnknownAction, UnknownTargetKind};
pub use self::recorded::Recorded;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::access::{Caller, Origin, Subject};
use super::ids::{OrganizationId, UserId};
use super::search::SearchText;

/// Who did it, and from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// What kind of actor.
    pub kind: ActorKind,
    /// The credential or the user.
    pub id: Option<Uuid>,
    /// Where the call came from.
    pub origin: Origin,
}

impl Actor {
    /// grantd by itself, as when a key's time has come.
    pub const SYSTEM: Self = Self::without_call(ActorKind::System);

    /// Somebody at the machine itself.
    pub const COMMAND: Self = Self::without_call(ActorKind::Command);

    const fn without_call(kind: ActorKind) -> Self {
        Self {
            kind,
            id: None,
            origin: Origin {
                address: None,
                request_id: None,
            },
        }
    }

    /// A person who signs in.
    pub fn user(id: UserId, origin: Origin) -> Self {
        Self {
            kind: ActorKind::User,
            id: Some(id.0),
            origin,
        }
    }
}

impl From<&Caller> for Actor {
    fn from(caller: &Caller) -> Self {
        Self {
            kind: match caller.subject {
                Subject::Credential(_) => ActorKind::Credential,
                Subject::User(_) => ActorKind::User,
            },
            id: Some(caller.subject.id()),
            origin: caller.origin.clone(),
        }
    }
}

/// What was done, before it has its place in the trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The organization it concerns; absent for what concerns the whole server.
    pub organization_id: Option<OrganizationId>,
    /// What was done.
    pub action: Action,
    /// Who did it.
    pub actor: Actor,
    /// What kind of thing it was done to.
    pub target_kind: TargetKind,
    /// Which one.
    pub target_id: String,
    /// The thing as it was, as JSON without secrets.
    pub before: Option<String>,
    /// The thing as it became, as JSON without secrets.
    pub after: Option<String>,
}

/// Which events to show.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Only of this organization.
    pub organization_id: Option<OrganizationId>,
    /// Only of this action.
    pub action: Option<Action>,
    /// Only by this kind of actor.
    pub actor_kind: Option<ActorKind>,
    /// Only by this credential or user.
    pub actor_id: Option<Uuid>,
    /// Only what was done to this.
    pub target_id: Option<String>,
    /// Only what was done to this kind of thing.
    pub target_kind: Option<TargetKind>,
    /// Only events with this text in their action, in the id of what they were done to, in the
    /// address or name of the call, or in the thing as it was or became. Letters of ASCII match in
    /// either case.
    pub text: Option<SearchText>,
    /// Only what was done then or later.
    pub from: Option<DateTime<Utc>>,
    /// Only what was done before.
    pub to: Option<DateTime<Utc>>,
}
