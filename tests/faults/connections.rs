//! The connections to the database: all in use, or dead without a word.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use sea_orm::sqlx::postgres::PgConnection;
use sea_orm::sqlx::{Connection, Executor};

use super::forwarder::Forwarder;
use super::own_postgres::OwnPostgres;
use super::site::{Node, Site, client, token};
use super::{report, until};
use crate::support::place::Place;
use crate::support::postgres;
use crate::support::server::TestClient;

/// How many connections the pool may have.
const IN_POOL: i64 = 4;

/// How many ask at once.
const AT_ONCE: usize = 8;

async fn published_keys(node: &Node) -> usize {
    let set = node.get("/.well-known/jwks.json").await;
    set.body["keys"].as_array().expect("a list").len()
}

#[actix_web::test]
async fn a_database_whose_connections_are_all_in_use_is_not_away() {
    let url = postgres::new_database().await;
    let place = Place::on_database(&url).with("GRANTD_DATABASE__MAX_CONNECTIONS", "2");
    let site = Site::furnish(place);
    let node = site.node().await;
    let (warm, cold) = (site.client("warm"), site.client("cold"));
    assert_eq!(node.token(&warm).await.status, 200);
    assert_eq!(published_keys(&node).await, 1);

    let mut lock = PgConnection::connect(&url).await.expect("it lets in");
    let sql = "BEGIN; LOCK TABLE credential IN ACCESS EXCLUSIVE MODE";
    lock.execute(sql).await.expect("it is locked");
    let asking: Vec<_> = (0..4)
        .map(|_| {
            let (http, origin, cold) = (client(), node.origin.clone(), cold.clone());
            actix_web::rt::spawn(async move { token(&http, &origin, &cold).await })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(300)).await;
    // What another process changes meanwhile is seen all the same.
    site.place.done(&["keys", "rotate"]);
    let began = Instant::now();
    let seen = until(Duration::from_secs(1), "it follows", async || {
        published_keys(&node).await == 2
    });
    report(&format!("seen after {:?}", seen.await));
    // For longer than it takes to notice that a database is silent.
    while began.elapsed() < Duration::from_millis(2_800) {
        let state = node.ready().await;
        assert_eq!(state.status, 200, "{state:?} after {:?}", began.elapsed());
        let token = node.token(&warm).await;
        assert_eq!(token.status, 200, "{}", node.process.log());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(asking.iter().any(|one| !one.is_finished()), "they wait");
    lock.execute("ROLLBACK").await.expect("it is free");
    for one in asking {
        let answer = one.await.expect("it ends").expect("an answer");
        // On a busy machine some have waited for database.connect_timeout.
        if answer.status != 200 {
            answer.come_again();
        }
    }
    assert_eq!(node.token(&cold).await.status, 200);
    let log = node.process.log();
    assert!(!log.contains("the change feed cannot be read"), "{log}");
}

/// Asks for tokens that each cost a statement, until the end.
fn ask(node: &Node, clients: &[TestClient], number: usize, given: &Arc<AtomicUsize>) -> Asking {
    let over = Arc::new(AtomicBool::new(false));
    for which in 0..number {
        let (http, origin, clients) = (client(), node.origin.clone(), clients.to_vec());
        let (over, given) = (Arc::clone(&over), Arc::clone(given));
        actix_web::rt::spawn(async move {
            for round in 0.. {
                if over.load(Ordering::SeqCst) {
                    return;
                }
                let client = &clients[(which + round) % clients.len()];
                let answer = token(&http, &origin, client).await.expect("an answer");
                if answer.status == 200 {
                    given.fetch_add(1, Ordering::SeqCst);
                } else {
                    answer.come_again();
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        });
    }
    Asking(over)
}

struct Asking(Arc<AtomicBool>);

impl Drop for Asking {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

#[actix_web::test]
async fn connections_that_die_without_a_word_are_given_up_within_seconds() {
    let postgres = OwnPostgres::start();
    let way = Forwarder::to(postgres.address());
    // Every token costs a statement, and every connection is in use.
    let place = Place::on_database(&OwnPostgres::url_by(way.address))
        .with("GRANTD_DATABASE__MAX_CONNECTIONS", &IN_POOL.to_string())
        .with("GRANTD_DATABASE__CONNECT_TIMEOUT", "9s")
        .with("GRANTD_LIMITS__CACHED_CREDENTIALS", "1")
        .with("GRANTD_LIMITS__FAILED_AUTHENTICATIONS", "0")
        .with("GRANTD_USAGE__FLUSH_EVERY", "1s");
    let site = Site::furnish(place);
    let node = site.node().await;
    let clients: Vec<_> = (0..12).map(|_| site.client("one of many")).collect();
    let management = node.management_token(&site.operator).await;
    for _ in 0..2 {
        let given = Arc::new(AtomicUsize::new(0));
        let asking = ask(&node, &clients, AT_ONCE, &given);
        until(Duration::from_secs(20), "it is busy", async || {
            given.load(Ordering::SeqCst) > 20 * AT_ONCE
        })
        .await;
        way.lose_connections();
        let lost = Instant::now();
        // Whoever waits at a dead connection is told so in bounded time. Whether it is seen that the
        // node is not ready is chance: that can be over within milliseconds.
        until(Duration::from_secs(20), "all is well", async || {
            node.ready().await.status == 200 && node.create(&management, "new").await.status == 201
        })
        .await;
        let well = lost.elapsed();
        assert!(well < Duration::from_secs(12), "{well:?}");
        let before = given.load(Ordering::SeqCst);
        until(Duration::from_secs(10), "it gives tokens", async || {
            given.load(Ordering::SeqCst) > before + 20 * AT_ONCE
        })
        .await;
        drop(asking);
        no_connection_is_missing(&postgres, &node, &clients[0]).await;
        report(&format!("all is well {well:?} after all connections died"));
    }
    site.audit_is_whole();
}

/// Who asks at once has as many connections as the pool may have.
async fn no_connection_is_missing(postgres: &OwnPostgres, node: &Node, known: &TestClient) {
    let url = OwnPostgres::url_by(postgres.address());
    let mut lock = PgConnection::connect(&url).await.expect("it lets in");
    let sql = "BEGIN; LOCK TABLE credential IN ACCESS EXCLUSIVE MODE";
    lock.execute(sql).await.expect("it is locked");
    // Each of them costs a statement of its own, and there is none of them.
    let asking: Vec<_> = (0..AT_ONCE)
        .map(|number| TestClient {
            id: format!("{}{number:04x}", &known.id[..known.id.len() - 4]),
            secret: known.secret.clone(),
        })
        .map(|nobody| {
            let (http, origin) = (client(), node.origin.clone());
            actix_web::rt::spawn(async move { token(&http, &origin, &nobody).await })
        })
        .collect();
    let mut other = PgConnection::connect(&url).await.expect("it lets in");
    let mut waiting = 0;
    let began = Instant::now();
    while waiting < IN_POOL {
        let sql = "SELECT COUNT(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
        let count = sea_orm::sqlx::query_scalar::<_, i64>(sql);
        waiting = count.fetch_one(&mut other).await.expect("a number");
        let log = node.process.log();
        assert!(
            began.elapsed() < Duration::from_secs(9),
            "{waiting} of {IN_POOL} are in use: {log}"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    lock.execute("ROLLBACK").await.expect("it is free");
    for one in asking {
        let answer = one.await.expect("it ends").expect("an answer");
        if answer.status != 401 {
            answer.come_again();
        }
    }
}
