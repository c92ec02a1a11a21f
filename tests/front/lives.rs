//! What is in memory and is not good any more: switched off, past its end, or with another secret.

use actix_web::test::TestRequest;
use chrono::TimeDelta;
use grantd::app::authority::Authority;
use grantd::app::credentials::{self, Update};
use grantd::domain::precondition::Precondition;
use grantd::domain::usage::{Counter, Rejection};

use super::{
    BEHIND, Tally, about_key, at_front, at_router, by_both, callers_key, for_token, key, remember,
    text, with_key, with_token,
};
use crate::metering::change;
use crate::support::server::{TestClient, TestServer};

/// After so long it ends; a token lives for longer.
const END: TimeDelta = TimeDelta::minutes(10);

/// Those whose lives are led here, and two beside them to whom nothing happens.
#[derive(Clone)]
struct Cast {
    client: TestClient,
    key: TestClient,
    asking: TestClient,
    good_key: TestClient,
    good_asking: TestClient,
}

impl Cast {
    /// All of them in memory.
    async fn of(server: &TestServer) -> Self {
        let cast = Self {
            client: server.client().await,
            key: key(server).await,
            asking: callers_key(server).await,
            good_key: key(server).await,
            good_asking: callers_key(server).await,
        };
        for one in [&cast.good_key, &cast.good_asking] {
            remember(server, one).await;
        }
        cast.remembered(server).await;
        cast
    }

    /// Those to whom something happens.
    fn changing(&self) -> [&TestClient; 3] {
        [&self.client, &self.key, &self.asking]
    }

    /// Has them in memory as they are now.
    async fn remembered(&self, server: &TestServer) {
        for one in self.changing() {
            remember(server, one).await;
        }
    }

    /// Every way to show a secret of theirs.
    fn requests(&self) -> [(&'static str, TestRequest); 4] {
        let (key, asking) = (text(&self.key), text(&self.asking));
        [
            ("for a token", for_token(&self.client)),
            ("with the key", with_key(&key)),
            ("asked by", about_key(&asking, &text(&self.good_key))),
            ("asked about", about_key(&text(&self.good_asking), &key)),
        ]
    }

    async fn are_answered(&self, server: &TestServer, expected: u16) {
        for (name, request) in self.requests() {
            let (status, _, _) = at_front(server, request).await;
            assert_eq!(status, expected, "{name}");
        }
    }

    /// The router is asked in vain.
    async fn are_refused_behind(&self, server: &TestServer) {
        for (name, request) in self.requests() {
            let (status, _, body) = at_router(server, request).await;
            let told_so = status == 200 && body.starts_with(b"{\"valid\":false,");
            assert!(status == 401 || told_so, "{name}: {status} {body:?}");
        }
    }
}

/// A token is judged in front, by what is known of its credential.
async fn token_is_refused(server: &TestServer, client: &TestClient, token: &str, why: Rejection) {
    let name = format!("{why:?}");
    let (answer, counted) = by_both(server, &name, &[client], || with_token(token)).await;
    assert_eq!(answer.0, 401, "{name}");
    let expected: Tally = vec![(Counter::Rejected(why), 1)];
    assert_eq!(counted, [expected], "{name}");
}

/// A second secret. The first one lives on for a while.
async fn rotated(server: &TestServer, client: &TestClient) -> TestClient {
    let made = credentials::rotate(
        &server.app,
        &Authority::Command,
        server.organization.id,
        client.id.parse().expect("an id"),
        END,
        &Precondition::NONE,
    );
    TestClient::from(made.await.expect("it is rotated"))
}

#[actix_web::test]
async fn what_is_switched_off_goes_on() {
    let server = TestServer::builder().without_background().start().await;
    let cast = Cast::of(&server).await;
    let token = server.token(&cast.client, &[]).await;
    cast.are_answered(&server, 200).await;
    for one in cast.changing() {
        let update = Update {
            enabled: Some(false),
            ..Update::default()
        };
        change(&server, one, update).await;
    }
    cast.remembered(&server).await;
    cast.are_answered(&server, BEHIND).await;
    token_is_refused(&server, &cast.client, &token, Rejection::Disabled).await;
    cast.are_refused_behind(&server).await;
}

#[actix_web::test]
async fn what_has_expired_goes_on() {
    let server = TestServer::builder().without_background().start().await;
    let cast = Cast::of(&server).await;
    // Before it is known when the credential ends, which would end the token too.
    let token = server.token(&cast.client, &[]).await;
    for one in cast.changing() {
        let update = Update {
            expires_at: Some(Some(server.app.now() + END)),
            ..Update::default()
        };
        change(&server, one, update).await;
    }
    cast.remembered(&server).await;
    server.advance(END - TimeDelta::seconds(1));
    cast.are_answered(&server, 200).await;
    server.advance(TimeDelta::seconds(1));
    cast.are_answered(&server, BEHIND).await;
    token_is_refused(&server, &cast.client, &token, Rejection::Expired).await;
    cast.are_refused_behind(&server).await;
}

#[actix_web::test]
async fn a_secret_that_has_been_rotated_goes_on_after_the_overlap() {
    let server = TestServer::builder().without_background().start().await;
    let old = Cast::of(&server).await;
    let new = Cast {
        client: rotated(&server, &old.client).await,
        key: rotated(&server, &old.key).await,
        asking: rotated(&server, &old.asking).await,
        ..old.clone()
    };
    new.remembered(&server).await;
    server.advance(END - TimeDelta::seconds(1));
    old.are_answered(&server, 200).await;
    new.are_answered(&server, 200).await;
    server.advance(TimeDelta::seconds(1));
    old.are_answered(&server, BEHIND).await;
    new.are_answered(&server, 200).await;
    old.are_refused_behind(&server).await;
}

/// A revoked key is refused from the moment on in which this node knows.
#[actix_web::test]
async fn what_is_forgotten_goes_on() {
    let server = TestServer::builder().without_background().start().await;
    let key = key(&server).await;
    assert_eq!(at_router(&server, with_key(&text(&key))).await.0, 200);
    assert_eq!(at_front(&server, with_key(&text(&key))).await.0, 200);
    server
        .app
        .credentials
        .forget(key.id.parse().expect("an id"));
    assert_eq!(at_front(&server, with_key(&text(&key))).await.0, BEHIND);
    assert_eq!(at_router(&server, with_key(&text(&key))).await.0, 200);
    server.app.credentials.forget_all();
    assert_eq!(at_front(&server, with_key(&text(&key))).await.0, BEHIND);
}
