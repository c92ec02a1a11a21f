//! What every answer has, whatever it says: its name, its headers, and refusals before any use case.

use serde_json::json;

use super::answer::{Answer, send, send_json};
use crate::support::server::TestServer;

async fn named(server: &TestServer, name: &str) -> Answer {
    send(
        server
            .bare("GET", "/v1/whoami")
            .header("x-request-id", name),
    )
    .await
}

#[actix_web::test]
async fn a_well_formed_request_id_is_kept() {
    let server = TestServer::start().await;
    let longest = "x".repeat(64);
    for name in [
        "a",
        "0197f3c2-6d5e-7c3a-9b1e-2f4a6c8e0b1d",
        "A.b_c-9",
        &longest,
    ] {
        let answer = named(&server, name).await;
        assert_eq!(answer.header("x-request-id"), name);
    }
}

#[actix_web::test]
async fn a_malformed_or_missing_one_is_replaced() {
    let server = TestServer::start().await;
    let longer = "x".repeat(65);
    let mut seen = Vec::new();
    for name in ["", " ", "a b", "a;b", "a\"b", "a/b", "{}", "é", &longer] {
        let answer = named(&server, name).await;
        seen.push(answer.header("x-request-id").to_owned());
    }
    let answer = send(server.bare("GET", "/v1/whoami")).await;
    seen.push(answer.header("x-request-id").to_owned());
    for id in &seen {
        let hex = id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit());
        assert!(hex, "{id}");
    }
    let count = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), count, "each request has a name of its own");
}

#[actix_web::test]
async fn every_answer_is_named_not_sniffed_and_not_kept() {
    let server = TestServer::start().await;
    let operator = server.operator().await;
    for (method, path, body) in [
        ("GET", "/v1/whoami", None),
        ("GET", "/v1/organizations", None),
        ("POST", "/v1/organizations", Some(json!({"slug": "a"}))),
        ("POST", "/v1/organizations", Some(json!({"slug": "a"}))),
        ("POST", "/v1/organizations", Some(json!({"slug": "-"}))),
        ("PATCH", "/v1/organizations/a", Some(json!({"name": "A"}))),
        ("DELETE", "/v1/organizations/a", None),
        ("GET", "/v1/organizations/a", None),
        ("GET", "/v1/organizations?limit=0", None),
        ("GET", "/v1/organizations?limit=1&limit=2", None),
        ("PUT", "/v1/organizations", None),
        ("GET", "/v1/nothing", None),
        ("HEAD", "/v1/organizations", None),
    ] {
        let request = server.call(&operator, method, path).await;
        let answer = match body {
            Some(body) => send_json(request, &body).await,
            None => send(request).await,
        };
        assert!(answer.status < 500, "{method} {path}: {answer:?}");
        assert_eq!(
            answer.header("cache-control"),
            "no-store",
            "{method} {path}"
        );
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert!(!answer.header("x-request-id").is_empty());
    }
}

#[actix_web::test]
async fn another_method_is_405_with_those_that_are_allowed() {
    let server = TestServer::start().await;
    for (method, path, allowed) in [
        ("POST", "/v1/whoami", "GET, HEAD"),
        ("PUT", "/v1/organizations", "GET, HEAD, POST"),
        ("DELETE", "/v1/organizations", "GET, HEAD, POST"),
        ("POST", "/v1/organizations/acme", "GET, HEAD, PATCH, DELETE"),
        (
            "GET",
            "/v1/organizations/acme/credentials/x/secrets/y",
            "DELETE",
        ),
        ("GET", "/v1/signing-keys/rotate", "POST"),
        ("OPTIONS", "/v1/signing-keys", "GET, HEAD"),
        ("BREW", "/v1/whoami", "GET, HEAD"),
    ] {
        let answer = send(server.bare(method, path)).await;
        assert_eq!(answer.header("allow"), allowed, "{method} {path}");
        assert_eq!(
            answer.problem(405),
            "This path does not take that method. See the Allow header."
        );
    }
}

#[actix_web::test]
async fn an_unknown_path_is_404() {
    let server = TestServer::start().await;
    let operator = server.operator().await;
    for path in [
        "/v1",
        "/v1/",
        "/v1/whoami/",
        "/v1/Organizations",
        "/v1/organizations/acme/agents/bot/more",
        "/v1/organizations//agents",
        "/v2/organizations",
        "/",
    ] {
        let answer = send(server.call(&operator, "GET", path).await).await;
        assert_eq!(answer.problem(404), "There is no such path.", "{path}");
    }
}

#[actix_web::test]
async fn head_answers_as_get_does_without_the_body() {
    let server = TestServer::start().await;
    let operator = server.operator().await;
    let get = send(server.call(&operator, "GET", "/v1/organizations").await).await;
    let head = send(server.call(&operator, "HEAD", "/v1/organizations").await).await;
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert_eq!(head.header("content-length"), get.header("content-length"));
}
