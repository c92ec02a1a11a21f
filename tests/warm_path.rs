//! What a token costs: a credential that has been seen before costs the database nothing.

use std::time::Duration;

use grantd::app::App;
use grantd::app::authenticate_client::PresentedSecret;
use grantd::app::issue_token::issue_token;
use grantd::domain::credential::CredentialKind;
use grantd::domain::grant::TokenAsk;
use serde_json::{Value, json};

use crate::support::place::{Place, pair_in};
use crate::support::server::{API, Engine, TestClient, TestServer};

const TOKENS: usize = 1_000;

/// A server that does nothing by itself, so that every statement is a request's.
async fn quiet(engine: Engine) -> TestServer {
    TestServer::builder()
        .engine(engine)
        .without_background()
        .start()
        .await
}

/// A token by the use case, without HTTP.
async fn issue(app: &App, client: &TestClient) {
    let presented = PresentedSecret {
        client_id: &client.id,
        client_secret: &client.secret,
        address: None,
    };
    let ask = TokenAsk {
        grant_type: Some("client_credentials".into()),
        ..TokenAsk::default()
    };
    issue_token(app, &presented, &ask).await.expect("a token");
}

#[actix_web::test]
async fn a_thousand_tokens_cost_one_statement_over_http() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let server = quiet(engine).await;
        let client = server.client().await;
        let before = server.app.store.statements();
        server.token(&client, &[]).await;
        let cold = server.app.store.statements();
        assert_eq!(cold - before, 1, "the first reads the credential");
        for _ in 0..TOKENS {
            server.token(&client, &[("scope", "api:read")]).await;
        }
        assert_eq!(server.app.store.statements(), cold, "{engine:?}");
    }
}

#[actix_web::test]
async fn a_thousand_tokens_cost_one_statement_by_the_use_case() {
    let server = quiet(Engine::Sqlite).await;
    let client = server.client().await;
    let before = server.app.store.statements();
    issue(&server.app, &client).await;
    let cold = server.app.store.statements();
    assert_eq!(cold - before, 1);
    for _ in 0..TOKENS {
        issue(&server.app, &client).await;
    }
    assert_eq!(server.app.store.statements(), cold);
}

#[actix_web::test]
async fn refusals_of_a_client_in_memory_cost_nothing_unless_it_is_the_secret() {
    let server = quiet(Engine::Sqlite).await;
    let client = server.client().await;
    server.token(&client, &[]).await;
    let before = server.app.store.statements();
    for parameters in [("scope", "nothing"), ("resource", "urn:nothing")] {
        let response = server.token_response(&client, &[parameters]).await;
        assert_eq!(response.status(), 400);
    }
    assert_eq!(server.app.store.statements(), before);
    let wrong = TestClient {
        secret: server.client().await.secret,
        ..client.clone()
    };
    let before = server.app.store.statements();
    for _ in 0..10 {
        let response = server.token_response(&wrong, &[]).await;
        assert_eq!(response.status(), 401);
    }
    assert_eq!(server.app.store.statements() - before, 10);
    server.token(&client, &[]).await;
    assert_eq!(server.app.store.statements() - before, 10, "still warm");
}

/// A call that a proxy asks about: one HMAC, or one signature verification, and no statement.
#[actix_web::test]
async fn a_thousand_calls_of_an_api_cost_one_statement() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let server = quiet(engine).await;
        let token = server.token(&server.client().await, &[]).await;
        let (_, key) = api_key(&server).await;
        let path = format!("/auth/verify?audience={API}&scope=api:read");
        let before = server.app.store.statements();
        for _ in 0..TOKENS {
            for request in [
                server.bare("GET", &path).bearer_auth(&token),
                server.bare("GET", &path).header("x-api-key", &key),
            ] {
                assert_eq!(request.send().await.expect("an answer").status(), 200);
            }
        }
        let cost = server.app.store.statements() - before;
        assert_eq!(cost, 1, "the first reads the credential of the key");
    }
}

/// The same for an API that asks by itself: its own authentication is warm as well.
#[actix_web::test]
async fn a_thousand_questions_about_a_key_cost_one_statement() {
    let server = quiet(Engine::Sqlite).await;
    let asking = server.management_token(&server.operator().await).await;
    let (id, key) = api_key(&server).await;
    let ask = async |key: &str| {
        let request = server.bare("POST", "/v1/api-keys/verify");
        let request = request.bearer_auth(&asking).json(&json!({"api_key": key}));
        let answer = request.send().await.expect("an answer");
        answer.json::<Value>().await.expect("JSON")["valid"].clone()
    };
    let before = server.app.store.statements();
    for _ in 0..TOKENS {
        assert_eq!(ask(&key).await, true);
    }
    assert_eq!(server.app.store.statements() - before, 1);
    // A wrong secret is looked up anew each time: it may have been made elsewhere a moment ago.
    let (_, other) = api_key(&server).await;
    let (_, secret) = other.split_once(':').expect("a key");
    let before = server.app.store.statements();
    for _ in 0..10 {
        assert_eq!(ask(&format!("{id}:{secret}")).await, false);
    }
    assert_eq!(server.app.store.statements() - before, 10);
}

/// A key at the example API: its credential's id, and the key.
async fn api_key(server: &TestServer) -> (String, String) {
    let client = server
        .client_with(|new| new.kind = CredentialKind::ApiKey)
        .await;
    let key = format!("{}:{}", client.id, client.secret);
    (client.id, key)
}

#[actix_web::test]
async fn memory_holds_no_more_credentials_than_it_may() {
    const CREDENTIALS: u64 = 300;
    let server = TestServer::builder()
        .setting("limits.cached_credentials", "10")
        .setting("limits.oauth_clients_per_organization", "1000")
        .without_background()
        .start()
        .await;
    let mut clients = Vec::new();
    for _ in 0..CREDENTIALS {
        clients.push(server.client().await);
    }
    for round in 0..3 {
        let before = server.app.store.statements();
        for client in &clients {
            issue(&server.app, client).await;
        }
        let statements = server.app.store.statements() - before;
        let remembered = CREDENTIALS - statements;
        assert!(remembered <= 10, "{remembered} in round {round}");
    }
}

/// The real program with its default log: a thousand lines for a thousand tokens would be the most
/// costly part of the path.
#[actix_web::test]
async fn a_token_writes_no_log_line() {
    let place = Place::new();
    let program = place.serve_dev(&[]);
    let client = pair_in(&place.json("grantd-data/credentials.json"));
    assert_eq!(program.token_status(&client).await, 200);
    let before = program.log();
    for _ in 0..20 {
        assert_eq!(program.token_status(&client).await, 200);
    }
    assert_eq!(program.log(), before);
    // A refusal is logged, so the log is on.
    let wrong = TestClient {
        id: client.id,
        secret: "gds_wrong".to_owned(),
    };
    assert_eq!(program.token_status(&wrong).await, 401);
    TestServer::eventually(Duration::from_secs(5), async || program.log() != before).await;
    assert!(program.log().contains("invalid_client"));
    assert!(!program.log().contains(&client.secret));
}
