//! An event as it stands in the trail, and the bytes that its hash is made of.

use chrono::{DateTime, SubsecRound, Utc};
use uuid::Uuid;

use super::Entry;

/// An event with its place in the trail. Its words are those of the row, whether this build knows
/// them or not: what was altered must be shown as altered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// 1, 2, 3 and so on, in the order of the commits, without gaps.
    pub number: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// The organization it concerns; absent for what concerns the whole server.
    pub organization_id: Option<Uuid>,
    /// What was done.
    pub action: String,
    /// Who did it.
    pub actor_kind: String,
    /// The credential or the user.
    pub actor_id: Option<Uuid>,
    /// Where the call came from.
    pub address: Option<String>,
    /// The name of the request.
    pub request_id: Option<String>,
    /// What kind of thing it was done to.
    pub target_kind: String,
    /// Which one.
    pub target_id: String,
    /// The thing as it was, as JSON.
    pub before: Option<String>,
    /// The thing as it became, as JSON.
    pub after: Option<String>,
}

impl Recorded {
    /// Gives an entry its place. The moment is cut to microseconds, which is what PostgreSQL keeps.
    pub fn new(number: i64, at: DateTime<Utc>, entry: &Entry) -> Self {
        let origin = &entry.actor.origin;
        Self {
            number,
            at: at.trunc_subsecs(6),
            organization_id: entry.organization_id.map(|id| id.0),
            action: entry.action.to_string(),
            actor_kind: entry.actor.kind.to_string(),
            actor_id: entry.actor.id,
            address: origin.address.map(|address| address.to_string()),
            request_id: origin.request_id.clone(),
            target_kind: entry.target_kind.to_string(),
            target_id: entry.target_id.clone(),
            before: entry.before.clone(),
            after: entry.after.clone(),
        }
    }

    /// The event as bytes. Every field stands there with its length in front, and an absent one is
    /// told from an empty one, so no two events have the same bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(512);
        let organization_id = self.organization_id.map(Uuid::into_bytes);
        let actor_id = self.actor_id.map(Uuid::into_bytes);
        let fields: [Option<&[u8]>; 13] = [
            Some(&self.number.to_be_bytes()),
            Some(&self.at.timestamp().to_be_bytes()),
            Some(&self.at.timestamp_subsec_nanos().to_be_bytes()),
            organization_id.as_ref().map(<[u8; 16]>::as_slice),
            Some(self.action.as_bytes()),
            Some(self.actor_kind.as_bytes()),
            actor_id.as_ref().map(<[u8; 16]>::as_slice),
            self.address.as_deref().map(str::as_bytes),
            self.request_id.as_deref().map(str::as_bytes),
            Some(self.target_kind.as_bytes()),
            Some(self.target_id.as_bytes()),
            self.before.as_deref().map(str::as_bytes),
            self.after.as_deref().map(str::as_bytes),
        ];
        for field in fields {
            match field {
                None => bytes.push(0),
                Some(field) => {
                    bytes.push(1);
                    // A usize has at most 64 bits on any machine there is.
                    bytes.extend_from_slice(&(field.len() as u64).to_be_bytes());
                    bytes.extend_from_slice(field);
                }
            }
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event() -> Recorded {
        Recorded {
            number: 7,
            at: DateTime::UNIX_EPOCH,
            organization_id: None,
            action: "ab".to_owned(),
            actor_kind: "c".to_owned(),
            actor_id: None,
            address: None,
            request_id: None,
            target_kind: "d".to_owned(),
            target_id: "e".to_owned(),
            before: None,
            after: None,
        }
    }

    #[test]
    fn no_two_events_have_the_same_bytes() {
        let changes: [fn(&mut Recorded); 14] = [
            |_| {},
            |event| event.number = 8,
            |event| event.at += chrono::TimeDelta::microseconds(1),
            |event| event.organization_id = Some(Uuid::nil()),
            // What moves over a border between fields.
            |event| {
                event.action = "a".to_owned();
                event.actor_kind = "bc".to_owned();
            },
            |event| event.actor_id = Some(Uuid::nil()),
            |event| event.address = Some(String::new()),
            |event| event.address = Some("\0".to_owned()),
            |event| event.request_id = Some(String::new()),
            |event| event.target_kind = "D".to_owned(),
            |event| event.target_id = String::new(),
            |event| event.before = Some("1".to_owned()),
            |event| event.after = Some("1".to_owned()),
            |event| event.after = Some(String::new()),
        ];
        let all: std::collections::BTreeSet<_> = changes
            .iter()
            .map(|change| {
                let mut event = event();
                change(&mut event);
                event.encode()
            })
            .collect();
        assert_eq!(all.len(), changes.len());
    }
}
