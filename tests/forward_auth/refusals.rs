//! What opens nothing, and from when on.

use std::time::Duration;

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{VERIFY, key, key_with, tells_nothing, told, with_key};
use crate::management::answer::{send, send_json};
use crate::support::client::misspelt;
use crate::support::server::{Engine, TestClient, TestServer};

fn path_of(client: &TestClient) -> String {
    format!("/v1/organizations/acme/credentials/{}", client.id)
}

async fn patch(server: &TestServer, client: &TestClient, body: Value) {
    let operator = server.operator().await;
    let request = server.call(&operator, "PATCH", &path_of(client)).await;
    send_json(request, &body).await.json(200);
}

#[actix_web::test]
async fn without_a_credential_it_asks_for_one() {
    let server = TestServer::start().await;
    for request in [
        server.bare("GET", VERIFY),
        server.bare("GET", VERIFY).basic_auth("a", Some("b")),
        server.bare("GET", VERIFY).header("authorization", "Bearer"),
        server.bare("GET", VERIFY).header("authorization", "\u{e9}"),
        server
            .bare("GET", VERIFY)
            .header("x-original-uri", "/items"),
    ] {
        let answer = send(request).await;
        answer.asks_for_a_token();
        tells_nothing(&answer);
    }
}

#[actix_web::test]
async fn what_is_no_key_and_no_token_is_refused() {
    let server = TestServer::start().await;
    let client = server.client().await;
    let (holder, key) = key(&server).await;
    let token = server.token(&client, &[]).await;
    let other = TestServer::start().await;
    let foreign = other.token(&other.client().await, &[]).await;
    let (signed, signature) = token.rsplit_once('.').expect("three parts");
    let tampered = format!("{signed}.{}", signature.chars().rev().collect::<String>());
    let as_key = format!("{}:{}", client.id, client.secret);
    let typo = misspelt(&key);
    for wrong in ["", ":", &holder.id, &holder.secret, &as_key, &typo, &token] {
        let answer = send(with_key(&server, VERIFY, wrong)).await;
        assert_eq!(answer.refuses_the_token(), "The API key is not valid");
        tells_nothing(&answer);
    }
    for wrong in ["abc", &foreign, &tampered, &key] {
        let answer = send(server.bare("GET", VERIFY).bearer_auth(wrong)).await;
        answer.refuses_the_token();
        tells_nothing(&answer);
    }
    server.advance(TimeDelta::seconds(901));
    let answer = send(server.bare("GET", VERIFY).bearer_auth(&token)).await;
    assert_eq!(answer.refuses_the_token(), "The access token has expired");
}

#[actix_web::test]
async fn a_disabled_credential_opens_nothing_until_it_is_enabled() {
    let server = TestServer::start().await;
    let client = server.client().await;
    let token = server.token(&client, &[]).await;
    let (holder, key) = key(&server).await;
    let by_token = async || send(server.bare("GET", VERIFY).bearer_auth(&token)).await;
    let by_key = async || send(with_key(&server, VERIFY, &key)).await;
    told(&by_token().await);
    told(&by_key().await);
    for credential in [&client, &holder] {
        patch(&server, credential, json!({"status": "disabled"})).await;
    }
    for answer in [by_token().await, by_key().await] {
        assert_eq!(answer.refuses_the_token(), "The credential is disabled");
        tells_nothing(&answer);
    }
    for credential in [&client, &holder] {
        patch(&server, credential, json!({"status": "active"})).await;
    }
    told(&by_token().await);
    told(&by_key().await);
}

#[actix_web::test]
async fn a_key_past_its_expiry_opens_nothing() {
    let server = TestServer::start().await;
    let end = server.app.now() + TimeDelta::seconds(30);
    let (_, key) = key_with(&server, |new| new.expires_at = Some(end)).await;
    told(&send(with_key(&server, VERIFY, &key)).await);
    server.advance(TimeDelta::seconds(30));
    let answer = send(with_key(&server, VERIFY, &key)).await;
    assert_eq!(answer.refuses_the_token(), "The credential has expired");
}

#[actix_web::test]
async fn revocation_counts_at_once_here_and_soon_on_another_node() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let server = TestServer::builder().engine(engine).start().await;
        let node = server.another_node().await;
        let operator = server.operator().await;
        let client = server.client().await;
        let token = server.token(&client, &[]).await;
        let (holder, key) = key(&server).await;
        let by_token =
            async |at: &TestServer| send(at.bare("GET", VERIFY).bearer_auth(&token)).await;
        let by_key = async |at: &TestServer| send(with_key(at, VERIFY, &key)).await;
        for at in [&server, &node] {
            told(&by_token(at).await);
            told(&by_key(at).await);
        }
        for credential in [&client, &holder] {
            let request = server.call(&operator, "DELETE", &path_of(credential)).await;
            send(request).await.no_content();
        }
        by_token(&server).await.refuses_the_token();
        by_key(&server).await.refuses_the_token();
        TestServer::eventually(Duration::from_secs(5), async || {
            by_token(&node).await.status == 401 && by_key(&node).await.status == 401
        })
        .await;
    }
}
