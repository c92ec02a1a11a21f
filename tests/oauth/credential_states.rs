//! Credentials through their life. Each is in memory before its state changes, so that what is
//! remembered must give way.

use chrono::{DateTime, TimeDelta, Utc};
use grantd::app::authority::Authority;
use grantd::app::create_credential::WithSecret;
use grantd::app::credentials::{self, Update};
use grantd::app::error::AppError;
use grantd::clock::Clock;
use grantd::domain::ids::{CredentialId, SecretId};
use grantd::domain::precondition::Precondition;

use super::answer::with_wrong_secret;
use crate::support::server::{TestClient, TestServer};

fn id(client: &TestClient) -> CredentialId {
    client.id.parse().expect("an id")
}

async fn works(server: &TestServer, client: &TestClient) -> bool {
    let response = server.token_response(client, &[]).await;
    match response.status().as_u16() {
        200 => true,
        401 => {
            let body: serde_json::Value = response.json().await.expect("JSON");
            assert_eq!(body["error"], "invalid_client");
            false
        }
        other => panic!("{other}"),
    }
}

async fn description(server: &TestServer, client: &TestClient) -> String {
    let response = server.token_response(client, &[]).await;
    let body: serde_json::Value = response.json().await.expect("JSON");
    let description = body["error_description"].as_str();
    description.expect("a description").to_owned()
}

async fn change(server: &TestServer, client: &TestClient, update: Update) {
    let organization = server.organization.id;
    credentials::update(
        &server.app,
        &Authority::Command,
        organization,
        id(client),
        update,
        &Precondition::NONE,
    )
    .await
    .expect("it is changed");
}

async fn rotate(
    server: &TestServer,
    client: &TestClient,
    overlap: TimeDelta,
) -> Result<WithSecret, AppError> {
    let organization = server.organization.id;
    credentials::rotate(
        &server.app,
        &Authority::Command,
        organization,
        id(client),
        overlap,
        &Precondition::NONE,
    )
    .await
}

async fn rotated(server: &TestServer, client: &TestClient, overlap: TimeDelta) -> TestClient {
    let made = rotate(server, client, overlap).await;
    TestClient::from(made.expect("it is rotated"))
}

async fn secrets(server: &TestServer, client: &TestClient) -> Vec<SecretId> {
    let organization = server.organization.id;
    let shown = credentials::show(&server.app, &Authority::Command, organization, id(client))
        .await
        .expect("it is there");
    shown.secrets.iter().map(|secret| secret.id).collect()
}

async fn delete_secret(
    server: &TestServer,
    client: &TestClient,
    secret: SecretId,
) -> Result<(), AppError> {
    let organization = server.organization.id;
    let authority = Authority::Command;
    credentials::delete_secret(
        &server.app,
        &authority,
        organization,
        id(client),
        secret,
        &Precondition::NONE,
    )
    .await
}

fn expiring(at: Option<DateTime<Utc>>) -> Update {
    Update {
        expires_at: Some(at),
        ..Update::default()
    }
}

fn enabled(enabled: bool) -> Update {
    Update {
        enabled: Some(enabled),
        ..Update::default()
    }
}

#[actix_web::test]
async fn disabled_and_enabled_again() {
    let server = TestServer::start().await;
    let client = server.client().await;
    assert!(works(&server, &client).await);
    change(&server, &client, enabled(false)).await;
    assert!(!works(&server, &client).await);
    assert!(description(&server, &client).await.contains("disabled"));
    // Whoever has not the secret is not told.
    let wrong = with_wrong_secret(&client);
    assert!(description(&server, &wrong).await.contains("Unknown"));
    change(&server, &client, enabled(true)).await;
    assert!(works(&server, &client).await);
}

#[actix_web::test]
async fn expired_by_the_clock_and_extended() {
    let server = TestServer::start().await;
    let expiry = server.clock.now() + TimeDelta::minutes(10);
    let client = server
        .client_with(|new| new.expires_at = Some(expiry))
        .await;
    assert!(works(&server, &client).await);
    server.advance(TimeDelta::minutes(10) - TimeDelta::seconds(1));
    assert!(works(&server, &client).await);
    server.advance(TimeDelta::seconds(1));
    assert!(!works(&server, &client).await);
    assert!(description(&server, &client).await.contains("expired"));
    let later = server.clock.now() + TimeDelta::minutes(1);
    change(&server, &client, expiring(Some(later))).await;
    assert!(works(&server, &client).await);
    server.advance(TimeDelta::minutes(1));
    assert!(!works(&server, &client).await);
    change(&server, &client, expiring(None)).await;
    server.advance(TimeDelta::days(3_000));
    assert!(works(&server, &client).await);
}

#[actix_web::test]
async fn revoked_for_good() {
    let server = TestServer::start().await;
    let client = server.client().await;
    assert!(works(&server, &client).await);
    let organization = server.organization.id;
    credentials::revoke(
        &server.app,
        &Authority::Command,
        organization,
        id(&client),
        &Precondition::NONE,
    )
    .await
    .expect("it is revoked");
    assert!(!works(&server, &client).await);
    assert!(description(&server, &client).await.contains("Unknown"));
    let again = credentials::update(
        &server.app,
        &Authority::Command,
        organization,
        id(&client),
        enabled(true),
        &Precondition::NONE,
    );
    assert!(matches!(again.await, Err(AppError::Conflict(_))));
    let rotated = rotate(&server, &client, TimeDelta::zero()).await;
    assert!(matches!(rotated, Err(AppError::Conflict(_))));
    assert!(!works(&server, &client).await);
}

#[actix_web::test]
async fn rotated_with_an_overlap_in_which_both_work() {
    let server = TestServer::start().await;
    let old = server.client().await;
    assert!(works(&server, &old).await);
    let new = rotated(&server, &old, TimeDelta::hours(1)).await;
    assert_eq!(new.id, old.id);
    assert_ne!(new.secret, old.secret);
    server.advance(TimeDelta::hours(1) - TimeDelta::microseconds(1));
    assert!(works(&server, &old).await && works(&server, &new).await);
    server.advance(TimeDelta::microseconds(1));
    assert!(!works(&server, &old).await);
    assert!(description(&server, &old).await.contains("Unknown"));
    assert!(works(&server, &new).await);
    server.advance(TimeDelta::days(1_000));
    assert!(works(&server, &new).await);
}

#[actix_web::test]
async fn rotated_without_overlap() {
    let server = TestServer::start().await;
    let old = server.client().await;
    assert!(works(&server, &old).await);
    let new = rotated(&server, &old, TimeDelta::zero()).await;
    assert!(!works(&server, &old).await);
    assert!(works(&server, &new).await);
    assert_eq!(secrets(&server, &new).await.len(), 1);
}

#[actix_web::test]
async fn a_third_secret_only_after_the_first_has_gone() {
    let server = TestServer::start().await;
    let first = server.client().await;
    let second = rotated(&server, &first, TimeDelta::hours(1)).await;
    for overlap in [TimeDelta::zero(), TimeDelta::hours(1)] {
        let third = rotate(&server, &first, overlap).await;
        assert!(matches!(third, Err(AppError::Conflict(_))), "{third:?}");
    }
    assert!(works(&server, &first).await && works(&server, &second).await);
    server.advance(TimeDelta::hours(1));
    let third = rotated(&server, &first, TimeDelta::hours(1)).await;
    assert_eq!(secrets(&server, &first).await.len(), 2);
    assert!(!works(&server, &first).await);
    assert!(works(&server, &second).await && works(&server, &third).await);
    // Deleted before its time, the older one makes room as well.
    let oldest = secrets(&server, &first).await[0];
    delete_secret(&server, &first, oldest)
        .await
        .expect("it goes");
    assert!(!works(&server, &second).await);
    let fourth = rotated(&server, &first, TimeDelta::hours(1)).await;
    assert!(works(&server, &third).await && works(&server, &fourth).await);
}

#[actix_web::test]
async fn the_last_live_secret_stays() {
    let server = TestServer::start().await;
    let client = server.client().await;
    let only = secrets(&server, &client).await[0];
    let refused = delete_secret(&server, &client, only).await;
    assert!(matches!(refused, Err(AppError::Conflict(_))));
    server.advance(TimeDelta::seconds(1));
    let newer = rotated(&server, &client, TimeDelta::hours(1)).await;
    let pair = secrets(&server, &client).await;
    server.advance(TimeDelta::hours(1));
    // The dead one beside it does not count.
    let refused = delete_secret(&server, &client, pair[1]).await;
    assert!(matches!(refused, Err(AppError::Conflict(_))));
    assert!(works(&server, &newer).await);
    let absent = delete_secret(&server, &server.client().await, pair[0]).await;
    assert!(matches!(absent, Err(AppError::NotFound("secret"))));
}

#[actix_web::test]
async fn an_overlap_never_lengthens_a_life_and_has_bounds() {
    let server = TestServer::start().await;
    let client = server.client().await;
    for overlap in [TimeDelta::seconds(-1), TimeDelta::days(91)] {
        let refused = rotate(&server, &client, overlap).await;
        assert!(matches!(refused, Err(AppError::Invalid { .. })));
    }
    let expiry = server.clock.now() + TimeDelta::minutes(5);
    change(&server, &client, expiring(Some(expiry))).await;
    let newer = rotated(&server, &client, TimeDelta::days(90)).await;
    server.advance(TimeDelta::minutes(5));
    assert!(!works(&server, &client).await && !works(&server, &newer).await);
}
