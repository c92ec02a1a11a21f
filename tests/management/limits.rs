//! How many credentials an organization may have, also when many are asked for at once.

use futures_util::future::join_all;
use grantd::domain::credential::CredentialKind;
use serde_json::{Value, json};

use super::answer::{send, send_json};
use super::rows::Rows;
use crate::support::server::{Engine, TestServer};

const CREDENTIALS: &str = "/v1/organizations/acme/credentials";

#[actix_web::test]
async fn the_eleventh_api_key_is_refused_and_room_is_made_by_revoking() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let rows = Rows::of(&server).await;
    let post = async || {
        let request = server.call(&admin, "POST", CREDENTIALS).await;
        send_json(request, &json!({"name": "key", "kind": "api_key"})).await
    };
    let first = post().await.json(201);
    for _ in 0..9 {
        post().await.json(201);
    }
    let before = rows.count().await;
    assert_eq!(
        post().await.problem(409),
        "The organization has reached its limit of 10 API keys. Delete one that is not used any more."
    );
    assert_eq!(rows.count().await, before);
    // Clients have a limit of their own, and another organization has its own.
    let request = server.call(&admin, "POST", CREDENTIALS).await;
    send_json(request, &json!({"name": "client"}))
        .await
        .json(201);

    let path = format!("{CREDENTIALS}/{}", first["id"].as_str().expect("an id"));
    send(server.call(&admin, "DELETE", &path).await)
        .await
        .no_content();
    post().await.json(201);
    post().await.problem(409);
}

#[actix_web::test]
async fn the_limits_are_settings() {
    let server = TestServer::builder()
        .setting("limits.api_keys_per_organization", "1")
        .setting("limits.oauth_clients_per_organization", "2")
        .start()
        .await;
    let admin = server.admin().await;
    for (kind, more) in [("api_key", 1), ("oauth_client", 1)] {
        for expected in std::iter::repeat_n(201, more).chain([409]) {
            let request = server.call(&admin, "POST", CREDENTIALS).await;
            let answer = send_json(request, &json!({"name": "a", "kind": kind})).await;
            assert_eq!(answer.status, expected, "{kind}: {}", answer.body);
        }
    }
}

#[actix_web::test]
async fn twenty_at_once_make_one_where_there_is_room_for_one_on_sqlite() {
    twenty_at_once(Engine::Sqlite).await;
}

#[actix_web::test]
async fn twenty_at_once_make_one_where_there_is_room_for_one_on_postgresql() {
    twenty_at_once(Engine::Postgres).await;
}

/// Over two nodes, so that it is the database that counts and no lock within a process.
async fn twenty_at_once(engine: Engine) {
    let server = TestServer::builder().engine(engine).start().await;
    let other_node = server.another_node().await;
    let admin = server.operator().await;
    let body = json!({"name": "key", "kind": "api_key"});
    for _ in 0..9 {
        let request = server.call(&admin, "POST", CREDENTIALS).await;
        send_json(request, &body).await.json(201);
    }
    let mut requests = Vec::new();
    for node in [&server, &other_node] {
        let token = node
            .token(&admin, &[("resource", node.app.issuer.as_str())])
            .await;
        for _ in 0..10 {
            requests.push(
                node.bare("POST", CREDENTIALS)
                    .bearer_auth(&token)
                    .json(&body),
            );
        }
    }
    let answers = join_all(requests.into_iter().map(send)).await;
    let with = |status| {
        answers
            .iter()
            .filter(|answer| answer.status == status)
            .count()
    };
    assert_eq!((with(201), with(409)), (1, 19), "{answers:?}");
    let path = format!("{CREDENTIALS}?kind=api_key");
    let listed = send(server.call(&admin, "GET", &path).await)
        .await
        .json(200);
    assert_eq!(listed["data"].as_array().map(Vec::len), Some(10));
}

#[actix_web::test]
async fn keys_of_agents_count_and_super_api_keys_do_not() {
    let server = TestServer::builder()
        .setting("limits.api_keys_per_organization", "2")
        .start()
        .await;
    let admin = server.admin().await;
    let agent = server.agent("bot").await.id;
    let post = async |agent: Value| {
        let request = server.call(&admin, "POST", CREDENTIALS).await;
        let body = json!({"name": "key", "kind": "api_key", "agent_id": agent});
        send_json(request, &body).await.status
    };
    server
        .client_with(|new| {
            new.kind = CredentialKind::ApiKey;
            new.super_key = true;
        })
        .await;
    assert_eq!(post(json!(agent)).await, 201);
    assert_eq!(post(Value::Null).await, 201);
    assert_eq!(post(json!(agent)).await, 409);
    assert_eq!(post(Value::Null).await, 409);
    server
        .client_with(|new| {
            new.kind = CredentialKind::ApiKey;
            new.super_key = true;
        })
        .await;
}

#[actix_web::test]
async fn an_operator_gives_an_organization_limits_of_its_own() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let operator = server.operator().await;
    let acme = "/v1/organizations/acme";
    let shown = send(server.call(&admin, "GET", acme).await).await.json(200);
    assert_eq!(
        (&shown["api_key_limit"], &shown["oauth_client_limit"]),
        (&Value::Null, &Value::Null)
    );
    for body in [
        json!({"api_key_limit": 11}),
        json!({"api_key_limit": 1}),
        json!({"api_key_limit": null}),
        json!({"oauth_client_limit": 1, "name": "Renamed"}),
    ] {
        let answer = send_json(server.call(&admin, "PATCH", acme).await, &body).await;
        assert_eq!(
            answer.problem(403),
            "Not allowed: only an operator may do this.",
            "{body}"
        );
    }
    for (limit, field) in [
        (json!(100_001), "api_key_limit"),
        (json!(-1), "oauth_client_limit"),
        (json!("9"), "api_key_limit"),
    ] {
        let request = server.call(&operator, "PATCH", acme).await;
        send_json(request, &json!({field: limit}))
            .await
            .invalid(field);
    }
    assert_eq!(
        send(server.call(&admin, "GET", acme).await).await.json(200),
        shown
    );

    // Two clients are there: the admin's and the operator's.
    let set = async |body: Value| {
        let request = server.call(&operator, "PATCH", acme).await;
        send_json(request, &body).await.json(200)
    };
    let post = async |kind: &str| {
        let request = server.call(&admin, "POST", CREDENTIALS).await;
        send_json(request, &json!({"name": "a", "kind": kind})).await
    };
    let changed = set(json!({"api_key_limit": 1, "oauth_client_limit": 2})).await;
    assert_eq!(
        (&changed["api_key_limit"], &changed["oauth_client_limit"]),
        (&json!(1), &json!(2))
    );
    post("api_key").await.json(201);
    assert_eq!(
        post("api_key").await.problem(409),
        "The organization has reached its limit of 1 API keys. Delete one that is not used any more."
    );
    assert!(
        post("oauth_client")
            .await
            .problem(409)
            .contains("limit of 2 OAuth clients")
    );
    set(json!({"api_key_limit": null})).await;
    post("api_key").await.json(201);
    post("oauth_client").await.problem(409);
    set(json!({"api_key_limit": 0})).await;
    post("api_key").await.problem(409);
    set(json!({"api_key_limit": 100_000, "name": "Acme"})).await;
    post("api_key").await.json(201);
}
