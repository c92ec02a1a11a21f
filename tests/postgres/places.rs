//! Who has to wait for the database takes a place; who finds none has not begun a statement
//! (`http/admission.rs`, `store/engine/connections.rs`).

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::future::join_all;
use grantd::app::load::read_credential;
use sea_orm::sqlx::postgres::PgConnection;
use sea_orm::sqlx::{Connection, Executor, query_scalar};
use tokio::time::sleep;

use super::{assert_unavailable, id};
use crate::support::server::{Engine, TestClient, TestServer};

/// Requests that may wait at once.
const PLACES: usize = 4;

/// Requests at once.
const ASKING: usize = 40;

/// Connections that are free at first: more than there are places, so that there is one for who has
/// no place, too.
const FREE: usize = 8;

/// PostgreSQL lets nobody wait for a lock for longer than five seconds.
const SOON: Duration = Duration::from_secs(3);

/// Statements under way, those that wait for a lock among them.
const UNDER_WAY: &str = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() \
                         AND application_name = 'grantd' AND state = 'active'";

const FREE_SESSIONS: &str = "SELECT COUNT(*) FROM pg_stat_activity \
                             WHERE datname = current_database() \
                             AND application_name = 'grantd' AND state = 'idle'";

/// A connection to see the others by.
async fn watcher(server: &TestServer) -> PgConnection {
    let connection = PgConnection::connect(&server.database_url).await;
    connection.expect("it connects")
}

async fn count(watcher: &mut PgConnection, sql: &'static str) -> usize {
    let found: i64 = query_scalar(sql)
        .fetch_one(watcher)
        .await
        .expect("a number");
    usize::try_from(found).expect("a count")
}

/// The sessions that grantd has.
async fn sessions(watcher: &mut PgConnection) -> BTreeSet<i32> {
    let found: Vec<i32> = query_scalar(
        "SELECT pid FROM pg_stat_activity \
         WHERE datname = current_database() AND application_name = 'grantd'",
    )
    .fetch_all(watcher)
    .await
    .expect("their numbers");
    found.into_iter().collect()
}

/// Keeps everybody else from the credentials, until it is rolled back.
async fn locked(server: &TestServer) -> PgConnection {
    let mut connection = watcher(server).await;
    let sql = "BEGIN; LOCK TABLE credential IN ACCESS EXCLUSIVE MODE";
    connection.execute(sql).await.expect("it locks");
    connection
}

/// Has so many connections made at once, and then lets go of all.
async fn free_connections(server: &TestServer, client: &TestClient) {
    let (mut lock, mut watcher) = (locked(server).await, watcher(server).await);
    let reading = join_all((0..FREE).map(|_| read_credential(&server.app, id(client))));
    let unlocking = async {
        TestServer::eventually(SOON, async || count(&mut watcher, UNDER_WAY).await == FREE).await;
        lock.execute("ROLLBACK").await.expect("it unlocks");
    };
    let (read, ()) = tokio::join!(reading, unlocking);
    assert!(read.iter().all(Result::is_ok));
    TestServer::eventually(SOON, async || {
        count(&mut watcher, FREE_SESSIONS).await >= FREE
    })
    .await;
}

#[actix_web::test]
async fn who_finds_no_place_has_asked_the_database_nothing() {
    // Nobody but the requests has business with the database.
    let server = TestServer::builder()
        .engine(Engine::Postgres)
        .setting("limits.max_concurrent_requests", &PLACES.to_string())
        .without_background()
        .start()
        .await;
    let mut watcher = watcher(&server).await;
    let cold = server.client().await;
    free_connections(&server, &cold).await;
    let before = sessions(&mut watcher).await;

    let mut lock = locked(&server).await;
    let asking: Vec<_> = (0..ASKING)
        .map(|_| {
            let request = server.http.post(server.url("/oauth/token"));
            let request = request.basic_auth(&cold.id, Some(&cold.secret));
            let request = request.form(&[("grant_type", "client_credentials")]);
            actix_web::rt::spawn(async move { request.send().await.expect("an answer") })
        })
        .collect();
    // They are refused while the others wait.
    let mut most = 0;
    TestServer::eventually(SOON, async || {
        most = most.max(count(&mut watcher, UNDER_WAY).await);
        let answered = asking.iter().filter(|one| one.is_finished());
        answered.count() == ASKING - PLACES
    })
    .await;
    for _ in 0..10 {
        most = most.max(count(&mut watcher, UNDER_WAY).await);
        sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(most, PLACES);
    let answered = asking.iter().filter(|one| one.is_finished());
    assert_eq!(answered.count(), ASKING - PLACES);
    lock.execute("ROLLBACK").await.expect("it unlocks");

    let mut answers = Vec::new();
    for one in asking {
        answers.push(one.await.expect("it ends"));
    }
    let (refused, served): (Vec<_>, Vec<_>) = answers
        .into_iter()
        .partition(|answer| answer.status() == 503);
    refused.iter().for_each(assert_unavailable);
    assert_eq!((refused.len(), served.len()), (ASKING - PLACES, PLACES));
    assert!(served.iter().all(|answer| answer.status() == 200));
    // A statement that is given up costs its connection.
    let after = sessions(&mut watcher).await;
    assert!(before.is_subset(&after), "{before:?} {after:?}");
}
