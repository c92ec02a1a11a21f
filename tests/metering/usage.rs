//! Counters and last uses, from a request to the database.

use chrono::TimeDelta;
use grantd::app::credentials::Update;
use grantd::app::usage::{flush, prune};
use grantd::domain::usage::{Counter, Rejection};
use grantd::store;

use super::{change, counted, to_quiet_hour, written};
use crate::oauth::answer::with_wrong_secret;
use crate::support::server::{Engine, TestServer};

#[actix_web::test]
async fn what_a_client_does_is_counted_by_reason() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let server = TestServer::builder().engine(engine).start().await;
        let client = server.client().await;
        for _ in 0..5 {
            server.token(&client, &[]).await;
        }
        let wrong = with_wrong_secret(&client);
        for _ in 0..2 {
            server.token_response(&wrong, &[]).await;
        }
        server.token_response(&client, &[("scope", "no")]).await;
        for _ in 0..3 {
            server
                .token_response(&client, &[("resource", "urn:no")])
                .await;
        }
        for (counter, number) in [
            (Counter::TokensIssued, 5),
            (Counter::TokensNeeded, 1),
            (Counter::CallsVerified, 0),
            (Counter::Rejected(Rejection::WrongSecret), 2),
            (Counter::Rejected(Rejection::Scope), 1),
            (Counter::Rejected(Rejection::Audience), 3),
            (Counter::Rejected(Rejection::Disabled), 0),
        ] {
            assert_eq!(
                counted(&server, &client, counter).await,
                number,
                "{counter:?}"
            );
        }
    }
}

#[actix_web::test]
async fn refusals_of_a_disabled_and_of_an_expired_client_are_counted() {
    let server = TestServer::start().await;
    let expiring = server
        .client_with(|new| new.expires_at = Some(server.app.now() + TimeDelta::hours(1)))
        .await;
    let disabled = server.client().await;
    let off = Update {
        enabled: Some(false),
        ..Update::default()
    };
    change(&server, &disabled, off).await;
    server.advance(TimeDelta::hours(1));
    for (client, why) in [
        (&expiring, Rejection::Expired),
        (&disabled, Rejection::Disabled),
    ] {
        assert_eq!(server.token_response(client, &[]).await.status(), 401);
        assert_eq!(counted(&server, client, Counter::Rejected(why)).await, 1);
    }
}

#[actix_web::test]
async fn the_last_use_is_that_of_the_credential_and_of_the_secret() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let server = TestServer::builder().engine(engine).start().await;
        to_quiet_hour(&server);
        let client = server.client().await;
        let id = client.id.parse().expect("an id");
        let read = async || {
            flush(&server.app).await.expect("it is flushed");
            let found = store::credentials::find(&server.app.store, id).await;
            let credential = found.expect("an answer").expect("it is there").credential;
            (credential.last_used_at, credential.secrets[0].last_used_at)
        };
        assert_eq!(read().await, (None, None));
        server.token(&client, &[]).await;
        let first = server.app.now();
        assert_eq!(read().await, (Some(first), Some(first)));
        // A wrong secret is no use.
        server.advance(TimeDelta::seconds(5));
        server
            .token_response(&with_wrong_secret(&client), &[])
            .await;
        assert_eq!(read().await, (Some(first), Some(first)));
        server.token(&client, &[]).await;
        let second = Some(server.app.now());
        assert_eq!(read().await, (second, second));
        // Another node that flushes later what it saw earlier does not set it back.
        let mut write = server.app.store.begin(first).await.expect("it begins");
        store::credentials::credentials_used(&mut write, &[(id, first)])
            .await
            .expect("it is written");
        write.commit().await.expect("it is committed");
        assert_eq!(read().await.0, second);
    }
}

#[actix_web::test]
async fn a_flush_is_no_change() {
    let server = TestServer::builder().without_background().start().await;
    let client = server.client().await;
    server.token(&client, &[]).await;
    let id = client.id.parse().expect("an id");
    let before = server.app.credentials.get(id).expect("in memory");
    let head = store::changes::head(&server.app.store)
        .await
        .expect("a number");
    flush(&server.app).await.expect("it is flushed");
    assert_eq!(store::changes::head(&server.app.store).await, Ok(head));
    let after = server.app.credentials.get(id).expect("in memory");
    assert!(std::sync::Arc::ptr_eq(&before, &after));
}

#[actix_web::test]
async fn tokens_are_given_out_while_nothing_can_be_written() {
    let server = TestServer::builder().without_background().start().await;
    let client = server.client().await;
    server.token(&client, &[]).await;
    server.app.store.close().await.expect("it closes");
    for _ in 0..3 {
        server.token(&client, &[]).await;
        assert!(flush(&server.app).await.is_err());
    }
    let again = server.another_node().await;
    assert!(written(&again, &client).await.is_zero());
}

#[actix_web::test]
async fn usage_is_kept_as_long_as_is_set() {
    let server = TestServer::builder()
        .setting("usage.keep_for", "32d")
        .start()
        .await;
    let client = server.client().await;
    for days in [0, 1, 31] {
        server.advance(TimeDelta::days(days));
        server.token(&client, &[]).await;
        flush(&server.app).await.expect("it is flushed");
    }
    let kept = async || {
        prune(&server.app).await.expect("it is pruned");
        written(&server, &client).await.requests()
    };
    assert_eq!(kept().await, 3, "32 days ago, in that hour");
    server.advance(TimeDelta::hours(1));
    assert_eq!(kept().await, 2);
    server.advance(TimeDelta::days(40));
    assert_eq!(kept().await, 0);
}
