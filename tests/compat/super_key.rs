//! Super API Keys: who may make one, what it may do, and that it is dead after 15 minutes.

use chrono::TimeDelta;
use grantd::app::{credentials, super_key};
use grantd::domain::credential::{Credential, CredentialStatus};
use grantd::domain::resource_server::MANAGEMENT_SCOPES;
use grantd::domain::user::Role;
use serde_json::{Value, json};

use super::people::{by_password, nobody, person};
use crate::management::answer::{Answer, send, send_json};
use crate::management::rows::Rows;
use crate::support::server::{API, Engine, TestClient, TestServer, claims};

const PATH: &str = "/management/v2.0/organisations/acme/apikeys";
const CREDENTIALS: &str = "/v1/organizations/acme/credentials";

async fn start(engine: Engine) -> TestServer {
    let builder = TestServer::builder().engine(engine);
    builder
        .setting("features.super_api_key", "true")
        .start()
        .await
}

/// A key that a person who is operator has just made.
async fn made(server: &TestServer) -> TestClient {
    let root = nobody(server, "root@example.com", true).await;
    let answer = send(by_password(server, &root, "POST", PATH))
        .await
        .json(201);
    let key = answer["apiKey"]
        .as_str()
        .and_then(|key| key.split_once(':'))
        .expect("a key");
    TestClient {
        id: key.0.to_owned(),
        secret: key.1.to_owned(),
    }
}

async fn call(server: &TestServer, key: &TestClient, path: &str) -> Answer {
    let key = format!("{}:{}", key.id, key.secret);
    send(server.bare("GET", path).header("x-api-key", key)).await
}

async fn stored(server: &TestServer, key: &TestClient) -> Credential {
    let id = key.id.parse().expect("an id");
    credentials::find_by_id(&server.app, id)
        .await
        .expect("it is kept")
}

#[actix_web::test]
async fn it_lives_for_15_minutes_to_the_second_on_sqlite() {
    lives_for_15_minutes(Engine::Sqlite).await;
}

#[actix_web::test]
async fn it_lives_for_15_minutes_to_the_second_on_postgresql() {
    lives_for_15_minutes(Engine::Postgres).await;
}

async fn lives_for_15_minutes(engine: Engine) {
    let server = start(engine).await;
    let key = made(&server).await;
    let by_key = format!("Key {}:{}", key.id, key.secret);
    let trade = || {
        send(
            server
                .bare("GET", "/1/token")
                .header("authorization", &by_key),
        )
    };
    server.advance(TimeDelta::seconds(899));
    call(&server, &key, CREDENTIALS).await.json(200);
    call(&server, &key, "/v1/whoami").await.json(200);
    call(&server, &key, "/new/v2.0/users/me/apikeys")
        .await
        .json(200);
    trade().await.json(200);
    let token = server.management_token(&key).await;
    // Its tokens end with it: this one in its last second.
    assert_eq!(
        claims(&token)["exp"].as_i64().expect("a time"),
        stored(&server, &key)
            .await
            .expires_at
            .expect("an end")
            .timestamp()
    );
    send(server.bare("GET", CREDENTIALS).bearer_auth(&token))
        .await
        .json(200);

    server.advance(TimeDelta::seconds(1));
    for path in [
        CREDENTIALS,
        "/v1/whoami",
        "/new/v2.0/users/me/apikeys",
        "/1/users/current",
    ] {
        assert_eq!(call(&server, &key, path).await.status, 401, "{path}");
    }
    assert_eq!(trade().await.status, 401);
    assert_eq!(server.token_response(&key, &[]).await.status(), 401);
    send(server.bare("GET", CREDENTIALS).bearer_auth(&token))
        .await
        .refuses_the_token();

    // Upkeep takes what is left of it out of memory and out of the database.
    let id = key.id.parse().expect("an id");
    super_key::revoke_ended(&server.app)
        .await
        .expect("it is revoked");
    assert!(server.app.credentials.get(id).is_none());
    let left = stored(&server, &key).await;
    assert_eq!(
        (left.status, left.secrets.len()),
        (CredentialStatus::Revoked, 0)
    );
    let rows = Rows::of(&server).await;
    let before = rows.count().await;
    super_key::revoke_ended(&server.app)
        .await
        .expect("nothing is left to do");
    assert_eq!(rows.count().await, before);
}

#[actix_web::test]
async fn upkeep_leaves_alone_what_lives_and_what_is_no_super_key() {
    let server = start(Engine::Sqlite).await;
    let key = made(&server).await;
    let end = server.app.now() + TimeDelta::seconds(60);
    let other = server.client_with(|new| new.expires_at = Some(end)).await;
    server.advance(TimeDelta::seconds(899));
    super_key::revoke_ended(&server.app)
        .await
        .expect("nothing is due");
    for client in [&key, &other] {
        assert_eq!(
            stored(&server, client).await.status,
            CredentialStatus::Active
        );
    }
}

#[actix_web::test]
async fn it_may_all_that_an_admin_may_and_is_bound_to_nobody() {
    let server = start(Engine::Sqlite).await;
    // More than an ordinary credential may have.
    for number in 0..25 {
        server
            .resource_server(&format!("https://{number}.example.com"), &["x:read"])
            .await;
    }
    let key = made(&server).await;
    let shown = call(&server, &key, &format!("{CREDENTIALS}/{}", key.id))
        .await
        .json(200);
    assert_eq!(shown["name"], "Super API Key");
    for nothing in ["created_by", "user_id", "agent_id"] {
        assert_eq!(shown[nothing], Value::Null, "{nothing}");
    }
    assert_eq!(
        (&shown["operator"], &shown["super_key"]),
        (&json!(false), &json!(true))
    );
    assert_eq!(shown["audiences"].as_array().map(Vec::len), Some(27));
    let token = server.management_token(&key).await;
    assert_eq!(claims(&token)["scope"], MANAGEMENT_SCOPES.join(" "));
    let token = server.token(&key, &[("resource", API)]).await;
    assert_eq!(claims(&token)["scope"], "api:read api:write");
    // What it makes ends with it.
    let by_key = format!("{}:{}", key.id, key.secret);
    let request = server
        .bare("POST", "/new/v2.0/users/me/apikeys")
        .header("x-api-key", by_key);
    let answer = send_json(request, &json!({"name": "child"})).await;
    assert_eq!(
        answer.status, 409,
        "a key has at most 20 audiences: {}",
        answer.body
    );
}

#[actix_web::test]
async fn what_it_makes_ends_with_it() {
    let server = start(Engine::Sqlite).await;
    let key = made(&server).await;
    let by_key = format!("{}:{}", key.id, key.secret);
    let request = server
        .bare("POST", "/new/v2.0/users/me/apikeys")
        .header("x-api-key", by_key);
    let child = send_json(request, &json!({"name": "child"}))
        .await
        .json(201);
    let path = format!("{CREDENTIALS}/{}", child["_id"].as_str().expect("an id"));
    let child = call(&server, &key, &path).await.json(200);
    let own = call(&server, &key, &format!("{CREDENTIALS}/{}", key.id))
        .await
        .json(200);
    assert_eq!(child["expires_at"], own["expires_at"]);
    assert_eq!(child["super_key"], false);
}

#[actix_web::test]
async fn nobody_lengthens_its_life_or_gets_another_secret_for_it() {
    let server = start(Engine::Sqlite).await;
    let key = made(&server).await;
    let path = format!("{CREDENTIALS}/{}", key.id);
    let before = call(&server, &key, &path).await.json(200);
    for caller in [server.admin().await, server.operator().await] {
        let token = server.management_token(&caller).await;
        for end in [
            Value::Null,
            json!("2030-01-01T00:00:00Z"),
            json!(server.app.now() + TimeDelta::minutes(1)),
        ] {
            let request = server.bare("PATCH", &path).bearer_auth(&token);
            let answer = send_json(request, &json!({"expires_at": end})).await;
            assert_eq!(answer.status, 409, "{end}: {}", answer.body);
        }
        let secrets = format!("{path}/secrets");
        let request = server.bare("POST", &secrets).bearer_auth(&token);
        let answer = send_json(request, &json!({})).await;
        assert_eq!(answer.status, 409, "{}", answer.body);
    }
    let after = call(&server, &key, &path).await.json(200);
    assert_eq!(
        (&after["expires_at"], &after["secrets"][1]),
        (&before["expires_at"], &Value::Null)
    );
    server.advance(TimeDelta::seconds(900));
    assert_eq!(call(&server, &key, CREDENTIALS).await.status, 401);
}

#[actix_web::test]
async fn operators_alone_make_one_and_only_with_all_their_scopes() {
    let server = start(Engine::Sqlite).await;
    let admin = person(&server, "admin@example.com", Role::OrgAdmin).await;
    let operator = server.operator().await;
    let issuer = server.app.issuer.as_str().to_owned();
    let narrow = [
        ("resource", issuer.as_str()),
        ("scope", "credentials:write"),
    ];
    let narrow = server.token(&operator, &narrow).await;
    let whole = server.management_token(&operator).await;
    let of_admin = server.management_token(&server.admin().await).await;
    let key = made(&server).await;
    let rows = Rows::of(&server).await;
    let before = rows.count_but_events().await;
    let post = || server.bare("POST", PATH);
    for (request, status) in [
        (post(), 401),
        // Of a known address the audit trail is told some time soon, which would add a row.
        (post().basic_auth("nobody@example.com", Some("wrong")), 401),
        (by_password(&server, &admin, "POST", PATH), 403),
        (post().bearer_auth(of_admin), 403),
        (post().bearer_auth(&narrow), 403),
        (
            post().header("x-api-key", format!("{}:{}", key.id, key.secret)),
            403,
        ),
        (
            server
                .bare("POST", &PATH.replace("acme", "nowhere"))
                .bearer_auth(&whole),
            404,
        ),
        (server.bare("GET", PATH).bearer_auth(&whole), 405),
    ] {
        let answer = send(request).await;
        assert_eq!(answer.status, status, "{}", answer.body);
        let document: Value = serde_json::from_str(&answer.body).expect("JSON");
        assert!(document["code"].is_number(), "{document}");
    }
    // The wrong password stands in the audit trail.
    assert_eq!(rows.count_but_events().await, before);
    send(post().bearer_auth(&whole)).await.json(201);
    // As Cognigy's client asks for it.
    let path = "/new/management/v2.0/organisations/apikeys";
    for (body, status) in [
        (json!({"organisationId": server.organization.id}), 201),
        (json!({"organisationId": 1}), 400),
        (json!({"organisationId": "acme", "name": "x"}), 400),
        (json!({}), 400),
        (json!({"organisationId": "\u{0}"}), 404),
    ] {
        let answer = send_json(server.bare("POST", path).bearer_auth(&whole), &body).await;
        assert_eq!(answer.status, status, "{body}: {}", answer.body);
    }
    let answer = send_json(server.bare("POST", path), &json!({})).await;
    assert_eq!(answer.status, 401, "a body is judged after its sender");
}

#[actix_web::test]
async fn a_hundred_may_live_at_once_beside_the_ten_keys() {
    let server = start(Engine::Sqlite).await;
    let token = server.management_token(&server.operator().await).await;
    let post = || send(server.bare("POST", PATH).bearer_auth(&token));
    for _ in 0..100 {
        post().await.json(201);
    }
    let answer = post().await;
    assert_eq!(answer.status, 409, "{}", answer.body);
    assert!(
        answer.body.contains("100 live Super API Keys"),
        "{}",
        answer.body
    );
    // They take nothing away from the organization's own.
    server
        .client_with(|new| new.kind = grantd::domain::credential::CredentialKind::ApiKey)
        .await;
    server.advance(TimeDelta::seconds(899));
    assert_eq!(post().await.status, 409);
    server.advance(TimeDelta::seconds(1));
    let token = server.management_token(&server.operator().await).await;
    send(server.bare("POST", PATH).bearer_auth(token))
        .await
        .json(201);
}

#[actix_web::test]
async fn switched_off_it_is_not_there_for_anybody() {
    for (feature, door) in [("false", "true"), ("true", "false")] {
        let server = TestServer::builder()
            .setting("features.super_api_key", feature)
            .setting("compat.cognigy", door)
            .start()
            .await;
        let root = nobody(&server, "root@example.com", true).await;
        for path in [
            PATH,
            "/new/management/v2.0/organisations/acme/apikeys",
            "/new/management/v2.0/organisations/apikeys",
        ] {
            let before = server.app.store.statements();
            for request in [
                by_password(&server, &root, "POST", path),
                server.bare("POST", path),
                server.bare("GET", path),
            ] {
                send(request).await.problem(404);
            }
            assert_eq!(server.app.store.statements(), before);
        }
    }
}
