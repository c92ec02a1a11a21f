//! An event in words.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::app::audit::AuditEventView;
use crate::domain::audit::ActorKind;
use crate::http::console::refusal::sentence;

/// The most that is shown of a name.
const MAX_NAME: usize = 100;

/// An event as the page shows it.
pub struct Event {
    /// Its place in the trail.
    pub number: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// What was done, in words.
    pub words: String,
    /// What was done, by its name.
    pub action: String,
    /// Who did it.
    pub actor: String,
    /// The id of who did it, to see all that they did; empty where there is none.
    pub actor_id: String,
    /// What it was done to, by its name where that is known.
    pub target: String,
    /// What kind of thing that is.
    pub target_kind: String,
    /// Its id, to see all that was done to it.
    pub target_id: String,
    /// The organization, where events of all are shown.
    pub organization: String,
    /// What became different.
    pub changes: Vec<Change>,
    /// Where the call came from.
    pub address: String,
    /// The name of the call.
    pub request_id: String,
}

/// A member of a thing, as it was and as it became.
#[derive(Debug, PartialEq, Eq)]
pub struct Change {
    /// Its name.
    pub name: String,
    /// As it was; empty where there was nothing.
    pub before: String,
    /// As it became; empty where there is nothing.
    pub after: String,
}

impl Event {
    /// Puts an event into words.
    pub fn new(
        event: AuditEventView,
        people: &HashMap<Uuid, String>,
        organizations: &HashMap<Uuid, String>,
    ) -> Self {
        let id = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
        let name = name_of(event.after.as_ref()).or_else(|| name_of(event.before.as_ref()));
        let person = |id: &str| people.get(&Uuid::try_parse(id).ok()?).cloned();
        let name = name.or_else(|| person(&event.target_id));
        let organization = event.organization_id.map(|id| {
            let known = organizations.get(&id).cloned();
            known.unwrap_or_else(|| id.to_string())
        });
        Self {
            number: event.number,
            at: event.at,
            words: in_words(&event.action),
            actor: actor(&event, people),
            actor_id: id(event.actor_id),
            target: name.unwrap_or_else(|| event.target_id.clone()),
            target_kind: sentence(&event.target_kind.replace('_', " "))
                .trim_end_matches('.')
                .to_owned(),
            changes: changes(event.before.as_ref(), event.after.as_ref()),
            action: event.action,
            target_id: event.target_id,
            organization: organization.unwrap_or_default(),
            address: event.address.unwrap_or_default(),
            request_id: event.request_id.unwrap_or_default(),
        }
    }
}

/// The name of an action as people say it: `signing_key.revoked` is "Signing key revoked".
pub fn in_words(action: &str) -> String {
    let words = sentence(&action.replace(['.', '_'], " "));
    words.trim_end_matches('.').to_owned()
}

fn actor(event: &AuditEventView, called: &HashMap<Uuid, String>) -> String {
    let kind = event.actor_kind.as_str();
    match event.actor_id {
        Some(id) => called.get(&id).cloned().unwrap_or_else(|| id.to_string()),
        None if kind == ActorKind::Command.as_str() => "A command on the server".to_owned(),
        None if kind == ActorKind::System.as_str() => "grantd by itself".to_owned(),
        None => "Somebody who proved nothing".to_owned(),
    }
}

/// What a thing is called, by what stands in it.
fn name_of(thing: Option<&Value>) -> Option<String> {
    let thing = thing?.as_object()?;
    let names = ["name", "email", "slug"].into_iter();
    let mut names = names.filter_map(|name| thing.get(name)?.as_str());
    let name: String = names.next()?.chars().take(MAX_NAME).collect();
    (!name.is_empty()).then_some(name)
}

/// What is different; all there is, where a thing was made or went. What is empty is left out.
fn changes(before: Option<&Value>, after: Option<&Value>) -> Vec<Change> {
    let none = Map::new();
    let members = |side: Option<&Value>| match side {
        None => none.clone(),
        Some(Value::Object(members)) => members.clone(),
        // Nothing writes such; what was altered in the database may be anything.
        Some(other) => Map::from_iter([("value".to_owned(), other.clone())]),
    };
    let (before, after) = (members(before), members(after));
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let changes = names.into_iter().filter_map(|name| {
        let (was, is) = (before.get(name), after.get(name));
        let (was_shown, is_shown) = (shown(was), shown(is));
        let is_change = was != is && !(was_shown.is_empty() && is_shown.is_empty());
        is_change.then(|| Change {
            name: name.clone(),
            before: was_shown,
            after: is_shown,
        })
    });
    changes.collect()
}

fn shown(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(list)) => {
            let shown: Vec<_> = list.iter().map(|value| shown(Some(value))).collect();
            shown.join(", ")
        }
        Some(other) => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn change(name: &str, before: &str, after: &str) -> Change {
        let [name, before, after] = [name, before, after].map(str::to_owned);
        Change {
            name,
            before,
            after,
        }
    }

    #[test]
    fn only_what_is_different_is_a_change() {
        let (was, is) = (
            json!({"name": "a", "scopes": ["x", "y"], "end": null, "same": 1}),
            json!({"name": "b", "scopes": ["x"], "end": "2030", "same": 1}),
        );
        assert_eq!(
            changes(Some(&was), Some(&is)),
            [
                change("end", "", "2030"),
                change("name", "a", "b"),
                change("scopes", "x, y", "x")
            ]
        );
        assert_eq!(changes(None, Some(&is)).len(), 4, "all of what was made");
        assert_eq!(
            changes(Some(&was), None).len(),
            3,
            "what is null says nothing"
        );
        assert_eq!(changes(Some(&json!("x")), None), [change("value", "x", "")]);
        assert_eq!(changes(None, None), []);
    }

    #[test]
    fn names_are_words() {
        assert_eq!(in_words("signing_key.revoked"), "Signing key revoked");
        let named = |thing: Value| name_of(Some(&thing));
        assert_eq!(
            named(json!({"slug": "s", "name": "n"})).as_deref(),
            Some("n")
        );
        assert_eq!(named(json!({"name": "", "kid": "k"})), None);
        assert_eq!(named(json!(["name"])), None);
    }
}
