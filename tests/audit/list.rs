//! `GET …/audit-events`: which events, in which order, for whom.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::head;
use crate::management::answer::{Answer, send, send_json};
use crate::support::server::{Engine, TestClient, TestServer};

const ACME: &str = "/v1/organizations/acme/audit-events";
const ALL: &str = "/v1/audit-events";

async fn get(server: &TestServer, client: &TestClient, path: &str) -> Answer {
    send(server.call(client, "GET", path).await).await
}

/// The numbers of a list's events.
fn numbers(body: &Value) -> Vec<i64> {
    let data = body["data"].as_array().expect("a list").iter();
    data.map(|event| event["number"].as_i64().expect("a number"))
        .collect()
}

#[actix_web::test]
async fn an_event_is_shown_whole() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let server = TestServer::builder().engine(engine).start().await;
        let admin = server.admin().await;
        let request = server.call(&admin, "PATCH", "/v1/organizations/acme").await;
        let request = request.header("x-request-id", "the-change");
        let changed = send_json(request, &json!({"name": "New"})).await.json(200);
        let listed = get(&server, &admin, &format!("{ACME}?limit=1"))
            .await
            .json(200);
        let event = &listed["data"][0];
        let mut before = changed.clone();
        before["name"] = json!("Acme");
        assert_eq!(
            *event,
            json!({
                "number": head(&server.app).await,
                "at": event["at"],
                "organization_id": server.organization.id,
                "action": "organization.updated",
                "actor_kind": "credential",
                "actor_id": admin.id,
                "address": "127.0.0.1",
                "request_id": "the-change",
                "target_kind": "organization",
                "target_id": server.organization.id,
                "before": before,
                "after": changed,
                "hash": event["hash"],
            })
        );
        let at: chrono::DateTime<chrono::Utc> =
            serde_json::from_value(event["at"].clone()).expect("a time");
        assert_eq!(at.timestamp_micros(), server.app.now().timestamp_micros());
        assert_eq!(event["hash"].as_str().expect("a hash").len(), 43);
    }
}

#[actix_web::test]
async fn another_organizations_events_are_not_seen() {
    let server = TestServer::start().await;
    let globex = server.organization("globex").await;
    let issuer = server.app.issuer.as_str().parse().expect("an identifier");
    let stranger = server
        .client_with(|new| {
            new.organization_id = globex.id;
            new.audiences.push(issuer);
        })
        .await;
    let admin = server.admin().await;
    let operator = server.operator().await;
    get(&server, &stranger, ACME).await.problem(404);
    get(&server, &admin, ALL).await.problem(403);
    for (client, path, organization) in [
        (&admin, ACME.to_owned(), json!(server.organization.id)),
        (&stranger, ACME.replace("acme", "globex"), json!(globex.id)),
        (&operator, ACME.replace("acme", "globex"), json!(globex.id)),
    ] {
        let listed = get(&server, client, &path).await.json(200);
        let events = listed["data"].as_array().expect("a list");
        assert!(!events.is_empty());
        for event in events {
            assert_eq!(event["organization_id"], organization);
        }
    }
    let all = get(&server, &operator, ALL).await.json(200);
    let last = head(&server.app).await;
    assert_eq!(numbers(&all), (1..=last).rev().collect::<Vec<_>>());
}

#[actix_web::test]
async fn pages_go_back_in_time_without_gap_or_repeat() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let server = TestServer::builder().engine(engine).start().await;
        let operator = server.operator().await;
        for number in 0..5 {
            server.agent(&format!("agent-{number}")).await;
        }
        let last = head(&server.app).await;
        let mut seen = Vec::new();
        let mut path = format!("{ALL}?limit=2");
        loop {
            let page = get(&server, &operator, &path).await.json(200);
            seen.extend(numbers(&page));
            // What is added meanwhile comes first, and is in no one's way.
            server.organization(&format!("o-{}", seen.len())).await;
            match page["next_cursor"].as_str() {
                Some(cursor) => path = format!("{ALL}?limit=2&cursor={cursor}"),
                None => break,
            }
        }
        assert_eq!(seen, (1..=last).rev().collect::<Vec<_>>());
    }
}

#[actix_web::test]
async fn filters_choose() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let server = TestServer::builder().engine(engine).start().await;
        let operator = server.operator().await;
        let other = server.operator().await;
        let early = server.app.now();
        server.advance(TimeDelta::minutes(1));
        let agent = server.agent("bot").await;
        server.advance(TimeDelta::minutes(1));
        let path = format!("/v1/organizations/acme/agents/{}", agent.id);
        let request = server.call(&other, "PATCH", &path).await;
        send_json(request, &json!({"name": "Robot"}))
            .await
            .json(200);
        let last = head(&server.app).await;
        let moment = |at: chrono::DateTime<chrono::Utc>| {
            at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true)
        };
        let second = moment(early + TimeDelta::minutes(1));
        let third = moment(early + TimeDelta::minutes(2));
        for (query, expected) in [
            (format!("actor={}", other.id), vec![last]),
            (format!("target={}", agent.id), vec![last, last - 1]),
            ("action=agent.created".to_owned(), vec![last - 1]),
            (format!("from={second}"), vec![last, last - 1]),
            (format!("from={second}&to={third}"), vec![last - 1]),
            (format!("from={third}&to={second}"), vec![]),
            ("action=agent.created&actor=system".to_owned(), vec![]),
            ("actor=system".to_owned(), vec![1]),
            ("target=none".to_owned(), vec![]),
        ] {
            let path = format!("{ALL}?{query}");
            let listed = get(&server, &operator, &path).await.json(200);
            assert_eq!(numbers(&listed), expected, "{query}");
        }
        let listed = get(&server, &operator, &format!("{ALL}?actor=command")).await;
        let listed = listed.json(200);
        assert!(numbers(&listed).len() > 2 && !numbers(&listed).contains(&last));
    }
}

#[actix_web::test]
async fn a_bad_filter_is_named() {
    let server = TestServer::start().await;
    let operator = server.operator().await;
    for (query, field) in [
        ("action=anything", "action"),
        ("action=", "action"),
        ("actor=somebody", "actor"),
        ("actor=", "actor"),
        ("target=", "target"),
        ("target=a%00b", "target"),
        ("from=yesterday", "from"),
        ("to=2030-01-31", "to"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("cursor=x", "cursor"),
        // A cursor of another list: the id of a thing.
        ("cursor=AZ-zwm1efDqbHi9KbI4LHQ", "cursor"),
    ] {
        for path in [ACME, ALL] {
            let answer = get(&server, &operator, &format!("{path}?{query}")).await;
            answer.invalid(field);
        }
    }
    let long = format!("{ALL}?target={}", "x".repeat(201));
    get(&server, &operator, &long).await.invalid("target");
}
