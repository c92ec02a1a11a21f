//! `/auth/verify`: what a proxy is told. (With a real nginx: tests/clients/nginx.)

mod demands;
mod presented;
mod refusals;
mod wire;

use grantd::app::create_credential::NewCredential;
use grantd::domain::credential::CredentialKind;
use reqwest::RequestBuilder;

use crate::management::answer::Answer;
use crate::support::server::{TestClient, TestServer};

const VERIFY: &str = "/auth/verify";

/// An API key of `acme` at the example API, changed as the test wants before it is made.
async fn key_with(
    server: &TestServer,
    change: impl FnOnce(&mut NewCredential),
) -> (TestClient, String) {
    let client = server
        .client_with(|new| {
            new.kind = CredentialKind::ApiKey;
            change(new);
        })
        .await;
    let key = format!("{}:{}", client.id, client.secret);
    (client, key)
}

async fn key(server: &TestServer) -> (TestClient, String) {
    key_with(server, |_| {}).await
}

/// The question with this key.
fn with_key(server: &TestServer, path: &str, key: &str) -> RequestBuilder {
    server.bare("GET", path).header("x-api-key", key)
}

/// The five headers of an answer that lets a request through.
#[track_caller]
fn told(answer: &Answer) -> [&str; 5] {
    assert_eq!((answer.status, answer.body.as_str()), (200, ""));
    assert_eq!(answer.header("cache-control"), "no-store");
    [
        "x-auth-client-id",
        "x-auth-organization",
        "x-auth-agent",
        "x-auth-user",
        "x-auth-scope",
    ]
    .map(|name| answer.header(name))
}

/// A refusal tells nobody's identity.
#[track_caller]
fn tells_nothing(answer: &Answer) {
    let told: Vec<_> = answer
        .headers
        .keys()
        .filter(|name| name.as_str().starts_with("x-auth-"))
        .collect();
    assert!(told.is_empty(), "{told:?}");
}
