//! Description, rate limit and quota of a credential, given when it is made and changed later.

use serde_json::{Value, json};

use super::{CREDENTIALS, Fixture};
use crate::management::answer::{send, send_json};
use crate::support::server::API;

const RANGE: &str = "must be 1 to 1000000000";
const WINDOW: &str = "must be 1 to 86400";
const WRONG_TYPE: &str = "has the wrong type: must be ";
const OUT_OF_RANGE: &str = "is out of range: must be a whole number from 0 to 4294967295";
const DESCRIPTION_RULE: &str =
    "must be at most 1000 characters, without control, direction or other invisible characters";

/// What is refused of `rate_limit`: the value, the field below it, the rule.
fn rate_limits() -> Vec<(Value, &'static str, &'static str)> {
    let with = |requests: Value, per_seconds: Value| json!({"requests": requests, "per_seconds": per_seconds});
    vec![
        (json!(7), "", WRONG_TYPE),
        (json!("100/s"), "", WRONG_TYPE),
        // Which the fields' order in our sources would give a meaning.
        (json!([100, 60, true]), "", "must be an object"),
        (json!({}), ".requests", "is required"),
        (json!({"requests": 1}), ".per_seconds", "is required"),
        (json!({"per_seconds": 1}), ".requests", "is required"),
        (with(json!(0), json!(1)), ".requests", RANGE),
        (with(json!(1), json!(0)), ".per_seconds", WINDOW),
        (with(json!(1_000_000_001), json!(1)), ".requests", RANGE),
        (with(json!(1), json!(86_401)), ".per_seconds", WINDOW),
        (with(json!(-1), json!(1)), ".requests", OUT_OF_RANGE),
        (with(json!(1), json!(-1)), ".per_seconds", OUT_OF_RANGE),
        (with(json!(u64::MAX), json!(1)), ".requests", OUT_OF_RANGE),
        (with(json!(1e30), json!(1)), ".requests", WRONG_TYPE),
        (with(json!(1.5), json!(1)), ".requests", WRONG_TYPE),
        (with(json!(1.0), json!(1)), ".requests", WRONG_TYPE),
        (with(json!(1), json!(0.5)), ".per_seconds", WRONG_TYPE),
        (with(json!("1"), json!(1)), ".requests", WRONG_TYPE),
        (with(json!([1]), json!(1)), ".requests", WRONG_TYPE),
        (with(Value::Null, json!(1)), ".requests", "not null"),
        (with(json!(1), Value::Null), ".per_seconds", "not null"),
        (
            json!({"requests": 1, "per_seconds": 1, "enforce": 1}),
            ".enforce",
            WRONG_TYPE,
        ),
        (
            json!({"requests": 1, "per_seconds": 1, "enforce": null}),
            ".enforce",
            "not null",
        ),
        (
            json!({"requests": 1, "per_seconds": 1, "burst": 1}),
            ".burst",
            "is unknown",
        ),
    ]
}

/// What is refused of `quota`.
fn quotas() -> Vec<(Value, &'static str, &'static str)> {
    let with = |requests: Value, per: Value| json!({"requests": requests, "per": per});
    vec![
        (json!(1000), "", WRONG_TYPE),
        (json!([1, "day"]), "", "must be an object"),
        (
            with(json!(1), json!({"day": null})),
            ".per",
            "must be one of day, month",
        ),
        (json!({}), ".requests", "is required"),
        (json!({"requests": 1}), ".per", "is required"),
        (with(json!(0), json!("day")), ".requests", RANGE),
        (with(json!(1_000_000_001), json!("day")), ".requests", RANGE),
        (with(json!(-5), json!("day")), ".requests", OUT_OF_RANGE),
        (with(json!(2.5), json!("day")), ".requests", WRONG_TYPE),
        (with(json!("5"), json!("day")), ".requests", WRONG_TYPE),
        (with(Value::Null, json!("day")), ".requests", "not null"),
        (with(json!(1), json!("week")), ".per", "must be "),
        (with(json!(1), json!("Day")), ".per", "must be "),
        (with(json!(1), json!("")), ".per", "must be "),
        (
            with(json!(1), json!(86_400)),
            ".per",
            "must be one of day, month",
        ),
        (
            with(json!(1), Value::Null),
            ".per",
            "must be one of day, month",
        ),
        (
            json!({"requests": 1, "per": "day", "enforce": "no"}),
            ".enforce",
            WRONG_TYPE,
        ),
        (
            json!({"requests": 1, "per": "day", "used": 0}),
            ".used",
            "is unknown",
        ),
    ]
}

/// What is refused of `description`.
fn descriptions() -> Vec<(Value, &'static str, &'static str)> {
    let mut refused = vec![
        (json!(7), "", WRONG_TYPE),
        (json!(["a"]), "", WRONG_TYPE),
        (json!("d".repeat(1_001)), "", DESCRIPTION_RULE),
        (json!("d".repeat(10_000)), "", DESCRIPTION_RULE),
    ];
    for c in [
        '\0',
        '\n',
        '\u{7f}',
        '\u{200b}',
        '\u{202e}',
        '\u{2066}',
        '\u{feff}',
        '\u{e0041}',
    ] {
        refused.push((json!(format!("a{c}b")), "", DESCRIPTION_RULE));
    }
    refused
}

#[actix_web::test]
async fn limits_and_descriptions_are_read_strictly() {
    let f = Fixture::new().await;
    let client = f.server.client().await;
    let path = format!("{CREDENTIALS}/{}", client.id);
    let before = send(f.request("GET", &path).await).await.json(200);
    for (member, refused) in [
        ("rate_limit", rate_limits()),
        ("quota", quotas()),
        ("description", descriptions()),
    ] {
        for (value, below, rule) in refused {
            let field = format!("{member}{below}");
            let mut new = json!({"name": "a", "audiences": [API]});
            new[member] = value.clone();
            f.invalid("POST", CREDENTIALS, &[(new, &field, rule)]).await;
            let mut change = json!({"name": "Renamed"});
            change[member] = value;
            f.invalid("PATCH", &path, &[(change, &field, rule)]).await;
        }
    }
    // The good half of a bad change was not made either.
    let after = send(f.request("GET", &path).await).await.json(200);
    assert_eq!(after, before);
}

#[actix_web::test]
async fn the_edges_are_taken_and_null_takes_them_away() {
    let f = Fixture::new().await;
    let edges = json!({
        "name": "a", "audiences": [API], "description": "d".repeat(1_000),
        "rate_limit": {"requests": 1_000_000_000, "per_seconds": 86_400, "enforce": false},
        "quota": {"requests": 1, "per": "month"},
    });
    let made = send_json(f.request("POST", CREDENTIALS).await, &edges)
        .await
        .json(201);
    for member in ["description", "rate_limit"] {
        assert_eq!(made[member], edges[member]);
    }
    assert_eq!(
        made["quota"],
        json!({"requests": 1, "per": "month", "enforce": true})
    );
    let path = format!("{CREDENTIALS}/{}", made["id"].as_str().expect("an id"));
    let none = json!({"description": null, "rate_limit": null, "quota": null});
    let changed = send_json(f.request("PATCH", &path).await, &none)
        .await
        .json(200);
    for member in ["description", "rate_limit", "quota"] {
        assert_eq!(changed[member], Value::Null, "{member}");
    }
}

#[actix_web::test]
async fn an_agent_of_another_organization_is_none_here() {
    let f = Fixture::new().await;
    let globex = f.server.organization("globex").await;
    let list = format!("/v1/organizations/{}/agents", globex.slug);
    let theirs = send_json(f.request("POST", &list).await, &json!({"slug": "theirs"})).await;
    let theirs = theirs.json(201)["id"].clone();
    let body = json!({"name": "a", "audiences": [API], "agent_id": theirs});
    let rule = "must be an agent of this organization";
    f.invalid("POST", CREDENTIALS, &[(body, "agent_id", rule)])
        .await;
}

#[actix_web::test]
async fn an_id_of_the_wrong_shape_names_nothing() {
    let f = Fixture::new().await;
    let client = f.server.client().await;
    let id = &client.id;
    let secrets = format!("{CREDENTIALS}/{id}/secrets");
    for bad in [
        "x",
        "%00",
        "%E2%80%AE",
        "..%2F..",
        &id[1..],
        &format!("{id}0"),
        &format!("%7B{id}%7D"),
        &id.replace('-', ""),
        &"a".repeat(2_000),
    ] {
        for path in [
            format!("/v1/organizations/{bad}"),
            format!("/v1/organizations/acme/agents/{bad}"),
            format!("{CREDENTIALS}/{bad}"),
            format!("{secrets}/{bad}"),
            format!("/v1/resource-servers/{bad}"),
        ] {
            let request = f.request("DELETE", &path).await;
            f.refused(request).await.problem(404);
        }
    }
}
