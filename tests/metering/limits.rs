//! Rate limit and quota at the token endpoint, and on calls with an API key.

use chrono::TimeDelta;
use grantd::app::credentials::Update;
use grantd::domain::credential::CredentialKind;
use grantd::domain::usage::{Counter, Rejection};
use reqwest::Response;
use serde_json::Value;

use super::{change, counted, quota, rate_limit, to_quiet_hour};
use crate::support::server::{Engine, TestClient, TestServer};

fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    let value = response.headers().get(name)?;
    Some(value.to_str().expect("text"))
}

#[actix_web::test]
async fn at_the_rate_limit_it_is_429_until_the_window_ends() {
    let server = TestServer::start().await;
    to_quiet_hour(&server);
    let client = server
        .client_with(|new| new.rate_limit = Some(rate_limit(2, true)))
        .await;
    for left in ["\"rate\";r=1;t=3600", "\"rate\";r=0;t=3600"] {
        let response = server.token_response(&client, &[]).await;
        assert_eq!(response.status(), 200);
        assert_eq!(header(&response, "RateLimit"), Some(left));
        assert_eq!(
            header(&response, "RateLimit-Policy"),
            Some("\"rate\";q=2;w=3600")
        );
    }
    server.advance(TimeDelta::seconds(100));
    for _ in 0..3 {
        let response = server.token_response(&client, &[]).await;
        assert_eq!(response.status(), 429);
        assert_eq!(header(&response, "Retry-After"), Some("3500"));
        assert_eq!(header(&response, "RateLimit"), Some("\"rate\";r=0;t=3500"));
        assert_eq!(header(&response, "Cache-Control"), Some("no-store"));
        let body: Value = response.json().await.expect("JSON");
        assert_eq!(body["error"], "temporarily_unavailable");
        let description = body["error_description"].as_str().expect("a text");
        assert!(description.contains("rate limit"), "{description}");
    }
    let refused = Counter::Rejected(Rejection::RateLimit);
    assert_eq!(counted(&server, &client, refused).await, 3);
    server.advance(TimeDelta::seconds(3_500));
    server.token(&client, &[]).await;
}

#[actix_web::test]
async fn a_client_without_limits_is_told_of_none() {
    let server = TestServer::start().await;
    let client = server.client().await;
    let response = server.token_response(&client, &[]).await;
    assert_eq!(header(&response, "RateLimit"), None);
    assert_eq!(header(&response, "RateLimit-Policy"), None);
}

#[actix_web::test]
async fn strangers_and_refusals_use_nothing_up() {
    let server = TestServer::builder()
        .setting("limits.failed_authentications", "0")
        .start()
        .await;
    to_quiet_hour(&server);
    let client = server
        .client_with(|new| new.rate_limit = Some(rate_limit(1, true)))
        .await;
    let stranger = TestClient {
        secret: server.client().await.secret,
        ..client.clone()
    };
    for _ in 0..10 {
        assert_eq!(server.token_response(&stranger, &[]).await.status(), 401);
        let response = server.token_response(&client, &[("scope", "no")]).await;
        assert_eq!(response.status(), 400);
    }
    server.token(&client, &[]).await;
    assert_eq!(server.token_response(&client, &[]).await.status(), 429);
}

#[actix_web::test]
async fn what_is_not_enforced_is_counted_and_let_pass() {
    let server = TestServer::start().await;
    to_quiet_hour(&server);
    let client = server
        .client_with(|new| new.rate_limit = Some(rate_limit(2, false)))
        .await;
    for _ in 0..5 {
        let response = server.token_response(&client, &[]).await;
        assert_eq!(response.status(), 200);
        assert_eq!(header(&response, "RateLimit"), None);
    }
    let would = Counter::WouldReject(grantd::domain::allowance::LimitKind::Rate);
    assert_eq!(counted(&server, &client, would).await, 3);
}

#[actix_web::test]
async fn a_change_of_the_credential_gives_no_fresh_window() {
    let server = TestServer::start().await;
    to_quiet_hour(&server);
    let client = server
        .client_with(|new| new.rate_limit = Some(rate_limit(1, true)))
        .await;
    server.token(&client, &[]).await;
    let id = client.id.parse().expect("an id");
    let before = server.app.credentials.get(id).expect("in memory");
    let renamed = Update {
        name: Some("renamed".parse().expect("a name")),
        ..Update::default()
    };
    change(&server, &client, renamed).await;
    assert_eq!(server.token_response(&client, &[]).await.status(), 429);
    let after = server.app.credentials.get(id).expect("in memory");
    assert!(!std::sync::Arc::ptr_eq(&before, &after), "it was read anew");
}

#[actix_web::test]
async fn a_quota_holds_over_a_restart_and_over_nodes() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let server = TestServer::builder().engine(engine).start().await;
        let client = server.client_with(|new| new.quota = Some(quota(4))).await;
        server.token(&client, &[]).await;
        server.token(&client, &[]).await;
        assert_eq!(
            counted(&server, &client, Counter::TokensIssued).await,
            2,
            "{engine:?}"
        );
        // As after a restart: nothing is in memory there.
        let other = server.another_node().await;
        let before = other.app.store.statements();
        other.token(&client, &[]).await;
        let cold = other.app.store.statements();
        assert_eq!(cold - before, 2, "the credential, and what it has used");
        other.token(&client, &[]).await;
        assert_eq!(other.app.store.statements(), cold);
        let response = other.token_response(&client, &[]).await;
        assert_eq!(response.status(), 429);
        let fields = header(&response, "RateLimit").expect("the field");
        assert!(fields.starts_with("\"quota\";r=0;t="), "{fields}");
        let retry_after = header(&response, "Retry-After").expect("the field");
        assert!(fields.ends_with(&format!("t={retry_after}")), "{fields}");

        // The first node learns of it when both have flushed.
        counted(&other, &client, Counter::TokensIssued).await;
        assert_eq!(server.token_response(&client, &[]).await.status(), 200);
        counted(&server, &client, Counter::TokensIssued).await;
        assert_eq!(server.token_response(&client, &[]).await.status(), 429);
    }
}

#[actix_web::test]
async fn calls_with_a_key_are_counted_and_limited() {
    let server = TestServer::start().await;
    to_quiet_hour(&server);
    let issuer = server.app.issuer.as_str().parse().expect("an identifier");
    let key = server
        .client_with(|new| {
            new.kind = CredentialKind::ApiKey;
            new.rate_limit = Some(rate_limit(2, true));
            new.audiences = vec![issuer];
        })
        .await;
    let call = async || {
        let key = format!("{}:{}", key.id, key.secret);
        let request = server.bare("GET", "/v1/whoami").header("X-API-Key", key);
        request.send().await.expect("an answer")
    };
    for _ in 0..2 {
        assert_eq!(call().await.status(), 200);
    }
    let response = call().await;
    assert_eq!(response.status(), 429);
    assert_eq!(header(&response, "Retry-After"), Some("3600"));
    assert_eq!(header(&response, "RateLimit"), Some("\"rate\";r=0;t=3600"));
    assert_eq!(
        header(&response, "Content-Type"),
        Some("application/problem+json")
    );
    assert_eq!(counted(&server, &key, Counter::CallsVerified).await, 2);
    let refused = Counter::Rejected(Rejection::RateLimit);
    assert_eq!(counted(&server, &key, refused).await, 1);
}
