//! Revoking: good for nothing at once, here and on every node, although tokens are offline.

use std::time::Duration;

use serde_json::{Value, json};

use super::answer::{send, send_json};
use super::rows::Rows;
use crate::support::server::{Engine, TestClient, TestServer};

fn path_of(client: &TestClient) -> String {
    format!("/v1/organizations/acme/credentials/{}", client.id)
}

#[actix_web::test]
async fn a_revoked_credential_and_its_tokens_are_refused_at_once() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let victim = server.admin().await;
    let token = server.management_token(&victim).await;
    let call = async || {
        let request = server.bare("GET", "/v1/organizations").bearer_auth(&token);
        send(request).await
    };
    call().await.json(200);
    send(server.call(&admin, "DELETE", &path_of(&victim)).await)
        .await
        .no_content();
    assert_eq!(
        call().await.refuses_the_token(),
        "The credential of this token has been revoked"
    );
    assert_eq!(server.token_response(&victim, &[]).await.status(), 401);
}

#[actix_web::test]
async fn what_is_revoked_is_gone_for_good_and_has_no_secret_left() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let client = server.client().await;
    let rows = Rows::of(&server).await;
    let before = rows.count_in("credential_secret").await;
    let path = path_of(&client);
    send(server.call(&admin, "DELETE", &path).await)
        .await
        .no_content();
    assert_eq!(rows.count_in("credential_secret").await, before - 1);
    for (method, path, body) in [
        ("GET", path.clone(), Value::Null),
        ("DELETE", path.clone(), Value::Null),
        ("PATCH", path.clone(), json!({"status": "active"})),
        ("POST", format!("{path}/secrets"), json!({})),
        ("GET", format!("{path}/secrets"), Value::Null),
    ] {
        let answer = send_json(server.call(&admin, method, &path).await, &body).await;
        assert_eq!(
            answer.problem(404),
            "There is no such credential.",
            "{method}"
        );
    }
    assert_eq!(rows.count_in("credential_secret").await, before - 1);
}

#[actix_web::test]
async fn a_credential_can_revoke_itself_once() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let token = server.management_token(&admin).await;
    let revoke = async || {
        let request = server.bare("DELETE", &path_of(&admin)).bearer_auth(&token);
        send(request).await
    };
    revoke().await.no_content();
    revoke().await.refuses_the_token();
}

#[actix_web::test]
async fn another_node_refuses_it_too_on_sqlite() {
    another_node_refuses(Engine::Sqlite).await;
}

#[actix_web::test]
async fn another_node_refuses_it_too_on_postgresql() {
    another_node_refuses(Engine::Postgres).await;
}

async fn another_node_refuses(engine: Engine) {
    let server = TestServer::builder().engine(engine).start().await;
    let node = server.another_node().await;
    let admin = server.admin().await;
    let client = server.client().await;
    let token = node.token(&client, &[]).await;
    let whoami = async || {
        let request = node.bare("GET", "/v1/whoami").bearer_auth(&token);
        send(request).await
    };
    whoami().await.json(200);
    send(server.call(&admin, "DELETE", &path_of(&client)).await)
        .await
        .no_content();
    // That it takes no second is for the tests of the feed to measure.
    TestServer::eventually(Duration::from_secs(5), async || {
        whoami().await.status == 401
    })
    .await;
    assert_eq!(node.token_response(&client, &[]).await.status(), 401);
}
