//! Where a token or a key is found.

use grantd::app::users;
use grantd::domain::user::{Membership, Role};

use super::{VERIFY, key, key_with, tells_nothing, told, with_key};
use crate::management::answer::send;
use crate::support::server::TestServer;

#[actix_web::test]
async fn a_token_says_whose_it_is() {
    let server = TestServer::start().await;
    let agent = server.agent("bot").await;
    let organization = server.organization.id.to_string();
    let client = server.client().await;
    let token = server.token(&client, &[("scope", "api:read")]).await;
    let answer = send(server.bare("GET", VERIFY).bearer_auth(&token)).await;
    assert_eq!(
        told(&answer),
        [&client.id, &*organization, "", "", "api:read"]
    );
    let scoped = server
        .client_with(|new| new.agent_id = Some(agent.id))
        .await;
    let token = server.token(&scoped, &[]).await;
    let answer = send(server.bare("GET", VERIFY).bearer_auth(&token)).await;
    assert_eq!(
        told(&answer),
        [
            &scoped.id,
            &*organization,
            &*agent.id.to_string(),
            "",
            "api:read api:write"
        ]
    );
}

#[actix_web::test]
async fn a_key_says_whose_it_is() {
    let server = TestServer::start().await;
    let organization = server.organization.id.to_string();
    let membership = Membership {
        user_id: grantd::domain::ids::UserId(uuid::Uuid::nil()),
        organization_id: server.organization.id,
        role: Role::OrgAdmin,
        agents: Vec::new(),
    };
    let user = users::create(
        &server.app,
        &grantd::app::authority::Authority::Command,
        "ann@example.com".parse().expect("an address"),
        false,
        &grantd::domain::secret::Secret::new("correct horse battery".to_owned()),
        Some(membership),
    )
    .await
    .expect("a user");
    let (client, own) = key_with(&server, |new| new.user_id = Some(user.id)).await;
    let answer = send(with_key(&server, VERIFY, &own)).await;
    assert_eq!(
        told(&answer),
        [
            &client.id,
            &*organization,
            "",
            &*user.id.to_string(),
            "api:read api:write"
        ]
    );
}

#[actix_web::test]
async fn a_key_is_found_in_the_headers_and_in_the_query_of_the_original_request() {
    let server = TestServer::start().await;
    let (client, key) = key(&server).await;
    let encoded = key.replace(':', "%3A");
    let bare = || server.bare("GET", VERIFY);
    for request in [
        bare().header("x-api-key", &key),
        bare().header("authorization", format!("Key {key}")),
        server.bare("GET", &format!("{VERIFY}?api_key={key}")),
        bare().header("x-original-uri", format!("/items?api_key={key}")),
        bare().header("x-original-uri", format!("/i?a=b&api_key={encoded}&c")),
        bare().header("x-forwarded-uri", format!("/?api_key={key}#f&api_key=")),
        // As where one proxy stands behind the other.
        bare()
            .header("x-original-uri", format!("/?api_key={key}"))
            .header("x-forwarded-uri", format!("/?api_key={encoded}")),
        bare().header(
            "x-original-uri",
            [b"/\xff?api_key=", key.as_bytes()].concat(),
        ),
    ] {
        let shown = format!("{request:?}");
        let answer = send(request).await;
        if shown.contains("#f") {
            // What stands behind # is no part of a request's target: it belongs to the key here.
            assert_eq!(answer.status, 401, "{shown}");
        } else {
            assert_eq!(answer.status, 200, "{shown}");
            assert_eq!(told(&answer)[0], client.id);
        }
    }
}

#[actix_web::test]
async fn what_a_proxy_could_not_strip_opens_nothing() {
    let server = TestServer::start().await;
    let (_, key) = key(&server).await;
    let long = "x".repeat(40 * 1024);
    for uri in [
        format!("/items?api%5Fkey={key}"),
        format!("/items?API_KEY={key}"),
        format!("/items?x_api_key={key}"),
        format!("/items;api_key={key}"),
        format!("/items?a=b;api_key={key}"),
        format!("api_key={key}"),
        format!("/items?{long}&api_key={key}"),
    ] {
        let request = server.bare("GET", VERIFY).header("x-original-uri", &uri);
        send(request).await.asks_for_a_token();
    }
}

#[actix_web::test]
async fn two_at_once_are_refused_with_401() {
    let server = TestServer::start().await;
    let (_, key) = key(&server).await;
    let (_, other) = super::key(&server).await;
    let token = server.token(&server.client().await, &[]).await;
    let in_query = format!("/items?api_key={key}");
    for request in [
        with_key(&server, VERIFY, &key).header("x-api-key", &other),
        with_key(&server, VERIFY, &key).bearer_auth(&token),
        server
            .bare("GET", VERIFY)
            .bearer_auth(&token)
            .header("x-original-uri", &in_query),
        server
            .bare("GET", VERIFY)
            .header("x-original-uri", &in_query)
            .header("x-forwarded-uri", format!("/?api_key={other}")),
        server
            .bare("GET", VERIFY)
            .header("x-original-uri", format!("{in_query}&api_key={other}")),
        // The same, but a proxy that takes one out leaves the other.
        server
            .bare("GET", VERIFY)
            .header("x-original-uri", format!("{in_query}&api_key={key}")),
    ] {
        let answer = send(request).await;
        assert!(answer.refuses_the_token().contains("one place"));
        tells_nothing(&answer);
    }
}

#[actix_web::test]
async fn a_token_in_a_query_is_none() {
    let server = TestServer::start().await;
    let token = server.token(&server.client().await, &[]).await;
    let uri = format!("/items?access_token={token}");
    let request = server.bare("GET", VERIFY).header("x-original-uri", &uri);
    send(request).await.asks_for_a_token();
}
