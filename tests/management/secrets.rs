//! `…/credentials/{credential}/secrets`: rotation.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::answer::{Answer, send, send_json};
use crate::support::server::{TestClient, TestServer};

fn secrets_of(client: &TestClient) -> String {
    format!("/v1/organizations/acme/credentials/{}/secrets", client.id)
}

async fn rotate(
    server: &TestServer,
    caller: &TestClient,
    client: &TestClient,
    body: &Value,
) -> Answer {
    let request = server.call(caller, "POST", &secrets_of(client)).await;
    send_json(request, body).await
}

/// The credential with the secret that the rotation shows.
fn rotated(client: &TestClient, made: &Value) -> TestClient {
    TestClient {
        id: client.id.clone(),
        secret: made["client_secret"].as_str().expect("a secret").to_owned(),
    }
}

async fn status(server: &TestServer, client: &TestClient) -> u16 {
    server.token_response(client, &[]).await.status().as_u16()
}

#[actix_web::test]
async fn both_secrets_live_during_the_overlap() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let old = server.client().await;
    server.advance(TimeDelta::seconds(1));
    let made = rotate(&server, &admin, &old, &json!({"overlap": "2h"}))
        .await
        .json(201);
    let new = rotated(&old, &made);
    assert_ne!(old.secret, new.secret);
    assert_eq!(
        made["credentials_file"]["clientSecret"],
        new.secret.as_str()
    );
    let end = server.app.now() + TimeDelta::hours(2);
    assert_eq!(made["secrets"].as_array().map(Vec::len), Some(2));
    assert_eq!(made["secrets"][0]["expires_at"], json!(end));
    assert_eq!(made["secrets"][1]["expires_at"], Value::Null);

    let listed = send(server.call(&admin, "GET", &secrets_of(&old)).await).await;
    assert_eq!(
        listed.json(200),
        json!({"data": made["secrets"], "next_cursor": null})
    );
    for secret in [&old.secret, &new.secret] {
        assert!(!listed.body.contains(secret.as_str()));
    }
    assert_eq!(
        (status(&server, &old).await, status(&server, &new).await),
        (200, 200)
    );
    server.advance(TimeDelta::minutes(119));
    assert_eq!(status(&server, &old).await, 200);
    server.advance(TimeDelta::minutes(1));
    assert_eq!(
        (status(&server, &old).await, status(&server, &new).await),
        (401, 200)
    );
}

#[actix_web::test]
async fn the_overlap_is_a_day_unless_another_is_asked() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    for body in [json!({}), json!({"overlap": null})] {
        let client = server.client().await;
        server.advance(TimeDelta::seconds(1));
        let made = rotate(&server, &admin, &client, &body).await.json(201);
        let end = server.app.now() + TimeDelta::days(1);
        assert_eq!(made["secrets"][0]["expires_at"], json!(end));
    }
}

#[actix_web::test]
async fn without_an_overlap_the_old_secret_is_gone_at_once() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let old = server.client().await;
    assert_eq!(status(&server, &old).await, 200);
    let made = rotate(&server, &admin, &old, &json!({"overlap": "0s"}))
        .await
        .json(201);
    assert_eq!(made["secrets"].as_array().map(Vec::len), Some(1));
    let new = rotated(&old, &made);
    assert_eq!(
        (status(&server, &old).await, status(&server, &new).await),
        (401, 200)
    );
}

#[actix_web::test]
async fn there_are_two_live_secrets_at_most() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let old = server.client().await;
    let made = rotate(&server, &admin, &old, &json!({"overlap": "1h"}))
        .await
        .json(201);
    let detail = rotate(&server, &admin, &old, &json!({})).await.problem(409);
    assert_eq!(
        detail,
        "This credential has two live secrets already. Delete the older one first."
    );
    assert_eq!(status(&server, &rotated(&old, &made)).await, 200);
    // One that has ended makes room by itself.
    server.advance(TimeDelta::hours(1));
    rotate(&server, &admin, &old, &json!({})).await.json(201);
}

#[actix_web::test]
async fn a_secret_is_deleted_at_once_and_the_last_one_never() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let old = server.client().await;
    server.advance(TimeDelta::seconds(1));
    let made = rotate(&server, &admin, &old, &json!({})).await.json(201);
    let new = rotated(&old, &made);
    let path = |index: usize| {
        let id = made["secrets"][index]["id"].as_str().expect("an id");
        format!("{}/{id}", secrets_of(&old))
    };
    assert_eq!(status(&server, &old).await, 200);
    send(server.call(&admin, "DELETE", &path(0)).await)
        .await
        .no_content();
    assert_eq!(
        (status(&server, &old).await, status(&server, &new).await),
        (401, 200)
    );
    let again = send(server.call(&admin, "DELETE", &path(0)).await).await;
    assert_eq!(again.problem(404), "There is no such secret.");
    let last = send(server.call(&admin, "DELETE", &path(1)).await).await;
    assert_eq!(
        last.problem(409),
        "This is the last live secret. Rotate first, or revoke the credential."
    );
    assert_eq!(status(&server, &new).await, 200);
}

#[actix_web::test]
async fn a_secret_is_found_under_its_own_credential_alone() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let (mine, other) = (server.client().await, server.client().await);
    let made = rotate(&server, &admin, &mine, &json!({})).await.json(201);
    let id = made["secrets"][0]["id"].as_str().expect("an id");
    for wrong in [
        format!("{}/{id}", secrets_of(&other)),
        format!("{}/none", secrets_of(&mine)),
    ] {
        let answer = send(server.call(&admin, "DELETE", &wrong).await).await;
        assert_eq!(answer.problem(404), "There is no such secret.");
    }
    assert_eq!(status(&server, &mine).await, 200);
}

#[actix_web::test]
async fn an_absurd_overlap_is_refused() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let client = server.client().await;
    for overlap in [
        "",
        "1",
        "h",
        "-1h",
        "1.5h",
        "91d",
        "9999999999999999999999d",
        "1 day",
        "1H",
    ] {
        let answer = rotate(&server, &admin, &client, &json!({"overlap": overlap})).await;
        let rule = answer.invalid("overlap");
        assert!(rule.starts_with("must be "), "{overlap}: {rule}");
    }
    let listed = send(server.call(&admin, "GET", &secrets_of(&client)).await).await;
    assert_eq!(listed.json(200)["data"].as_array().map(Vec::len), Some(1));
}

#[actix_web::test]
async fn a_rotation_needs_no_body() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let id = server.client().await.id;
    let path = format!("/v1/organizations/acme/credentials/{id}/secrets");
    let answer = server.call(&admin, "POST", &path).await.send().await;
    assert_eq!(answer.expect("an answer").status(), 201);
}
