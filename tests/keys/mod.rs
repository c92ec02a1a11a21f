//! Signing keys through their life, with a clock that the tests move.

mod opening;
mod schedule;
mod several_nodes;

use grantd::app::signing_keys;
use grantd::domain::signing_key::{KeyState, SigningKey};

use crate::support::server::{TestServer, header};

/// A server on which nothing is due until the test says so.
async fn still() -> TestServer {
    TestServer::builder().without_background().start().await
}

async fn upkeep(server: &TestServer) {
    signing_keys::upkeep(&server.app)
        .await
        .expect("keys are looked after");
}

/// Every key there ever was, oldest first; of those made in one moment, the first to sign first.
async fn all(server: &TestServer) -> Vec<SigningKey> {
    let mut keys = signing_keys::list(&server.app).await.expect("a list");
    keys.sort_by_key(|key| (key.created_at, key.activates_at));
    keys
}

/// The states of all keys, oldest first.
async fn states(server: &TestServer) -> Vec<KeyState> {
    let keys = all(server).await;
    keys.into_iter().map(|key| key.state).collect()
}

/// The key that a token was signed with.
fn kid_of(token: &str) -> String {
    header(token)["kid"].as_str().expect("a kid").to_owned()
}
