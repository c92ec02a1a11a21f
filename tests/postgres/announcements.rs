//! One node's change is known to the others at once, and within a second where they do not hear of it.

use std::time::{Duration, Instant};

use grantd::app::authority::Authority;
use grantd::app::organizations;
use grantd::store::{Announcements, changes};
use sea_orm::sqlx::postgres::PgConnection;
use sea_orm::sqlx::{AssertSqlSafe, Connection, Executor};
use tokio::time::{sleep, timeout};

use super::{number, revoke, token_status};
use crate::support::server::{Engine, TestServer};

/// The sessions that listen in the database.
const LISTENERS: &str = "FROM pg_stat_activity WHERE datname = current_database() \
                         AND query = 'LISTEN \"grantd_changes\"'";

async fn two_nodes() -> (TestServer, TestServer) {
    let one = TestServer::builder().engine(Engine::Postgres).start().await;
    let other = one.another_node().await;
    // They begin to listen in the background.
    let count = format!("SELECT COUNT(*) {LISTENERS}");
    TestServer::eventually(Duration::from_secs(10), async || {
        number(&one.database_url, &count).await == 2
    })
    .await;
    (one, other)
}

/// How long each of some revocations on one node takes until the other refuses, in order.
async fn delays(here: &TestServer, there: &TestServer, count: usize) -> Vec<Duration> {
    let mut delays = Vec::new();
    for _ in 0..count {
        let client = here.client().await;
        assert_eq!(token_status(there, &client).await, 200);
        revoke(here, &client).await;
        let acknowledged = Instant::now();
        while token_status(there, &client).await != 401 {
            assert!(acknowledged.elapsed() < Duration::from_secs(5));
            sleep(Duration::from_millis(1)).await;
        }
        delays.push(acknowledged.elapsed());
    }
    delays.sort_unstable();
    delays
}

#[actix_web::test]
async fn a_revocation_is_heard_of() {
    let (here, there) = two_nodes().await;
    let delays = delays(&here, &there, 21).await;
    println!("heard of after {delays:?}");
    // Whoever asks twice a second knows after a quarter of one, in the middle.
    let median = delays[delays.len() / 2];
    assert!(median < Duration::from_millis(100), "{delays:?}");
}

#[actix_web::test]
async fn what_is_not_heard_is_asked_for() {
    let (here, there) = two_nodes().await;
    let url = here.database_url.clone();
    let deaf = actix_web::rt::spawn(async move {
        let mut connection = PgConnection::connect(&url).await.expect("it connects");
        let end = format!("SELECT pg_terminate_backend(pid) {LISTENERS}");
        loop {
            // No listener lives long enough to hear anything.
            let ended = connection.execute(AssertSqlSafe(end.clone())).await;
            ended.expect("the superuser may");
            sleep(Duration::from_millis(10)).await;
        }
    });
    let deafened = delays(&here, &there, 7).await;
    println!("asked for after {deafened:?}");
    assert!(
        deafened.iter().all(|delay| *delay < Duration::from_secs(1)),
        "{deafened:?}"
    );
    deaf.abort();

    // The connection is made anew, and they hear again.
    let count = format!("SELECT COUNT(*) {LISTENERS}");
    TestServer::eventually(Duration::from_secs(15), async || {
        number(&here.database_url, &count).await == 2
    })
    .await;
    let again = delays(&here, &there, 11).await;
    assert!(again[5] < Duration::from_millis(100), "{again:?}");
}

/// What is heard within a while.
async fn heard(announcements: &mut Announcements) -> Option<i64> {
    timeout(Duration::from_secs(5), announcements.next())
        .await
        .ok()
}

#[actix_web::test]
async fn a_commit_is_announced_by_the_number_of_its_last_change() {
    let node = TestServer::builder()
        .engine(Engine::Postgres)
        .without_background()
        .start()
        .await;
    let mut announcements = node.app.store.announcements();
    assert_eq!(
        heard(&mut announcements).await,
        Some(i64::MAX),
        "some may have been missed"
    );

    node.organization("first").await;
    let head = changes::head(&node.app.store).await.expect("a number");
    assert_eq!(heard(&mut announcements).await, Some(head));

    // What is refused has changed nothing.
    let slug = "first".parse().expect("a slug");
    organizations::create(&node.app, &Authority::Command, slug, None)
        .await
        .expect_err("there is one");
    node.organization("second").await;
    let head = changes::head(&node.app.store).await.expect("a number");
    assert_eq!(heard(&mut announcements).await, Some(head));
    drop(announcements);
    let count = format!("SELECT COUNT(*) {LISTENERS}");
    TestServer::eventually(Duration::from_secs(5), async || {
        number(&node.database_url, &count).await == 0
    })
    .await;
}

#[actix_web::test]
async fn sqlite_announces_nothing() {
    let node = TestServer::builder().without_background().start().await;
    let mut announcements = node.app.store.announcements();
    node.organization("first").await;
    let heard = timeout(Duration::from_millis(300), announcements.next()).await;
    assert!(heard.is_err(), "{heard:?}");
}
