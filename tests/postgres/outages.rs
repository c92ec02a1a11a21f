//! However PostgreSQL fails, a request that needs it is told to come again (503 with `Retry-After`),
//! one that does not is served, and all is well afterwards by itself.

use std::time::Duration;

use sea_orm::sqlx::postgres::PgConnection;
use sea_orm::sqlx::{Connection, Executor};

use super::{assert_silent, assert_unavailable, make_organization, readiness, token_status};
use crate::support::forwarder::{Forwarder, NOWHERE};
use crate::support::postgres;
use crate::support::server::{Engine, TestClient, TestServer};

const SOON: Duration = Duration::from_secs(10);

/// A node with short patience, a client that it has in memory and an operator's token.
struct Node {
    server: TestServer,
    warm: TestClient,
    operator: String,
}

impl Node {
    async fn start() -> Self {
        Self::on(&postgres::new_database().await).await
    }

    async fn on(url: &str) -> Self {
        let server = TestServer::builder()
            .engine(Engine::Postgres)
            .database(url)
            .setting("database.connect_timeout", "3s")
            .setting("database.statement_timeout", "1s")
            .start()
            .await;
        let warm = server.client().await;
        let operator = server.operator().await;
        let operator = server.management_token(&operator).await;
        assert_eq!(token_status(&server, &warm).await, 200);
        Self {
            server,
            warm,
            operator,
        }
    }

    /// Ends every session of the node's.
    async fn end_sessions(&self, url: &str) {
        postgres::execute(
            url,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
             WHERE datname = current_database() AND application_name = 'grantd'",
        )
        .await;
    }

    async fn assert_well(&self, slug: &str) {
        let cold = self.server.client().await;
        TestServer::eventually(SOON, async || {
            token_status(&self.server, &cold).await == 200
        })
        .await;
        let made = make_organization(&self.server, &self.operator, slug).await;
        assert_eq!(made.status(), 201);
        TestServer::eventually(SOON, async || readiness(&self.server).await.0 == 200).await;
    }
}

#[actix_web::test]
async fn a_statement_that_takes_too_long() {
    let node = Node::start().await;
    let cold = node.server.client().await;
    let mut other = PgConnection::connect(&node.server.database_url)
        .await
        .expect("it connects");
    let mut lock = other.begin().await.expect("it begins");
    lock.execute("LOCK TABLE credential, organization IN ACCESS EXCLUSIVE MODE")
        .await
        .expect("it locks");
    assert_unavailable(&node.server.token_response(&cold, &[]).await);
    assert_unavailable(&make_organization(&node.server, &node.operator, "late").await);
    assert_eq!(token_status(&node.server, &node.warm).await, 200);
    lock.rollback().await.expect("it unlocks");
    node.assert_well("late").await;
}

#[actix_web::test]
async fn a_database_that_takes_no_changes() {
    let node = Node::start().await;
    let cold = node.server.client().await;
    let url = &node.server.database_url;
    let database = url.rsplit_once('/').expect("a name").1;
    let read_only =
        |on: &str| format!("ALTER DATABASE {database} SET default_transaction_read_only = {on}");
    postgres::execute(url, &read_only("on")).await;
    node.end_sessions(url).await;
    assert_unavailable(&make_organization(&node.server, &node.operator, "written").await);
    // Reading goes on.
    assert_eq!(token_status(&node.server, &cold).await, 200);
    assert_eq!(token_status(&node.server, &node.warm).await, 200);
    // Not from within: there nothing can be changed.
    let elsewhere = url.replace(database, "postgres");
    postgres::execute(&elsewhere, &read_only("off")).await;
    node.end_sessions(url).await;
    node.assert_well("written").await;
}

#[actix_web::test]
async fn sessions_that_the_administrator_ends() {
    let node = Node::start().await;
    let url = node.server.database_url.clone();
    let mut other = PgConnection::connect(&url).await.expect("it connects");
    let mut lock = other.begin().await.expect("it begins");
    lock.execute("LOCK TABLE organization IN ACCESS EXCLUSIVE MODE")
        .await
        .expect("it locks");
    let ending = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        node.end_sessions(&url).await;
    };
    let request = make_organization(&node.server, &node.operator, "ended");
    let (response, ()) = tokio::join!(request, ending);
    assert_unavailable(&response);
    lock.rollback().await.expect("it unlocks");
    // Connections that were idle are found to be gone before they are used.
    node.end_sessions(&url).await;
    let cold = node.server.client().await;
    assert_eq!(token_status(&node.server, &cold).await, 200);
    node.assert_well("ended").await;
}

#[actix_web::test]
async fn a_server_that_is_gone() {
    let database = postgres::new_database().await;
    let (rest, name) = database.rsplit_once('/').expect("a name");
    let (owner, address) = rest.rsplit_once('@').expect("an owner");
    let port = address.rsplit_once(':').expect("a port").1;
    let port: u16 = port.parse().expect("a number");
    let forwarder = Forwarder::start(port);
    let url = format!("{owner}@127.0.0.1:{}/{name}", forwarder.port());
    let node = Node::on(&url).await;
    let cold = node.server.client().await;

    forwarder.lead_to(NOWHERE);
    assert_unavailable(&node.server.token_response(&cold, &[]).await);
    assert_unavailable(&make_organization(&node.server, &node.operator, "gone").await);
    assert_eq!(token_status(&node.server, &node.warm).await, 200);
    assert_silent(&node.server).await;
    TestServer::eventually(SOON, async || {
        readiness(&node.server).await.1["caches"] == "lag behind"
    })
    .await;
    assert_eq!(token_status(&node.server, &node.warm).await, 200);

    forwarder.lead_to(port);
    node.assert_well("gone").await;
}
