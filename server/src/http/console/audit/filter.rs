//! Which events, as the address says it.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use url::form_urlencoded::Serializer;

use crate::app::audit::AuditFilter;
use crate::domain::audit::{Action, ActorKind};
use crate::domain::ids::{CredentialId, OrganizationId};
use crate::http::console::fields::Fields;
use crate::http::console::form_errors::FormErrors;

/// The fields of the form.
const FIELDS: [&str; 7] = ["action", "actor_kind", "actor", "target", "from", "to", "q"];

/// The longest id of a target, in characters. A key id is the longest there is.
const MAX_TARGET: usize = 200;

/// What was typed, and what it means.
pub struct Asked {
    /// The values of the fields as they were typed, in their order.
    values: [String; FIELDS.len()],
    /// Which events.
    pub filter: AuditFilter,
    /// What is wrong. The field in question does not filter then.
    pub errors: FormErrors,
}

impl Asked {
    /// Reads the query.
    pub fn read(query: &Fields, organization_id: Option<OrganizationId>) -> Self {
        let mut errors = FormErrors::default();
        let actor_kind = query.given("actor_kind").map(|name| {
            let mut all = ActorKind::ALL.iter().copied();
            all.find(|kind| kind.as_str() == name)
                .ok_or_else(|| "must be one of these kinds".to_owned())
        });
        let target = query.given("target").map(|id| {
            let is_id = id.len() <= MAX_TARGET && id.bytes().all(|byte| byte.is_ascii_graphic());
            let rule = format!("must be an id of up to {MAX_TARGET} visible characters of ASCII");
            is_id.then(|| id.to_owned()).ok_or(rule)
        });
        let end = day(query, "to").map(|day| day.map(|day| day.succ_opt().unwrap_or(day)));
        let filter = AuditFilter {
            organization_id,
            action: errors
                .take("action", query.parsed::<Action>("action"))
                .flatten(),
            actor_kind: errors.take("actor_kind", actor_kind.transpose()).flatten(),
            // Users' ids are of the same form.
            actor_id: errors
                .take("actor", query.parsed::<CredentialId>("actor"))
                .flatten()
                .map(|id| id.0),
            target_id: errors.take("target", target.transpose()).flatten(),
            target_kind: None,
            text: errors.take("q", query.parsed("q")).flatten(),
            from: errors
                .take("from", day(query, "from"))
                .flatten()
                .map(midnight),
            to: errors.take("to", end).flatten().map(midnight),
        };
        Self {
            values: FIELDS.map(|name| query.text(name).to_owned()),
            filter,
            errors,
        }
    }

    /// What was typed into a field.
    pub fn value(&self, name: &str) -> &str {
        let index = FIELDS.iter().position(|field| *field == name);
        index
            .and_then(|index| self.values.get(index))
            .map_or("", String::as_str)
    }

    /// Whether anything is filtered.
    pub fn is_any(&self) -> bool {
        self.values.iter().any(|value| !value.is_empty())
    }

    /// The query of this filter with one more parameter, if any, with its question mark; empty where
    /// there is nothing to say.
    pub fn query(&self, more: Option<(&str, i64)>) -> String {
        let mut query = Serializer::new(String::new());
        for (name, value) in FIELDS.iter().zip(&self.values) {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        if let Some((name, value)) = more {
            query.append_pair(name, &value.to_string());
        }
        match query.finish() {
            query if query.is_empty() => query,
            query => format!("?{query}"),
        }
    }
}

fn day(query: &Fields, field: &str) -> Result<Option<NaiveDate>, String> {
    query
        .given(field)
        .map(|text| {
            let day = text.parse::<NaiveDate>().ok();
            // Both databases know these years.
            day.filter(|day| text.len() == 10 && day >= &NaiveDate::default())
                .ok_or_else(|| "must be a day from 1970 on such as 2030-01-31".to_owned())
        })
        .transpose()
}

fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Asked {
        Asked::read(&Fields::parse(query.as_bytes()), None)
    }

    #[test]
    fn a_query_is_a_filter() {
        let nothing = read("");
        assert_eq!(nothing.filter, AuditFilter::default());
        assert!(!nothing.is_any() && nothing.query(None).is_empty());
        assert_eq!(nothing.query(Some(("before", 7))), "?before=7");

        let query = "action=credential.created&actor_kind=user&target=a&from=2026-11-01&to=2026-11-02&q=a%26b";
        let asked = read(query);
        assert!(asked.errors.is_empty() && asked.is_any());
        assert_eq!(asked.filter.action, Some(Action::CredentialCreated));
        assert_eq!(asked.filter.actor_kind, Some(ActorKind::User));
        let at = |moment: Option<DateTime<Utc>>| moment.map(|at| at.to_rfc3339());
        assert_eq!(
            at(asked.filter.from).as_deref(),
            Some("2026-11-01T00:00:00+00:00")
        );
        // The last day is whole.
        assert_eq!(
            at(asked.filter.to).as_deref(),
            Some("2026-11-03T00:00:00+00:00")
        );
        assert_eq!(asked.query(None), format!("?{query}"));
        assert_eq!((asked.value("q"), asked.value("none")), ("a&b", ""));
    }

    #[test]
    fn each_field_keeps_its_rule() {
        for query in [
            "action=none",
            "actor_kind=none",
            "actor=none",
            "target=a+b",
            "from=yesterday",
            "from=1066-10-14",
            "to=%2B12026-01-01",
            "q=a%00b",
        ] {
            let asked = read(query);
            let field = query.split('=').next().unwrap();
            assert!(!asked.errors.of(field).is_empty(), "{query}");
            assert_eq!(asked.filter, AuditFilter::default(), "{query}");
        }
    }
}
