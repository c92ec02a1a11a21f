//! What stands in a token and beside it (RFC 9068 §2, RFC 6749 §5.1).

use std::collections::HashSet;

use grantd::clock::Clock;
use serde_json::json;

use crate::support::server::{API, TestServer, claims, header};

#[actix_web::test]
async fn the_claims_are_those_of_rfc_9068() {
    let server = TestServer::start().await;
    let client = server.client().await;
    let token = server.token(&client, &[]).await;
    let iat = server.clock.now().timestamp();
    let found = claims(&token);
    let jti = found["jti"].as_str().expect("a jti");
    assert!(jti.parse::<uuid::Uuid>().is_ok(), "{jti}");
    assert_eq!(
        found,
        json!({
            "iss": server.app.issuer.as_str(),
            "sub": client.id,
            "client_id": client.id,
            "aud": API,
            "iat": iat,
            "exp": iat + 900,
            "jti": jti,
            "scope": "api:read api:write",
            "org_id": server.organization.id,
        })
    );
    let kid = server.app.keyring().keys()[0].kid.clone();
    assert_eq!(
        header(&token),
        json!({"typ": "at+jwt", "alg": "ES256", "kid": kid})
    );
}

#[actix_web::test]
async fn the_response_says_what_the_token_says() {
    let server = TestServer::start().await;
    let client = server.client().await;
    let response = server
        .token_response(&client, &[("scope", "api:write")])
        .await;
    let body: serde_json::Value = response.json().await.expect("JSON");
    let token = body["access_token"].as_str().expect("a token");
    assert_eq!(
        body,
        json!({
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": 900,
            "scope": "api:write",
        })
    );
    assert_eq!(claims(token)["scope"], "api:write");
}

#[actix_web::test]
async fn the_agent_stands_there_only_where_the_credential_has_one() {
    let server = TestServer::start().await;
    let agent = server.agent("robot").await;
    let client = server
        .client_with(|new| new.agent_id = Some(agent.id))
        .await;
    let token = server.token(&client, &[]).await;
    assert_eq!(claims(&token)["agent_id"], agent.id.to_string());
    let whole = server.client().await;
    let token = server.token(&whole, &[]).await;
    assert!(claims(&token).get("agent_id").is_none());
}

#[actix_web::test]
async fn every_token_has_an_id_of_its_own() {
    let server = TestServer::start().await;
    let client = server.client().await;
    let mut seen = HashSet::new();
    for _ in 0..300 {
        let token = server.token(&client, &[]).await;
        let jti = claims(&token)["jti"].as_str().expect("a jti").to_owned();
        assert!(seen.insert(jti), "a jti came twice");
    }
}

#[actix_web::test]
async fn an_api_without_scopes_gets_a_token_without_scope() {
    let server = TestServer::start().await;
    let bare = server
        .resource_server("https://bare.example.com", &[])
        .await;
    let client = server
        .client_with(|new| new.audiences = vec![bare.identifier.clone()])
        .await;
    let response = server.token_response(&client, &[]).await;
    let body: serde_json::Value = response.json().await.expect("JSON");
    assert!(body.get("scope").is_none(), "{body}");
    let token = body["access_token"].as_str().expect("a token");
    assert_eq!(claims(token)["aud"], "https://bare.example.com");
    assert!(claims(token).get("scope").is_none());
}
