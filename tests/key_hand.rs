//! What people do to signing keys, and what settings do to them.

use chrono::TimeDelta;
use grantd::app::authority::Authority;
use grantd::app::resource_servers::{self, Update};
use grantd::app::signing_keys::{self, Urgency};
use grantd::domain::algorithm::Algorithm;
use grantd::domain::precondition::Precondition;
use grantd::domain::signing_key::KeyState;

use crate::support::server::{API, TestServer, header};

async fn state_of(server: &TestServer, kid: &str) -> KeyState {
    let keys = signing_keys::list(&server.app).await.expect("the keys");
    keys.iter()
        .find(|key| key.kid == kid)
        .expect("the key")
        .state
}

async fn whoami(server: &TestServer, token: &str) -> u16 {
    let answer = server
        .bare("GET", "/v1/whoami")
        .bearer_auth(token)
        .send()
        .await;
    answer.expect("an answer").status().as_u16()
}

#[actix_web::test]
async fn a_revoked_key_is_trusted_no_more_and_another_signs() {
    let server = TestServer::start().await;
    let client = server.client().await;
    let token = server.token(&client, &[]).await;
    let leaked = header(&token)["kid"].as_str().expect("a key id").to_owned();
    assert_eq!(whoami(&server, &token).await, 200);

    signing_keys::revoke(&server.app, &Authority::Command, &leaked)
        .await
        .expect("it is revoked");
    assert_eq!(whoami(&server, &token).await, 401);
    assert!(!server.app.keyring().jwks().body.contains(&leaked));
    assert_eq!(state_of(&server, &leaked).await, KeyState::Retired);
    let fresh = server.token(&client, &[]).await;
    assert_ne!(header(&fresh)["kid"], leaked.as_str());
    assert_eq!(whoami(&server, &fresh).await, 200);
    assert!(
        signing_keys::revoke(&server.app, &Authority::Command, &leaked)
            .await
            .is_err(),
        "it is revoked already"
    );
}

#[actix_web::test]
async fn revoking_lets_the_key_that_is_published_already_sign() {
    let server = TestServer::start().await;
    let client = server.client().await;
    let next = signing_keys::rotate(&server.app, &Authority::Command, None, Urgency::Published)
        .await
        .expect("next");
    let token = server.token(&client, &[]).await;
    let leaked = header(&token)["kid"].as_str().expect("a key id").to_owned();
    assert_ne!(leaked, next[0].kid);
    signing_keys::revoke(&server.app, &Authority::Command, &leaked)
        .await
        .expect("it is revoked");
    let fresh = server.token(&client, &[]).await;
    assert_eq!(header(&fresh)["kid"], next[0].kid.as_str());
}

#[actix_web::test]
async fn an_operator_revokes_over_http_and_nobody_else() {
    let server = TestServer::start().await;
    let (operator, admin) = (server.operator().await, server.admin().await);
    let kid = server.app.keyring().keys()[0].kid.clone();
    let path = format!("/v1/signing-keys/{kid}");
    let refused = server
        .call(&admin, "DELETE", &path)
        .await
        .send()
        .await
        .expect("an answer");
    assert_eq!(refused.status(), 403);
    let done = server
        .call(&operator, "DELETE", &path)
        .await
        .send()
        .await
        .expect("an answer");
    assert_eq!(done.status(), 204);
    assert_eq!(state_of(&server, &kid).await, KeyState::Retired);
}

#[actix_web::test]
async fn a_new_algorithm_has_its_key_before_the_first_token() {
    let server = TestServer::start().await;
    let client = server.client().await;
    let asking = async {
        let mut statuses = Vec::new();
        for _ in 0..150 {
            statuses.push(server.token_response(&client, &[]).await.status().as_u16());
        }
        statuses
    };
    let changing = async {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        let algorithm = Some(Some(Algorithm::PS256));
        let update = Update {
            algorithm,
            ..Update::default()
        };
        resource_servers::update(
            &server.app,
            &Authority::Command,
            server.api.id,
            update,
            &Precondition::NONE,
        )
        .await
        .expect("it changes");
    };
    let (statuses, ()) = futures_util::future::join(asking, changing).await;
    assert!(statuses.iter().all(|status| *status == 200), "{statuses:?}");
    let token = server.token(&client, &[("resource", API)]).await;
    assert_eq!(header(&token)["alg"], "PS256");
}

#[actix_web::test]
async fn a_key_out_of_use_ends_with_its_turn() {
    let server = TestServer::start().await;
    let set = |algorithm| Update {
        algorithm: Some(algorithm),
        ..Update::default()
    };
    let id = server.api.id;
    resource_servers::update(
        &server.app,
        &Authority::Command,
        id,
        set(Some(Algorithm::EdDSA)),
        &Precondition::NONE,
    )
    .await
    .expect("it changes");
    resource_servers::update(
        &server.app,
        &Authority::Command,
        id,
        set(None),
        &Precondition::NONE,
    )
    .await
    .expect("it changes back");
    let keys = signing_keys::list(&server.app).await.expect("the keys");
    let unused = keys
        .iter()
        .find(|key| key.algorithm == Algorithm::EdDSA)
        .expect("a key");
    signing_keys::upkeep(&server.app).await.expect("upkeep");
    assert_eq!(
        state_of(&server, &unused.kid).await,
        KeyState::Active,
        "its turn is not over"
    );

    server.advance(TimeDelta::days(30));
    signing_keys::upkeep(&server.app).await.expect("upkeep");
    assert_eq!(state_of(&server, &unused.kid).await, KeyState::Retiring);
    server.advance(TimeDelta::days(1) + TimeDelta::hours(1));
    signing_keys::upkeep(&server.app).await.expect("upkeep");
    assert_eq!(state_of(&server, &unused.kid).await, KeyState::Retired);
    let made = signing_keys::list(&server.app).await.expect("the keys");
    let of_it = made
        .iter()
        .filter(|key| key.algorithm == Algorithm::EdDSA)
        .count();
    assert_eq!(of_it, 1, "none took its place");
}

#[actix_web::test]
async fn a_key_stays_as_long_as_the_longest_token_that_it_ever_signed() {
    let server = TestServer::builder()
        .setting("token.max_ttl_seconds", "2592000")
        .start()
        .await;
    let kid = server.app.keyring().keys()[0].kid.clone();
    // The maximum is lowered, and the key rotated.
    let shorter = server
        .another_node_with(|builder| builder.setting("token.max_ttl_seconds", "900"))
        .await;
    signing_keys::rotate(&shorter.app, &Authority::Command, None, Urgency::AtOnce)
        .await
        .expect("it rotates");
    let keys = signing_keys::list(&shorter.app).await.expect("the keys");
    let old = keys.iter().find(|key| key.kid == kid).expect("the key");
    let stays = old.removes_at.expect("it retires") - shorter.app.now();
    assert!(stays >= TimeDelta::days(30), "{stays}");
}

#[actix_web::test]
async fn raising_the_maximum_is_noted_on_the_key() {
    let server = TestServer::start().await;
    let longer = server
        .another_node_with(|builder| builder.setting("token.max_ttl_seconds", "2592000"))
        .await;
    let keys = signing_keys::list(&longer.app).await.expect("the keys");
    assert_eq!(keys[0].max_token_ttl, TimeDelta::days(30));
    // A node with the old setting does not shorten it again.
    signing_keys::upkeep(&server.app).await.expect("upkeep");
    let keys = signing_keys::list(&server.app).await.expect("the keys");
    assert_eq!(keys[0].max_token_ttl, TimeDelta::days(30));
}
