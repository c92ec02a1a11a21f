//! Narrowing by scope (RFC 6749 §3.3), and the resource server that scopes choose.

use super::answer::refusal;
use crate::support::server::{API, TestClient, TestServer, claims};

const OTHER: &str = "https://other.example.com";

/// A client of two APIs, which share the scope `ping`.
async fn at_two(server: &TestServer) -> TestClient {
    server
        .resource_server(OTHER, &["other:read", "ping", "other:write"])
        .await;
    server
        .resource_server("https://third.example.com", &["ping"])
        .await;
    server
        .client_with(|new| {
            new.audiences.push(OTHER.parse().expect("an identifier"));
            new.audiences
                .push("https://third.example.com".parse().expect("an identifier"));
        })
        .await
}

/// Audience and scope of the token that is given.
async fn granted(
    server: &TestServer,
    client: &TestClient,
    parameters: &[(&str, &str)],
) -> (String, String) {
    let claims = claims(&server.token(client, parameters).await);
    let text = |name: &str| claims[name].as_str().expect("a claim").to_owned();
    (text("aud"), text("scope"))
}

fn pair(audience: &str, scope: &str) -> (String, String) {
    (audience.to_owned(), scope.to_owned())
}

#[actix_web::test]
async fn what_is_asked_is_given_in_the_order_asked_and_once() {
    let server = TestServer::start().await;
    let client = server.client().await;
    for (asked, given) in [
        ("", "api:read api:write"),
        ("   ", "api:read api:write"),
        ("api:read", "api:read"),
        ("api:write", "api:write"),
        ("api:write api:read", "api:write api:read"),
        ("api:read api:write", "api:read api:write"),
        ("api:read api:read", "api:read"),
        ("api:write api:read api:write", "api:write api:read"),
        ("  api:read   api:write ", "api:read api:write"),
    ] {
        let found = granted(&server, &client, &[("scope", asked)]).await;
        assert_eq!(found, pair(API, given), "{asked:?}");
    }
}

#[actix_web::test]
async fn nobody_gets_more_than_was_granted() {
    let server = TestServer::start().await;
    let client = server
        .client_with(|new| new.scopes = Some(vec!["api:write".parse().expect("a scope")]))
        .await;
    let found = granted(&server, &client, &[]).await;
    assert_eq!(found, pair(API, "api:write"));
    for asked in ["api:read", "api:write api:read"] {
        let refused = refusal(&server, &client, &[("scope", asked)]).await;
        assert_eq!(refused, (400, "invalid_scope".to_owned()), "{asked}");
    }
}

#[actix_web::test]
async fn without_resource_the_scopes_choose_the_resource_server() {
    let server = TestServer::start().await;
    let client = at_two(&server).await;
    for (asked, expected) in [
        ("", pair(API, "api:read api:write")),
        ("api:read", pair(API, "api:read")),
        (
            "other:write other:read",
            pair(OTHER, "other:write other:read"),
        ),
        // Known to two: the first of the credential's audiences is meant.
        ("ping", pair(OTHER, "ping")),
        ("ping other:read", pair(OTHER, "ping other:read")),
    ] {
        let found = granted(&server, &client, &[("scope", asked)]).await;
        assert_eq!(found, expected, "{asked:?}");
    }
    for asked in ["api:read other:read", "api:read ping", "other:read nothing"] {
        let refused = refusal(&server, &client, &[("scope", asked)]).await;
        assert_eq!(refused, (400, "invalid_scope".to_owned()), "{asked}");
    }
}

#[actix_web::test]
async fn with_resource_the_scopes_must_be_its_own() {
    let server = TestServer::start().await;
    let client = at_two(&server).await;
    let third = "https://third.example.com";
    for (resource, asked, given) in [
        (OTHER, "", "other:read ping other:write"),
        (OTHER, "ping", "ping"),
        (third, "ping", "ping"),
        (API, "api:write", "api:write"),
    ] {
        let parameters = [("resource", resource), ("scope", asked)];
        let found = granted(&server, &client, &parameters).await;
        assert_eq!(found, pair(resource, given));
    }
    for (resource, asked) in [(API, "ping"), (third, "other:read"), (OTHER, "api:read")] {
        let parameters = [("resource", resource), ("scope", asked)];
        let refused = refusal(&server, &client, &parameters).await;
        assert_eq!(refused, (400, "invalid_scope".to_owned()), "{asked}");
    }
}

#[actix_web::test]
async fn a_scope_that_the_api_gave_up_is_granted_no_more() {
    use grantd::app::resource_servers::{Update, update};
    use grantd::domain::precondition::Precondition;
    let server = TestServer::start().await;
    let client = server.client().await;
    server.token(&client, &[("scope", "api:write")]).await;
    let kept = server.api.scopes[..1].to_vec();
    let change = Update {
        scopes: Some(kept),
        ..Update::default()
    };
    update(
        &server.app,
        &grantd::app::authority::Authority::Command,
        server.api.id,
        change,
        &Precondition::NONE,
    )
    .await
    .expect("it is changed");
    assert_eq!(granted(&server, &client, &[]).await, pair(API, "api:read"));
    let refused = refusal(&server, &client, &[("scope", "api:write")]).await;
    assert_eq!(refused, (400, "invalid_scope".to_owned()));
}
