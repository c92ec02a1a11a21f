//! `POST /v1/api-keys/verify`.

use chrono::TimeDelta;
use grantd::app::create_credential::NewCredential;
use grantd::domain::credential::CredentialKind;
use serde_json::{Value, json};

use super::answer::{Answer, send_json};
use crate::support::server::{API, TestClient, TestServer};

const VERIFY: &str = "/v1/api-keys/verify";
const OTHER: &str = "https://other.example.com";

async fn key_with(
    server: &TestServer,
    change: impl FnOnce(&mut NewCredential),
) -> (TestClient, String) {
    let client = server
        .client_with(|new| {
            new.kind = CredentialKind::ApiKey;
            change(new);
        })
        .await;
    let key = format!("{}:{}", client.id, client.secret);
    (client, key)
}

async fn ask(server: &TestServer, caller: &TestClient, body: &Value) -> Answer {
    send_json(server.call(caller, "POST", VERIFY).await, body).await
}

/// What is said of a key that is not good.
async fn refusal(server: &TestServer, caller: &TestClient, body: &Value) -> (String, Value) {
    let answer = ask(server, caller, body).await.json(200);
    assert_eq!(answer["valid"], false, "{answer}");
    let members = answer.as_object().expect("an object").len();
    assert_eq!(members, 4, "{answer}");
    let reason = answer["reason"].as_str().expect("a reason").to_owned();
    (reason, answer["credential_id"].clone())
}

#[actix_web::test]
async fn a_good_key_is_told_with_all_that_an_api_needs() {
    let server = TestServer::start().await;
    let caller = server.admin().await;
    let agent = server.agent("bot").await;
    let end = server.app.now() + TimeDelta::days(1);
    let (client, key) = key_with(&server, |new| {
        new.agent_id = Some(agent.id);
        new.expires_at = Some(end);
    })
    .await;
    for body in [
        json!({"api_key": key}),
        json!({"api_key": key, "audience": API, "scopes": ["api:read"]}),
        json!({"api_key": key, "scopes": []}),
    ] {
        let answer = ask(&server, &caller, &body).await.json(200);
        assert_eq!(
            answer,
            json!({
                "valid": true,
                "credential_id": client.id,
                "kind": "api_key",
                "name": "ci",
                "organization_id": server.organization.id,
                "agent_id": agent.id,
                "user_id": null,
                "audience": API,
                "scopes": ["api:read", "api:write"],
                "expires_at": answer["expires_at"],
                "rate_limit": null,
                "quota": null,
            })
        );
        let told = answer["expires_at"].as_str().expect("a time");
        assert_eq!(
            told.parse::<chrono::DateTime<chrono::Utc>>().ok(),
            Some(end)
        );
    }
}

#[actix_web::test]
async fn the_scopes_are_those_at_the_audience() {
    let server = TestServer::start().await;
    let caller = server.admin().await;
    server.resource_server(OTHER, &["other:use"]).await;
    let (client, key) = key_with(&server, |new| {
        new.audiences.push(OTHER.parse().expect("an identifier"));
    })
    .await;
    let at = |audience: &str, scopes: &[&str]| json!({"api_key": key, "audience": audience, "scopes": scopes});
    let answer = ask(&server, &caller, &at(OTHER, &["other:use"])).await;
    assert_eq!(answer.json(200)["scopes"], json!(["other:use"]));
    let of_it = json!(client.id);
    let issuer = server.app.issuer.as_str();
    for (body, reason) in [
        (at(API, &["other:use"]), "insufficient_scope"),
        (at(API, &["api:read", "nothing"]), "insufficient_scope"),
        (at("urn:nothing", &[]), "wrong_audience"),
        (at(issuer, &[]), "wrong_audience"),
    ] {
        let refused = refusal(&server, &caller, &body).await;
        assert_eq!(refused, (reason.to_owned(), of_it.clone()), "{body}");
    }
    // With more than one API, which one is not for grantd to guess.
    let answer = ask(&server, &caller, &json!({"api_key": key})).await;
    assert!(answer.invalid("audience").contains("more than one"));
}

#[actix_web::test]
async fn a_key_that_is_not_good_is_told_with_its_reason() {
    let server = TestServer::start().await;
    let operator = server.operator().await;
    let end = server.app.now() + TimeDelta::seconds(10);
    let (short, expired) = key_with(&server, |new| new.expires_at = Some(end)).await;
    let (off, disabled) = key_with(&server, |_| {}).await;
    let (gone, revoked) = key_with(&server, |_| {}).await;
    for (client, method) in [(&off, "PATCH"), (&gone, "DELETE")] {
        let path = format!("/v1/organizations/acme/credentials/{}", client.id);
        let request = server.call(&operator, method, &path).await;
        let answer = send_json(request, &json!({"status": "disabled"})).await;
        assert!(answer.status < 300, "{answer:?}");
    }
    server.advance(TimeDelta::seconds(10));
    let oauth = server.client().await;
    let wrong = format!("{}:{}", off.id, short.secret);
    for (key, reason, whose) in [
        (expired, "expired", json!(short.id)),
        (disabled, "disabled", json!(off.id)),
        (revoked, "invalid", Value::Null),
        (wrong, "invalid", Value::Null),
        (
            format!("{}:{}", oauth.id, oauth.secret),
            "invalid",
            Value::Null,
        ),
        (String::new(), "invalid", Value::Null),
        ("x".repeat(60_000), "invalid", Value::Null),
    ] {
        let refused = refusal(&server, &operator, &json!({"api_key": key})).await;
        assert_eq!(refused, (reason.to_owned(), whose), "{key:.60}");
    }
}

#[actix_web::test]
async fn keys_that_are_not_the_callers_to_see_are_unknown_to_it() {
    let server = TestServer::start().await;
    let issuer = server.app.issuer.as_str().to_owned();
    let elsewhere = server.organization("globex").await;
    let agent = server.agent("bot").await;
    let stranger = server
        .client_with(|new| {
            new.organization_id = elsewhere.id;
            new.audiences.push(issuer.parse().expect("an identifier"));
        })
        .await;
    let of_agent = server
        .client_with(|new| {
            new.agent_id = Some(agent.id);
            new.audiences.push(issuer.parse().expect("an identifier"));
        })
        .await;
    let (_, plain) = key_with(&server, |_| {}).await;
    let (_, agents) = key_with(&server, |new| new.agent_id = Some(agent.id)).await;
    let (_, theirs) = key_with(&server, |new| new.organization_id = elsewhere.id).await;
    let unknown = ("invalid".to_owned(), Value::Null);
    for (caller, known) in [
        (server.operator().await, [true, true, true]),
        (server.admin().await, [true, true, false]),
        (of_agent, [false, true, false]),
        (stranger, [false, false, true]),
    ] {
        for (key, known) in [&plain, &agents, &theirs].into_iter().zip(known) {
            let body = json!({"api_key": key});
            if known {
                let answer = ask(&server, &caller, &body).await.json(200);
                assert_eq!(answer["valid"], true, "{answer}");
            } else {
                assert_eq!(refusal(&server, &caller, &body).await, unknown);
            }
        }
    }
}

#[actix_web::test]
async fn every_question_counts_against_the_limits_of_the_key() {
    let server = TestServer::start().await;
    let caller = server.admin().await;
    let limited = |new: &mut NewCredential| {
        new.rate_limit = Some(grantd::domain::limit::RateLimit {
            requests: 2,
            per_seconds: 60,
            enforce: true,
        });
    };
    let (client, key) = key_with(&server, limited).await;
    let body = json!({"api_key": key});
    for remaining in [1, 0] {
        let left = &ask(&server, &caller, &body).await.json(200)["rate_limit"];
        assert_eq!(left["limit"], 2);
        assert_eq!(left["window_seconds"], 60);
        assert_eq!(left["remaining"], remaining);
    }
    let answer = ask(&server, &caller, &body).await.json(200);
    assert_eq!(answer["valid"], false);
    assert_eq!(answer["reason"], "rate_limited");
    assert_eq!(answer["credential_id"], client.id);
    assert!(answer["retry_after"].as_u64() >= Some(1), "{answer}");
    // A proxy that asks about it is told the same.
    let request = server.bare("GET", "/auth/verify").header("x-api-key", &key);
    let answer = super::answer::send(request).await;
    answer.problem(429);
    assert!(answer.header("retry-after").parse::<u32>().is_ok());
    server.advance(TimeDelta::seconds(60));
    assert_eq!(ask(&server, &caller, &body).await.json(200)["valid"], true);
}

#[actix_web::test]
async fn a_question_that_makes_no_sense_is_refused_by_name_and_repeats_no_key() {
    let server = TestServer::start().await;
    let caller = server.admin().await;
    let (_, key) = key_with(&server, |_| {}).await;
    let many: Vec<String> = (0..101).map(|n| format!("s{n}")).collect();
    for (body, field) in [
        (json!({}), "api_key"),
        (json!({"api_key": null}), "api_key"),
        (json!({"api_key": [key]}), "api_key"),
        (json!({"api_key": key, "key": key}), "key"),
        (json!({"api_key": key, "audience": null}), "audience"),
        (json!({"api_key": key, "audience": 1}), "audience"),
        (json!({"api_key": key, "scopes": "api:read"}), "scopes"),
        (json!({"api_key": key, "scopes": ["a b"]}), "scopes[0]"),
        (json!({"api_key": key, "scopes": [key, ""]}), "scopes[1]"),
        (json!({"api_key": key, "scopes": many}), "scopes"),
    ] {
        let answer = ask(&server, &caller, &body).await;
        answer.invalid(field);
        assert!(!answer.body.contains(&key), "{}", answer.body);
    }
}
