//! Several nodes on one database: what one changes, the others show within a second.

mod races;

use std::time::Duration;

use chrono::TimeDelta;
use grantd::app::authority::Authority;
use grantd::app::resource_servers::{self, Update};
use grantd::app::signing_keys::{self, Urgency};
use grantd::app::{credentials, feed};
use grantd::clock::Clock;
use grantd::domain::algorithm::Algorithm;
use grantd::domain::ids::CredentialId;
use grantd::domain::precondition::Precondition;
use grantd::store::changes;

use crate::support::jwks::{key_set, kids, verify};
use crate::support::server::{API, Engine, TestClient, TestServer, claims, header};

/// What the contract promises.
const SOON: Duration = Duration::from_secs(1);

fn id(client: &TestClient) -> CredentialId {
    client.id.parse().expect("an id")
}

async fn status(node: &TestServer, client: &TestClient) -> u16 {
    node.token_response(client, &[]).await.status().as_u16()
}

/// Waits until the node refuses the client, at most as long as is promised.
async fn refused_soon(node: &TestServer, client: &TestClient) {
    TestServer::eventually(SOON, async || status(node, client).await == 401).await;
}

async fn set_enabled(node: &TestServer, client: &TestClient, enabled: bool) {
    let update = credentials::Update {
        enabled: Some(enabled),
        ..credentials::Update::default()
    };
    let organization = node.organization.id;
    credentials::update(
        &node.app,
        &Authority::Command,
        organization,
        id(client),
        update,
        &Precondition::NONE,
    )
    .await
    .expect("it is changed");
}

async fn revoke(node: &TestServer, client: &TestClient) {
    let organization = node.organization.id;
    credentials::revoke(
        &node.app,
        &Authority::Command,
        organization,
        id(client),
        &Precondition::NONE,
    )
    .await
    .expect("it is revoked");
}

async fn set_ttl(node: &TestServer, ttl: u32) {
    let update = Update {
        token_ttl_seconds: Some(Some(ttl)),
        ..Update::default()
    };
    resource_servers::update(
        &node.app,
        &Authority::Command,
        node.api.id,
        update,
        &Precondition::NONE,
    )
    .await
    .expect("it is changed");
}

async fn lifetime(node: &TestServer, client: &TestClient) -> i64 {
    let claims = claims(&node.token(client, &[]).await);
    claims["exp"].as_i64().expect("exp") - claims["iat"].as_i64().expect("iat")
}

async fn two_nodes(engine: Engine) -> (TestServer, TestServer) {
    let one = TestServer::builder().engine(engine).start().await;
    let other = one.another_node().await;
    (one, other)
}

async fn credentials_follow(engine: Engine) {
    let (here, there) = two_nodes(engine).await;
    // Made here, used there at once: what is not in memory is read.
    let [revoked, disabled, rotated] = [
        here.client().await,
        here.client().await,
        here.client().await,
    ];
    for client in [&revoked, &disabled, &rotated] {
        assert_eq!(status(&there, client).await, 200, "{engine:?}");
    }
    revoke(&here, &revoked).await;
    assert_eq!(
        status(&here, &revoked).await,
        401,
        "at once where it is done"
    );
    refused_soon(&there, &revoked).await;

    set_enabled(&here, &disabled, false).await;
    refused_soon(&there, &disabled).await;
    set_enabled(&here, &disabled, true).await;
    assert_eq!(
        status(&there, &disabled).await,
        200,
        "no refusal from memory"
    );

    let organization = here.organization.id;
    let newer = credentials::rotate(
        &here.app,
        &Authority::Command,
        organization,
        id(&rotated),
        TimeDelta::zero(),
        &Precondition::NONE,
    )
    .await
    .expect("it is rotated");
    let newer = TestClient::from(newer);
    assert_eq!(
        status(&there, &newer).await,
        200,
        "a new secret works at once"
    );
    refused_soon(&there, &rotated).await;
}

async fn resource_servers_follow(engine: Engine) {
    let (here, there) = two_nodes(engine).await;
    let client = here.client().await;
    assert_eq!(lifetime(&there, &client).await, 900);
    set_ttl(&here, 333).await;
    assert_eq!(lifetime(&here, &client).await, 333);
    TestServer::eventually(SOON, async || lifetime(&there, &client).await == 333).await;

    let update = Update {
        algorithm: Some(Some(Algorithm::EdDSA)),
        ..Update::default()
    };
    resource_servers::update(
        &here.app,
        &Authority::Command,
        here.api.id,
        update,
        &Precondition::NONE,
    )
    .await
    .expect("it is changed");
    let token = here.token(&client, &[]).await;
    assert_eq!(header(&token)["alg"], "EdDSA");
    // Never between the two is there an algorithm without its key.
    TestServer::eventually(SOON, async || {
        let token = there.token(&client, &[]).await;
        header(&token)["alg"] == "EdDSA"
    })
    .await;
}

async fn signing_keys_follow(engine: Engine) {
    let (here, there) = two_nodes(engine).await;
    let client = here.client().await;
    let old = there.token(&client, &[]).await;
    let made = signing_keys::rotate(&here.app, &Authority::Command, None, Urgency::AtOnce)
        .await
        .expect("it rotates");
    let kid = made[0].kid.as_str();
    let fresh = here.token(&client, &[]).await;
    assert_eq!(header(&fresh)["kid"], kid);
    TestServer::eventually(SOON, async || {
        let keys = key_set(&there).await;
        let token = there.token(&client, &[]).await;
        kids(&keys).contains(&kid) && header(&token)["kid"] == kid
    })
    .await;
    let keys = key_set(&there).await;
    for token in [&old, &fresh] {
        verify(token, &keys, API).expect("both verify everywhere");
    }
}

#[actix_web::test]
async fn credentials_on_sqlite() {
    credentials_follow(Engine::Sqlite).await;
}

#[actix_web::test]
async fn credentials_on_postgres() {
    credentials_follow(Engine::Postgres).await;
}

#[actix_web::test]
async fn resource_servers_on_sqlite() {
    resource_servers_follow(Engine::Sqlite).await;
}

#[actix_web::test]
async fn resource_servers_on_postgres() {
    resource_servers_follow(Engine::Postgres).await;
}

#[actix_web::test]
async fn signing_keys_on_sqlite() {
    signing_keys_follow(Engine::Sqlite).await;
}

#[actix_web::test]
async fn signing_keys_on_postgres() {
    signing_keys_follow(Engine::Postgres).await;
}

#[actix_web::test]
async fn a_node_that_missed_what_was_pruned_reads_everything_anew() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let here = TestServer::builder().engine(engine).start().await;
        let there = TestServer::builder()
            .beside(&here)
            .without_background()
            .start()
            .await;
        let (revoked, kept) = (here.client().await, here.client().await);
        assert_eq!(status(&there, &revoked).await, 200);
        assert_eq!(lifetime(&there, &kept).await, 900);

        revoke(&here, &revoked).await;
        set_ttl(&here, 333).await;
        let made = signing_keys::rotate(&here.app, &Authority::Command, None, Urgency::AtOnce)
            .await
            .expect("it rotates");
        // Nothing of an organization is cached: the one change that stays tells nothing by itself.
        here.organization("other").await;
        let later = here.clock.now() + TimeDelta::days(1);
        let pruned = changes::prune(&here.app.store, later).await;
        assert!(pruned.expect("it is pruned") > 3);
        let left = changes::since(&here.app.store, 0, 100).await;
        assert_eq!(left.expect("they are read").len(), 1);

        assert_eq!(status(&there, &revoked).await, 200, "it does not follow");
        feed::catch_up(&there.app).await.expect("it catches up");
        assert_eq!(status(&there, &revoked).await, 401);
        assert_eq!(lifetime(&there, &kept).await, 333);
        let token = there.token(&kept, &[]).await;
        assert_eq!(header(&token)["kid"], made[0].kid.as_str());
    }
}
