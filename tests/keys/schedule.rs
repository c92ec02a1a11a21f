//! Next, active, retiring, retired: by schedule and by hand.

use std::collections::{HashMap, VecDeque};

use chrono::{DateTime, TimeDelta, Utc};
use grantd::app::authority::Authority;
use grantd::app::error::AppError;
use grantd::app::resource_servers::{self, Update};
use grantd::app::signing_keys::{Urgency, rotate};
use grantd::clock::Clock;
use grantd::domain::algorithm::Algorithm;
use grantd::domain::precondition::Precondition;
use grantd::domain::signing_key::KeyState::{Active, Next, Retired, Retiring};
use grantd::store;

use super::{all, kid_of, states, still, upkeep};
use crate::support::jwks::{key_set, kids, verify};
use crate::support::server::{API, TestServer, claims};

const DAY: TimeDelta = TimeDelta::days(1);
const SECOND: TimeDelta = TimeDelta::seconds(1);
const MONTH: TimeDelta = TimeDelta::days(30);

#[actix_web::test]
async fn a_key_is_published_a_day_before_it_signs() {
    let server = still().await;
    let client = server.client().await;
    assert_eq!(states(&server).await, [Active]);
    let first = all(&server).await[0].kid.clone();

    server.advance(MONTH - DAY - SECOND);
    upkeep(&server).await;
    assert_eq!(states(&server).await, [Active]);

    server.advance(SECOND);
    upkeep(&server).await;
    assert_eq!(states(&server).await, [Active, Next]);
    let second = all(&server).await[1].kid.clone();
    let keys = key_set(&server).await;
    assert_eq!(kids(&keys), [first.as_str(), second.as_str()]);
    assert_eq!(kid_of(&server.token(&client, &[]).await), first);

    server.advance(DAY - SECOND);
    upkeep(&server).await;
    assert_eq!(kid_of(&server.token(&client, &[]).await), first);

    server.advance(SECOND);
    upkeep(&server).await;
    assert_eq!(states(&server).await, [Retiring, Active]);
    assert_eq!(kid_of(&server.token(&client, &[]).await), second);
    upkeep(&server).await;
    assert_eq!(states(&server).await, [Retiring, Active], "done is done");
}

#[actix_web::test]
async fn a_key_stays_until_the_last_token_that_it_signed_has_expired() {
    let server = still().await;
    // The longest-lived token there can be, signed in the key's last moment.
    let client = server
        .client_with(|new| new.token_ttl_seconds = Some(86_400))
        .await;
    server.advance(MONTH - DAY);
    upkeep(&server).await;
    server.advance(DAY);
    let last = server.token(&client, &[]).await;
    upkeep(&server).await;
    assert_eq!(states(&server).await, [Retiring, Active]);
    let first = all(&server).await[0].clone();
    assert_eq!(kid_of(&last), first.kid);

    let expiry = claims(&last)["exp"].as_i64().expect("exp");
    let left = TimeDelta::seconds(expiry - server.clock.now().timestamp());
    server.advance(left - SECOND);
    upkeep(&server).await;
    let keys = key_set(&server).await;
    verify(&last, &keys, API).expect("it verifies to the end");
    let whoami = server.bare("GET", "/v1/whoami").bearer_auth(&last);
    assert_eq!(whoami.send().await.expect("an answer").status(), 200);

    // And an hour longer, for clocks that are late.
    server.advance(TimeDelta::hours(1));
    upkeep(&server).await;
    assert!(kids(&key_set(&server).await).contains(&first.kid.as_str()));
    server.advance(SECOND);
    upkeep(&server).await;
    assert!(!kids(&key_set(&server).await).contains(&first.kid.as_str()));
    assert_eq!(states(&server).await, [Retired, Active]);

    let stored = store::signing_keys::all(&server.app.store).await;
    for stored in stored.expect("they are read") {
        let gone = stored.key.kid == first.kid;
        assert_eq!(stored.sealed.is_none(), gone, "{:?}", stored.key);
    }
}

/// Half a year in steps of seven hours. Whatever happens on the way, each token verifies by the
/// published keys until it expires, and no key signs that was not published for a day.
#[actix_web::test]
async fn half_a_year_goes_by_without_a_token_that_nobody_can_verify() {
    let server = still().await;
    let client = server
        .client_with(|new| new.token_ttl_seconds = Some(86_400))
        .await;
    let mut alive: VecDeque<String> = VecDeque::new();
    let mut published: HashMap<String, DateTime<Utc>> = HashMap::new();
    let first = all(&server).await[0].kid.clone();
    for _ in 0..620 {
        server.advance(TimeDelta::hours(7));
        upkeep(&server).await;
        let now = server.clock.now();
        let keys = key_set(&server).await;
        assert!((1..=3).contains(&keys.keys.len()), "{}", keys.keys.len());
        for kid in kids(&keys) {
            published.entry(kid.to_owned()).or_insert(now);
        }
        let token = server.token(&client, &[]).await;
        let signer = kid_of(&token);
        assert!(signer == first || now - published[&signer] >= DAY);
        alive.push_back(token);
        while claims(&alive[0])["exp"].as_i64() <= Some(now.timestamp()) {
            alive.pop_front();
        }
        for token in &alive {
            verify(token, &keys, API).expect("it is alive and verifies");
        }
    }
    let made = published.len();
    assert!((6..=8).contains(&made), "{made} keys in half a year");
}

#[actix_web::test]
async fn after_a_long_silence_a_new_key_is_still_published_first() {
    let server = still().await;
    let client = server.client().await;
    let first = all(&server).await[0].kid.clone();
    server.advance(MONTH * 12);
    upkeep(&server).await;
    assert_eq!(states(&server).await, [Active, Next]);
    assert_eq!(kid_of(&server.token(&client, &[]).await), first);
    server.advance(DAY);
    upkeep(&server).await;
    assert_eq!(states(&server).await, [Retiring, Active]);
}

#[actix_web::test]
async fn rotated_by_hand_a_key_is_published_first() {
    let server = still().await;
    let client = server.client().await;
    let first = all(&server).await[0].kid.clone();
    let made = rotate(&server.app, &Authority::Command, None, Urgency::Published)
        .await
        .expect("it rotates");
    assert_eq!(made.len(), 1);
    assert_eq!(made[0].activates_at, server.clock.now() + DAY);
    assert_eq!(kid_of(&server.token(&client, &[]).await), first);
    // Asked again, the same key is meant.
    let again = rotate(
        &server.app,
        &Authority::Command,
        Some(Algorithm::ES256),
        Urgency::Published,
    );
    assert_eq!(again.await.expect("it rotates")[0].kid, made[0].kid);
    assert_eq!(states(&server).await, [Active, Next]);
    server.advance(DAY);
    upkeep(&server).await;
    assert_eq!(kid_of(&server.token(&client, &[]).await), made[0].kid);
}

#[actix_web::test]
async fn rotated_at_once_a_key_signs_and_the_old_one_still_verifies() {
    let server = still().await;
    let client = server.client().await;
    let old = server.token(&client, &[]).await;
    let made = rotate(&server.app, &Authority::Command, None, Urgency::AtOnce)
        .await
        .expect("it rotates");
    let new = server.token(&client, &[]).await;
    assert_eq!(kid_of(&new), made[0].kid);
    assert_eq!(states(&server).await.len(), 2);
    let keys = key_set(&server).await;
    for token in [&old, &new] {
        verify(token, &keys, API).expect("it verifies");
    }
    // One that waits is the one that is taken.
    server.advance(SECOND);
    let waiting = rotate(&server.app, &Authority::Command, None, Urgency::Published).await;
    let waiting = waiting.expect("it rotates")[0].kid.clone();
    let made = rotate(&server.app, &Authority::Command, None, Urgency::AtOnce).await;
    assert_eq!(made.expect("it rotates")[0].kid, waiting);
    assert_eq!(kid_of(&server.token(&client, &[]).await), waiting);
}

#[actix_web::test]
async fn a_key_that_waits_for_the_schedule_is_brought_forward_as_far_as_publishing_allows() {
    let server = TestServer::builder()
        .setting("keys.rotate_every", "30d")
        .setting("keys.publish_before", "10d")
        .without_background()
        .start()
        .await;
    rotate(&server.app, &Authority::Command, None, Urgency::Published)
        .await
        .expect("it rotates");
    server.advance(TimeDelta::days(10));
    // Nobody looked after the keys meanwhile; by hand it is due as well.
    let made = rotate(&server.app, &Authority::Command, None, Urgency::Published).await;
    assert_eq!(made.expect("it rotates")[0].state, Active);
    assert_eq!(states(&server).await, [Retiring, Active]);
}

#[actix_web::test]
async fn an_algorithm_that_nothing_signs_with_has_no_key_to_rotate() {
    let server = still().await;
    let refused = rotate(
        &server.app,
        &Authority::Command,
        Some(Algorithm::PS256),
        Urgency::AtOnce,
    )
    .await;
    assert!(matches!(refused, Err(AppError::Invalid { .. })));
    assert_eq!(states(&server).await, [Active]);
}

#[actix_web::test]
async fn a_new_algorithm_has_its_key_before_the_first_token() {
    let server = still().await;
    let client = server.client().await;
    let update = Update {
        algorithm: Some(Some(Algorithm::EdDSA)),
        ..Update::default()
    };
    resource_servers::update(
        &server.app,
        &Authority::Command,
        server.api.id,
        update,
        &Precondition::NONE,
    )
    .await
    .expect("it is changed");
    let keys = key_set(&server).await;
    assert_eq!(keys.keys.len(), 2);
    let token = server.token(&client, &[]).await;
    verify(&token, &keys, API).expect("it verifies");
    let made = rotate(&server.app, &Authority::Command, None, Urgency::AtOnce).await;
    let algorithms: Vec<_> = made
        .expect("they rotate")
        .iter()
        .map(|k| k.algorithm)
        .collect();
    assert_eq!(algorithms, [Algorithm::ES256, Algorithm::EdDSA]);
}

/// An RSA key takes a while to make. Tokens are given all that time, first with the old algorithm
/// and then with the new.
#[actix_web::test]
async fn no_token_is_refused_while_a_new_algorithm_gets_its_key() {
    let server = still().await;
    let client = server.client().await;
    let app = server.app.clone();
    let api = server.api.id;
    let changing = actix_web::rt::spawn(async move {
        let update = Update {
            algorithm: Some(Some(Algorithm::RS256)),
            ..Update::default()
        };
        resource_servers::update(&app, &Authority::Command, api, update, &Precondition::NONE).await
    });
    let mut seen = Vec::new();
    while seen.last().is_none_or(|last| last != "RS256") {
        let token = server.token(&client, &[]).await;
        let algorithm = crate::support::server::header(&token)["alg"].clone();
        seen.push(algorithm.as_str().expect("an alg").to_owned());
        assert!(seen.len() < 100_000, "it never changes");
    }
    changing.await.expect("it ends").expect("it is changed");
}
