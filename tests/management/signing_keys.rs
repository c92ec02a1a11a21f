//! `/v1/signing-keys`

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::answer::{Answer, send, send_json};
use super::rows::Rows;
use crate::support::server::{TestClient, TestServer, header};

const KEYS: &str = "/v1/signing-keys";

async fn list(server: &TestServer, caller: &TestClient) -> Vec<Value> {
    let listed = send(server.call(caller, "GET", KEYS).await).await.json(200);
    assert_eq!(listed["next_cursor"], Value::Null);
    listed["data"].as_array().expect("a list").clone()
}

async fn rotate(server: &TestServer, caller: &TestClient, body: &Value) -> Answer {
    let request = server.call(caller, "POST", "/v1/signing-keys/rotate").await;
    send_json(request, body).await
}

#[actix_web::test]
async fn the_list_shows_states_and_times_and_no_private_part() {
    let server = TestServer::start().await;
    let operator = server.operator().await;
    let token = server.token(&operator, &[]).await;
    let now = server.app.now();
    assert_eq!(
        list(&server, &operator).await,
        [json!({
            "kid": header(&token)["kid"],
            "algorithm": "ES256",
            "state": "active",
            "created_at": now,
            "activates_at": now,
            "removes_at": null,
        })]
    );
}

#[actix_web::test]
async fn a_rotation_publishes_first_and_signs_a_day_later() {
    let server = TestServer::start().await;
    let operator = server.operator().await;
    let before = header(&server.token(&operator, &[]).await)["kid"].clone();
    server.advance(TimeDelta::seconds(1));
    let answer = rotate(&server, &operator, &json!({})).await.json(200);
    let next = &answer["data"][0];
    assert_eq!(answer, json!({"data": [next], "next_cursor": null}));
    assert_eq!(next["state"], "next");
    assert_eq!(
        next["activates_at"],
        json!(server.app.now() + TimeDelta::days(1))
    );
    assert_eq!(header(&server.token(&operator, &[]).await)["kid"], before);
    let jwks = server.bare("GET", "/.well-known/jwks.json");
    assert!(
        send(jwks)
            .await
            .body
            .contains(next["kid"].as_str().expect("a kid"))
    );
    let listed = list(&server, &operator).await;
    assert_eq!((listed.len(), &listed[0]), (2, next));
    // Again is the same rotation.
    let again = rotate(
        &server,
        &operator,
        &json!({"algorithm": "ES256", "now": false}),
    )
    .await;
    assert_eq!(again.json(200)["data"], json!([next]));
}

#[actix_web::test]
async fn a_rotation_at_once_signs_at_once_and_keeps_the_old_key_published() {
    let server = TestServer::start().await;
    let operator = server.operator().await;
    let old = server.token(&operator, &[]).await;
    server.advance(TimeDelta::seconds(1));
    let answer = rotate(&server, &operator, &json!({"now": true}))
        .await
        .json(200);
    assert_eq!(answer["data"][0]["state"], "active");
    let new = server.token(&operator, &[]).await;
    assert_eq!(header(&new)["kid"], answer["data"][0]["kid"]);
    assert_ne!(header(&new)["kid"], header(&old)["kid"]);
    let listed = list(&server, &operator).await;
    assert_eq!(listed[1]["state"], "retiring");
    assert!(listed[1]["removes_at"].is_string());
    for token in [&old, &new] {
        let request = server.bare("GET", "/v1/whoami").bearer_auth(token);
        send(request).await.json(200);
    }
}

#[actix_web::test]
async fn an_algorithm_that_nothing_signs_with_is_not_rotated() {
    let server = TestServer::start().await;
    let operator = server.operator().await;
    let rows = Rows::of(&server).await;
    let before = rows.count().await;
    let rule = rotate(&server, &operator, &json!({"algorithm": "PS256"})).await;
    assert!(rule.invalid("algorithm").starts_with("must be in use"));
    assert_eq!(rows.count().await, before);
}
