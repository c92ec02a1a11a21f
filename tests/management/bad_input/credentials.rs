//! Fields of credentials and of rotations.

use serde_json::{Value, json};

use super::{CREDENTIALS, Fixture, ROTATE, SCOPE_RULE};
use crate::management::answer::send;
use crate::support::server::API;

#[actix_web::test]
async fn a_new_credential_is_read_strictly() {
    let f = Fixture::new().await;
    let now = f.server.app.now();
    let with = |member: &str, value: Value| {
        let mut body = json!({"name": "a", "audiences": [API]});
        body[member] = value;
        body
    };
    let many: Vec<String> = (0..101).map(|n| format!("s{n}")).collect();
    let audiences: Vec<String> = (0..21).map(|n| format!("urn:{n}")).collect();
    let long = "f".repeat(10_000);
    let ttl = "must be 60 to 86400 seconds";
    f.invalid(
        "POST",
        CREDENTIALS,
        &[
            (json!({}), "name", "is required"),
            (json!([]), "body", "must be a JSON object"),
            (json!(null), "body", "must be a JSON object"),
            (json!("text"), "body", "must be a JSON object"),
            (
                with("name", json!(1)),
                "name",
                "has the wrong type: must be ",
            ),
            (
                with("name", json!(["a"])),
                "name",
                "has the wrong type: must be ",
            ),
            (
                with("name", Value::Null),
                "name",
                "has the wrong type: must be ",
            ),
            (with("colour", json!("red")), "colour", "is unknown"),
            (
                with("client_secret", json!("gds_x")),
                "client_secret",
                "is unknown",
            ),
            (with("kind", json!("secret")), "kind", "must be "),
            (
                with("kind", json!(1)),
                "kind",
                "must be one of oauth_client, api_key",
            ),
            (
                with("grant_types", json!(["password"])),
                "grant_types[0]",
                "must be ",
            ),
            (
                with("operator", json!("yes")),
                "operator",
                "has the wrong type: must be ",
            ),
            (with("agent_id", json!("bot")), "agent_id", "must be a UUID"),
            (with("agent_id", json!("")), "agent_id", "must be a UUID"),
            (
                with("agent_id", json!(7)),
                "agent_id",
                "has the wrong type: must be ",
            ),
            (
                with("scopes", json!("api:read")),
                "scopes",
                "has the wrong type: must be ",
            ),
            (
                with("scopes", json!([1])),
                "scopes[0]",
                "has the wrong type: must be ",
            ),
            (
                with("scopes", json!(["api:read", "a b"])),
                "scopes[1]",
                SCOPE_RULE,
            ),
            (with("scopes", json!([""])), "scopes[0]", SCOPE_RULE),
            (
                with("scopes", json!(["a".repeat(129)])),
                "scopes[0]",
                SCOPE_RULE,
            ),
            (
                with("scopes", json!(["nothing:read"])),
                "scopes[0]",
                "must be a scope of one of the audiences",
            ),
            (with("scopes", json!(many)), "scopes", "must be at most 100"),
            (
                with("audiences", json!(audiences)),
                "audiences",
                "must be at most 20",
            ),
            (
                with("audiences", json!(["/relative"])),
                "audiences[0]",
                "must be",
            ),
            (
                with("audiences", json!([format!("{API}#f")])),
                "audiences[0]",
                "must be",
            ),
            (
                with("audiences", json!(["https://unknown.example.com"])),
                "audiences[0]",
                "must be the identifier of a resource server",
            ),
            (
                with("token_ttl_seconds", json!(-1)),
                "token_ttl_seconds",
                "is out of range: must be a whole number",
            ),
            (
                with("token_ttl_seconds", json!("9".repeat(10_000))),
                "token_ttl_seconds",
                "has the wrong type: must be ",
            ),
            (
                with(&long, json!(1)),
                &format!("{}…", &long[..64]),
                "is unknown",
            ),
            (
                with("token_ttl_seconds", json!(1.5)),
                "token_ttl_seconds",
                "has the wrong type: must be ",
            ),
            (
                with("token_ttl_seconds", json!("900")),
                "token_ttl_seconds",
                "has the wrong type: must be ",
            ),
            (
                with("token_ttl_seconds", json!(0)),
                "token_ttl_seconds",
                ttl,
            ),
            (
                with("token_ttl_seconds", json!(59)),
                "token_ttl_seconds",
                ttl,
            ),
            (
                with("token_ttl_seconds", json!(86_401)),
                "token_ttl_seconds",
                ttl,
            ),
            (
                with("token_ttl_seconds", json!(u64::MAX)),
                "token_ttl_seconds",
                "is out of range: must be a whole number",
            ),
            (
                with("expires_at", json!(now)),
                "expires_at",
                "must lie in the future",
            ),
            (
                with("expires_at", json!("1970-01-01T00:00:00Z")),
                "expires_at",
                "must lie in the future",
            ),
            (
                with("expires_at", json!("9999-12-31T23:59:59Z")),
                "expires_at",
                "must lie within 100 years from now",
            ),
            (
                with("expires_at", json!("+262142-12-31T23:59:59Z")),
                "expires_at",
                "must lie within 100 years from now",
            ),
            (
                with("expires_at", json!("tomorrow")),
                "expires_at",
                "must be a time",
            ),
            (
                with("expires_at", json!("2030-01-01")),
                "expires_at",
                "must be a time",
            ),
            (
                with("expires_at", json!(1_900_000_000)),
                "expires_at",
                "has the wrong type: must be ",
            ),
        ],
    )
    .await;
}

#[actix_web::test]
async fn a_change_of_a_credential_is_read_strictly() {
    let f = Fixture::new().await;
    let client = f.server.client().await;
    let path = format!("{CREDENTIALS}/{}", client.id);
    f.invalid(
        "PATCH",
        &path,
        &[
            (json!({"status": "revoked"}), "status", "must be "),
            (
                json!({"status": true}),
                "status",
                "must be one of active, disabled",
            ),
            (
                json!({"name": "new", "expires_at": "1970-01-01T00:00:00Z"}),
                "expires_at",
                "must lie in the future",
            ),
            (
                json!({"name": "new", "expires_at": ""}),
                "expires_at",
                "must be a time",
            ),
            (json!({"name": "new", "x": 1}), "x", "is unknown"),
        ],
    )
    .await;
    // The good half of a bad change was not made either.
    let shown = send(f.request("GET", &path).await).await.json(200);
    assert_eq!(shown["name"], "ci");
    f.server.token(&client, &[]).await;
}

#[actix_web::test]
async fn rotations_are_read_strictly() {
    let f = Fixture::new().await;
    let client = f.server.client().await;
    let path = format!("{CREDENTIALS}/{}/secrets", client.id);
    f.invalid(
        "POST",
        &path,
        &[
            (
                json!({"overlap": 3600}),
                "overlap",
                "has the wrong type: must be ",
            ),
            (
                json!({"overlap": "-1s"}),
                "overlap",
                "must be a whole number and a unit",
            ),
            (json!({"overlap": "91d"}), "overlap", "must be 0s to 90d"),
        ],
    )
    .await;
    f.invalid(
        "POST",
        ROTATE,
        &[
            (json!({"algorithm": "HS256"}), "algorithm", "must be "),
            (json!({"now": "yes"}), "now", "has the wrong type: must be "),
        ],
    )
    .await;
}
