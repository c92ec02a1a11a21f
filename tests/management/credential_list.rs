//! `GET …/credentials`: filters, orders and pages.

use chrono::TimeDelta;
use grantd::app::authority::Authority;
use grantd::app::credentials::{self, Filter, Update};
use grantd::app::error::AppError;
use grantd::domain::access::{Caller, Denied, Origin, Reach, Subject};
use grantd::domain::credential::CredentialKind;
use grantd::domain::credential_list::{Sort, Stretch};
use grantd::domain::precondition::Precondition;
use grantd::domain::user::Role;
use serde_json::Value;

use super::answer::{Answer, send};
use crate::support::server::{Engine, TestClient, TestServer};

const PATH: &str = "/v1/organizations/acme/credentials";

async fn asked(server: &TestServer, caller: &TestClient, query: &str) -> Answer {
    send(server.call(caller, "GET", &format!("{PATH}?{query}")).await).await
}

fn names(page: &Value) -> Vec<String> {
    let data = page["data"].as_array().expect("a list").iter();
    data.map(|item| item["name"].as_str().expect("a name").to_owned())
        .collect()
}

async fn named(server: &TestServer, name: &str) -> TestClient {
    server.advance(TimeDelta::milliseconds(1));
    server
        .client_with(|new| new.name = name.parse().expect("a name"))
        .await
}

#[actix_web::test]
async fn filters_and_orders_are_taken_from_the_query() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let server = TestServer::builder().engine(engine).start().await;
        let admin = server.admin().await;
        let old = named(&server, "Old CI").await;
        server.advance(TimeDelta::days(89));
        let ends = server.app.now() + TimeDelta::days(30);
        let ending = server
            .client_with(|new| {
                new.name = "ending".parse().expect("a name");
                new.kind = CredentialKind::ApiKey;
                new.expires_at = Some(ends);
            })
            .await;
        let off = named(&server, "off").await;
        let update = Update {
            enabled: Some(false),
            ..Update::default()
        };
        let (organization, id) = (server.organization.id, off.id.parse().expect("an id"));
        let (by, any) = (&Authority::Command, &Precondition::NONE);
        let changed = credentials::update(&server.app, by, organization, id, update, any).await;
        changed.expect("it is switched off");

        let found = async |query: &str| names(&asked(&server, &admin, query).await.json(200));
        assert_eq!(found("q=OLD%20c").await, ["Old CI"], "{engine:?}");
        assert_eq!(found(&format!("q={}", ending.id)).await, ["ending"]);
        assert_eq!(found("q=%25").await, Vec::<String>::new());
        assert_eq!(found("kind=api_key&status=active").await, ["ending"]);
        assert_eq!(found("status=disabled").await, ["off"]);
        assert_eq!(found("status=expired").await, Vec::<String>::new());
        assert_eq!(found("expires_within_days=29").await, Vec::<String>::new());
        assert_eq!(found("expires_within_days=30").await, ["ending"]);
        assert_eq!(found("mine=true").await, Vec::<String>::new());
        assert_eq!(found("mine=false&q=old").await, ["Old CI"]);
        assert!(
            found("unused_for_days=89")
                .await
                .contains(&"Old CI".to_owned())
        );
        assert!(
            !found("unused_for_days=90")
                .await
                .contains(&"Old CI".to_owned())
        );
        server.advance(TimeDelta::days(1));
        assert!(
            found("unused_for_days=90")
                .await
                .contains(&"Old CI".to_owned())
        );
        server.token(&old, &[]).await;
        grantd::app::usage::flush(&server.app)
            .await
            .expect("it is flushed");
        assert!(
            !found("unused_for_days=1")
                .await
                .contains(&"Old CI".to_owned())
        );
        let mut rising = found("sort=last_used_at").await;
        assert_ne!(rising[0], "Old CI", "those that were never used come first");
        rising.reverse();
        assert_eq!(found("sort=-last_used_at").await, rising);
        assert_eq!(found("sort=expires_at").await[0], "ending");
        assert_eq!(
            found("sort=-expires_at").await.last().map(String::as_str),
            Some("ending")
        );
        server.advance(TimeDelta::days(29));
        assert_eq!(found("status=expired").await, ["ending"]);
    }
}

#[actix_web::test]
async fn pages_follow_the_order_and_a_cursor_is_good_for_it_alone() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    for name in ["b", "A", "c", "E", "d"] {
        named(&server, name).await;
    }
    for (sort, expected) in [
        ("name", "AbcdE"),
        ("-name", "EdcbA"),
        ("created_at", "bAcEd"),
    ] {
        let mut walked = String::new();
        let mut query = format!("sort={sort}&limit=2&status=active");
        loop {
            let page = asked(&server, &admin, &query).await.json(200);
            walked.extend(names(&page).into_iter().filter(|name| name.len() == 1));
            let Some(cursor) = page["next_cursor"].as_str() else {
                break;
            };
            assert!((44..=600).contains(&cursor.len()), "{cursor}");
            query = format!("sort={sort}&limit=2&status=active&cursor={cursor}");
            for other in ["expires_at", "-expires_at"] {
                let answer = asked(&server, &admin, &format!("sort={other}&cursor={cursor}")).await;
                assert_eq!(
                    answer.invalid("cursor"),
                    "must be a next_cursor of this list"
                );
            }
        }
        assert_eq!(walked, expected);
    }
}

#[actix_web::test]
async fn who_administers_agents_lists_counts_and_searches_theirs_alone() {
    let server = TestServer::start().await;
    let (own, other) = (server.agent("own").await.id, server.agent("other").await.id);
    for (name, agent) in [
        ("ci own", Some(own)),
        ("ci other", Some(other)),
        ("ci", None),
    ] {
        server
            .client_with(|new| {
                new.name = name.parse().expect("a name");
                new.agent_id = agent;
            })
            .await;
    }
    let user = server.user("ann@acme.com", Role::AgentAdmin, &[own]).await;
    let token = server.user_token(&user).await;
    for query in [
        "q=ci",
        "sort=name",
        "status=active",
        "unused_for_days=1",
        "",
    ] {
        let expected: &[&str] = if query.starts_with("unused") {
            &[]
        } else {
            &["ci own"]
        };
        let request = server.bare("GET", &format!("{PATH}?{query}"));
        let found = send(request.bearer_auth(&token)).await.json(200);
        assert_eq!(names(&found), expected, "{query}");
    }
    let authority = Authority::Caller(Caller {
        subject: Subject::User(user.id),
        user_id: Some(user.id),
        organization_id: server.organization.id,
        reach: Reach::Agents(vec![own]),
        operator: false,
        scopes: vec!["credentials:read".to_owned()],
        audience: None,
        expires_at: None,
        origin: Origin::default(),
    });
    let organization = server.organization.id;
    let count = credentials::count(&server.app, &authority, organization, Filter::default()).await;
    assert_eq!(count.expect("a count").to_string(), "1");
    let globex = server.organization("globex").await.id;
    let elsewhere = credentials::count(&server.app, &authority, globex, Filter::default()).await;
    assert!(
        matches!(elsewhere, Err(AppError::Denied(Denied::OtherOrganization))),
        "{elsewhere:?}"
    );
    let room = credentials::room(&server.app, &authority, globex, CredentialKind::ApiKey).await;
    assert!(
        matches!(room, Err(AppError::Denied(Denied::OtherOrganization))),
        "{room:?}"
    );

    let client = CredentialKind::OauthClient;
    let room = credentials::room(&server.app, &authority, organization, client).await;
    let room = room.expect("it is told");
    assert_eq!((room.limit, room.used, room.is_full), (100, None, false));
    let candidates: Vec<_> = room.candidates.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(candidates, ["ci own"]);
}

#[actix_web::test]
async fn going_back_ends_on_a_full_first_page() {
    let server = TestServer::start().await;
    let by = &Authority::Command;
    let organization = server.organization.id;
    for name in ["a", "b", "c", "d", "e"] {
        named(&server, name).await;
    }
    let sort: Sort = "name".parse().expect("an order");
    let page = async |stretch: &Stretch| {
        let filter = Filter::default();
        let page =
            credentials::list_sorted(&server.app, by, organization, filter, sort, stretch, 2);
        let page = page.await.expect("a page");
        let names = page.credentials.iter().map(|it| it.name.as_str());
        (names.collect::<String>(), page.previous, page.next)
    };
    let (first, none, second) = page(&Stretch::First).await;
    assert_eq!((first.as_str(), none), ("ab", None));
    let (names, first, third) = page(&second.expect("a second page")).await;
    assert_eq!(names, "cd");
    let (names, _, next) = page(&first.expect("a page before")).await;
    assert_eq!(names, "ab");
    assert_eq!(page(&next.expect("a page after")).await.0, "cd");
    let (names, second, none) = page(&third.expect("a third page")).await;
    assert_eq!((names.as_str(), none), ("e", None));
    let (names, first, _) = page(&second.expect("a page before")).await;
    assert_eq!(names, "cd");

    // One that comes to stand before the first page is not left out on the way back.
    named(&server, "B").await;
    let (names, before, _) = page(first.as_ref().expect("a page before")).await;
    assert_eq!(names, "bB");
    let (names, none, next) = page(&before.expect("a page before")).await;
    assert_eq!((names.as_str(), none), ("ab", None));
    assert_eq!(page(&next.expect("a page after")).await.0, "Bc");

    // Cursors name the same.
    let id = organization;
    let cursor = credentials::cursor(&server.app, id, sort, first.as_ref().expect("a stretch"));
    let cursor = cursor.expect("a cursor");
    assert_eq!(credentials::stretch(&server.app, id, sort, &cursor), first);
    let falling = "-name".parse().expect("an order");
    assert_eq!(
        credentials::stretch(&server.app, id, falling, &cursor),
        None
    );
    assert_eq!(
        credentials::cursor(&server.app, id, sort, &Stretch::First),
        None
    );
}

#[actix_web::test]
async fn at_the_limit_the_least_used_are_named() {
    let server = TestServer::start().await;
    let by = &Authority::Command;
    let organization = server.organization.id;
    let mut keys = Vec::new();
    for number in 0..10 {
        server.advance(TimeDelta::minutes(1));
        let key = server.client_with(|new| {
            new.kind = CredentialKind::ApiKey;
            new.name = format!("key {number}").parse().expect("a name");
        });
        keys.push(key.await);
    }
    server.client().await;
    let room = async || {
        let kind = CredentialKind::ApiKey;
        let room = credentials::room(&server.app, by, organization, kind)
            .await
            .expect("it is told");
        let names = room.candidates.iter().map(|it| it.name.to_string());
        (
            room.limit,
            room.used,
            room.is_full,
            names.collect::<Vec<_>>(),
        )
    };
    let (limit, used, is_full, names) = room().await;
    assert_eq!((limit, used, is_full), (10, Some(10), true));
    assert_eq!(names, ["key 0", "key 1", "key 2", "key 3", "key 4"]);
    let id = keys[1].id.parse().expect("an id");
    let any = &Precondition::NONE;
    let revoked = credentials::revoke(&server.app, by, organization, id, any).await;
    revoked.expect("it is revoked");
    let (_, used, is_full, names) = room().await;
    assert_eq!((used, is_full), (Some(9), false));
    assert_eq!(names, ["key 0", "key 2", "key 3", "key 4", "key 5"]);
}
