//! Resource indicators (RFC 8707).

use super::answer::refusal;
use crate::support::server::{API, TestServer, claims};

#[actix_web::test]
async fn the_token_is_for_the_resource_and_nothing_else() {
    let server = TestServer::start().await;
    let client = server.admin().await;
    let issuer = server.app.issuer.as_str();
    for resource in [API, issuer] {
        let token = server.token(&client, &[("resource", resource)]).await;
        assert_eq!(claims(&token)["aud"], resource);
    }
    let token = server.token(&client, &[("resource", "")]).await;
    assert_eq!(claims(&token)["aud"], API, "empty counts as absent");
}

#[actix_web::test]
async fn several_are_refused_unless_they_are_one() {
    let server = TestServer::start().await;
    let client = server.admin().await;
    let issuer = server.app.issuer.as_str();
    for same in [&[API, API][..], &[API, "", API], &[API; 20]] {
        let parameters: Vec<_> = same.iter().map(|one| ("resource", *one)).collect();
        let token = server.token(&client, &parameters).await;
        assert_eq!(claims(&token)["aud"], API);
    }
    let mut many = vec![API; 40];
    many.push(issuer);
    for different in [&[API, issuer][..], &[issuer, API], &[API, "urn:x"], &many] {
        let parameters: Vec<_> = different.iter().map(|one| ("resource", *one)).collect();
        let refused = refusal(&server, &client, &parameters).await;
        assert_eq!(refused, (400, "invalid_target".to_owned()), "{different:?}");
    }
}

#[actix_web::test]
async fn what_was_not_granted_and_what_does_not_exist_are_refused_alike() {
    let server = TestServer::start().await;
    server
        .resource_server("https://exists.example.com", &["x"])
        .await;
    let client = server.client().await;
    let mut bodies = Vec::new();
    for resource in [
        "https://exists.example.com",
        "https://absent.example.com",
        server.app.issuer.as_str(),
    ] {
        let response = server
            .token_response(&client, &[("resource", resource)])
            .await;
        assert_eq!(response.status(), 400);
        bodies.push(response.text().await.expect("a body"));
    }
    assert!(bodies[0].contains("invalid_target"));
    bodies.dedup();
    assert_eq!(bodies.len(), 1, "{bodies:?}");
}
