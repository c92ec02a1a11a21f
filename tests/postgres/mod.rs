//! What PostgreSQL has and SQLite has not: other nodes hear of a change at once, connections may be
//! lost, refused or lead to a standby, and there is TLS.

mod announcements;
mod failover;
mod least_rights;
mod outages;
mod places;
mod tls;
mod together;

use std::time::Duration;

use grantd::app::authority::Authority;
use grantd::app::credentials;
use grantd::domain::ids::CredentialId;
use grantd::domain::precondition::Precondition;
use reqwest::Response;
use sea_orm::sqlx::postgres::PgConnection;
use sea_orm::sqlx::{AssertSqlSafe, Connection, query_scalar};
use serde_json::{Value, json};

use crate::support::server::{TestClient, TestServer};

/// How long a node may take to see that the database is gone: the time to connect, and a poll.
const SILENT_WITHIN: Duration = Duration::from_secs(8);

fn id(client: &TestClient) -> CredentialId {
    client.id.parse().expect("an id")
}

async fn token_status(node: &TestServer, client: &TestClient) -> u16 {
    node.token_response(client, &[]).await.status().as_u16()
}

async fn revoke(node: &TestServer, client: &TestClient) {
    credentials::revoke(
        &node.app,
        &Authority::Command,
        node.organization.id,
        id(client),
        &Precondition::NONE,
    )
    .await
    .expect("it is revoked");
}

/// Asks for a change: a new organization. `token` is an operator's.
async fn make_organization(node: &TestServer, token: &str, slug: &str) -> Response {
    node.http
        .post(node.url("/v1/organizations"))
        .bearer_auth(token)
        .json(&json!({ "slug": slug }))
        .send()
        .await
        .expect("an answer")
}

/// The refusal of somebody who may ask again in a moment.
#[track_caller]
fn assert_unavailable(response: &Response) {
    assert_eq!(response.status(), 503, "{response:?}");
    assert!(
        response.headers().contains_key("retry-after"),
        "{response:?}"
    );
}

/// What `/readyz` says.
async fn readiness(node: &TestServer) -> (u16, Value) {
    let response = node.bare("GET", "/readyz").send().await.expect("an answer");
    (
        response.status().as_u16(),
        response.json().await.expect("JSON"),
    )
}

/// The node says, as soon as its follower has seen it, that the database does not answer.
async fn assert_silent(node: &TestServer) {
    TestServer::eventually(SILENT_WITHIN, async || {
        let (status, body) = readiness(node).await;
        status == 503 && body["database"] == "does not answer"
    })
    .await;
}

/// The one number that a query finds.
async fn number(url: &str, sql: &str) -> i64 {
    let mut connection = PgConnection::connect(url).await.expect("it connects");
    let found = query_scalar(AssertSqlSafe(sql.to_owned()))
        .fetch_one(&mut connection)
        .await;
    connection.close().await.expect("it closes");
    found.expect("a number")
}
