//! What someone gets who can write to the database, but has no master key.

use grantd::app::feed;
use grantd::crypto::key_pair::KeyPair;
use grantd::domain::algorithm::Algorithm;
use grantd::domain::signing_key::{KeyState, SigningKey};
use grantd::store::signing_keys::{self, StoredKey};

use crate::support::server::TestServer;

/// A key that somebody else made.
fn foreign_key(server: &TestServer) -> StoredKey {
    let made = KeyPair::generate(Algorithm::ES256).expect("a key");
    let jwk = made.key_pair.public_jwk();
    StoredKey {
        key: SigningKey {
            kid: jwk.kid().to_owned(),
            algorithm: Algorithm::ES256,
            state: KeyState::Next,
            created_at: server.app.now(),
            activates_at: server.app.now() + chrono::TimeDelta::days(365),
            removes_at: None,
            max_token_ttl: chrono::TimeDelta::days(1),
        },
        public_jwk: serde_json::to_string(jwk).expect("JSON"),
        sealed: None,
    }
}

/// The key that the server has made itself.
async fn own_key(server: &TestServer) -> StoredKey {
    signing_keys::all_live(&server.app.store)
        .await
        .expect("the keys")
        .remove(0)
}

async fn insert(server: &TestServer, key: &StoredKey) {
    let mut write = server
        .app
        .store
        .begin(server.app.now())
        .await
        .expect("a turn");
    signing_keys::insert(&mut write, key)
        .await
        .expect("it is written");
    write.audit(crate::support::audit::entry());
    write.commit().await.expect("it commits");
}

/// The refusal to read the keys, and what is published afterwards.
async fn refusal(server: &TestServer) -> (String, String) {
    let error = feed::catch_up(&server.app).await.expect_err("a refusal");
    (
        error.to_string(),
        server.app.keyring().jwks().body.to_string(),
    )
}

#[actix_web::test]
async fn a_public_key_without_its_private_half_is_not_published() {
    let server = TestServer::builder().without_background().start().await;
    let key = foreign_key(&server);
    insert(&server, &key).await;
    let (error, jwks) = refusal(&server).await;
    assert!(error.contains("private half is missing"), "{error}");
    assert!(!jwks.contains(&key.key.kid), "{jwks}");
}

#[actix_web::test]
async fn a_private_half_of_another_row_does_not_open() {
    let server = TestServer::builder().without_background().start().await;
    let mut key = foreign_key(&server);
    key.sealed = own_key(&server).await.sealed;
    insert(&server, &key).await;
    let (error, jwks) = refusal(&server).await;
    assert!(error.contains("does not open"), "{error}");
    assert!(!jwks.contains(&key.key.kid), "{jwks}");
}

#[actix_web::test]
async fn a_public_half_that_was_exchanged_is_not_published() {
    let server = TestServer::builder().without_background().start().await;
    // Sealed under the same master key, so it opens here too.
    let elsewhere = TestServer::builder().without_background().start().await;
    let mut key = own_key(&elsewhere).await;
    key.public_jwk = foreign_key(&server).public_jwk;
    insert(&server, &key).await;
    let (error, jwks) = refusal(&server).await;
    assert!(error.contains("is not that of its private half"), "{error}");
    assert!(!jwks.contains(&key.key.kid), "{jwks}");
}
