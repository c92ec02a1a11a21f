//! The log says what was refused and why, and nothing that the caller sent.

use serde_json::{Value, json};

use super::log_capture::{line_of, listen};
use crate::support::server::TestServer;

const SECRET: &str = "gds_ThisIsInTheWrongPlace";

#[actix_web::test]
async fn no_value_of_a_body_stands_in_the_log_or_the_answer() {
    listen();
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let bodies = [
        json!({"name": "ci", "operator": SECRET}),
        json!({"name": "ci", "kind": SECRET}),
        json!({"name": "ci", "agent_id": SECRET}),
        json!({"name": "ci", "expires_at": SECRET}),
        json!({"name": "ci", "token_ttl_seconds": SECRET}),
        json!({"name": "ci", "scopes": [format!("{SECRET} ")]}),
        json!({"name": format!("{SECRET}\u{0}")}),
    ];
    for (index, body) in bodies.iter().enumerate() {
        let id = format!("values-{index}");
        let response = server
            .call(&admin, "POST", "/v1/organizations/acme/credentials")
            .await
            .header("x-request-id", &id)
            .json(body)
            .send()
            .await
            .expect("an answer");
        assert_eq!(response.status(), 400, "{body}");
        let text = response.text().await.expect("a body");
        assert!(!text.contains(SECRET), "{text}");
        let line = line_of(&id);
        assert!(!line.contains(SECRET), "{line}");
        let problem: Value = serde_json::from_str(&text).expect("JSON");
        let field = problem["errors"][0]["field"].as_str().expect("a field");
        assert!(line.contains(field), "the line names {field}: {line}");
    }
}

#[actix_web::test]
async fn a_line_is_short_whatever_is_sent() {
    listen();
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let body = json!({ format!("a\n{}", "x".repeat(60_000)): 1 });
    let response = server
        .call(&admin, "POST", "/v1/organizations/acme/credentials")
        .await
        .header("x-request-id", "long-1")
        .json(&body)
        .send()
        .await
        .expect("an answer");
    assert_eq!(response.status(), 400);
    assert!(response.text().await.expect("a body").len() < 1_000);
    let line = line_of("long-1");
    assert!(line.len() < 500 && !line.contains('\n'), "{line}");
}

#[actix_web::test]
async fn no_scope_that_was_asked_stands_in_the_log() {
    listen();
    let server = TestServer::start().await;
    let client = server.client().await;
    let response = server
        .bare("POST", "/oauth/token")
        .basic_auth(&client.id, Some(&client.secret))
        .header("x-request-id", "scope-1")
        .form(&[("grant_type", "client_credentials"), ("scope", SECRET)])
        .send()
        .await
        .expect("an answer");
    assert_eq!(response.status(), 400);
    let body: Value = response.json().await.expect("JSON");
    assert_eq!(body["error"], "invalid_scope");
    let line = line_of("scope-1");
    assert!(
        line.contains("invalid_scope") && !line.contains(SECRET),
        "{line}"
    );
}

#[actix_web::test]
async fn a_wrong_secret_is_told_in_fixed_words() {
    listen();
    let server = TestServer::start().await;
    let client = server.client().await;
    let response = server
        .bare("POST", "/oauth/token")
        .basic_auth(&client.id, Some(SECRET))
        .header("x-request-id", "secret-1")
        .form(&[("grant_type", "client_credentials")])
        .send()
        .await
        .expect("an answer");
    assert_eq!(response.status(), 401);
    let line = line_of("secret-1");
    assert!(
        line.contains("invalid_client: Unknown client id or wrong client secret."),
        "{line}"
    );
    assert!(
        !line.contains(SECRET) && !line.contains(&client.id),
        "{line}"
    );
}
