//! The pages about credentials that there are.

mod access;
mod change;
mod delete;
mod list;

use chrono::TimeDelta;
use grantd::app::credentials::{self, DEFAULT_OVERLAP};
use grantd::app::{authority::Authority, usage};
use grantd::domain::credential::Credential;
use grantd::domain::precondition::Precondition;

use crate::support::browser::Shown;
use crate::support::server::{TestClient, TestServer};

const LIST: &str = "/console/organizations/acme/credentials";

/// What nobody may find on a page as it stands here.
const SCRIPT: &str = "<script>alert(1)</script>";

/// The page of a credential.
fn page_of(client: &TestClient) -> String {
    format!("{LIST}/{}", client.id)
}

/// A credential of this name.
async fn named(server: &TestServer, name: &str) -> TestClient {
    server.advance(TimeDelta::milliseconds(1));
    server
        .client_with(|new| new.name = name.parse().expect("a name"))
        .await
}

/// Uses a credential, and lets the lists know.
async fn uses(server: &TestServer, client: &TestClient) {
    server.token(client, &[]).await;
    usage::flush(&server.app).await.expect("it is written");
}

/// What is stored of a credential.
async fn stored(server: &TestServer, client: &TestClient) -> Credential {
    let id = client.id.parse().expect("an id");
    let found = credentials::find_by_id(&server.app, id).await;
    found.expect("a credential")
}

/// Adds a second secret.
async fn rotate(server: &TestServer, client: &TestClient) -> TestClient {
    let (organization, id) = (server.organization.id, client.id.parse().expect("an id"));
    let by = Authority::Command;
    let any = Precondition::NONE;
    let made = credentials::rotate(&server.app, &by, organization, id, DEFAULT_OVERLAP, &any).await;
    TestClient::from(made.expect("a second secret"))
}

#[track_caller]
fn shows(page: &Shown, texts: &[&str]) {
    for text in texts {
        assert!(page.html.contains(text), "{text} is not in {}", page.html);
    }
}

#[track_caller]
fn hides(page: &Shown, texts: &[&str]) {
    for text in texts {
        assert!(!page.html.contains(text), "{text} is in {}", page.html);
    }
}
