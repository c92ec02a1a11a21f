//! The flush that goes on by itself.

use std::sync::Arc;
use std::time::Duration;

use grantd::app::usage::flush_regularly;
use serde_json::Value;

use super::written;
use crate::management::answer::send;
use crate::support::server::{Engine, TestClient, TestServer};

/// Longer than any flush takes at an interval of a second, on a busy machine too.
const SOON: Duration = Duration::from_secs(20);

async fn server(engine: Engine) -> TestServer {
    let builder = TestServer::builder().engine(engine);
    let server = builder.setting("usage.flush_every", "1s").start().await;
    tokio::spawn(flush_regularly(Arc::clone(&server.app)));
    server
}

async fn credential(server: &TestServer, admin: &TestClient, client: &TestClient) -> Value {
    let path = format!("/v1/organizations/acme/credentials/{}", client.id);
    send(server.call(admin, "GET", &path).await).await.json(200)
}

#[actix_web::test]
async fn it_writes_again_and_again_and_the_credential_shows_its_last_use() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let server = server(engine).await;
        let (admin, client) = (server.admin().await, server.client().await);
        let shown = credential(&server, &admin, &client).await;
        assert_eq!(shown["last_used_at"], Value::Null);
        for seconds in [0, 7] {
            server.advance(chrono::TimeDelta::seconds(seconds));
            server.token(&client, &[]).await;
            let now = serde_json::to_value(server.app.now()).expect("JSON");
            TestServer::eventually(SOON, async || {
                let shown = credential(&server, &admin, &client).await;
                shown["last_used_at"] == now && shown["secrets"][0]["last_used_at"] == now
            })
            .await;
        }
        TestServer::eventually(SOON, async || {
            written(&server, &client).await.requests() == 2
        })
        .await;
    }
}

#[actix_web::test]
async fn it_goes_on_when_the_database_takes_it_again() {
    let server = server(Engine::Sqlite).await;
    let client = server.client().await;
    server.token(&client, &[]).await;
    // Another writer holds the database for longer than a flush waits.
    let held = server.app.store.begin(server.app.now()).await;
    tokio::time::sleep(Duration::from_millis(7_500)).await;
    server.token(&client, &[]).await;
    drop(held);
    TestServer::eventually(SOON, async || {
        written(&server, &client).await.requests() == 2
    })
    .await;
}

/// Two nodes, each flushing by itself, agree on what is left of a quota.
#[actix_web::test]
async fn nodes_that_flush_agree_on_a_quota() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let first = server(engine).await;
        let second = first
            .another_node_with(|builder| builder.setting("usage.flush_every", "1s"))
            .await;
        tokio::spawn(flush_regularly(Arc::clone(&second.app)));
        let client = first
            .client_with(|new| new.quota = Some(super::quota(6)))
            .await;
        first.token(&client, &[]).await;
        second.token(&client, &[]).await;
        second.token(&client, &[]).await;
        // With a request more each, both have heard of the three before.
        let left = async |node: &TestServer| {
            let id = client.id.parse().expect("an id");
            let meter = node.app.meters.find(id).expect("a meter");
            let allowance = meter.allowance(None, Some(super::quota(6)), node.app.now());
            allowance.quota.expect("a quota").remaining
        };
        TestServer::eventually(SOON, async || {
            written(&first, &client).await.requests() == 3
        })
        .await;
        first.token(&client, &[]).await;
        second.token(&client, &[]).await;
        TestServer::eventually(SOON, async || {
            written(&first, &client).await.requests() == 5
        })
        .await;
        TestServer::eventually(SOON, async || {
            left(&first).await <= 2 && left(&second).await <= 2
        })
        .await;
        let statuses = [
            first.token_response(&client, &[]).await.status(),
            first.token_response(&client, &[]).await.status(),
            first.token_response(&client, &[]).await.status(),
        ];
        assert_eq!(statuses[2], 429, "{statuses:?}");
    }
}
