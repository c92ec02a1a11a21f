//! Sign-ins, and those that fail.

use std::time::Duration;

use chrono::TimeDelta;
use grantd::app::authority::Authority;
use grantd::app::error::AppError;
use grantd::app::{sign_in, users};
use grantd::domain::access::Origin;
use grantd::domain::ids::UserId;
use grantd::domain::secret::Secret;
use grantd::domain::user::{Membership, Role, User};
use serde_json::json;

use super::{actions, assert_whole, head, since};
use crate::management::answer::send_json;
use crate::support::server::{Engine, TestServer};

const EMAIL: &str = "someone@example.com";
const PASSWORD: &str = "a password of a person";

async fn person(server: &TestServer) -> User {
    let place = Membership {
        user_id: UserId(uuid::Uuid::nil()),
        organization_id: server.organization.id,
        role: Role::OrgAdmin,
        agents: Vec::new(),
    };
    let email = EMAIL.parse().expect("an address");
    let password = Secret::new(PASSWORD.to_owned());
    users::create(
        &server.app,
        &Authority::Command,
        email,
        false,
        &password,
        Some(place),
    )
    .await
    .expect("the user is made")
}

fn origin() -> Origin {
    Origin {
        address: Some("192.0.2.7".parse().expect("an address")),
        request_id: Some("request-7".to_owned()),
    }
}

async fn try_it(server: &TestServer, email: &str, password: &str) -> Result<User, AppError> {
    let password = Secret::new(password.to_owned());
    sign_in::check_password(&server.app, email, password, &origin()).await
}

#[actix_web::test]
async fn a_sign_in_and_what_the_person_does_then_are_told() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let server = TestServer::builder().engine(engine).start().await;
        let user = person(&server).await;
        let before = head(&server.app).await;
        let found = try_it(&server, EMAIL, PASSWORD).await.expect("it is right");
        assert_eq!(since(&server.app, before).await, [], "no sign-in yet");
        let here = origin();
        let issued = sign_in::issue(&server.app, &found, server.organization.id, &here);
        let token = issued.await.expect("a token").access_token;
        let rows = since(&server.app, before).await;
        assert_eq!(actions(&rows), ["user.signed_in"]);
        let row = &rows[0];
        assert_eq!(
            (row.actor_kind.as_str(), row.actor_id),
            ("user", Some(user.id.0))
        );
        assert_eq!(row.address.as_deref(), Some("192.0.2.7"));
        assert_eq!(row.request_id.as_deref(), Some("request-7"));
        assert_eq!(row.organization_id, Some(server.organization.id.0));
        assert_eq!(
            (row.target_kind.as_str(), &row.target_id),
            ("user", &user.id.to_string())
        );
        assert_eq!((&row.before, &row.after), (&None, &None));

        let request = server
            .bare("PATCH", "/v1/organizations/acme")
            .bearer_auth(&token);
        send_json(request, &json!({"name": "Mine"})).await.json(200);
        let rows = since(&server.app, before + 1).await;
        assert_eq!(actions(&rows), ["organization.updated"]);
        assert_eq!(rows[0].actor_kind, "user");
        assert_eq!(rows[0].actor_id, Some(user.id.0));
        assert_whole(&server.app).await;
    }
}

#[actix_web::test]
async fn a_failure_is_told_once_a_minute_and_only_of_a_user_there_is() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let server = TestServer::builder().engine(engine).start().await;
        let user = person(&server).await;
        let before = head(&server.app).await;
        let told = async || since(&server.app, before).await;
        for _ in 0..3 {
            try_it(&server, "nobody@example.com", PASSWORD)
                .await
                .expect_err("unknown");
            try_it(&server, "no address", PASSWORD)
                .await
                .expect_err("unknown");
            try_it(&server, EMAIL, "wrong").await.expect_err("wrong");
        }
        TestServer::eventually(Duration::from_secs(5), async || !told().await.is_empty()).await;
        server.advance(TimeDelta::seconds(61));
        try_it(&server, EMAIL, "wrong").await.expect_err("wrong");
        TestServer::eventually(Duration::from_secs(5), async || told().await.len() > 1).await;
        // Time for what should not come.
        tokio::time::sleep(Duration::from_millis(200)).await;
        let rows = told().await;
        assert_eq!(
            actions(&rows),
            ["user.sign_in_failed", "user.sign_in_failed"]
        );
        for row in &rows {
            assert_eq!(row.target_id, user.id.to_string());
            assert_eq!((row.actor_kind.as_str(), row.actor_id), ("user", None));
            assert_eq!(row.address.as_deref(), Some("192.0.2.7"));
            assert_eq!(row.request_id.as_deref(), Some("request-7"));
        }
        assert_whole(&server.app).await;
    }
}

/// The row is a part of the sign-in: where it cannot be written, there is no token.
#[actix_web::test]
async fn a_sign_in_that_cannot_be_told_gives_no_token() {
    let server = TestServer::start().await;
    let user = person(&server).await;
    let beside = sea_orm::Database::connect(&server.database_url).await;
    let beside = beside.expect("the database");
    sea_orm::ConnectionTrait::execute_unprepared(&beside, "DROP TABLE audit_event")
        .await
        .expect("it runs");
    let issued = sign_in::issue(&server.app, &user, server.organization.id, &origin()).await;
    assert!(issued.is_err());
    // A failure is answered all the same.
    let wrong = try_it(&server, EMAIL, "wrong").await.expect_err("wrong");
    assert!(matches!(wrong, AppError::Unauthenticated(_)), "{wrong}");
}
