//! Fields of resource servers.

use serde_json::{Value, json};

use super::{Fixture, SCOPE_RULE, SERVERS};
use crate::management::answer::send;

#[actix_web::test]
async fn a_resource_server_is_read_strictly() {
    let f = Fixture::new().await;
    let with = |member: &str, value: Value| {
        let mut body = json!({"identifier": "urn:example:new", "name": "New"});
        body[member] = value;
        body
    };
    let many: Vec<Value> = (0..101).map(|n| json!({"name": format!("s{n}")})).collect();
    let long = "d".repeat(201);
    f.invalid(
        "POST",
        SERVERS,
        &[
            (json!({"name": "New"}), "identifier", "is required"),
            (with("identifier", json!("")), "identifier", "must be"),
            (
                with("identifier", json!("api.example.com")),
                "identifier",
                "must be",
            ),
            (
                with("identifier", json!("https://a.example/#f")),
                "identifier",
                "must be",
            ),
            (
                with("identifier", json!(format!("urn:{}", "a".repeat(10_000)))),
                "identifier",
                "must be",
            ),
            (
                with("scopes", json!(["a"])),
                "scopes[0]",
                "has the wrong type: must be ",
            ),
            (with("scopes", json!([{}])), "scopes[0].name", "is required"),
            (
                with("scopes", json!([{"name": "a b"}])),
                "scopes[0].name",
                SCOPE_RULE,
            ),
            (
                with("scopes", json!([{"name": "a", "x": 1}])),
                "scopes[0].x",
                "is unknown",
            ),
            (
                with("scopes", json!([{"name": "a"}, {"name": "a"}])),
                "scopes[1].name",
                "must not stand there twice",
            ),
            (
                with("scopes", json!([{"name": "a", "description": long}])),
                "scopes[0].description",
                "must be at most 200 characters",
            ),
            (
                with("scopes", json!([{"name": "a", "description": "x\ny"}])),
                "scopes[0].description",
                "without control, direction",
            ),
            (
                with(
                    "scopes",
                    json!([{"name": "a", "description": "x\u{202e}y"}]),
                ),
                "scopes[0].description",
                "without control, direction",
            ),
            (with("scopes", json!(many)), "scopes", "must be at most 100"),
            (
                with("token_ttl_seconds", json!(59)),
                "token_ttl_seconds",
                "must be 60 to 86400 seconds",
            ),
            (
                with("token_ttl_seconds", json!(-60)),
                "token_ttl_seconds",
                "is out of range: must be a whole number",
            ),
            (with("algorithm", json!("HS256")), "algorithm", "must be "),
            (with("algorithm", json!("none")), "algorithm", "must be "),
            (with("algorithm", json!("es256")), "algorithm", "must be "),
            (with("built_in", json!(true)), "built_in", "is unknown"),
        ],
    )
    .await;
    let path = format!("{SERVERS}/{}", f.server.api.id);
    f.invalid(
        "PATCH",
        &path,
        &[
            (json!({"identifier": "urn:x"}), "identifier", "is unknown"),
            (
                json!({"name": "x", "token_ttl_seconds": 1}),
                "token_ttl_seconds",
                "must be 60",
            ),
            (
                json!({"scopes": [{"name": "a"}, {"name": "a"}]}),
                "scopes[1].name",
                "twice",
            ),
            (json!({"algorithm": "HS256"}), "algorithm", "must be "),
        ],
    )
    .await;
    let shown = send(f.request("GET", &path).await).await.json(200);
    assert_eq!(shown["name"], "Example API");
}
