//! Codes of an authenticator app, and recovery codes.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use grantd::app::authority::Authority;
use grantd::app::feed;
use grantd::app::second_factor::{self as factors, Accepted, Proof};
use grantd::domain::secret::Secret;
use grantd::domain::user::{Role, User};

use super::{Device, as_person, enrolled, from, here, invalid, is_whole, secret, status};
use crate::audit::{actions, head, since};
use crate::compat::people::{PASSWORD, nobody, person};
use crate::support::server::{Engine, TestServer};

async fn check(server: &TestServer, user: &User, code: &str) -> u16 {
    check_from(server, user, code, "192.0.2.7").await
}

async fn check_from(server: &TestServer, user: &User, code: &str, address: &str) -> u16 {
    status(&factors::check(&server.app, user, &secret(code), &from(address)).await)
}

#[actix_web::test]
async fn it_is_asked_for_once_a_code_has_confirmed_it() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let server = TestServer::builder().engine(engine).start().await;
        let pat = person(&server, "pat@example.com", Role::Member).await;
        let before = head(&server.app).await;
        let app = &server.app;
        let first = factors::begin(app, &pat).await.expect("a secret");
        let enrolment = factors::begin(app, &pat).await.expect("another secret");
        assert_ne!(first.secret, enrolment.secret);
        let again = factors::pending(app, &pat).await.expect("it is read");
        assert_eq!(again.expect("it waits").uri, enrolment.uri);
        assert!(!factors::is_active(app, pat.id).await.expect("it is read"));
        assert_eq!(head(app).await, before, "nothing has changed yet");

        let device = Device::of(&enrolment);
        for code in [
            Device::of(&first).shows(&server, 0),
            device.wrong(&server),
            secret(""),
        ] {
            let refused = factors::confirm(app, &pat, &code, &here()).await;
            assert_eq!(invalid(refused).0, "code");
            let code = device.shows(&server, 0);
            assert_eq!(check(&server, &pat, code.expose()).await, 401);
        }
        let codes = factors::confirm(app, &pat, &device.shows(&server, 0), &here()).await;
        assert_eq!(codes.expect("it is the code").len(), 10);
        let state = factors::state(app, pat.id).await.expect("it is read");
        assert_eq!(state.active_since, Some(app.now()));
        assert_eq!(state.recovery_codes_left, 10);
        assert!(
            factors::pending(app, &pat)
                .await
                .expect("it is read")
                .is_none()
        );
        assert_eq!(status(&factors::begin(app, &pat).await), 409);
        assert_eq!(
            actions(&since(app, before).await)
                .into_iter()
                .filter(|action| *action != "user.second_factor_failed")
                .collect::<Vec<_>>(),
            ["user.second_factor_added"]
        );
        is_whole(app).await;
    }
}

#[actix_web::test]
async fn a_code_is_good_once_and_for_a_step_before_and_after() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let server = TestServer::builder().engine(engine).start().await;
        let pat = person(&server, "pat@example.com", Role::Member).await;
        let (device, _) = enrolled(&server, &pat).await;
        // The code that confirmed it is used, and so are those before.
        assert_eq!(
            check(&server, &pat, device.shows(&server, 0).expose()).await,
            401
        );
        assert_eq!(
            check(&server, &pat, device.shows(&server, -1).expose()).await,
            401
        );
        server.advance(TimeDelta::minutes(10));
        assert_eq!(
            check(&server, &pat, device.shows(&server, -2).expose()).await,
            401
        );
        assert_eq!(
            check(&server, &pat, device.shows(&server, 2).expose()).await,
            401
        );
        let late = device.shows(&server, -1);
        assert_eq!(check(&server, &pat, late.expose()).await, 200);
        assert_eq!(check(&server, &pat, late.expose()).await, 401);
        let now = device.shows(&server, 0);
        let spaced = format!(" {} {}", &now.expose()[..3], &now.expose()[3..]);
        assert_eq!(check(&server, &pat, &spaced).await, 200);
        assert_eq!(check(&server, &pat, late.expose()).await, 401);
        assert_eq!(
            check(&server, &pat, device.shows(&server, 1).expose()).await,
            200
        );
        assert_eq!(check(&server, &pat, now.expose()).await, 401);
    }
}

#[actix_web::test]
async fn of_many_who_show_one_code_at_once_one_gets_in() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let server = TestServer::builder().engine(engine).start().await;
        let pat = person(&server, "pat@example.com", Role::Member).await;
        let (device, codes) = enrolled(&server, &pat).await;
        server.advance(TimeDelta::minutes(1));
        for code in [device.shows(&server, 0), codes[0].clone()] {
            let tries: Vec<_> = (0..8)
                .map(|_| {
                    let (app, pat, code) = (Arc::clone(&server.app), pat.clone(), code.clone());
                    tokio::spawn(async move {
                        status(&factors::check(&app, &pat, &code, &here()).await)
                    })
                })
                .collect();
            let mut right = 0;
            for one in tries {
                right += usize::from(one.await.expect("it ends") == 200);
            }
            assert_eq!(right, 1);
        }
    }
}

#[actix_web::test]
async fn each_recovery_code_is_good_once_and_for_its_owner() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let server = TestServer::builder().engine(engine).start().await;
        let pat = person(&server, "pat@example.com", Role::Member).await;
        let sam = person(&server, "sam@example.com", Role::Member).await;
        let (_, codes) = enrolled(&server, &pat).await;
        let (_, others) = enrolled(&server, &sam).await;
        let all: BTreeSet<&str> = codes.iter().chain(&others).map(Secret::expose).collect();
        assert_eq!(all.len(), 20);
        let before = head(&server.app).await;
        let typed = codes[0].expose().to_uppercase().replace('-', " ");
        let accepted = factors::check(&server.app, &pat, &secret(&typed), &here()).await;
        assert_eq!(
            accepted.expect("it is right"),
            Accepted::RecoveryCode { left: 9 }
        );
        assert_eq!(
            actions(&since(&server.app, before).await),
            ["user.recovery_code_used"]
        );
        assert_eq!(check(&server, &pat, codes[0].expose()).await, 401);
        assert_eq!(check(&server, &pat, others[0].expose()).await, 401);
        assert_eq!(check(&server, &sam, others[0].expose()).await, 200);

        let by = Proof::Code(codes[1].clone());
        let fresh = factors::replace_recovery_codes(&server.app, &pat, by, &here()).await;
        let fresh = fresh.expect("they are replaced");
        let state = factors::state(&server.app, pat.id)
            .await
            .expect("it is read");
        assert_eq!((fresh.len(), state.recovery_codes_left), (10, 10));
        assert_eq!(check(&server, &pat, codes[2].expose()).await, 401);
        assert_eq!(check(&server, &pat, fresh[0].expose()).await, 200);
        is_whole(&server.app).await;
    }
}

#[actix_web::test]
async fn it_is_taken_away_by_who_knows_the_password_or_has_a_code() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let server = TestServer::builder().engine(engine).start().await;
        let pat = person(&server, "pat@example.com", Role::Member).await;
        let app = &server.app;
        for by_password in [true, false] {
            let (device, codes) = enrolled(&server, &pat).await;
            let wrong = Proof::Password(secret("another password"));
            let refused = factors::remove(app, &pat, wrong, &here()).await;
            assert_eq!(invalid(refused), ("password".into(), "is wrong".into()));
            let wrong = Proof::Code(device.wrong(&server));
            let refused = factors::remove(app, &pat, wrong, &here()).await;
            assert_eq!(invalid(refused), ("code".into(), "is wrong".into()));
            assert!(factors::is_active(app, pat.id).await.expect("it is read"));
            let right = if by_password {
                Proof::Password(secret(PASSWORD))
            } else {
                Proof::Code(codes[3].clone())
            };
            let before = head(app).await;
            factors::remove(app, &pat, right, &here())
                .await
                .expect("it is right");
            let rows = since(app, before).await;
            assert!(
                actions(&rows).contains(&"user.second_factor_removed"),
                "{rows:?}"
            );
            assert!(!factors::is_active(app, pat.id).await.expect("it is read"));
            // Not even with what was good a moment before.
            assert_eq!(check(&server, &pat, codes[4].expose()).await, 401);
            server.advance(TimeDelta::minutes(2));
            assert_eq!(
                check(&server, &pat, device.shows(&server, 0).expose()).await,
                401
            );
        }
        is_whole(app).await;
    }
}

#[actix_web::test]
async fn an_operator_alone_takes_away_somebody_elses() {
    let server = TestServer::start().await;
    let ann = person(&server, "ann@example.com", Role::OrgAdmin).await;
    let pat = person(&server, "pat@example.com", Role::Member).await;
    let app = &server.app;
    let (_, codes) = enrolled(&server, &pat).await;
    let admin = as_person(&server, &ann, server.organization.id).await;
    assert_eq!(status(&factors::reset(app, &admin, &pat).await), 403);
    assert!(factors::is_active(app, pat.id).await.expect("it is read"));
    let ops = nobody(&server, "ops@example.com", true).await;
    let operator = as_person(&server, &ops, server.organization.id).await;
    factors::reset(app, &operator, &pat)
        .await
        .expect("it is gone");
    assert_eq!(
        status(&factors::reset(app, &Authority::Command, &pat).await),
        404
    );
    assert_eq!(check(&server, &pat, codes[0].expose()).await, 401);
}

/// Six digits are few, and whoever guesses at them knows the password.
#[actix_web::test]
async fn who_guesses_is_stopped_and_the_owner_has_another_way_in() {
    let server = TestServer::builder().without_background().start().await;
    let into = server.app.now().timestamp().rem_euclid(3_600);
    server.advance(TimeDelta::seconds(3_600 - into));
    let pat = person(&server, "pat@example.com", Role::Member).await;
    let (device, codes) = enrolled(&server, &pat).await;
    server.advance(TimeDelta::minutes(1));
    let before = head(&server.app).await;
    let wrong = device.wrong(&server);
    for _ in 0..10 {
        assert_eq!(check(&server, &pat, wrong.expose()).await, 401);
    }
    let right = device.shows(&server, 0);
    assert_eq!(check(&server, &pat, right.expose()).await, 429);
    assert_eq!(
        check_from(&server, &pat, right.expose(), "198.51.100.1").await,
        200
    );
    for number in 0..90 {
        let address = format!("203.0.113.{number}");
        assert_eq!(
            check_from(&server, &pat, wrong.expose(), &address).await,
            401
        );
    }
    server.advance(TimeDelta::minutes(1));
    let right = device.shows(&server, 0);
    // From wherever: a hundred have failed.
    assert_eq!(
        check_from(&server, &pat, right.expose(), "198.51.100.2").await,
        429
    );
    assert_eq!(check(&server, &pat, codes[0].expose()).await, 200);
    let told = async || {
        let rows = since(&server.app, before).await;
        let failed = "user.second_factor_failed";
        rows.iter().filter(|row| row.action == failed).count()
    };
    TestServer::eventually(Duration::from_secs(5), async || told().await > 0).await;
    server.advance(TimeDelta::hours(1));
    let right = device.shows(&server, 0);
    assert_eq!(check(&server, &pat, right.expose()).await, 200);
}

#[actix_web::test]
async fn a_secret_does_not_wait_for_ever_nor_move_to_another_user() {
    let server = TestServer::start().await;
    let app = &server.app;
    let pat = person(&server, "pat@example.com", Role::Member).await;
    let sam = person(&server, "sam@example.com", Role::Member).await;
    let enrolment = factors::begin(app, &pat).await.expect("a secret");
    let device = Device::of(&enrolment);
    let beside = sea_orm::Database::connect(&server.database_url).await;
    let beside = beside.expect("the database");
    let execute = async |sql: String| {
        sea_orm::ConnectionTrait::execute_unprepared(&beside, &sql)
            .await
            .expect("it runs")
    };
    // Whoever can write to the database cannot use a secret of the own for somebody else.
    let ids = [pat.id.0, sam.id.0].map(|id| id.simple().to_string().to_uppercase());
    let moved = format!(
        "UPDATE second_factor SET user_id = X'{}' WHERE user_id = X'{}'",
        ids[1], ids[0]
    );
    assert_eq!(execute(moved).await.rows_affected(), 1);
    let confirmed = factors::confirm(app, &sam, &device.shows(&server, 0), &here()).await;
    assert!(confirmed.is_err());

    let enrolment = factors::begin(app, &pat).await.expect("a secret");
    let device = Device::of(&enrolment);
    server.advance(TimeDelta::minutes(61));
    let confirmed = factors::confirm(app, &pat, &device.shows(&server, 0), &here()).await;
    assert_eq!(status(&confirmed), 404);
    assert!(
        factors::pending(app, &pat)
            .await
            .expect("it is read")
            .is_none()
    );
    feed::prune(app).await.expect("it prunes");
    let left = grantd::store::second_factors::find(&app.store, pat.id).await;
    assert_eq!(left.expect("it is read"), None);
}

#[actix_web::test]
async fn nothing_of_it_is_stored_in_the_clear() {
    let server = TestServer::start().await;
    let pat = person(&server, "pat@example.com", Role::Member).await;
    let (device, codes) = enrolled(&server, &pat).await;
    let enrolment = format!("{device_bytes:?}", device_bytes = &device.0[..4]);
    let factor = grantd::store::second_factors::find(&server.app.store, pat.id).await;
    let factor = factor.expect("it is read").expect("a factor");
    assert!(
        !factor
            .sealed
            .windows(4)
            .any(|part| device.0.starts_with(part))
    );
    assert!(!format!("{factor:?}").contains(&enrolment));
    for row in since(&server.app, 0).await {
        let row = format!("{row:?}");
        for code in &codes {
            assert!(!row.contains(code.expose()));
        }
    }
    assert_eq!(format!("{:?}", codes[0]), "Secret([redacted])");
}
