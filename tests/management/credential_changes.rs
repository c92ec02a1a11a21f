//! Changing a credential: PATCH of `…/credentials/{credential}`.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::answer::{Answer, send, send_json};
use crate::support::server::{TestClient, TestServer};

const CREDENTIALS: &str = "/v1/organizations/acme/credentials";

async fn patch(server: &TestServer, caller: &TestClient, id: &str, body: &Value) -> Answer {
    let path = format!("{CREDENTIALS}/{id}");
    send_json(server.call(caller, "PATCH", &path).await, body).await
}

async fn get(server: &TestServer, caller: &TestClient, id: &str) -> Value {
    let path = format!("{CREDENTIALS}/{id}");
    send(server.call(caller, "GET", &path).await)
        .await
        .json(200)
}

#[actix_web::test]
async fn a_change_touches_what_it_names_and_nothing_else() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let expiry = server.app.now() + TimeDelta::days(1);
    let request = server.call(&admin, "POST", CREDENTIALS).await;
    let body = json!({"name": "ci", "expires_at": expiry});
    let made = send_json(request, &body).await.json(201);
    let id = made["id"].as_str().expect("an id");
    let before = get(&server, &admin, id).await;
    assert_eq!(
        patch(&server, &admin, id, &json!({})).await.json(200),
        before
    );

    let later = expiry + TimeDelta::days(1);
    let mut expected = before;
    for (body, member, value) in [
        (json!({"name": "renamed"}), "name", json!("renamed")),
        (json!({"status": "disabled"}), "status", json!("disabled")),
        (json!({"status": "active"}), "status", json!("active")),
        (json!({"expires_at": later}), "expires_at", json!(later)),
        // `null` takes a value away; absent, as above, leaves it.
        (json!({"expires_at": null}), "expires_at", Value::Null),
    ] {
        expected[member] = value;
        assert_eq!(patch(&server, &admin, id, &body).await.json(200), expected);
        assert_eq!(get(&server, &admin, id).await, expected);
    }
}

#[actix_web::test]
async fn what_cannot_be_without_a_value_is_not_taken_away() {
    let server = TestServer::start().await;
    let operator = server.operator().await;
    server.agent("bot").await;
    let id = server.client().await.id;
    for (path, member) in [
        (format!("{CREDENTIALS}/{id}"), "name"),
        (format!("{CREDENTIALS}/{id}"), "status"),
        ("/v1/organizations/acme".to_owned(), "name"),
        ("/v1/organizations/acme".to_owned(), "slug"),
        ("/v1/organizations/acme/agents/bot".to_owned(), "name"),
        ("/v1/organizations/acme/agents/bot".to_owned(), "slug"),
        (format!("/v1/resource-servers/{}", server.api.id), "name"),
        (format!("/v1/resource-servers/{}", server.api.id), "scopes"),
    ] {
        let request = server.call(&operator, "PATCH", &path).await;
        let rule = send_json(request, &json!({member: null}))
            .await
            .invalid(member);
        assert!(rule.contains("type"), "{path}: {rule}");
    }
}

#[actix_web::test]
async fn what_is_fixed_at_creation_is_refused_by_name() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let id = server.client().await.id;
    let before = get(&server, &admin, &id).await;
    for member in [
        "scopes",
        "agent_id",
        "kind",
        "operator",
        "audiences",
        "id",
        "secrets",
    ] {
        let answer = patch(&server, &admin, &id, &json!({"name": "new", member: null})).await;
        let rule = answer.invalid(member);
        assert!(rule.contains("is unknown"), "{rule}");
    }
    assert_eq!(get(&server, &admin, &id).await, before);
}

#[actix_web::test]
async fn a_disabled_credential_gets_no_token_until_it_is_enabled() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let client = server.client().await;
    let token = server.token(&client, &[]).await;
    let whoami = async || {
        let request = server.bare("GET", "/v1/whoami").bearer_auth(&token);
        send(request).await
    };
    patch(&server, &admin, &client.id, &json!({"status": "disabled"}))
        .await
        .json(200);
    assert_eq!(server.token_response(&client, &[]).await.status(), 401);
    assert_eq!(
        whoami().await.refuses_the_token(),
        "The credential of this token is disabled or has expired"
    );
    patch(&server, &admin, &client.id, &json!({"status": "active"}))
        .await
        .json(200);
    server.token(&client, &[]).await;
    whoami().await.json(200);
}
