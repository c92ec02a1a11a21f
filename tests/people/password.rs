//! A person changes the own password.

use chrono::TimeDelta;
use grantd::app::authority::Authority;
use grantd::app::change_password::{CURRENT, NEW, change_password};
use grantd::app::{one_time_links, sign_in};
use grantd::domain::user::Role;

use super::{here, invalid, is_whole, secret, status};
use crate::audit::{actions, head, since};
use crate::compat::people::{PASSWORD, person};
use crate::support::server::{Engine, TestServer};

const OTHER: &str = "une autre phrase";

#[actix_web::test]
async fn it_takes_the_present_one() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let server = TestServer::builder().engine(engine).start().await;
        let pat = person(&server, "pat@example.com", Role::Member).await;
        let app = &server.app;
        let link =
            one_time_links::reset_any(app, &Authority::Command, &pat, one_time_links::new_id(app));
        let link = link.await.expect("a link");
        let change = async |current: &str, new: &str| {
            change_password(app, &pat, secret(current), secret(new), &here()).await
        };
        assert_eq!(
            invalid(change("wrong", OTHER).await),
            (CURRENT.into(), "is wrong".into())
        );
        for bad in ["short", "pat@example.com", "password1234", PASSWORD] {
            assert_eq!(invalid(change(PASSWORD, bad).await).0, NEW, "{bad}");
        }
        // That a guess is the present password is told to nobody else.
        assert_eq!(
            invalid(change("a guess of it all", "a guess of it all").await).0,
            CURRENT
        );
        let before = head(app).await;
        change(PASSWORD, OTHER).await.expect("it is changed");
        let rows = since(app, before).await;
        let changed = rows.iter().find(|row| row.action == "user.password_set");
        let changed = changed.expect("it is told");
        assert_eq!(changed.actor_id, Some(pat.id.0));
        assert_eq!(changed.address.as_deref(), Some("192.0.2.7"));
        assert!(actions(&rows).len() <= 2, "{rows:?}");
        for (password, expected) in [(PASSWORD, 401), (OTHER, 200)] {
            let given = secret(password);
            let found = sign_in::check_password(app, "pat@example.com", given, &here()).await;
            assert_eq!(status(&found), expected);
        }
        let looked = one_time_links::look(app, &link.secret, &here()).await;
        assert_eq!(status(&looked), 401);
        is_whole(app).await;
    }
}

#[actix_web::test]
async fn guesses_at_the_present_one_count_as_sign_ins() {
    let builder = TestServer::builder().without_background();
    let server = builder
        .setting("limits.failed_authentications", "2")
        .start()
        .await;
    let into = server.app.now().timestamp().rem_euclid(60);
    server.advance(TimeDelta::seconds(60 - into));
    let pat = person(&server, "pat@example.com", Role::Member).await;
    let app = &server.app;
    let change = async |current: &str| {
        status(&change_password(app, &pat, secret(current), secret(OTHER), &here()).await)
    };
    assert_eq!([change("wrong").await, change("wrong").await], [422, 422]);
    assert_eq!(change(PASSWORD).await, 429);
    let given = secret(PASSWORD);
    let found = sign_in::check_password(app, "pat@example.com", given, &here()).await;
    assert_eq!(status(&found), 429);
    server.advance(TimeDelta::minutes(1));
    assert_eq!(change(PASSWORD).await, 200);
}
