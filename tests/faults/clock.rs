//! The clock jumps an hour ahead and back.

use chrono::TimeDelta;
use grantd::app::signing_keys;
use grantd::clock::Clock;
use grantd::domain::limit::RateLimit;

use crate::support::jwks::{key_set, kids, verify};
use crate::support::server::{API, TestClient, TestServer, claims};

const HOUR: TimeDelta = TimeDelta::hours(1);

async fn status(server: &TestServer, client: &TestClient) -> u16 {
    server.token_response(client, &[]).await.status().as_u16()
}

/// A token whose times are those of the clock, as it is now.
async fn token_of_now(server: &TestServer, client: &TestClient) {
    let token = server.token(client, &[]).await;
    let claims = claims(&token);
    let now = server.clock.now().timestamp();
    assert_eq!(claims["iat"], now);
    assert_eq!(claims["exp"], now + 900);
    let keys = key_set(server).await;
    verify(&token, &keys, API).expect("its key is published");
}

#[actix_web::test]
async fn a_clock_that_jumps_ahead_and_back_breaks_nothing_for_longer_than_it_is_wrong() {
    let server = TestServer::start().await;
    let kept = server.client().await;
    let soon = server.clock.now() + TimeDelta::minutes(30);
    let expiring = server.client_with(|new| new.expires_at = Some(soon)).await;
    let limited = server
        .client_with(|new| {
            new.rate_limit = Some(RateLimit {
                requests: 2,
                per_seconds: 60,
                enforce: true,
            });
        })
        .await;
    let guessed = server.client().await;
    let wrong = TestClient {
        secret: kept.secret.clone(),
        ..guessed.clone()
    };
    let spend = async || {
        for _ in 0..2 {
            assert_eq!(status(&server, &limited).await, 200);
        }
        assert_eq!(status(&server, &limited).await, 429);
    };
    let guess = async || {
        for _ in 0..10 {
            assert_eq!(status(&server, &wrong).await, 401);
        }
        assert_eq!(status(&server, &wrong).await, 429);
    };
    // In memory from here on.
    assert_eq!(status(&server, &expiring).await, 200);
    token_of_now(&server, &kept).await;
    spend().await;
    guess().await;

    server.advance(HOUR);
    signing_keys::upkeep(&server.app)
        .await
        .expect("it looks after the keys");
    assert_eq!(status(&server, &expiring).await, 401, "not from memory");
    token_of_now(&server, &kept).await;
    // Another window, with a count of its own.
    spend().await;
    guess().await;

    server.advance(-HOUR);
    signing_keys::upkeep(&server.app)
        .await
        .expect("it looks after the keys");
    assert_eq!(status(&server, &expiring).await, 200, "it has not expired");
    token_of_now(&server, &kept).await;
    // What was counted in a time that is to come locks nobody out until then.
    spend().await;
    guess().await;
    server.advance(TimeDelta::minutes(1));
    spend().await;

    // And on: the key in use is still the only one, and nothing has expired that should not.
    server.advance(TimeDelta::minutes(28));
    assert_eq!(status(&server, &expiring).await, 200);
    server.advance(TimeDelta::minutes(2));
    assert_eq!(status(&server, &expiring).await, 401);
    let keys = key_set(&server).await;
    assert_eq!(kids(&keys).len(), 1);
}

#[actix_web::test]
async fn a_token_from_a_clock_that_was_ahead_ends_when_it_says() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    server.advance(HOUR);
    let token = server.management_token(&admin).await;
    let status = async || {
        let request = server.bare("GET", "/v1/whoami").bearer_auth(&token);
        request.send().await.expect("an answer").status().as_u16()
    };
    assert_eq!(status().await, 200);
    server.advance(-HOUR);
    assert_eq!(status().await, 200);
    server.advance(HOUR + TimeDelta::minutes(20));
    assert_eq!(status().await, 401);
}
