//! Bad input: each a problem document that names the field and the rule, and nothing half-done.

use reqwest::RequestBuilder;
use serde_json::{Value, json};

use super::answer::{Answer, send, send_json};
use super::rows::Rows;
use crate::support::server::{API, TestClient, TestServer};

const ORGANIZATIONS: &str = "/v1/organizations";
const AGENTS: &str = "/v1/organizations/acme/agents";
const CREDENTIALS: &str = "/v1/organizations/acme/credentials";
const SERVERS: &str = "/v1/resource-servers";
const ROTATE: &str = "/v1/signing-keys/rotate";

const NAME_RULE: &str =
    "must be 1 to 100 characters, without control, direction or other invisible characters";
const SLUG_RULE: &str = "must be 1 to 63 lower-case letters, digits and single hyphens, beginning and ending with a letter or digit";
const SCOPE_RULE: &str = "must be 1 to 128 printable ASCII characters without space, quotation mark or backslash (RFC 6749 section 3.3)";

const STRING: &str = "has the wrong type: must be a string";
const BOOLEAN: &str = "has the wrong type: must be true or false";
const NUMBER: &str = "has the wrong type: must be a whole number from 0 to 4294967295";
const LIST: &str = "has the wrong type: must be a list";
const OBJECT: &str = "has the wrong type: must be an object";
const ALGORITHM: &str = "must be one of ES256, EdDSA, RS256, PS256";

/// A server, its operator, and what its database holds.
struct Fixture {
    server: TestServer,
    operator: TestClient,
    rows: Rows,
}

impl Fixture {
    async fn new() -> Self {
        let server = TestServer::start().await;
        let operator = server.operator().await;
        server.agent("bot").await;
        let rows = Rows::of(&server).await;
        Self {
            server,
            operator,
            rows,
        }
    }

    async fn request(&self, method: &str, path: &str) -> RequestBuilder {
        self.server.call(&self.operator, method, path).await
    }

    /// Sends what is bad, and sees to it that nothing was written.
    async fn refused(&self, request: RequestBuilder) -> Answer {
        let before = self.rows.count().await;
        let answer = send(request).await;
        assert_eq!(self.rows.count().await, before, "{answer:?}");
        answer
    }

    /// Each body is refused for this field, with a rule that contains this text.
    async fn invalid(&self, method: &str, path: &str, cases: &[(Value, &str, &str)]) {
        for (body, field, rule) in cases {
            let request = self.request(method, path).await.json(body);
            let found = self.refused(request).await.invalid(field);
            let shown: String = body.to_string().chars().take(200).collect();
            assert!(found.contains(rule), "{method} {path} {shown}: {found}");
            assert!(found.len() < 300, "what was sent is not sent back: {found}");
        }
    }
}

/// Names that nobody may give.
fn bad_names() -> Vec<String> {
    let mut names = vec![
        String::new(),
        "   ".to_owned(),
        "a".repeat(101),
        "a".repeat(10_000),
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
        names.push(format!("a{c}b"));
    }
    names
}

#[actix_web::test]
async fn names_are_short_and_visible() {
    let f = Fixture::new().await;
    let client = f.server.client().await;
    for name in bad_names() {
        let patch = json!({"name": name});
        for (method, path, body) in [
            ("POST", ORGANIZATIONS, json!({"slug": "a", "name": name})),
            ("PATCH", "/v1/organizations/acme", patch.clone()),
            ("POST", AGENTS, json!({"slug": "a", "name": name})),
            ("PATCH", "/v1/organizations/acme/agents/bot", patch.clone()),
            (
                "POST",
                CREDENTIALS,
                json!({"name": name, "audiences": [API]}),
            ),
            (
                "PATCH",
                &format!("{CREDENTIALS}/{}", client.id),
                patch.clone(),
            ),
            (
                "POST",
                SERVERS,
                json!({"identifier": "urn:x", "name": name}),
            ),
            ("PATCH", &format!("{SERVERS}/{}", f.server.api.id), patch),
        ] {
            f.invalid(method, path, &[(body, "name", NAME_RULE)]).await;
        }
    }
}

#[actix_web::test]
async fn slugs_fit_into_paths() {
    let f = Fixture::new().await;
    let long = "a".repeat(64);
    let id = f.server.organization.id.to_string();
    for slug in [
        "",
        "A",
        "a b",
        "-a",
        "a--b",
        "a/b",
        "é",
        "a\u{202e}",
        &long,
        &id,
    ] {
        for (method, path) in [
            ("POST", ORGANIZATIONS),
            ("POST", AGENTS),
            ("PATCH", "/v1/organizations/acme"),
            ("PATCH", "/v1/organizations/acme/agents/bot"),
        ] {
            f.invalid(method, path, &[(json!({"slug": slug}), "slug", SLUG_RULE)])
                .await;
        }
    }
}

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
            (with("name", json!(1)), "name", STRING),
            (with("name", json!(["a"])), "name", STRING),
            (with("name", Value::Null), "name", STRING),
            (
                with("colour", json!("red")),
                "colour",
                "is unknown: must be ",
            ),
            (
                with("client_secret", json!("gds_x")),
                "client_secret",
                "is unknown: must be ",
            ),
            (
                with("kind", json!("secret")),
                "kind",
                "must be one of oauth_client, api_key",
            ),
            (with("kind", json!(1)), "kind", "of the right type"),
            (
                with("grant_types", json!(["password"])),
                "grant_types[0]",
                "must be client_credentials",
            ),
            (with("operator", json!("yes")), "operator", BOOLEAN),
            (with("agent_id", json!("bot")), "agent_id", "UUID"),
            (with("agent_id", json!("")), "agent_id", "UUID"),
            (with("agent_id", json!(7)), "agent_id", STRING),
            (with("scopes", json!("api:read")), "scopes", LIST),
            (with("scopes", json!([1])), "scopes[0]", STRING),
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
                NUMBER,
            ),
            (
                with(&long, json!(1)),
                &format!("{}…", &long[..64]),
                "is unknown: must be ",
            ),
            (
                with("token_ttl_seconds", json!(1.5)),
                "token_ttl_seconds",
                NUMBER,
            ),
            (
                with("token_ttl_seconds", json!("900")),
                "token_ttl_seconds",
                NUMBER,
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
                "must be a time as RFC 3339",
            ),
            (
                with("expires_at", json!("2030-01-01")),
                "expires_at",
                "must be a time as RFC 3339",
            ),
            (
                with("expires_at", json!(1_900_000_000)),
                "expires_at",
                STRING,
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
            (
                json!({"status": "revoked"}),
                "status",
                "must be one of active, disabled",
            ),
            (json!({"status": true}), "status", "of the right type"),
            (
                json!({"name": "new", "expires_at": "1970-01-01T00:00:00Z"}),
                "expires_at",
                "must lie in the future",
            ),
            (
                json!({"name": "new", "expires_at": ""}),
                "expires_at",
                "must be a time as RFC 3339",
            ),
            (json!({"name": "new", "x": 1}), "x", "is unknown: must be "),
        ],
    )
    .await;
    // The good half of a bad change was not made either.
    let shown = send(f.request("GET", &path).await).await.json(200);
    assert_eq!(shown["name"], "ci");
    f.server.token(&client, &[]).await;
}

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
            (with("scopes", json!(["a"])), "scopes[0]", OBJECT),
            (with("scopes", json!([{}])), "scopes[0].name", "is required"),
            (
                with("scopes", json!([{"name": "a b"}])),
                "scopes[0].name",
                SCOPE_RULE,
            ),
            (
                with("scopes", json!([{"name": "a", "x": 1}])),
                "scopes[0].x",
                "is unknown: must be ",
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
                "without control characters",
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
            (with("algorithm", json!("HS256")), "algorithm", ALGORITHM),
            (with("algorithm", json!("none")), "algorithm", ALGORITHM),
            (with("algorithm", json!("es256")), "algorithm", ALGORITHM),
            (
                with("built_in", json!(true)),
                "built_in",
                "is unknown: must be ",
            ),
        ],
    )
    .await;
    let path = format!("{SERVERS}/{}", f.server.api.id);
    f.invalid(
        "PATCH",
        &path,
        &[
            (
                json!({"identifier": "urn:x"}),
                "identifier",
                "is unknown: must be ",
            ),
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
            (json!({"algorithm": "HS256"}), "algorithm", ALGORITHM),
        ],
    )
    .await;
    let shown = send(f.request("GET", &path).await).await.json(200);
    assert_eq!(shown["name"], "Example API");
}

#[actix_web::test]
async fn every_body_denies_what_it_does_not_know() {
    let f = Fixture::new().await;
    let client = f.server.client().await;
    for (method, path) in [
        ("POST", ORGANIZATIONS.to_owned()),
        ("PATCH", format!("{ORGANIZATIONS}/acme")),
        ("POST", AGENTS.to_owned()),
        ("PATCH", format!("{AGENTS}/bot")),
        ("POST", CREDENTIALS.to_owned()),
        ("PATCH", format!("{CREDENTIALS}/{}", client.id)),
        ("POST", format!("{CREDENTIALS}/{}/secrets", client.id)),
        ("POST", SERVERS.to_owned()),
        ("PATCH", format!("{SERVERS}/{}", f.server.api.id)),
        ("POST", ROTATE.to_owned()),
    ] {
        let case = [(json!({"surprise": 1}), "surprise", "is unknown: must be ")];
        f.invalid(method, &path, &case).await;
    }
}

#[actix_web::test]
async fn what_is_no_json_document_is_refused() {
    let f = Fixture::new().await;
    let deep = format!("{{\"name\":{}1{}}}", "[".repeat(10_000), "]".repeat(10_000));
    let deeper = format!("{{\"name\":\"a\",\"surprise\":{}", "[".repeat(30_000));
    let cases: [(&[u8], &str, &str); 13] = [
        (b"", "body", "must be a JSON object"),
        (b"   ", "body", "must be a JSON object"),
        (b"[\"ci\"]", "body", "must be a JSON object"),
        (b"{", "body", "EOF"),
        (b"{\"name\":\"a\"", "body", "EOF"),
        (b"{'name':'a'}", "body", "key must be a string"),
        (b"{\"name\":\"a\",}", "body", "trailing comma"),
        (b"{\"name\":\"a\"} {}", "body", "must be one JSON value"),
        (b"{\"name\":\"a\"} x", "body", "must be one JSON value"),
        (
            b"{\"name\":\"a\",\"name\":\"b\"}",
            "name",
            "must not stand there twice",
        ),
        (b"{\"name\":\"\xff\"}", "name", "invalid unicode"),
        (deep.as_bytes(), "name", STRING),
        (deeper.as_bytes(), "surprise", "is unknown: must be "),
    ];
    for (body, field, rule) in cases {
        let request = f.request("POST", CREDENTIALS).await;
        let request = request
            .header("content-type", "application/json")
            .body(body.to_vec());
        let found = f.refused(request).await.invalid(field);
        assert!(
            found.contains(rule),
            "{:?}: {found}",
            String::from_utf8_lossy(&body[..body.len().min(60)])
        );
        assert!(!found.contains(" line "), "{found}");
    }
}

#[actix_web::test]
async fn another_media_type_is_415() {
    let f = Fixture::new().await;
    let body = "{\"slug\":\"a\"}";
    for media_type in [
        None,
        Some(""),
        Some("text/plain"),
        Some("application/x-www-form-urlencoded"),
        Some("multipart/form-data; boundary=x"),
        Some("application/jsonp"),
        Some("text/json"),
    ] {
        let mut request = f.request("POST", ORGANIZATIONS).await.body(body);
        if let Some(media_type) = media_type {
            request = request.header("content-type", media_type);
        }
        let detail = f.refused(request).await.problem(415);
        assert_eq!(detail, "Send the body as application/json.");
    }
    let request = f.request("POST", ORGANIZATIONS).await.body(body);
    let request = request.header("content-type", "Application/JSON; charset=utf-8");
    send(request).await.json(201);
}

#[actix_web::test]
async fn a_body_over_64_kib_is_413() {
    let f = Fixture::new().await;
    let empty = "{\"slug\":\"a\"}".len();
    for length in [64 * 1024 + 1, 1024 * 1024] {
        let body = format!("{{\"slug\":\"a\"{}}}", " ".repeat(length - empty));
        assert_eq!(body.len(), length);
        let request = f.request("POST", ORGANIZATIONS).await.body(body.clone());
        let request = request.header("content-type", "application/json");
        let detail = f.refused(request).await.problem(413);
        assert_eq!(detail, "The body is larger than 64 KiB.");
    }
    // The last byte that fits.
    let body = format!("{{\"slug\":\"a\"{}}}", " ".repeat(64 * 1024 - empty));
    let request = f.request("POST", ORGANIZATIONS).await.body(body);
    let request = request.header("content-type", "application/json");
    send(request).await.json(201);
}

#[actix_web::test]
async fn who_may_not_learns_nothing_of_what_would_be_valid() {
    let f = Fixture::new().await;
    let client = f.server.admin().await;
    let request = f.server.call(&client, "POST", SERVERS).await;
    send_json(request, &json!({"surprise": 1}))
        .await
        .asks_for_scope("resource-servers:write");
    let request = f.server.bare("POST", CREDENTIALS).body("{");
    send(request).await.asks_for_a_token();
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
            (json!({"overlap": 3600}), "overlap", STRING),
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
            (json!({"algorithm": "HS256"}), "algorithm", ALGORITHM),
            (json!({"now": "yes"}), "now", BOOLEAN),
        ],
    )
    .await;
}
