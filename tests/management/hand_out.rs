//! What a caller of the management API may hand out: never more than it holds, and for no longer.

use chrono::TimeDelta;
use grantd::domain::resource_server::ResourceIdentifier;
use reqwest::Response;
use serde_json::{Value, json};

use crate::support::server::{API, TestClient, TestServer};

/// A request to the management API with a token of these scopes only.
async fn call_with(
    server: &TestServer,
    client: &TestClient,
    scope: &str,
    method: &str,
    path: &str,
    body: Value,
) -> Response {
    let issuer = server.app.issuer.as_str();
    let token = server
        .token(client, &[("resource", issuer), ("scope", scope)])
        .await;
    server
        .bare(method, path)
        .bearer_auth(token)
        .json(&body)
        .send()
        .await
        .expect("an answer")
}

const CREDENTIALS: &str = "/v1/organizations/acme/credentials";

fn issuer(server: &TestServer) -> ResourceIdentifier {
    server.app.issuer.as_str().parse().expect("an identifier")
}

#[actix_web::test]
async fn a_narrowed_token_grants_no_more_of_the_management_api_than_it_says() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let ask = |scopes: &[&str]| json!({"name": "x", "audiences": [server.app.issuer.as_str()], "scopes": scopes});
    let narrow = "credentials:write";
    let more = ask(&["credentials:write", "members:write"]);
    let refused = call_with(&server, &admin, narrow, "POST", CREDENTIALS, more).await;
    assert_eq!(refused.status(), 400);
    let problem: Value = refused.json().await.expect("JSON");
    assert_eq!(problem["errors"][0]["field"], "scopes[1]", "{problem}");

    let same = ask(&["credentials:write"]);
    let made = call_with(&server, &admin, narrow, "POST", CREDENTIALS, same).await;
    assert_eq!(made.status(), 201);

    // Without naming scopes it gets those of the token, not those of the credential.
    let unnamed = json!({"name": "x", "audiences": [server.app.issuer.as_str()]});
    let made = call_with(&server, &admin, narrow, "POST", CREDENTIALS, unnamed).await;
    let made: Value = made.json().await.expect("JSON");
    assert_eq!(made["scopes"], json!(["credentials:write"]));
}

#[actix_web::test]
async fn a_narrowed_token_rotates_nothing_that_may_do_more_not_even_its_own_credential() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let path = format!("{CREDENTIALS}/{}/secrets", admin.id);
    let refused = call_with(
        &server,
        &admin,
        "credentials:write",
        "POST",
        &path,
        json!({}),
    )
    .await;
    assert_eq!(refused.status(), 403);
    let rotated = server
        .call(&admin, "POST", &path)
        .await
        .json(&json!({}))
        .send()
        .await;
    assert_eq!(rotated.expect("an answer").status(), 201);
}

#[actix_web::test]
async fn what_ends_hands_out_nothing_that_ends_later() {
    let server = TestServer::start().await;
    let end = server.app.now() + TimeDelta::hours(1);
    let own = server
        .client_with(|new| {
            new.audiences.push(issuer(&server));
            new.expires_at = Some(end);
        })
        .await;
    let lasting = server.client().await;
    let scope = "credentials:write";
    let at = |at: Option<chrono::DateTime<chrono::Utc>>| json!({"expires_at": at});
    let own_path = format!("{CREDENTIALS}/{}", own.id);

    for later in [None, Some(end + TimeDelta::seconds(1))] {
        let refused = call_with(&server, &own, scope, "PATCH", &own_path, at(later)).await;
        assert!(
            refused.status().is_client_error(),
            "its own end moved to {later:?}"
        );
        let mut new = json!({"name": "x", "audiences": [API]});
        new["expires_at"] = json!(later);
        let refused = call_with(&server, &own, scope, "POST", CREDENTIALS, new).await;
        assert_eq!(refused.status(), 400, "a new one that ends at {later:?}");
    }
    let sooner = at(Some(end - TimeDelta::minutes(1)));
    let cut = call_with(&server, &own, scope, "PATCH", &own_path, sooner).await;
    assert_eq!(cut.status(), 200, "sooner is no more than it holds");

    let secrets = format!("{CREDENTIALS}/{}/secrets", lasting.id);
    let refused = call_with(&server, &own, scope, "POST", &secrets, json!({})).await;
    assert_eq!(refused.status(), 403, "a secret of one that outlives it");
}

#[actix_web::test]
async fn enabling_is_handing_out_and_disabling_is_not() {
    let server = TestServer::start().await;
    let weak = server
        .client_with(|new| {
            new.audiences = vec![issuer(&server)];
            new.scopes = Some(vec!["credentials:write".parse().expect("a scope")]);
        })
        .await;
    let strong = server.client().await;
    let path = format!("{CREDENTIALS}/{}", strong.id);
    let scope = "credentials:write";
    let status = |status: &str| json!({"status": status});
    let off = call_with(&server, &weak, scope, "PATCH", &path, status("disabled")).await;
    assert_eq!(off.status(), 200);
    let on = call_with(&server, &weak, scope, "PATCH", &path, status("active")).await;
    assert_eq!(on.status(), 403);
}

#[actix_web::test]
async fn rotations_do_not_wait_for_each_other_on_one_connection() {
    let server = TestServer::builder()
        .setting("database.max_connections", "1")
        .start()
        .await;
    let admin = server.admin().await;
    let path = format!("{CREDENTIALS}/{}", admin.id);
    let started = std::time::Instant::now();
    let mut calls = Vec::new();
    for number in 0..6 {
        // Each change makes the server forget the caller's credential, which the next must read.
        let rename = server
            .call(&admin, "PATCH", &path)
            .await
            .json(&json!({"name": format!("n{number}")}));
        let rotate = server
            .call(&admin, "POST", &format!("{path}/secrets"))
            .await
            .json(&json!({"overlap": "0s"}));
        calls.push(rename.send());
        calls.push(rotate.send());
    }
    for answer in futures_util::future::join_all(calls).await {
        let status = answer.expect("an answer").status();
        assert!(status.is_success(), "{status}");
    }
    assert!(
        started.elapsed() < std::time::Duration::from_secs(4),
        "they waited"
    );
}
