//! `GET …/credentials/{credential}/usage`

use chrono::TimeDelta;
use grantd::app::authority::Authority;
use grantd::app::error::AppError;
use grantd::app::usage::flush;
use grantd::app::usage_report::report;
use grantd::domain::access::{Caller, Origin, Reach, Subject};
use grantd::domain::ids::UserId;
use grantd::domain::usage_range::{StepLength, UsageRange};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{quota, rate_limit, to_quiet_hour};
use crate::management::answer::{Answer, send};
use crate::oauth::answer::with_wrong_secret;
use crate::support::server::{Engine, TestClient, TestServer};

async fn asked(
    server: &TestServer,
    admin: &TestClient,
    client: &TestClient,
    query: &str,
) -> Answer {
    let path = format!(
        "/v1/organizations/acme/credentials/{}/usage{query}",
        client.id
    );
    send(server.call(admin, "GET", &path).await).await
}

async fn usage(server: &TestServer, admin: &TestClient, client: &TestClient, query: &str) -> Value {
    asked(server, admin, client, query).await.json(200)
}

fn time(server: &TestServer, ago: TimeDelta) -> Value {
    serde_json::to_value(server.app.now() - ago).expect("JSON")
}

#[actix_web::test]
async fn what_is_written_and_what_is_not_yet_is_shown_by_hour_and_by_day() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let server = TestServer::builder().engine(engine).start().await;
        to_quiet_hour(&server);
        let (admin, client) = (server.admin().await, server.client().await);
        for _ in 0..3 {
            server.token(&client, &[]).await;
        }
        server
            .token_response(&with_wrong_secret(&client), &[])
            .await;
        flush(&server.app).await.expect("it is flushed");
        server.token_response(&client, &[("scope", "no")]).await;
        server.advance(TimeDelta::hours(1));
        server.token(&client, &[]).await;
        server
            .token_response(&client, &[("resource", "urn:no")])
            .await;

        let hours = usage(&server, &admin, &client, "").await;
        assert_eq!(hours["credential_id"], client.id);
        assert_eq!(hours["step"], "hour");
        assert_eq!(hours["last_used_at"], time(&server, TimeDelta::zero()));
        assert_eq!(hours["rate_limit"], Value::Null);
        assert_eq!(hours["quota"], Value::Null);
        let steps = hours["steps"].as_array().expect("steps");
        assert_eq!(steps.len(), 24);
        assert_eq!(steps[0]["from"], hours["from"]);
        assert_eq!(hours["to"], time(&server, -TimeDelta::hours(1)));
        let nothing = json!({"rate_limit": 0, "quota": 0});
        let counts = |issued: u64, wrong_secret: u64, scope: u64, audience: u64| {
            let rejected = json!({
                "wrong_secret": wrong_secret, "disabled": 0, "expired": 0, "scope": scope,
                "audience": audience, "rate_limit": 0, "quota": 0,
            });
            let needed = u64::from(issued > 0);
            let ratio = (issued > 0).then(|| f64::from(u32::try_from(issued).expect("few")));
            json!({
                "tokens_issued": issued, "tokens_needed": needed, "over_fetch_ratio": ratio,
                "calls_verified": 0, "rejected": rejected, "would_have_been_rejected": nothing,
            })
        };
        let without_from = |step: &Value| {
            let mut step = step.clone();
            step.as_object_mut()
                .expect("an object")
                .remove("from")
                .expect("its beginning");
            step
        };
        assert_eq!(without_from(&steps[22]), counts(3, 1, 1, 0), "{engine:?}");
        assert_eq!(without_from(&steps[21]), counts(0, 0, 0, 0));
        assert_eq!(without_from(&steps[23]), counts(1, 0, 0, 1));
        assert_eq!(steps[23]["from"], time(&server, TimeDelta::zero()));
        assert_eq!(hours["total"]["tokens_issued"], 4);
        assert_eq!(hours["total"]["tokens_needed"], 2);
        assert_eq!(hours["total"]["over_fetch_ratio"], 2.0);

        let days = usage(&server, &admin, &client, "?step=day").await;
        assert_eq!(days["steps"].as_array().map(Vec::len), Some(30));
        assert_eq!(days["steps"][29]["tokens_issued"], 4);
        assert_eq!(days["total"], hours["total"]);
        // It was looked at, not taken: the next flush writes it.
        flush(&server.app).await.expect("it is flushed");
        assert_eq!(
            usage(&server, &admin, &client, "").await["total"],
            hours["total"]
        );
        let elsewhere = server.another_node().await;
        elsewhere.advance(server.app.now() - elsewhere.app.now());
        assert_eq!(
            usage(&elsewhere, &admin, &client, "").await["total"],
            hours["total"]
        );
    }
}

#[actix_web::test]
async fn a_time_may_be_named() {
    let server = TestServer::start().await;
    to_quiet_hour(&server);
    let (admin, client) = (server.admin().await, server.client().await);
    for _ in 0..3 {
        server.token(&client, &[]).await;
        flush(&server.app).await.expect("it is flushed");
        server.advance(TimeDelta::hours(1));
    }
    let at = |ago| {
        time(&server, TimeDelta::minutes(ago))
            .as_str()
            .expect("a time")
            .to_owned()
    };
    let query = format!("?from={}&to={}", at(150), at(70));
    let found = usage(&server, &admin, &client, &query).await;
    assert_eq!(found["steps"].as_array().map(Vec::len), Some(2));
    assert_eq!(found["total"]["tokens_issued"], 2);
    assert_eq!(found["from"], at(180));
    assert_eq!(found["to"], at(60));
    let none = usage(
        &server,
        &admin,
        &client,
        "?from=2001-01-01T00:00:00Z&to=2001-02-01T00:00:00Z",
    );
    let none = none.await;
    assert_eq!(none["steps"].as_array().map(Vec::len), Some(744));
    assert_eq!(none["total"]["tokens_issued"], 0);
    assert_eq!(none["total"]["over_fetch_ratio"], Value::Null);
}

#[actix_web::test]
async fn hostile_values_are_named_with_their_rule() {
    let server = TestServer::start().await;
    let (admin, client) = (server.admin().await, server.client().await);
    let long = "9".repeat(3_000);
    for (query, field) in [
        ("step=week", "step"),
        ("step=", "step"),
        ("step=Hour", "step"),
        ("from=", "from"),
        ("from=yesterday", "from"),
        ("to=2026-11-21", "to"),
        ("to=1900000000", "to"),
        ("to=2026-02-30T00:00:00Z", "to"),
        (&format!("from={long}"), "from"),
        ("from=%00%ff", "from"),
        ("from=%27%20OR%201%3D1", "from"),
        ("to=9999-12-31T23:59:59Z", "to"),
        ("to=%2B262142-12-31T23:59:59Z", "to"),
        ("from=-262143-01-01T00:00:00Z", "from"),
        ("from=0000-01-01T00:00:00Z&step=day", "from"),
        ("from=2026-01-01T00:00:00Z&to=2026-02-02T00:00:00Z", "from"),
        (
            "from=2025-01-01T00:00:00Z&to=2026-02-06T00:00:00Z&step=day",
            "from",
        ),
        ("from=2026-01-01T00:00:00Z&to=2026-01-01T00:00:00Z", "from"),
        ("from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "from"),
        ("from=2900-01-01T00:00:00Z", "from"),
    ] {
        let answer = asked(&server, &admin, &client, &format!("?{query}")).await;
        let rule = answer.invalid(field);
        assert!(rule.starts_with("must "), "{query}: {rule}");
    }
    let answer = asked(&server, &admin, &client, "?step=hour&step=day").await;
    assert_eq!(answer.status, 400, "{}", answer.body);
}

#[actix_web::test]
async fn limits_are_shown_with_what_is_used() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let server = TestServer::builder().engine(engine).start().await;
        to_quiet_hour(&server);
        let admin = server.admin().await;
        let client = server
            .client_with(|new| {
                new.rate_limit = Some(rate_limit(4, true));
                new.quota = Some(quota(10));
            })
            .await;
        let limits = async |node: &TestServer| {
            let found = usage(node, &admin, &client, "").await;
            (found["rate_limit"].clone(), found["quota"].clone())
        };
        let (rate, _) = limits(&server).await;
        assert_eq!(
            (&rate["used"], &rate["utilisation"]),
            (&json!(0), &json!(0.0))
        );
        server.token(&client, &[]).await;
        flush(&server.app).await.expect("it is flushed");
        server.token(&client, &[]).await;
        let (rate, of_quota) = limits(&server).await;
        let resets_at = time(&server, -TimeDelta::hours(1));
        let expected = json!({
            "requests": 4, "per_seconds": 3_600, "enforce": true,
            "used": 2, "remaining": 2, "resets_at": resets_at, "utilisation": 0.5,
        });
        assert_eq!(rate, expected);
        let window = quota(10).window(server.app.now());
        let resets_at = server.app.now() + TimeDelta::seconds(window.resets_in.into());
        let expected = json!({
            "requests": 10, "per": "month", "enforce": true,
            "used": 2, "remaining": 8, "resets_at": resets_at, "utilisation": 0.2,
        });
        assert_eq!(of_quota, expected, "{engine:?}");

        // Another node knows of what is written, and has a rate of its own.
        let other = server.another_node().await;
        other.advance(server.app.now() - other.app.now());
        let (rate, of_quota) = limits(&other).await;
        assert_eq!((&rate["used"], &of_quota["used"]), (&json!(0), &json!(1)));

        // Each node counts a rate by itself, and a command asks none.
        let now = other.app.now();
        let range = UsageRange::new(None, None, StepLength::Hour, now).expect("a range");
        let (id, organization) = (client.id.parse().expect("an id"), other.organization.id);
        let found = report(&other.app, &Authority::Command, organization, id, range).await;
        let found = serde_json::to_value(found.expect("a report")).expect("JSON");
        assert_eq!(found["quota"]["used"], 1);
        assert_eq!(
            found["rate_limit"],
            json!({"requests": 4, "per_seconds": 3_600, "enforce": true})
        );
    }
}

#[actix_web::test]
async fn a_limit_that_only_counts_may_be_used_more_than_whole() {
    let server = TestServer::start().await;
    to_quiet_hour(&server);
    let admin = server.admin().await;
    let client = server
        .client_with(|new| new.rate_limit = Some(rate_limit(2, false)))
        .await;
    for _ in 0..5 {
        server.token(&client, &[]).await;
    }
    let found = usage(&server, &admin, &client, "").await;
    let rate = &found["rate_limit"];
    assert_eq!((&rate["used"], &rate["remaining"]), (&json!(5), &json!(0)));
    assert_eq!(rate["utilisation"], 2.5);
    assert_eq!(found["total"]["would_have_been_rejected"]["rate_limit"], 3);
    assert_eq!(found["total"]["rejected"]["rate_limit"], 0);
}

#[actix_web::test]
async fn who_administers_agents_sees_the_usage_of_theirs() {
    let server = TestServer::start().await;
    let [own, also_own, other] = [
        server.agent("own").await.id,
        server.agent("also-own").await.id,
        server.agent("other").await.id,
    ];
    let caller = Caller {
        subject: Subject::User(UserId(Uuid::from_u128(1))),
        user_id: None,
        organization_id: server.organization.id,
        reach: Reach::Agents(vec![own, also_own]),
        operator: false,
        scopes: vec!["usage:read".to_owned()],
        audience: None,
        expires_at: None,
        origin: Origin::default(),
    };
    let range = UsageRange::new(None, None, StepLength::Hour, server.app.now()).expect("a range");
    for (agent, seen) in [
        (Some(own), true),
        (Some(also_own), true),
        (Some(other), false),
        (None, false),
    ] {
        let client = server.client_with(|new| new.agent_id = agent).await;
        let id = client.id.parse().expect("an id");
        let authority = Authority::Caller(caller.clone());
        let found = report(&server.app, &authority, server.organization.id, id, range).await;
        match found {
            Ok(_) => assert!(seen, "{agent:?}"),
            Err(AppError::NotFound(_)) => assert!(!seen, "{agent:?}"),
            Err(error) => panic!("{error:?}"),
        }
    }
    // Over HTTP, by a credential of the agent.
    let issuer = server.app.issuer.as_str().parse().expect("an identifier");
    let scoped = server
        .client_with(|new| {
            new.agent_id = Some(own);
            new.audiences.push(issuer);
        })
        .await;
    usage(&server, &scoped, &scoped, "").await;
    let others = server.client_with(|new| new.agent_id = Some(other)).await;
    asked(&server, &scoped, &others, "").await.problem(404);
}
