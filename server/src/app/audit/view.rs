//! An event as it is shown.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::domain::audit::{Action, ActorKind, TargetKind};
use crate::store::audit::AuditRow;

/// An event as it is shown, by the management API and by commands alike.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditEvent)]
pub struct AuditEventView {
    /// Its place in the trail.
    #[schema(minimum = 1)]
    pub number: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Null for what concerns the whole server.
    #[schema(required)]
    pub organization_id: Option<Uuid>,
    /// What was done.
    #[schema(value_type = Action)]
    pub action: String,
    /// Who did it.
    #[schema(value_type = ActorKind)]
    pub actor_kind: String,
    /// The credential or the user; null for commands, for grantd itself, and for a failed sign-in.
    #[schema(required)]
    pub actor_id: Option<Uuid>,
    /// Where the call came from.
    #[schema(required)]
    pub address: Option<String>,
    /// The `X-Request-Id` of the call.
    #[schema(required)]
    pub request_id: Option<String>,
    /// What kind of thing it was done to.
    #[schema(value_type = TargetKind)]
    pub target_kind: String,
    /// An id; of a signing key its `kid`.
    pub target_id: String,
    /// The thing as it was, without secrets; null where it was made.
    #[schema(required, value_type = Option<Object>)]
    pub before: Option<Value>,
    /// The thing as it became, without secrets; null where it is gone.
    #[schema(required, value_type = Option<Object>)]
    pub after: Option<Value>,
    /// Ties the event to the one before.
    pub hash: String,
}

impl From<AuditRow> for AuditEventView {
    fn from(AuditRow { event, hash }: AuditRow) -> Self {
        Self {
            number: event.number,
            at: event.at,
            organization_id: event.organization_id,
            action: event.action,
            actor_kind: event.actor_kind,
            actor_id: event.actor_id,
            address: event.address,
            request_id: event.request_id,
            target_kind: event.target_kind,
            target_id: event.target_id,
            before: event.before.map(read),
            after: event.after.map(read),
            hash,
        }
    }
}

/// What is no JSON was altered, and is shown as it stands there.
fn read(text: String) -> Value {
    serde_json::from_str(&text).unwrap_or(Value::String(text))
}
