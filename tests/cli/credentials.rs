//! `grantd credentials generate`

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::support::place::{Place, text};

/// A place with the organization `acme`, its agent `bot`, and an API.
pub(super) fn place() -> Place {
    let place = Place::on_sqlite();
    place.done(&["migrate"]);
    place.done(&["organizations", "create", "acme"]);
    place.done(&["agents", "create", "bot", "--organization", "acme"]);
    place.done(&[
        "resource-servers",
        "create",
        "https://api.example.com",
        "--scope",
        "api:read",
        "--scope",
        "api:write",
    ]);
    place
}

pub(super) fn generate<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [
        &[
            "credentials",
            "generate",
            "--organization",
            "acme",
            "--name",
            "ci",
        ],
        more,
    ]
    .concat()
}

pub(super) fn count(place: &Place) -> usize {
    let list = [
        "credentials",
        "list",
        "--organization",
        "acme",
        "--revoked",
        "--json",
    ];
    place.done_json(&list).as_array().expect("a list").len()
}

#[test]
fn without_a_file_stdout_holds_the_credentials_file_and_nothing_else() {
    let place = place();
    let outcome = place.run(&generate(&[]));
    assert_eq!(
        (outcome.code, outcome.stderr.as_str()),
        (0, ""),
        "{outcome:?}"
    );
    let file: Value = serde_json::from_str(&outcome.stdout).expect("JSON and nothing else");
    let mut names: Vec<&String> = file.as_object().expect("an object").keys().collect();
    names.sort();
    assert_eq!(
        names,
        [
            "clientId",
            "clientSecret",
            "created",
            "email",
            "expires",
            "issuer",
            "name",
            "scopes",
            "tokenEndpoint",
            "userId"
        ]
    );
    assert_eq!(file["issuer"], place.issuer());
    assert_eq!(file["scopes"], json!(["api:read", "api:write"]));
}

#[test]
fn a_file_is_private_and_never_written_over_without_force() {
    let place = place();
    let out = place.path("credentials.json");
    let outcome = place.run(&generate(&["--out", text(&out)]));
    assert_eq!(
        (outcome.code, outcome.stdout.as_str()),
        (0, ""),
        "{outcome:?}"
    );
    assert_eq!(place.mode("credentials.json"), 0o600);
    let first = place.json("credentials.json");
    let secret = first["clientSecret"].as_str().expect("a secret");
    assert!(!outcome.stderr.contains(secret), "{outcome:?}");
    assert!(outcome.stderr.contains("\"ci\" is in "), "{outcome:?}");
    assert_eq!(count(&place), 1);

    let complaint = place.fails(1, &generate(&["--out", text(&out)]));
    assert!(complaint.contains("--force"), "{complaint}");
    assert_eq!(
        (place.json("credentials.json"), count(&place)),
        (first.clone(), 1)
    );

    place.done(&generate(&["--out", text(&out), "--force"]));
    assert_ne!(place.json("credentials.json"), first);
    assert_eq!(place.mode("credentials.json"), 0o600);
    assert!(!place.path("credentials.json.new").exists());
}

#[test]
fn a_place_that_cannot_be_written_is_refused_before_anything_is_made() {
    let place = place();
    for (out, code) in [("no-folder/c.json", 1), (".", 1), ("grantd.db/c.json", 1)] {
        place.fails(code, &generate(&["--out", out]));
        place.fails(code, &generate(&["--out", out, "--force"]));
    }
    place.fails(2, &generate(&["--force"]));
    assert_eq!(count(&place), 0);
}

#[test]
fn everything_can_be_said() {
    let place = place();
    let agent = place.done_json(&["agents", "show", "bot", "--organization", "acme"]);
    let issuer = place.issuer().to_owned();
    let file = place.done_json(&generate(&[
        "--kind",
        "api_key",
        "--agent",
        "bot",
        "--scope",
        "api:read",
        "--scope",
        "agents:read",
        "--audience",
        "https://api.example.com",
        "--audience",
        &issuer,
        "--expires",
        "90d",
        "--token-ttl",
        "120",
    ]));
    let shown = place.done_json(&[
        "credentials",
        "show",
        file["clientId"].as_str().expect("an id"),
    ]);
    for (member, value) in [
        ("kind", json!("api_key")),
        ("agent_id", agent["id"].clone()),
        ("scopes", json!(["api:read", "agents:read"])),
        ("audiences", json!(["https://api.example.com", issuer])),
        ("token_ttl_seconds", json!(120)),
        ("operator", json!(false)),
        ("status", json!("active")),
    ] {
        assert_eq!(shown[member], value, "{member}");
    }
    assert!(
        file["clientSecret"]
            .as_str()
            .expect("a secret")
            .starts_with("gdk_")
    );
    assert_eq!(file["expires"], shown["expires_at"]);
    let time =
        |value: &Value| -> DateTime<Utc> { serde_json::from_value(value.clone()).expect("a time") };
    let lifetime = time(&shown["expires_at"]) - time(&shown["created_at"]);
    assert!(
        (lifetime - TimeDelta::days(90)).abs() < TimeDelta::seconds(5),
        "{lifetime}"
    );
    let secret = file["clientSecret"].as_str().expect("a secret");
    assert!(!shown.to_string().contains(secret));
}

#[test]
fn the_operator_is_made_by_command() {
    let place = place();
    let issuer = place.issuer().to_owned();
    let file = place.done_json(&generate(&["--operator", "--audience", &issuer]));
    let scopes = file["scopes"].as_array().expect("a list");
    assert!(scopes.contains(&json!("signing-keys:write")), "{scopes:?}");
    place.fails(
        2,
        &generate(&["--operator", "--agent", "bot", "--audience", &issuer]),
    );
}

#[test]
fn wrong_usage_makes_nothing() {
    let place = place();
    for wrong in [
        &["--kind", "password"][..],
        &["--expires", "never"],
        &["--expires", "0s"],
        &["--expires", "-1d"],
        &["--expires", "99999999999d"],
        &["--token-ttl", "1"],
        &["--scope", "a b"],
        &["--scope", "api:delete"],
        &["--scope", "signing-keys:write"],
        &["--audience", "api"],
        &["--audience", "https://unknown.example.com"],
    ] {
        place.fails(2, &generate(wrong));
    }
    place.fails(1, &generate(&["--agent", "nobody"]));
    place.fails(
        1,
        &[
            "credentials",
            "generate",
            "--organization",
            "nowhere",
            "--name",
            "x",
        ],
    );
    place.fails(
        2,
        &[
            "credentials",
            "generate",
            "--organization",
            "acme",
            "--name",
            "a\nb",
        ],
    );
    assert_eq!(count(&place), 0);
}

#[test]
fn the_limit_holds_for_commands_too() {
    let place = place().with("GRANTD_LIMITS__API_KEYS_PER_ORGANIZATION", "1");
    place.done(&generate(&["--kind", "api_key"]));
    let complaint = place.fails(1, &generate(&["--kind", "api_key", "--out", "key.json"]));
    assert!(complaint.contains("limit of 1 API keys"), "{complaint}");
    assert!(!place.path("key.json").exists());
}
