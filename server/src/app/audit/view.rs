//! An event as it is shown.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::store::audit::AuditRow;

/// An event as it is shown, by the management API and by commands alike.
#[derive(Debug, Serialize)]
pub struct AuditEventView {
    /// Its place in the trail.
    pub number: i64,
    at: DateTime<Utc>,
    organization_id: Option<Uuid>,
    action: String,
    actor_kind: String,
    actor_id: Option<Uuid>,
    address: Option<String>,
    request_id: Option<String>,
    target_kind: String,
    target_id: String,
    before: Option<Value>,
    after: Option<Value>,
    hash: String,
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
