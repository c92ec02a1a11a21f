//! The body as a whole: its type, its size, its form.

use serde_json::json;

use super::{AGENTS, CREDENTIALS, Fixture, ORGANIZATIONS, ROTATE, SERVERS};
use crate::management::answer::{send, send_json};

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
        (deep.as_bytes(), "name", "has the wrong type: must be "),
        (deeper.as_bytes(), "surprise", "is unknown"),
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
        let case = [(json!({"surprise": 1}), "surprise", "is unknown")];
        f.invalid(method, &path, &case).await;
    }
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
