//! What commands do, and what grantd does by itself.

use chrono::TimeDelta;
use grantd::app::authority::Authority;
use grantd::app::bootstrap::bootstrap;
use grantd::app::signing_keys::{self, Urgency};
use grantd::app::{dev, users};
use grantd::domain::audit::Recorded;
use grantd::domain::ids::UserId;
use grantd::domain::user::{Membership, Role};

use super::{actions, assert_whole, head, since};
use crate::support::server::TestServer;

#[track_caller]
fn all_by(rows: &[Recorded], kind: &str) {
    for row in rows {
        assert_eq!(row.actor_kind, kind);
        assert_eq!(
            (row.actor_id, &row.address, &row.request_id),
            (None, &None, &None)
        );
    }
}

#[actix_web::test]
async fn the_first_start_tells_of_the_first_key() {
    let server = TestServer::builder().without_background().start().await;
    let rows = since(&server.app, 0).await;
    assert_eq!(
        actions(&rows),
        [
            "signing_key.created",
            "organization.created",
            "resource_server.created"
        ]
    );
    all_by(&rows[..1], "system");
    all_by(&rows[1..], "command");
}

#[actix_web::test]
async fn commands_tell_of_users_and_their_places() {
    let server = TestServer::start().await;
    let before = head(&server.app).await;
    let made = bootstrap(
        &server.app,
        "ops@example.com".parse().expect("an address"),
        "globex".parse().expect("a slug"),
    );
    let made = made.await.expect("it is made");
    let rows = since(&server.app, before).await;
    assert_eq!(
        actions(&rows),
        ["organization.created", "user.created", "member.added"]
    );
    all_by(&rows, "command");
    let (user, globex) = (made.user.id.to_string(), made.organization.id.0);
    let told: Vec<_> = rows[1..]
        .iter()
        .map(|row| {
            (
                row.target_kind.as_str(),
                row.target_id.as_str(),
                row.organization_id,
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("user", user.as_str(), None),
            ("user", user.as_str(), Some(globex))
        ]
    );

    let before = head(&server.app).await;
    let place = Membership {
        user_id: UserId(uuid::Uuid::nil()),
        organization_id: server.organization.id,
        role: Role::Member,
        agents: Vec::new(),
    };
    let password = users::generate_password(&server.app);
    let email = "someone@example.com".parse().expect("an address");
    let command = &Authority::Command;
    let user = users::create(&server.app, command, email, false, &password, Some(place));
    let user = user.await.expect("it is made");
    users::delete(&server.app, command, user.id)
        .await
        .expect("it is removed");
    let rows = since(&server.app, before).await;
    assert_eq!(
        actions(&rows),
        [
            "user.created",
            "member.added",
            "member.removed",
            "user.deleted"
        ]
    );
    all_by(&rows, "command");
    assert!(
        rows[2]
            .before
            .as_ref()
            .expect("before")
            .contains("\"member\"")
    );
    assert!(
        rows[3]
            .before
            .as_ref()
            .expect("before")
            .contains("someone@example.com")
    );
    assert_whole(&server.app).await;
}

#[actix_web::test]
async fn the_trials_first_start_tells_of_all_it_makes() {
    let server = TestServer::start().await;
    let before = head(&server.app).await;
    let password = users::generate_password(&server.app);
    dev::set_up::<grantd::app::error::AppError>(&server.app, &password, |_| Ok(()))
        .await
        .expect("it is made");
    let rows = since(&server.app, before).await;
    // The API is there already: it is the one that tests have.
    assert_eq!(
        actions(&rows),
        [
            "organization.created",
            "agent.created",
            "user.created",
            "member.added",
            "credential.created"
        ]
    );
    all_by(&rows, "command");
}

#[actix_web::test]
async fn upkeep_tells_of_each_step_of_a_key() {
    let server = TestServer::builder().without_background().start().await;
    let app = &server.app;
    let step = async |by: TimeDelta| {
        let before = head(app).await;
        server.advance(by);
        signing_keys::upkeep(app).await.expect("it is done");
        let rows = since(app, before).await;
        all_by(&rows, "system");
        let told = actions(&rows).into_iter().map(str::to_owned).collect();
        let told: Vec<String> = told;
        told
    };
    assert_eq!(step(TimeDelta::zero()).await, [""; 0]);
    assert_eq!(step(TimeDelta::days(29)).await, ["signing_key.created"]);
    assert_eq!(
        step(TimeDelta::days(1)).await,
        ["signing_key.retiring", "signing_key.activated"]
    );
    assert_eq!(step(TimeDelta::zero()).await, [""; 0], "nothing is due");
    assert_eq!(step(TimeDelta::days(20)).await, ["signing_key.retired"]);
    assert_whole(app).await;
}

#[actix_web::test]
async fn a_rotation_by_hand_tells_of_both_keys() {
    let server = TestServer::start().await;
    let before = head(&server.app).await;
    let command = &Authority::Command;
    signing_keys::rotate(&server.app, command, None, Urgency::AtOnce)
        .await
        .expect("it rotates");
    let rows = since(&server.app, before).await;
    assert_eq!(
        actions(&rows),
        [
            "signing_key.created",
            "signing_key.retiring",
            "signing_key.activated"
        ]
    );
    all_by(&rows, "command");
}
