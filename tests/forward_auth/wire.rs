//! What proxies send and clients send through them: methods, bodies, headers of the same names.

use std::time::Duration;

use super::{VERIFY, key, told};
use crate::management::answer::send;
use crate::support::raw::RawRequest;
use crate::support::server::TestServer;

#[actix_web::test]
async fn every_method_is_answered() {
    let server = TestServer::start().await;
    let (client, key) = key(&server).await;
    for method in [
        "GET",
        "HEAD",
        "POST",
        "PUT",
        "PATCH",
        "DELETE",
        "OPTIONS",
        "TRACE",
        "PROPFIND",
        "QUERY",
        "X-MADE-UP",
    ] {
        let asked = RawRequest::new(method, VERIFY);
        let answer = asked
            .clone()
            .header("X-API-Key", &key)
            .send(&server.origin)
            .await;
        assert_eq!(answer.status, 200, "{method}");
        assert_eq!(answer.header("x-auth-client-id"), Some(&*client.id));
        let refused = asked.send(&server.origin).await;
        assert_eq!(refused.status, 401, "{method}");
    }
}

#[actix_web::test]
async fn a_body_is_not_looked_at() {
    let server = TestServer::start().await;
    let (_, key) = key(&server).await;
    let post = RawRequest::new("POST", VERIFY).header("X-API-Key", &key);
    let big = vec![b'x'; 300 * 1024];
    for request in [
        post.clone().body("api_key=other&audience=x"),
        post.clone()
            .header("Content-Type", "application/json")
            .body("{"),
        post.clone().body(&big),
        post.clone().body(&big).chunked(4096),
        // Announced, and never sent: some proxies forget to take the header out.
        post.clone().unframed().header("Content-Length", "5"),
        post.clone()
            .unframed()
            .header("Transfer-Encoding", "chunked"),
    ] {
        assert_eq!(request.send(&server.origin).await.status, 200);
    }
}

/// What stands in a body that is not looked at must not be taken for a request of its own: here one
/// that would revoke a credential.
#[actix_web::test]
async fn a_body_never_becomes_the_next_request() {
    let server = TestServer::start().await;
    let operator = server.operator().await;
    let token = server.management_token(&operator).await;
    let (victim, key) = key(&server).await;
    let path = format!("/v1/organizations/acme/credentials/{}", victim.id);
    let smuggled = format!(
        "DELETE {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Length: 0\r\n\r\n"
    );
    let carrier = RawRequest::new("POST", VERIFY);
    let length = smuggled.len().to_string();
    for (request, expected) in [
        (carrier.clone().body(&smuggled), 401),
        (carrier.clone().body(&smuggled).chunked(16), 401),
        // Whose length is told in two ways, which a proxy and this server might read differently.
        (
            carrier
                .clone()
                .unframed()
                .header("Content-Length", &length)
                .header("Transfer-Encoding", "chunked")
                .body(format!("0\r\n\r\n{smuggled}")),
            400,
        ),
        (
            carrier
                .clone()
                .unframed()
                .header("Content-Length", "0")
                .header("Content-Length", &length)
                .body(&smuggled),
            400,
        ),
    ] {
        let answer = request.send_and_close(&server.origin).await;
        let status = answer.expect("an answer").status;
        assert_eq!(status, expected, "{request:?}");
        // Whatever the server does beside answering has time to show.
        actix_web::rt::time::sleep(Duration::from_millis(100)).await;
        let request = server.bare("GET", VERIFY).header("x-api-key", &key);
        told(&send(request).await);
    }
    // Sent in the open, the same bytes do revoke it.
    let open = RawRequest::new("DELETE", &path).header("Authorization", format!("Bearer {token}"));
    assert_eq!(open.send(&server.origin).await.status, 204);
}

/// As Traefik and Envoy pass them on for a WebSocket, or a client that waits to be asked.
#[actix_web::test]
async fn what_belongs_to_the_original_connection_does_not_matter() {
    let server = TestServer::start().await;
    let (_, key) = key(&server).await;
    let get = RawRequest::new("GET", VERIFY).header("X-API-Key", &key);
    for request in [
        get.clone()
            .header("Connection", "Upgrade")
            .header("Upgrade", "websocket")
            .header("Sec-WebSocket-Version", "13"),
        get.clone().header("Accept", "text/plain"),
        get.clone().header("If-None-Match", "*"),
        get.clone().header("Range", "bytes=0-1"),
        get.clone().header("X-Forwarded-Method", "DELETE"),
        get.clone().header("Cookie", "a".repeat(8000)),
    ] {
        assert_eq!(request.send(&server.origin).await.status, 200);
    }
}

#[actix_web::test]
async fn what_a_client_says_of_itself_is_neither_believed_nor_repeated() {
    let server = TestServer::start().await;
    let (client, key) = key(&server).await;
    let mut request = server.bare("GET", VERIFY);
    for name in ["client-id", "organization", "agent", "user", "scope"] {
        request = request.header(format!("x-auth-{name}"), "forged");
    }
    let refused = send(request.try_clone().expect("a copy")).await;
    refused.asks_for_a_token();
    assert!(!format!("{refused:?}").contains("forged"));
    let answer = send(request.header("x-api-key", &key)).await;
    let organization = server.organization.id.to_string();
    assert_eq!(
        told(&answer),
        [&client.id, &*organization, "", "", "api:read api:write"]
    );
}

#[actix_web::test]
async fn it_answers_below_the_issuers_path_too() {
    let server = TestServer::builder().issuer_path("/grantd").start().await;
    let (_, key) = key(&server).await;
    for path in [VERIFY, "/grantd/auth/verify"] {
        let request = server.bare("GET", path).header("x-api-key", &key);
        told(&send(request).await);
    }
}
