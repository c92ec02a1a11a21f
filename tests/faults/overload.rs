//! More requests than can be served: some are refused at once, the others are served as ever.

use std::time::{Duration, Instant};

use sea_orm::sqlx::postgres::PgConnection;
use sea_orm::sqlx::{Connection, Executor};

use super::site::{Answer, Node, Site, client, send, token};
use super::{size, until};
use crate::support::place::Place;
use crate::support::postgres;
use crate::support::server::TestClient;

/// Many requests at once, each over a connection of its own; how each was answered, and after how
/// long.
async fn at_once(
    number: usize,
    request: impl Fn(usize) -> reqwest::RequestBuilder,
) -> Vec<(Answer, Duration)> {
    let began = Instant::now();
    let running: Vec<_> = (0..number)
        .map(|number| {
            let request = request(number);
            actix_web::rt::spawn(async move {
                let answer = send(request).await.expect("an answer");
                (answer, began.elapsed())
            })
        })
        .collect();
    let mut answers = Vec::new();
    for one in running {
        answers.push(one.await.expect("it ends"));
    }
    answers
}

fn split(answers: Vec<(Answer, Duration)>) -> (Vec<(Answer, Duration)>, Vec<Duration>) {
    let (refused, served): (Vec<_>, Vec<_>) = answers
        .into_iter()
        .partition(|(answer, _)| answer.status == 503);
    for (answer, _) in &refused {
        answer.come_again();
    }
    let times = refused.into_iter().map(|(_, took)| took).collect();
    (served, times)
}

async fn is_served(node: &Node, client: &TestClient, limit: Duration) {
    let began = Instant::now();
    let answer = node.token(client).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(began.elapsed() < limit, "{:?}", began.elapsed());
}

#[actix_web::test]
async fn so_many_wait_for_the_database_and_no_more() {
    const PLACES: usize = 8;
    const ASKING: usize = 40;
    let url = postgres::new_database().await;
    let place = Place::on_database(&url)
        .with(
            "GRANTD_LIMITS__MAX_CONCURRENT_REQUESTS",
            &PLACES.to_string(),
        )
        .with("GRANTD_LIMITS__FAILED_AUTHENTICATIONS", "0");
    let site = Site::furnish(place);
    let node = site.node().await;
    let (warm, cold) = (site.client("warm"), site.client("cold"));
    is_served(&node, &warm, Duration::from_secs(5)).await;

    let mut lock = PgConnection::connect(&url).await.expect("it lets in");
    let sql = "BEGIN; LOCK TABLE credential IN ACCESS EXCLUSIVE MODE";
    lock.execute(sql).await.expect("it is locked");
    let endpoint = format!("{}/oauth/token", node.origin);
    // It opens a connection for each that asks at once.
    let http = client();
    let asking = actix_web::rt::spawn(at_once(ASKING, move |_| {
        let request = http.post(&endpoint);
        let request = request.basic_auth(&cold.id, Some(&cold.secret));
        request.form(&[("grant_type", "client_credentials")])
    }));
    tokio::time::sleep(Duration::from_millis(700)).await;
    // What is in memory is served meanwhile, and so is whoever asks how things are.
    is_served(&node, &warm, Duration::from_millis(500)).await;
    assert_eq!(node.get("/healthz").await.status, 200);
    lock.execute("ROLLBACK").await.expect("it is free");
    let released = Instant::now();
    let (served, refused) = split(asking.await.expect("it ends"));
    assert!(released.elapsed() < Duration::from_secs(3));
    assert_eq!((served.len(), refused.len()), (PLACES, ASKING - PLACES));
    assert!(served.iter().all(|(answer, _)| answer.status == 200));
    let slowest = refused.iter().max().expect("some");
    assert!(*slowest < Duration::from_millis(700), "{slowest:?}");
    // Every place is free again.
    let later = site.client("later");
    until(Duration::from_secs(5), "it recovers", async || {
        node.token(&later).await.status == 200
    })
    .await;
    let log = node.process.log();
    assert!(
        log.contains("limits.max_concurrent_requests wait already"),
        "{log}"
    );
}

#[actix_web::test]
async fn sign_ins_without_number_take_nothing_from_those_who_have_tokens() {
    let place = Place::on_sqlite().with("GRANTD_LIMITS__FAILED_AUTHENTICATIONS", "0");
    let site = Site::furnish(place);
    let node = site.node().await;
    let warm = site.client("warm");
    is_served(&node, &warm, Duration::from_secs(5)).await;
    let endpoint = format!("{}/1/token?tenant_id=none", node.origin);
    let http = client();
    let signing_in = actix_web::rt::spawn(at_once(150, move |number| {
        let who = format!("{number}@example.com");
        http.get(&endpoint)
            .basic_auth(who, Some("a wrong password"))
    }));
    for _ in 0..10 {
        tokio::time::sleep(Duration::from_millis(50)).await;
        is_served(&node, &warm, Duration::from_secs(2)).await;
    }
    let (looked_at, refused) = split(signing_in.await.expect("it ends"));
    // How many are looked at within the patience of those who wait is the machine's to say.
    assert!(
        !refused.is_empty() && looked_at.len() >= 10,
        "{}",
        refused.len()
    );
    assert!(looked_at.iter().all(|(answer, _)| answer.status == 401));
    is_served(&node, &warm, Duration::from_secs(1)).await;
}

/// How many tokens were given in all, and the time that one in a hundred took or more.
struct Yield {
    tokens: usize,
    p99: Duration,
}

/// So many ask for a time, one token after the other; who is refused comes again a little later.
async fn asked_by(node: &Node, clients: &[TestClient], number: usize, time: Duration) -> Yield {
    let http = client();
    let end = Instant::now() + time;
    let asking: Vec<_> = (0..number)
        .map(|which| {
            let (http, origin) = (http.clone(), node.origin.clone());
            let clients = clients.to_vec();
            actix_web::rt::spawn(async move {
                let mut times = Vec::new();
                for round in 0.. {
                    let began = Instant::now();
                    if began > end {
                        break;
                    }
                    let client = &clients[(which + round) % clients.len()];
                    let answer = token(&http, &origin, client).await.expect("an answer");
                    if answer.status == 200 {
                        times.push(began.elapsed());
                    } else {
                        answer.come_again();
                        tokio::time::sleep(Duration::from_millis(100)).await;
                    }
                }
                times
            })
        })
        .collect();
    let mut times = Vec::new();
    for one in asking {
        times.extend(one.await.expect("it ends"));
    }
    times.sort();
    Yield {
        tokens: times.len(),
        p99: times[times.len() * 99 / 100],
    }
}

#[actix_web::test]
async fn at_five_times_what_can_be_served_as_much_is_served_as_before() {
    let url = postgres::new_database().await;
    // Every token costs a statement: nothing stays in memory.
    let place = Place::on_database(&url)
        .with("GRANTD_LIMITS__CACHED_CREDENTIALS", "1")
        .with("GRANTD_LIMITS__MAX_CONCURRENT_REQUESTS", "8");
    let site = Site::furnish(place);
    let node = site.node().await;
    let clients: Vec<_> = (0..10).map(|_| site.client("one of ten")).collect();
    let time = Duration::from_millis(1)
        * u32::try_from(size("GRANTD_FAULTS_OVERLOAD_MS", 1_500)).expect("a time");
    asked_by(&node, &clients, 8, Duration::from_millis(300)).await;
    let best = asked_by(&node, &clients, 8, time).await;
    let over = asked_by(&node, &clients, 40, time).await;
    let share = over.tokens * 100 / best.tokens;
    println!(
        "8 ask: {} tokens, p99 {:?}; 40 ask: {} tokens, p99 {:?}: {share} %",
        best.tokens, best.p99, over.tokens, over.p99
    );
    let least = size("GRANTD_FAULTS_OVERLOAD_PERCENT", 40);
    assert!(share >= least, "{share} %");
    assert!(over.p99 < Duration::from_secs(1), "{:?}", over.p99);
    until(Duration::from_secs(5), "it recovers", async || {
        node.token(&clients[0]).await.status == 200
    })
    .await;
}
