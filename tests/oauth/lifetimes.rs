//! How long tokens live: the narrowest that is named, within the rails, and never longer than the
//! credential itself.

use chrono::{TimeDelta, Timelike};
use grantd::app::authority::Authority;
use grantd::app::create_credential::NewCredential;
use grantd::app::resource_servers::{Update, update};
use grantd::clock::Clock;
use grantd::domain::precondition::Precondition;

use super::answer::refusal;
use crate::support::server::{TestClient, TestServer, claims};

/// The lifetime that the answer names, which must be the token's.
async fn lifetime(server: &TestServer, client: &TestClient) -> i64 {
    let response = server.token_response(client, &[]).await;
    let body: serde_json::Value = response.json().await.expect("JSON");
    let claims = claims(body["access_token"].as_str().expect("a token"));
    let (iat, exp) = (claims["iat"].as_i64(), claims["exp"].as_i64());
    let lifetime = exp.expect("exp") - iat.expect("iat");
    assert_eq!(body["expires_in"], lifetime);
    assert_eq!(iat, Some(server.clock.now().timestamp()));
    lifetime
}

async fn set_ttl(server: &TestServer, ttl: Option<u32>) {
    let change = Update {
        token_ttl_seconds: Some(ttl),
        ..Update::default()
    };
    update(
        &server.app,
        &Authority::Command,
        server.api.id,
        change,
        &Precondition::NONE,
    )
    .await
    .expect("it is changed");
}

fn with_ttl(ttl: u32) -> impl FnOnce(&mut NewCredential) {
    move |new| new.token_ttl_seconds = Some(ttl)
}

#[actix_web::test]
async fn the_credential_goes_before_the_resource_server_before_the_setting() {
    let server = TestServer::builder()
        .setting("token.ttl_seconds", "700")
        .start()
        .await;
    let plain = server.client().await;
    let own = server.client_with(with_ttl(120)).await;
    let longer = server.client_with(with_ttl(3_000)).await;
    assert_eq!(lifetime(&server, &plain).await, 700);
    assert_eq!(lifetime(&server, &own).await, 120);
    set_ttl(&server, Some(300)).await;
    assert_eq!(lifetime(&server, &plain).await, 300);
    assert_eq!(lifetime(&server, &own).await, 120);
    assert_eq!(lifetime(&server, &longer).await, 3_000);
    set_ttl(&server, None).await;
    assert_eq!(lifetime(&server, &plain).await, 700);
}

#[actix_web::test]
async fn the_rails_hold_also_for_what_was_made_before_them() {
    let server = TestServer::start().await;
    let short = server.client_with(with_ttl(60)).await;
    let long = server.client_with(with_ttl(86_400)).await;
    assert_eq!(lifetime(&server, &short).await, 60);
    assert_eq!(lifetime(&server, &long).await, 86_400);
    let narrow = TestServer::builder()
        .beside(&server)
        .setting("token.min_ttl_seconds", "200")
        .setting("token.max_ttl_seconds", "1000")
        .start()
        .await;
    assert_eq!(lifetime(&narrow, &short).await, 200);
    assert_eq!(lifetime(&narrow, &long).await, 1_000);
    set_ttl(&narrow, Some(400)).await;
    assert_eq!(lifetime(&narrow, &long).await, 1_000);
}

#[actix_web::test]
async fn no_token_outlives_its_credential() {
    let server = TestServer::start().await;
    // Both ends within a second, so that fractions count.
    let to_half =
        TimeDelta::nanoseconds(1_500_000_000 - i64::from(server.clock.now().nanosecond()));
    server.advance(to_half);
    let expiry = server.clock.now() + TimeDelta::milliseconds(100_300);
    let client = server
        .client_with(|new| new.expires_at = Some(expiry))
        .await;
    for (step, expected) in [(0, 100), (40_000, 60), (30_000, 30), (29_000, 1), (299, 1)] {
        server.advance(TimeDelta::milliseconds(step));
        let found = lifetime(&server, &client).await;
        assert_eq!(found, expected, "after {step} ms more");
        let end = server.clock.now().timestamp() + found;
        assert!(end <= expiry.timestamp(), "{end} is after {expiry}");
    }
    // A fraction of a second is left, for which no token can be written.
    server.advance(TimeDelta::milliseconds(500));
    assert!(server.clock.now() < expiry);
    let refused = (401, "invalid_client".to_owned());
    assert_eq!(refusal(&server, &client, &[]).await, refused);
    server.advance(TimeDelta::seconds(1));
    assert_eq!(refusal(&server, &client, &[]).await, refused);
}
