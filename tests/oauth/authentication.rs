//! The ways in which clients in the field present id and secret, all of which work.

use std::fmt::Write;

use grantd::domain::credential::CredentialKind;

use super::answer::{assert_token, basic, basic_of};
use crate::support::raw::RawRequest;
use crate::support::server::{TestClient, TestServer, claims};

const GRANT: &str = "grant_type=client_credentials";

/// Every byte as an escape, as the most careful of form encoders could do.
fn escaped(text: &str) -> String {
    text.bytes().fold(String::new(), |mut escaped, byte| {
        let _ = write!(escaped, "%{byte:02X}");
        escaped
    })
}

#[actix_web::test]
async fn by_header() {
    let server = TestServer::start().await;
    let client = server.client().await;
    let TestClient { id, secret } = &client;
    let raw = basic(&client);
    let encoded = raw.trim_start_matches("Basic ");
    for (name, value) in [
        ("raw", raw.clone()),
        ("lower case", format!("basic {encoded}")),
        ("capitals", format!("BASIC {encoded}")),
        ("more spaces", format!("Basic   {encoded}  ")),
        (
            "without padding",
            format!("Basic {}", encoded.trim_end_matches('=')),
        ),
        (
            "form-encoded halves (RFC 6749 section 2.3.1)",
            basic_of(format!("{}:{}", escaped(id), escaped(secret))),
        ),
        (
            "the id in capitals",
            basic_of(format!("{}:{secret}", id.to_uppercase())),
        ),
    ] {
        let request = RawRequest::form(GRANT).header("Authorization", value);
        let token = assert_token(name, &request.send(&server.origin).await);
        assert_eq!(claims(&token)["sub"], id.as_str(), "{name}");
    }
    let request = RawRequest::form(GRANT).header("aUTHORIZATION", raw);
    assert_token("the header's case", &request.send(&server.origin).await);
}

#[actix_web::test]
async fn by_header_with_the_same_client_id_in_the_body() {
    let server = TestServer::start().await;
    let client = server.client().await;
    for body in [
        format!("{GRANT}&client_id={}", client.id),
        format!("{GRANT}&client_id={}&client_secret=", client.id),
        format!("{GRANT}&client_id="),
    ] {
        let request = RawRequest::form(&body).header("Authorization", basic(&client));
        assert_token(&body, &request.send(&server.origin).await);
    }
}

#[actix_web::test]
async fn by_body() {
    let server = TestServer::start().await;
    let TestClient { id, secret } = server.client().await;
    for body in [
        format!("{GRANT}&client_id={id}&client_secret={secret}"),
        format!("client_secret={secret}&client_id={id}&{GRANT}"),
        format!("&&{GRANT}&client_id={id}&&client_secret={secret}&"),
        format!(
            "grant%5Ftype=client%5Fcredentials&client_id={}&client_secret={}",
            escaped(&id),
            escaped(&secret)
        ),
        format!("{GRANT}&client_id={id}&client_secret={secret}&scope="),
        format!("{GRANT}&client_id={id}&client_secret={secret}&scope=+&unknown"),
    ] {
        let token = assert_token(&body, &RawRequest::form(&body).send(&server.origin).await);
        assert_eq!(claims(&token)["scope"], "api:read api:write");
    }
}

#[actix_web::test]
async fn an_api_key_is_exchanged_like_a_client() {
    let server = TestServer::start().await;
    let key = server
        .client_with(|new| new.kind = CredentialKind::ApiKey)
        .await;
    assert!(key.secret.starts_with("gdk_"));
    let TestClient { id, secret } = &key;
    let by_header = RawRequest::form(GRANT).header("Authorization", basic(&key));
    let by_body = RawRequest::form(format!("{GRANT}&client_id={id}&client_secret={secret}"));
    for request in [by_header, by_body] {
        let token = assert_token("an API key", &request.send(&server.origin).await);
        assert_eq!(claims(&token)["client_id"], id.as_str());
    }
}

#[actix_web::test]
async fn both_paths_of_the_endpoint_answer_alike() {
    let server = TestServer::start().await;
    let client = server.client().await;
    for path in ["/oauth/token", "/v1/auth/oauth/token"] {
        let request = RawRequest::form(GRANT)
            .target(path)
            .header("Authorization", basic(&client));
        assert_token(path, &request.send(&server.origin).await);
        // Slashes and query change nothing about where one is, or do: either way it is no 500.
        let request = request.target(&format!("{path}?x=y"));
        assert_token(path, &request.send(&server.origin).await);
    }
}
