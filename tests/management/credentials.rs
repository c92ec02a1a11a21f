//! `/v1/organizations/{organization}/credentials`

use chrono::{SecondsFormat, TimeDelta};
use serde_json::{Value, json};

use super::answer::{Answer, send, send_json};
use crate::support::server::{API, TestClient, TestServer, management_scopes};

const CREDENTIALS: &str = "/v1/organizations/acme/credentials";

async fn post(server: &TestServer, caller: &TestClient, body: &Value) -> Answer {
    send_json(server.call(caller, "POST", CREDENTIALS).await, body).await
}

/// The pair that a POST's answer holds.
fn client_of(made: &Value) -> TestClient {
    let file = &made["credentials_file"];
    TestClient {
        id: file["clientId"].as_str().expect("an id").to_owned(),
        secret: file["clientSecret"].as_str().expect("a secret").to_owned(),
    }
}

/// The pattern of a secret, as secret scanners are told it.
fn is_secret(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix)
        .is_some_and(|rest| rest.len() == 49 && rest.bytes().all(|b| b.is_ascii_alphanumeric()))
}

#[actix_web::test]
async fn a_client_is_made_and_its_secret_shown_this_one_time() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    server.advance(TimeDelta::seconds(1));
    let body = json!({"name": "ci", "audiences": [API], "scopes": ["api:read"]});
    let answer = post(&server, &admin, &body).await;
    let made = answer.json(201);
    let id = made["id"].as_str().expect("an id");
    let secret = made["client_secret"].as_str().expect("a secret");
    let now = server.app.now();
    assert!(is_secret(secret, "gds_"), "{secret}");
    let mut shown = json!({
        "id": id,
        "kind": "oauth_client",
        "name": "ci",
        "description": null,
        "organization_id": server.organization.id,
        "agent_id": null,
        "created_by": admin.id,
        "user_id": null,
        "scopes": ["api:read"],
        "audiences": [API],
        "grant_types": ["client_credentials"],
        "operator": false,
        "token_ttl_seconds": null,
        "status": "active",
        "created_at": now,
        "expires_at": null,
        "last_used_at": null,
        "rate_limit": null,
        "quota": null,
        "super_key": false,
        "secrets": [{
            "id": made["secrets"][0]["id"],
            "hint": format!("…{}", &secret[secret.len() - 4..]),
            "created_at": now,
            "expires_at": null,
            "last_used_at": null,
        }],
    });
    // Never again.
    let again = send(
        server
            .call(&admin, "GET", &format!("{CREDENTIALS}/{id}"))
            .await,
    )
    .await;
    assert_eq!(again.json(200), shown);
    assert!(!again.body.contains(secret));
    let listed = send(server.call(&admin, "GET", CREDENTIALS).await).await;
    let last = listed.json(200)["data"]
        .as_array()
        .expect("a list")
        .last()
        .cloned();
    assert_eq!(last.as_ref(), Some(&shown));
    assert!(!listed.body.contains(secret));

    shown["client_secret"] = json!(secret);
    shown["credentials_file"] = json!({
        "clientId": id,
        "clientSecret": secret,
        "email": "",
        "userId": admin.id,
        "issuer": server.origin,
        "name": "ci",
        "created": now.to_rfc3339_opts(SecondsFormat::AutoSi, true),
        "expires": null,
        "scopes": ["api:read"],
        "tokenEndpoint": format!("{}/oauth/token", server.origin),
    });
    assert_eq!(made, shown);
    server.token(&client_of(&made), &[]).await;
}

#[actix_web::test]
async fn an_api_key_is_its_id_and_its_secret() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let body = json!({"name": "key", "kind": "api_key", "scopes": ["api:write"]});
    let made = post(&server, &admin, &body).await.json(201);
    let id = made["id"].as_str().expect("an id");
    let secret = made["credentials_file"]["clientSecret"]
        .as_str()
        .expect("a secret");
    assert!(is_secret(secret, "gdk_"), "{secret}");
    assert_eq!(made["api_key"], format!("{id}:{secret}"));
    assert!(made.get("client_secret").is_none());
    assert_eq!(made["kind"], "api_key");
}

#[actix_web::test]
async fn everything_that_can_be_asked_for_is_given() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let agent = server.agent("bot").await;
    let expiry = server.app.now() + TimeDelta::days(90);
    let body = json!({
        "name": "whole",
        "kind": "oauth_client",
        "agent_id": agent.id,
        "scopes": ["agents:read", "api:read", "agents:read"],
        "audiences": [server.origin, API, server.origin],
        "grant_types": ["client_credentials"],
        "operator": false,
        "token_ttl_seconds": 120,
        "expires_at": expiry,
    });
    let made = post(&server, &admin, &body).await.json(201);
    assert_eq!(made["agent_id"], json!(agent.id));
    assert_eq!(made["scopes"], json!(["agents:read", "api:read"]));
    assert_eq!(made["audiences"], json!([server.origin, API]));
    assert_eq!(made["token_ttl_seconds"], 120);
    assert_eq!(made["expires_at"], json!(expiry));
    // Those of the first audience, which is the management API here.
    assert_eq!(made["credentials_file"]["scopes"], json!(["agents:read"]));
    let client = client_of(&made);
    let answer = server.token_response(&client, &[]).await;
    let answer: Value = answer.json().await.expect("JSON");
    assert_eq!(
        (&answer["expires_in"], &answer["scope"]),
        (&json!(120), &json!("agents:read"))
    );
    server.advance(TimeDelta::days(90));
    assert_eq!(server.token_response(&client, &[]).await.status(), 401);
}

#[actix_web::test]
async fn without_scopes_it_gets_all_that_its_maker_holds_there() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let body = json!({"name": "all", "audiences": [API, server.origin]});
    let made = post(&server, &admin, &body).await.json(201);
    let mut expected = vec!["api:read".to_owned(), "api:write".to_owned()];
    expected.extend(management_scopes());
    assert_eq!(made["scopes"], json!(expected));
    // With neither, the one audience that there is beside the management API.
    let made = post(&server, &admin, &json!({"name": "one"}))
        .await
        .json(201);
    assert_eq!(made["audiences"], json!([API]));
    assert_eq!(made["scopes"], json!(["api:read", "api:write"]));
}

#[actix_web::test]
async fn the_list_is_filtered_by_kind_and_agent_and_leaves_out_the_revoked() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let agent = server.agent("bot").await;
    let names = async |query: &str| -> Vec<String> {
        let path = format!("{CREDENTIALS}{query}");
        let listed = send(server.call(&admin, "GET", &path).await)
            .await
            .json(200);
        let data = listed["data"].as_array().expect("a list");
        let name = |item: &Value| item["name"].as_str().expect("a name").to_owned();
        data.iter().map(name).collect()
    };
    for body in [
        json!({"name": "key", "kind": "api_key"}),
        json!({"name": "of-bot", "agent_id": agent.id}),
        json!({"name": "gone"}),
    ] {
        server.advance(TimeDelta::seconds(1));
        let made = post(&server, &admin, &body).await.json(201);
        if made["name"] == "gone" {
            let path = format!("{CREDENTIALS}/{}", made["id"].as_str().expect("an id"));
            send(server.call(&admin, "DELETE", &path).await)
                .await
                .no_content();
        }
    }
    assert_eq!(names("").await, ["ci", "key", "of-bot"]);
    assert_eq!(names("?kind=api_key").await, ["key"]);
    assert_eq!(names("?kind=oauth_client").await, ["ci", "of-bot"]);
    assert_eq!(names(&format!("?agent_id={}", agent.id)).await, ["of-bot"]);
    assert_eq!(
        names(&format!("?agent_id={}&kind=api_key", agent.id)).await,
        [""; 0]
    );
}

#[actix_web::test]
async fn a_missing_one_anothers_and_no_id_at_all_answer_alike() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let other = server.organization("globex").await;
    let theirs = server
        .client_with(|new| new.organization_id = other.id)
        .await;
    let operator = server.operator().await;
    let missing = uuid::Uuid::from_u128(7).to_string();
    let mut bodies = Vec::new();
    // Under the wrong organization not even an operator finds it.
    for caller in [&admin, &operator] {
        for id in [theirs.id.as_str(), &missing, "no-id", "0197", "%F0%28"] {
            for (method, below) in [
                ("GET", ""),
                ("PATCH", ""),
                ("DELETE", ""),
                ("GET", "/secrets"),
                ("POST", "/secrets"),
                ("DELETE", "/secrets/0197f3c2-6d5e-7c3a-9b1e-2f4a6c8e0b1d"),
            ] {
                let path = format!("{CREDENTIALS}/{id}{below}");
                let answer = send_json(server.call(caller, method, &path).await, &json!({})).await;
                assert_eq!(
                    answer.problem(404),
                    "There is no such credential.",
                    "{method} {path}"
                );
                bodies.push(answer.body);
            }
        }
    }
    bodies.dedup();
    assert_eq!(bodies.len(), 1, "{bodies:?}");
    server.token(&theirs, &[]).await;
}
