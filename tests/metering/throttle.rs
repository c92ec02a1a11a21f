//! Failed authentications: who guesses is stopped, and who has the secret is not shut out.

use chrono::TimeDelta;
use grantd::app::credentials::Update;
use grantd::domain::secret::encode_secret;
use reqwest::Response;
use serde_json::Value;
use uuid::Uuid;

use super::change;
use crate::oauth::answer::with_wrong_secret;
use crate::support::server::{TestClient, TestServer};

/// Behind a proxy that is trusted, so that a test chooses the address.
async fn server() -> TestServer {
    TestServer::builder()
        .setting("proxy.trusted", "127.0.0.0/8")
        .without_background()
        .start()
        .await
}

async fn try_from(server: &TestServer, client: &TestClient, address: &str) -> Response {
    server
        .http
        .post(server.url("/oauth/token"))
        .basic_auth(&client.id, Some(&client.secret))
        .header("X-Forwarded-For", address)
        .form(&[("grant_type", "client_credentials")])
        .send()
        .await
        .expect("an answer")
}

async fn status_from(server: &TestServer, client: &TestClient, address: &str) -> u16 {
    try_from(server, client, address).await.status().as_u16()
}

/// To the beginning of a minute.
pub(super) fn to_next_minute(server: &TestServer) {
    let second = server.app.now().timestamp().rem_euclid(60);
    server.advance(TimeDelta::seconds(60 - second));
}

fn unknown(client: &TestClient) -> TestClient {
    TestClient {
        id: Uuid::from_u128(0x0197_f3c2_6d5e_7c3a_9b1e_2f4a_6c8e_0b1d).to_string(),
        secret: client.secret.clone(),
    }
}

#[actix_web::test]
async fn after_ten_failures_the_database_is_not_asked() {
    let server = server().await;
    to_next_minute(&server);
    let client = server.client().await;
    for wrong in [with_wrong_secret(&client), unknown(&client)] {
        for _ in 0..10 {
            assert_eq!(status_from(&server, &wrong, "192.0.2.1").await, 401);
        }
        let before = server.app.store.statements();
        let response = try_from(&server, &wrong, "192.0.2.1").await;
        assert_eq!(response.status(), 429);
        let retry_after = response.headers()["Retry-After"].to_str().expect("text");
        assert!((59..=60).contains(&retry_after.parse::<u32>().expect("a number")));
        assert!(!response.headers().contains_key("RateLimit"));
        let body: Value = response.json().await.expect("JSON");
        assert_eq!(body["error"], "temporarily_unavailable");
        assert_eq!(server.app.store.statements(), before);
        // From elsewhere it can still be tried.
        assert_eq!(status_from(&server, &wrong, "192.0.2.2").await, 401);
    }
    server.advance(TimeDelta::seconds(60));
    let wrong = with_wrong_secret(&client);
    assert_eq!(status_from(&server, &wrong, "192.0.2.1").await, 401);
}

#[actix_web::test]
async fn a_right_secret_in_memory_is_answered_whoever_else_fails() {
    let server = server().await;
    to_next_minute(&server);
    let client = server.client().await;
    server.token(&client, &[]).await;
    let wrong = with_wrong_secret(&client);
    for _ in 0..12 {
        status_from(&server, &wrong, "192.0.2.1").await;
    }
    assert_eq!(status_from(&server, &wrong, "192.0.2.1").await, 429);
    let before = server.app.store.statements();
    assert_eq!(status_from(&server, &client, "192.0.2.1").await, 200);
    assert_eq!(server.app.store.statements(), before);
}

#[actix_web::test]
async fn many_addresses_cannot_lock_the_owner_out() {
    let server = server().await;
    to_next_minute(&server);
    // Never asked for, so not in memory.
    let client = server.client().await;
    let wrong = with_wrong_secret(&client);
    for number in 0..110 {
        let address = format!("198.51.100.{number}");
        assert_eq!(status_from(&server, &wrong, &address).await, 401);
    }
    assert_eq!(status_from(&server, &wrong, "198.51.100.7").await, 429);
    assert_eq!(status_from(&server, &client, "192.0.2.1").await, 200);
}

#[actix_web::test]
async fn a_disabled_client_and_a_typo_are_no_guesses() {
    let server = server().await;
    to_next_minute(&server);
    let client = server.client().await;
    server.token(&client, &[]).await;
    let disabled = Update {
        enabled: Some(false),
        ..Update::default()
    };
    change(&server, &client, disabled).await;
    let mistyped = TestClient {
        secret: format!("{}x", client.secret),
        ..client.clone()
    };
    for _ in 0..30 {
        assert_eq!(status_from(&server, &client, "192.0.2.1").await, 401);
        assert_eq!(status_from(&server, &mistyped, "192.0.2.1").await, 401);
    }
}

#[actix_web::test]
async fn nobody_chooses_an_address_without_a_trusted_proxy() {
    let server = TestServer::start().await;
    to_next_minute(&server);
    let wrong = with_wrong_secret(&server.client().await);
    let mut refused = 0;
    for number in 0..20 {
        let address = format!("198.51.100.{number}");
        refused += usize::from(status_from(&server, &wrong, &address).await == 429);
    }
    assert_eq!(refused, 10);
}

#[actix_web::test]
async fn keys_are_throttled_on_calls_too() {
    let server = server().await;
    to_next_minute(&server);
    let client = server.client().await;
    let wrong = encode_secret("gdk_", &[7; 32]);
    let key = format!("{}:{}", client.id, wrong.expose());
    let mut statuses = Vec::new();
    for _ in 0..11 {
        let call = server.bare("GET", "/v1/whoami").header("X-API-Key", &key);
        statuses.push(call.send().await.expect("an answer").status().as_u16());
    }
    assert_eq!(statuses[9..], [401, 429]);
}
