//! Whoever guesses learns nothing: an unknown client, a wrong secret and a revoked credential are
//! refused with the same bytes, the same work and so in the same time.

use std::time::{Duration, Instant};

use grantd::app::authority::Authority;
use grantd::app::credentials;
use grantd::domain::precondition::Precondition;
use uuid::Uuid;

use super::answer::{assert_refusal, assert_token, basic, with_wrong_secret};
use crate::support::raw::RawRequest;
use crate::support::server::{TestClient, TestServer};

const GRANT: &str = "grant_type=client_credentials";

fn by_header(client: &TestClient) -> RawRequest {
    RawRequest::form(GRANT).header("Authorization", basic(client))
}

fn by_body(client: &TestClient) -> RawRequest {
    let TestClient { id, secret } = client;
    RawRequest::form(format!("{GRANT}&client_id={id}&client_secret={secret}"))
}

/// Clients that must not be told apart: unknown, wrong secret (of one in memory, and of one that
/// was never asked for), revoked (in memory before, and not).
async fn indistinguishable(server: &TestServer) -> Vec<(&'static str, TestClient)> {
    let known = server.client().await;
    server.token(&known, &[]).await;
    let unseen = server.client().await;
    let unknown = TestClient {
        id: Uuid::from_u128(0x0197_f3c2_6d5e_7c3a_9b1e_2f4a_6c8e_0b1d).to_string(),
        secret: known.secret.clone(),
    };
    let revoked_in_memory = server.client().await;
    server.token(&revoked_in_memory, &[]).await;
    let revoked = server.client().await;
    for client in [&revoked_in_memory, &revoked] {
        credentials::revoke(
            &server.app,
            &Authority::Command,
            server.organization.id,
            client.id.parse().expect("an id"),
            &Precondition::NONE,
        )
        .await
        .expect("it is revoked");
    }
    vec![
        ("unknown", unknown),
        ("wrong secret", with_wrong_secret(&known)),
        ("wrong secret of one unseen", with_wrong_secret(&unseen)),
        ("revoked while in memory", revoked_in_memory),
        ("revoked", revoked),
    ]
}

#[actix_web::test]
async fn the_same_bytes() {
    let server = TestServer::start().await;
    let clients = indistinguishable(&server).await;
    for request in [by_header, by_body] {
        let mut first = None;
        for (name, client) in &clients {
            let request = request(client);
            let answer = request.send(&server.origin).await;
            assert_eq!(answer.status, 401, "{name}");
            let code = assert_refusal(name, &answer, request.has_authorization());
            assert_eq!(code, "invalid_client", "{name}");
            let answer = answer.without_the_moment();
            assert_eq!(first.get_or_insert(answer.clone()), &answer, "{name}");
        }
    }
}

#[actix_web::test]
async fn the_same_work() {
    let server = TestServer::builder().without_background().start().await;
    for (name, client) in indistinguishable(&server).await {
        // The second time shows that neither has been remembered.
        for round in 1..=2 {
            let before = server.app.store.statements();
            assert_eq!(by_header(&client).send(&server.origin).await.status, 401);
            let statements = server.app.store.statements() - before;
            assert_eq!(statements, 1, "{name}, round {round}");
        }
    }
}

/// Medians of many requests in turn. Without the equal work above they differ by much more than a
/// factor: memory alone answers many times faster than the database.
#[actix_web::test]
async fn the_same_time() {
    const ROUNDS: usize = 300;
    // So many failures would be throttled.
    let server = TestServer::builder()
        .setting("limits.failed_authentications", "0")
        .without_background()
        .start()
        .await;
    let clients = indistinguishable(&server).await;
    let mut times = vec![Vec::with_capacity(ROUNDS); clients.len()];
    for round in 0..ROUNDS {
        for index in 0..clients.len() {
            // Each takes every place in the row, so that nobody is always first.
            let index = (index + round) % clients.len();
            let (_, client) = &clients[index];
            let started = Instant::now();
            let response = server.token_response(client, &[]).await;
            times[index].push(started.elapsed());
            assert_eq!(response.status(), 401);
        }
    }
    let medians: Vec<Duration> = times.into_iter().map(median).collect();
    let fastest = *medians.iter().min().expect("a median");
    let slowest = *medians.iter().max().expect("a median");
    assert!(slowest < fastest * 2, "{medians:?}");
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

#[actix_web::test]
async fn a_typo_is_refused_without_a_question_to_the_database() {
    let server = TestServer::builder().without_background().start().await;
    let client = server.client().await;
    let unknown = TestClient {
        id: "no-id".to_owned(),
        ..client.clone()
    };
    let mut typo = client.clone();
    typo.secret.replace_range(10..11, "_");
    let reference = by_header(&with_wrong_secret(&client))
        .send(&server.origin)
        .await;
    for client in [unknown, typo] {
        let before = server.app.store.statements();
        let answer = by_header(&client).send(&server.origin).await;
        assert_eq!(server.app.store.statements(), before, "{client:?}");
        assert_eq!(
            answer.without_the_moment(),
            reference.clone().without_the_moment()
        );
    }
    assert_token(
        "the right one",
        &by_header(&client).send(&server.origin).await,
    );
}
