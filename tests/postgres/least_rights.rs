//! A user without any right but to its own database or schema, made as documented.

use std::time::Duration;

use super::{assert_unavailable, make_organization, readiness, token_status};
use crate::support::postgres::{self, Cluster};
use crate::support::repository;
use crate::support::server::TestServer;

/// The SQL below a sentence of docs/operate.md, exactly as it stands there.
fn documented(sentence: &str) -> String {
    let text = repository::read("docs/operate.md");
    let (_, rest) = text.split_once(sentence).expect("the sentence");
    let (_, rest) = rest.split_once("```sql\n").expect("SQL");
    rest.split_once("```").expect("its end").0.to_owned()
}

fn url(cluster: &Cluster, database: &str) -> String {
    format!(
        "postgres://grantd:change-me@127.0.0.1:{}/{database}",
        cluster.port()
    )
}

async fn everything_works(node: &TestServer) {
    let client = node.client().await;
    assert_eq!(token_status(node, &client).await, 200);
    let operator = node.operator().await;
    let token = node.management_token(&operator).await;
    let made = make_organization(node, &token, "made").await;
    assert_eq!(made.status(), 201);
    assert_eq!(readiness(node).await.0, 200);
}

#[actix_web::test]
async fn the_owner_of_a_database_needs_no_more() {
    let cluster = Cluster::builder().start();
    cluster.psql(&documented("A database of its own:"));
    let url = url(&cluster, "grantd");
    let node = TestServer::builder()
        .database(&url)
        .setting("database.connect_timeout", "3s")
        .start()
        .await;
    everything_works(&node).await;

    // As many sessions as the role may have are in use.
    let cold = node.client().await;
    let warm = node.client().await;
    assert_eq!(token_status(&node, &warm).await, 200);
    let admin = cluster.url("grantd");
    postgres::execute(&admin, "ALTER ROLE grantd CONNECTION LIMIT 0").await;
    postgres::execute(
        &admin,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'grantd'",
    )
    .await;
    assert_unavailable(&node.token_response(&cold, &[]).await);
    assert_eq!(token_status(&node, &warm).await, 200);
    postgres::execute(&admin, "ALTER ROLE grantd CONNECTION LIMIT -1").await;
    TestServer::eventually(Duration::from_secs(10), async || {
        token_status(&node, &cold).await == 200
    })
    .await;
}

#[actix_web::test]
async fn the_owner_of_a_schema_needs_no_more() {
    let cluster = Cluster::builder().start();
    cluster.psql("CREATE DATABASE company");
    cluster.psql(&documented("A schema of its own"));
    let url = url(&cluster, "company");
    let node = TestServer::builder().database(&url).start().await;
    everything_works(&node).await;
    let count = "SELECT COUNT(*) FROM pg_tables WHERE schemaname = 'public'";
    assert_eq!(super::number(&cluster.url("company"), count).await, 0);
}
