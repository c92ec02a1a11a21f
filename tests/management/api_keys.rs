//! API keys on the management API.

use grantd::domain::credential::CredentialKind;
use serde_json::{Value, json};

use super::answer::send;
use crate::support::client::misspelt;
use crate::support::server::{TestClient, TestServer};

const CREDENTIALS: &str = "/v1/organizations/acme/credentials";

/// A key with the scopes of an organization's admin, and `<id>:<secret>`.
async fn key(server: &TestServer) -> (TestClient, String) {
    let issuer = server.app.issuer.as_str().parse().expect("an identifier");
    let client = server
        .client_with(|new| {
            new.kind = CredentialKind::ApiKey;
            new.audiences.push(issuer);
        })
        .await;
    let key = format!("{}:{}", client.id, client.secret);
    (client, key)
}

#[actix_web::test]
async fn a_key_is_taken_in_three_places_in_one_at_a_time() {
    let server = TestServer::start().await;
    let (client, key) = key(&server).await;
    let in_query = format!("{CREDENTIALS}?limit=5&api_key={key}");
    for request in [
        server.bare("GET", CREDENTIALS).header("x-api-key", &key),
        server
            .bare("GET", CREDENTIALS)
            .header("authorization", format!("Key {key}")),
        server.bare("GET", &in_query),
    ] {
        let listed = send(request).await.json(200);
        assert_eq!(listed["data"][0]["id"], client.id);
    }
    let several = server.bare("GET", &in_query).header("x-api-key", &key);
    send(several).await.problem(400);
}

#[actix_web::test]
async fn a_key_in_the_query_goes_into_no_referer() {
    let server = TestServer::start().await;
    let (_, key) = key(&server).await;
    for path in [CREDENTIALS, "/v1/whoami", "/nowhere"] {
        for (query, policy) in [
            (format!("?api_key={key}"), Some("no-referrer")),
            // However it is written.
            (format!("?a=b&api%5Fkey={key}"), Some("no-referrer")),
            (String::new(), None),
        ] {
            let request = server.bare("GET", &format!("{path}{query}"));
            let answer = request.send().await.expect("an answer");
            let given = answer.headers().get("referrer-policy");
            let given = given.map(|value| value.to_str().expect("text"));
            assert_eq!(given, policy, "{path}");
        }
    }
}

#[actix_web::test]
async fn what_is_no_key_is_refused_in_one_way() {
    let server = TestServer::start().await;
    let (client, key) = key(&server).await;
    let oauth = server.client().await;
    let other = format!("{}:{}", oauth.id, client.secret);
    let as_key = format!("{}:{}", oauth.id, oauth.secret);
    let typo = misspelt(&key);
    for wrong in [
        "",
        ":",
        "abc",
        &client.secret,
        &client.id,
        &other,
        &as_key,
        &typo,
    ] {
        let request = server.bare("GET", CREDENTIALS).header("x-api-key", wrong);
        let answer = send(request).await;
        assert_eq!(answer.problem(401), "access not permitted", "{wrong}");
    }
    let path = format!("{CREDENTIALS}/{}", client.id);
    let request = server.bare("DELETE", &path).header("x-api-key", &key);
    send(request).await.no_content();
    let request = server.bare("GET", CREDENTIALS).header("x-api-key", &key);
    assert_eq!(send(request).await.problem(401), "access not permitted");
}

#[actix_web::test]
async fn a_key_says_who_it_is() {
    let server = TestServer::start().await;
    let agent = server.agent("bot").await;
    let client = server
        .client_with(|new| {
            new.kind = CredentialKind::ApiKey;
            new.agent_id = Some(agent.id);
        })
        .await;
    let key = format!("{}:{}", client.id, client.secret);
    let request = server.bare("GET", "/v1/whoami").header("x-api-key", &key);
    assert_eq!(
        send(request).await.json(200),
        json!({
            "credential_id": client.id,
            "client_id": client.id,
            "user_id": null,
            "organization_id": server.organization.id,
            "agent_id": agent.id,
            "agent_ids": [agent.id],
            "operator": false,
            "audience": null,
            "scopes": ["api:read", "api:write"],
            "expires_at": Value::Null,
        })
    );
    // It has nothing at the management API.
    let request = server.bare("GET", CREDENTIALS).header("x-api-key", &key);
    send(request).await.asks_for_scope("credentials:read");
}

#[actix_web::test]
async fn a_warm_key_costs_no_statement() {
    let server = TestServer::start().await;
    let (_, key) = key(&server).await;
    let ask = || server.bare("GET", "/v1/whoami").header("x-api-key", &key);
    send(ask()).await.json(200);
    let before = server.app.store.statements();
    for _ in 0..100 {
        send(ask()).await.json(200);
    }
    assert_eq!(server.app.store.statements(), before);
}
