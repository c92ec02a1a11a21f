//! Making credentials and new secrets of them, and showing each secret once.

mod file;
mod limits;
mod making;
mod once;
mod rotating;
mod who;

use grantd::domain::ids::AgentId;
use grantd::domain::user::Role;
use serde_json::Value;

use crate::support::browser::{Browser, Shown};
use crate::support::server::{TestClient, TestServer};

const CREDENTIALS: &str = "/console/organizations/acme/credentials";
const NEW: &str = "/console/organizations/acme/credentials/new?kind=oauth_client";
const NEW_KEY: &str = "/console/organizations/acme/credentials/new?kind=api_key";

/// A browser of somebody with this role in `acme`.
async fn browser<'a>(server: &'a TestServer, role: Role, agents: &[AgentId]) -> Browser<'a> {
    let user = server.user("ann@example.com", role, agents).await;
    server.browser_of(&user).await
}

/// The value of the box of a scope of the example API.
fn scope(server: &TestServer, name: &str) -> String {
    format!("{} {name}", server.api.id)
}

/// Generates credentials called `ci` for `api:read`.
async fn generate(server: &TestServer, browser: &Browser<'_>) -> Shown {
    let scope = scope(server, "api:read");
    let fields = [("name", "ci"), ("scope", scope.as_str())];
    browser.submit(NEW, NEW, &fields).await
}

/// What the element of this id holds, if there is one.
fn text(page: &Shown, id: &str) -> Option<String> {
    let (_, rest) = page.html.split_once(&format!("<code id=\"{id}\""))?;
    let (_, rest) = rest.split_once('>')?;
    let (text, _) = rest.split_once('<')?;
    Some(text.to_owned())
}

/// The pair on a page that shows it.
fn pair(page: &Shown) -> TestClient {
    assert_eq!(page.status, 200, "{}", page.html);
    assert_eq!(page.headers["cache-control"], "no-store");
    TestClient {
        id: text(page, "client-id").expect("an id"),
        secret: text(page, "client-secret").expect("a secret"),
    }
}

/// The API key on a page that shows it.
fn key(page: &Shown) -> String {
    assert_eq!(page.status, 200, "{}", page.html);
    assert_eq!(page.headers["cache-control"], "no-store");
    text(page, "api-key").expect("a key")
}

/// A page that shows no secret of any kind, in no part of it.
fn no_secret(page: &Shown) {
    assert_eq!(page.headers["cache-control"], "no-store");
    let headers = format!("{:?}", page.headers);
    for prefix in ["gds_", "gdk_"] {
        assert!(!page.html.contains(prefix), "{}", page.html);
        assert!(!headers.contains(prefix), "{headers}");
    }
}

async fn whoami(server: &TestServer, key: &str) -> (u16, Value) {
    let request = server.bare("GET", "/v1/whoami").header("X-API-Key", key);
    let response = request.send().await.expect("an answer");
    let status = response.status().as_u16();
    (status, response.json().await.expect("JSON"))
}

/// How many credentials there are.
async fn count(server: &TestServer) -> usize {
    let admin = server.admin().await;
    let request = server
        .call(
            &admin,
            "GET",
            "/v1/organizations/acme/credentials?limit=100",
        )
        .await;
    let body: Value = request.send().await.unwrap().json().await.unwrap();
    // Less the one that asks.
    body["data"].as_array().expect("a list").len() - 1
}
