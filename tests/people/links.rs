//! Links that are good once: made, looked at, used, and refused.

use chrono::TimeDelta;
use grantd::app::authority::Authority;
use grantd::app::one_time_links::{self as links, Invitation, Invited, WithText};
use grantd::app::{feed, members, sign_in, users};
use grantd::crypto::secret::generate;
use grantd::domain::one_time_link::LinkKind;
use grantd::domain::secret::Secret;
use grantd::domain::user::{Role, User};

use super::{enrolled, from, here, invalid, is_whole, secret, status};
use crate::audit::{actions, head, since};
use crate::compat::people::{PASSWORD, nobody, person};
use crate::support::server::{Engine, TestServer};

const OWN: &str = "chosen by pat alone";

async fn invited(server: &TestServer, email: &str) -> Invited {
    let new = Invitation {
        email: email.parse().expect("an address"),
        role: Role::Member,
        agents: Vec::new(),
    };
    let id = links::new_id(&server.app);
    let organization = server.organization.id;
    let invited = links::invite(&server.app, &Authority::Command, organization, new, id).await;
    invited.expect("it is made")
}

async fn reset(server: &TestServer, user: &User) -> WithText {
    let id = links::new_id(&server.app);
    let made = links::reset_any(&server.app, &Authority::Command, user, id).await;
    made.expect("it is made")
}

async fn look(server: &TestServer, link: &Secret) -> u16 {
    status(&links::look(&server.app, link, &here()).await)
}

async fn redeem(server: &TestServer, link: &Secret, password: &str) -> u16 {
    status(&links::redeem(&server.app, link, secret(password), &here()).await)
}

async fn sign_in(server: &TestServer, email: &str, password: &str) -> u16 {
    let password = secret(password);
    status(&sign_in::check_password(&server.app, email, password, &here()).await)
}

#[actix_web::test]
async fn who_is_invited_sets_the_first_password() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let server = TestServer::builder().engine(engine).start().await;
        let app = &server.app;
        let before = head(app).await;
        let Invited { member, link } = invited(&server, "pat@example.com").await;
        let link = link.expect("a link");
        assert_eq!(member.place.organization_id, server.organization.id);
        assert_eq!(link.link.kind, LinkKind::Invitation);
        assert_eq!(link.link.expires_at, app.now() + TimeDelta::hours(72));
        let text = link.text.expose();
        let (path, fragment) = text.split_once('#').expect("a fragment");
        assert_eq!(path, format!("{}/console/link", app.issuer));
        assert_eq!(fragment, link.secret.expose());
        assert!(fragment.starts_with("gdl_") && fragment.len() == 4 + 49);
        assert_eq!(sign_in(&server, "pat@example.com", "").await, 401);

        let looked = links::look(app, &link.secret, &here())
            .await
            .expect("it is good");
        assert_eq!(looked.user.email.as_str(), "pat@example.com");
        // It is good still after a password that is not.
        let weak = links::redeem(app, &link.secret, secret("password1234"), &here()).await;
        assert_eq!(invalid(weak).0, "password");
        assert_eq!(redeem(&server, &link.secret, OWN).await, 200);
        assert_eq!(sign_in(&server, "pat@example.com", OWN).await, 200);
        assert_eq!(look(&server, &link.secret).await, 401);
        assert_eq!(redeem(&server, &link.secret, "another password").await, 401);
        assert_eq!(sign_in(&server, "pat@example.com", OWN).await, 200);

        let mut rows = since(app, before).await;
        // Told beside the answer, so at any moment.
        rows.retain(|row| row.action != "user.sign_in_failed");
        let expected = [
            "user.created",
            "member.added",
            "user.link_created",
            "user.link_used",
            "user.password_set",
        ];
        assert_eq!(actions(&rows), expected);
        assert_eq!(rows[2].organization_id, Some(server.organization.id.0));
        for row in &rows {
            assert_eq!(row.target_id, member.user.id.to_string());
            assert!(!format!("{row:?}").contains("gdl_"));
        }
        is_whole(app).await;
    }
}

#[actix_web::test]
async fn a_reset_ends_by_itself_by_another_and_by_a_new_password() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let server = TestServer::builder().engine(engine).start().await;
        let pat = person(&server, "pat@example.com", Role::Member).await;
        let app = &server.app;

        let link = reset(&server, &pat).await;
        assert_eq!(link.link.kind, LinkKind::PasswordReset);
        server.advance(TimeDelta::minutes(60) - TimeDelta::seconds(1));
        assert_eq!(look(&server, &link.secret).await, 200);
        server.advance(TimeDelta::seconds(1));
        assert_eq!(look(&server, &link.secret).await, 401);
        assert_eq!(redeem(&server, &link.secret, OWN).await, 401);

        let first = reset(&server, &pat).await;
        let second = reset(&server, &pat).await;
        assert_eq!(look(&server, &first.secret).await, 401);
        assert_eq!(look(&server, &second.secret).await, 200);
        let command = &Authority::Command;
        let password = secret("set by an operator");
        let set = users::set_password(app, command, &pat, &password).await;
        set.expect("it is set");
        assert_eq!(look(&server, &second.secret).await, 401);

        let third = reset(&server, &pat).await;
        assert_eq!(redeem(&server, &third.secret, OWN).await, 200);
        assert_eq!(sign_in(&server, "pat@example.com", OWN).await, 200);
        assert_eq!(
            sign_in(&server, "pat@example.com", "set by an operator").await,
            401
        );
    }
}

#[actix_web::test]
async fn of_many_who_use_one_link_at_once_one_sets_the_password() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let server = TestServer::builder().engine(engine).start().await;
        let pat = person(&server, "pat@example.com", Role::Member).await;
        let link = reset(&server, &pat).await;
        let tries = (0..4).map(|number| {
            let (app, link) = (server.app.clone(), link.secret.clone());
            tokio::spawn(async move {
                let password = secret(&format!("the password of number {number}"));
                status(&links::redeem(&app, &link, password, &here()).await)
            })
        });
        let tries: Vec<_> = tries.collect();
        let mut good = Vec::new();
        for (number, one) in tries.into_iter().enumerate() {
            if one.await.expect("it ends") == 200 {
                good.push(number);
            }
        }
        let [winner] = good[..] else {
            panic!("{good:?}")
        };
        let password = format!("the password of number {winner}");
        assert_eq!(sign_in(&server, "pat@example.com", &password).await, 200);
    }
}

#[actix_web::test]
async fn a_second_factor_stays() {
    let server = TestServer::start().await;
    let pat = person(&server, "pat@example.com", Role::Member).await;
    enrolled(&server, &pat).await;
    let link = reset(&server, &pat).await;
    assert_eq!(redeem(&server, &link.secret, OWN).await, 200);
    let active = grantd::app::second_factor::is_active(&server.app, pat.id).await;
    assert!(active.expect("it is read"));
}

/// A request that comes again makes no other link, not even where the first is void since.
#[actix_web::test]
async fn an_id_makes_one_link() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let server = TestServer::builder().engine(engine).start().await;
        let pat = person(&server, "pat@example.com", Role::Member).await;
        let app = &server.app;
        let id = links::new_id(app);
        let command = &Authority::Command;
        let first = links::reset_any(app, command, &pat, id)
            .await
            .expect("it is made");
        let again = links::reset_any(app, command, &pat, id).await;
        assert_eq!(status(&again), 409);
        assert_eq!(look(&server, &first.secret).await, 200, "nor is it void");
        reset(&server, &pat).await;
        assert_eq!(status(&links::reset_any(app, command, &pat, id).await), 409);
    }
}

#[actix_web::test]
async fn who_has_a_password_needs_no_invitation() {
    let server = TestServer::start().await;
    nobody(&server, "pat@example.com", false).await;
    assert!(invited(&server, "pat@example.com").await.link.is_none());
    // Who has none gets an invitation for a reset, which lasts as long as one.
    let sam = invited(&server, "sam@example.com").await;
    let link = reset(&server, &sam.member.user).await;
    assert_eq!(link.link.kind, LinkKind::Invitation);
    assert_eq!(look(&server, &sam.link.expect("a link").secret).await, 401);
    assert_eq!(look(&server, &link.secret).await, 200);
    assert_eq!(sign_in(&server, "pat@example.com", PASSWORD).await, 200);
}

#[actix_web::test]
async fn a_link_ends_with_the_place_that_it_was_made_for() {
    let server = TestServer::start().await;
    let app = &server.app;
    let globex = server.organization("globex").await;
    let Invited { member, link } = invited(&server, "pat@example.com").await;
    let link = link.expect("a link");
    // An operator vouches for the person in one more organization: who made the link knows nothing.
    let new = Invitation {
        email: "pat@example.com".parse().expect("an address"),
        role: Role::Member,
        agents: Vec::new(),
    };
    let command = &Authority::Command;
    let more = links::invite(app, command, globex.id, new, links::new_id(app)).await;
    let more = more.expect("it is made").link.expect("another link");
    assert_eq!(look(&server, &link.secret).await, 401);
    assert_eq!(look(&server, &more.secret).await, 200);
    let none = grantd::domain::precondition::Precondition::NONE;
    let removed = members::remove(app, command, globex.id, member.user.id, &none).await;
    removed.expect("the place is gone");
    assert_eq!(look(&server, &more.secret).await, 401);
}

#[actix_web::test]
async fn guesses_are_stopped_by_address_and_typos_are_none() {
    let server = TestServer::builder().without_background().start().await;
    let into = server.app.now().timestamp().rem_euclid(60);
    server.advance(TimeDelta::seconds(60 - into));
    let pat = person(&server, "pat@example.com", Role::Member).await;
    let link = reset(&server, &pat).await;
    for typo in [
        "",
        "gdl_",
        "gds_x",
        &link.secret.expose()[1..],
        &format!("{}x", link.secret.expose()),
    ] {
        for _ in 0..4 {
            assert_eq!(look(&server, &secret(typo)).await, 401);
        }
    }
    let unknown = generate("gdl_", server.app.entropy.as_ref());
    for _ in 0..10 {
        assert_eq!(look(&server, &unknown).await, 401);
    }
    assert_eq!(look(&server, &link.secret).await, 429);
    assert_eq!(redeem(&server, &link.secret, OWN).await, 429);
    let elsewhere = links::look(&server.app, &link.secret, &from("198.51.100.1")).await;
    assert_eq!(status(&elsewhere), 200);
    server.advance(TimeDelta::minutes(1));
    assert_eq!(look(&server, &link.secret).await, 200);
}

#[actix_web::test]
async fn what_has_ended_is_pruned() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let server = TestServer::builder()
            .engine(engine)
            .without_background()
            .start()
            .await;
        let pat = person(&server, "pat@example.com", Role::Member).await;
        let rows = crate::management::rows::Rows::of(&server).await;
        reset(&server, &pat).await;
        server.advance(TimeDelta::hours(24));
        feed::prune(&server.app).await.expect("it prunes");
        assert_eq!(rows.count_in("one_time_link").await, 1);
        server.advance(TimeDelta::hours(2));
        feed::prune(&server.app).await.expect("it prunes");
        assert_eq!(rows.count_in("one_time_link").await, 0);
    }
}
