//! Every kind of error that serde has, and what becomes of it.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::BrokenRule;
use crate::domain::algorithm::Algorithm;
use crate::domain::credential::GrantType;
use crate::domain::ids::AgentId;
use crate::domain::resource_server::ResourceScope;
use crate::domain::time::Rfc3339;

/// What nobody may see again.
const VALUE: &str = "gds_0123456789, expected a string `x`, expected `y` at line 1";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only the errors of reading it are looked at")]
struct Body {
    slug: String,
    enabled: Option<bool>,
    seconds: Option<u32>,
    list: Option<Vec<String>>,
    algorithm: Option<Algorithm>,
    grant_types: Option<Vec<GrantType>>,
    agent_id: Option<AgentId>,
    foreign_id: Option<Uuid>,
    expires_at: Option<Rfc3339>,
    scopes: Option<Vec<ResourceScope>>,
}

fn broken<T: DeserializeOwned + std::fmt::Debug>(text: &str) -> (String, String) {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let error = serde_path_to_error::deserialize::<_, T>(&mut deserializer).unwrap_err();
    let BrokenRule { field, rule } = BrokenRule::new(&error.path().to_string(), error.inner());
    (field, rule)
}

fn of(member: &str, value: &serde_json::Value) -> (String, String) {
    broken::<Body>(&serde_json::json!({ "slug": "a", member: value }).to_string())
}

#[test]
fn a_wrong_value_is_told_by_what_belongs_there() {
    for (member, rule) in [
        ("enabled", "has the wrong type: must be true or false"),
        (
            "seconds",
            "has the wrong type: must be a whole number from 0 to 4294967295",
        ),
        ("list", "has the wrong type: must be a list"),
        ("algorithm", "must be one of ES256, EdDSA, RS256, PS256"),
        (
            "agent_id",
            "must be a UUID such as 0197f3c2-6d5e-7c3a-9b1e-2f4a6c8e0b1d",
        ),
        (
            "expires_at",
            "must be a time as RFC 3339 writes it, such as 2030-01-31T12:00:00Z",
        ),
        ("foreign_id", "is not a value that belongs here"),
    ] {
        assert_eq!(
            of(member, &VALUE.into()),
            (member.to_owned(), rule.to_owned())
        );
    }
    let (field, rule) = of("grant_types", &serde_json::json!([VALUE]));
    assert_eq!(
        (field.as_str(), rule.as_str()),
        ("grant_types[0]", "must be client_credentials")
    );
    let (field, rule) = of("scopes", &serde_json::json!([VALUE]));
    assert_eq!(
        (field.as_str(), rule.as_str()),
        ("scopes[0]", "has the wrong type: must be an object")
    );
}

#[test]
fn a_number_out_of_range_is_not_repeated() {
    let expected = "is out of range: must be a whole number from 0 to 4294967295";
    assert_eq!(of("seconds", &(-77).into()).1, expected);
    assert_eq!(of("seconds", &u64::MAX.into()).1, expected);
    assert_eq!(
        of("algorithm", &77.into()).1,
        "must be a JSON value of the right type"
    );
    assert_eq!(
        of("slug", &77.into()).1,
        "has the wrong type: must be a string"
    );
    assert_eq!(
        of("slug", &serde_json::Value::Null).1,
        "has the wrong type: must be a string, not null"
    );
}

#[test]
fn an_unknown_field_is_named_and_bounded() {
    let known = "is unknown: must be one of slug, enabled, seconds, list, algorithm, grant_types, \
                 agent_id, foreign_id, expires_at, scopes";
    assert_eq!(
        of("colour", &VALUE.into()),
        ("colour".to_owned(), known.to_owned())
    );
    assert_eq!(of(VALUE, &1.into()).1, known);
    let (field, rule) = of(&"é".repeat(10_000), &1.into());
    assert_eq!(field, format!("{}…", "é".repeat(64)));
    assert_eq!(rule, known);
    let scope = serde_json::json!([{ "nam": "a" }]);
    let expected = (
        "scopes[0].nam".to_owned(),
        "is unknown: must be one of name, description".to_owned(),
    );
    assert_eq!(of("scopes", &scope), expected);
}

#[test]
fn what_is_missing_or_stands_there_twice_is_named_itself() {
    let text = |field: &str, rule: &str| (field.to_owned(), rule.to_owned());
    assert_eq!(broken::<Body>("{}"), text("slug", "is required"));
    assert_eq!(
        of("scopes", &serde_json::json!([{}])),
        text("scopes[0].name", "is required")
    );
    assert_eq!(
        broken::<Body>(r#"{"slug":"a","slug":"b"}"#),
        text("slug", "must not stand there twice")
    );
}

#[test]
fn what_is_no_json_breaks_off_in_no_field() {
    for (bad, field, rule) in [
        ("{", "body", "cannot be read: EOF while parsing an object"),
        ("{'slug':1}", "body", "cannot be read: key must be a string"),
        (r#"{"slug":"a",}"#, "body", "cannot be read: trailing comma"),
        (
            "{\"slug\":\"a\nb\"}",
            "slug",
            "cannot be read: control character (\\u0000-\\u001F) found while parsing a string",
        ),
    ] {
        assert_eq!(
            broken::<Body>(bad),
            (field.to_owned(), rule.to_owned()),
            "{bad}"
        );
    }
}

#[test]
fn a_query_is_told_like_a_body() {
    for (text, field, rule) in [
        (
            "duplicate field `limit`",
            "limit",
            "must not stand there twice",
        ),
        ("missing field `step`", "step", "is required"),
        (
            "gds_0123456789",
            "query",
            "is not a value that belongs here",
        ),
    ] {
        let BrokenRule {
            field: named,
            rule: told,
        } = BrokenRule::of_query(text);
        assert_eq!((named.as_str(), told.as_str()), (field, rule));
    }
}
