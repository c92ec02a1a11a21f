//! Passwords: who guesses is stopped before a password is looked at.

use std::sync::Arc;

use chrono::TimeDelta;
use grantd::app::authority::Authority;
use grantd::app::error::AppError;
use grantd::app::sign_in::check_password;
use grantd::app::users;
use grantd::domain::access::Origin;
use grantd::domain::secret::Secret;

use super::throttle::to_next_minute;
use crate::support::server::TestServer;

const RIGHT: &str = "a long enough password";
const ANN: &str = "ann@example.com";

async fn server(failures: &str) -> TestServer {
    let builder = TestServer::builder().without_background();
    let server = builder
        .setting("limits.failed_authentications", failures)
        .start()
        .await;
    to_next_minute(&server);
    let email = ANN.parse().expect("an address");
    let password = Secret::new(RIGHT.to_owned());
    users::create(
        &server.app,
        &Authority::Command,
        email,
        false,
        &password,
        None,
    )
    .await
    .expect("a user");
    server
}

fn from(address: &str) -> Origin {
    Origin {
        address: Some(address.parse().expect("an address")),
        request_id: None,
    }
}

/// 200, 401 or 429, as it would be answered.
async fn status(server: &TestServer, email: &str, password: &str, address: &str) -> u16 {
    let password = Secret::new(password.to_owned());
    match check_password(&server.app, email, password, &from(address)).await {
        Ok(_) => 200,
        Err(AppError::Unauthenticated(_)) => 401,
        Err(AppError::TooManyRequests(refusal)) => {
            assert!((1..=60).contains(&refusal.retry_after), "{refusal:?}");
            assert_eq!(refusal.fields, None);
            429
        }
        Err(other) => panic!("{other:?}"),
    }
}

#[actix_web::test]
async fn after_three_failures_no_password_is_looked_at() {
    let server = server("3").await;
    for email in [ANN, " Ann@EXAMPLE.com", "ANN@example.com "] {
        assert_eq!(status(&server, email, "wrong", "192.0.2.1").await, 401);
    }
    let before = server.app.store.statements();
    assert_eq!(
        status(&server, "aNN@example.com", RIGHT, "192.0.2.1").await,
        429
    );
    assert_eq!(server.app.store.statements(), before);
    assert_eq!(status(&server, ANN, RIGHT, "192.0.2.2").await, 200);
    assert_eq!(
        status(&server, "bob@example.com", "wrong", "192.0.2.1").await,
        401
    );
    server.advance(TimeDelta::seconds(60));
    assert_eq!(status(&server, ANN, RIGHT, "192.0.2.1").await, 200);
}

#[actix_web::test]
async fn an_unknown_address_is_throttled_alike_and_a_right_password_is_no_failure() {
    let server = server("3").await;
    for _ in 0..6 {
        assert_eq!(status(&server, ANN, RIGHT, "192.0.2.1").await, 200);
    }
    for unknown in ["bob@example.com", "no address"] {
        for expected in [401, 401, 401, 429] {
            assert_eq!(status(&server, unknown, RIGHT, "192.0.2.1").await, expected);
        }
    }
}

#[actix_web::test]
async fn many_addresses_cannot_lock_the_owner_out() {
    let server = server("2").await;
    for number in 0..20 {
        let address = format!("198.51.100.{number}");
        assert_eq!(status(&server, ANN, "wrong", &address).await, 401);
    }
    assert_eq!(status(&server, ANN, "wrong", "198.51.100.7").await, 429);
    assert_eq!(status(&server, ANN, RIGHT, "192.0.2.1").await, 200);
}

#[actix_web::test]
async fn many_at_once_are_no_way_around() {
    let server = server("3").await;
    let app = &server.app;
    let attempts: Vec<_> = (0..30)
        .map(|_| {
            let app = Arc::clone(app);
            tokio::spawn(async move {
                let wrong = Secret::new("wrong".to_owned());
                let refusal = check_password(&app, ANN, wrong, &from("192.0.2.1")).await;
                matches!(refusal, Err(AppError::Unauthenticated(_)))
            })
        })
        .collect();
    let mut looked_at = 0;
    for attempt in attempts {
        looked_at += usize::from(attempt.await.expect("it ends"));
    }
    // Three, and those that were being hashed beside the third.
    assert!((3..=6).contains(&looked_at), "{looked_at}");
}
