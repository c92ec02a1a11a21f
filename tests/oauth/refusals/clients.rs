//! Clients that do not prove who they are (RFC 6749 §2.3, §5.2).

use super::{GRANT, by_body, by_header, check, row};
use crate::oauth::answer::{basic, basic_of, with_wrong_secret};
use crate::support::raw::RawRequest;
use crate::support::server::{TestClient, TestServer};

#[actix_web::test]
async fn without_good_credentials_it_is_401() {
    let server = TestServer::start().await;
    let client = server.client().await;
    let wrong = with_wrong_secret(&client);
    let TestClient { id, secret } = &client;
    let bare = RawRequest::form(GRANT);
    let with_header = |pair: &str| bare.clone().header("Authorization", basic_of(pair));
    let form = |more: String| RawRequest::form(format!("{GRANT}&{more}"));
    let mut other_case = secret.clone();
    let last = other_case.pop().expect("a character");
    other_case.push(if last == '0' { '1' } else { '0' });
    let nobody = "0197f3c2-6d5e-7c3a-9b1e-2f4a6c8e0b1d";
    let requests = vec![
        ("no credentials", bare.clone()),
        (
            "in the query",
            bare.clone().target(&format!(
                "/oauth/token?client_id={id}&client_secret={secret}"
            )),
        ),
        (
            "the secret in the query",
            form(format!("client_id={id}")).target(&format!("/oauth/token?client_secret={secret}")),
        ),
        ("id alone", form(format!("client_id={id}"))),
        (
            "empty secret",
            form(format!("client_id={id}&client_secret=")),
        ),
        ("secret alone", form(format!("client_secret={secret}"))),
        ("wrong secret by header", by_header(&wrong, "")),
        ("wrong secret by body", by_body(&wrong, "")),
        ("typo by header", with_header(&format!("{id}:{other_case}"))),
        (
            "typo by body",
            form(format!("client_id={id}&client_secret={other_case}")),
        ),
        ("no secret by header", with_header(&format!("{id}:"))),
        ("no id by header", with_header(&format!(":{secret}"))),
        (
            "unknown by header",
            with_header(&format!("{nobody}:{secret}")),
        ),
        (
            "unknown by body",
            form(format!("client_id={nobody}&client_secret={secret}")),
        ),
        ("no UUID", with_header(&format!("demo:{secret}"))),
        (
            "another spelling of the id",
            with_header(&format!("{}:{secret}", id.replace('-', ""))),
        ),
        (
            "a longer secret",
            with_header(&format!("{id}:{secret}{}", "a".repeat(5000))),
        ),
        ("a NUL in the secret", with_header(&format!("{id}:a\0b"))),
    ];
    let rows = requests
        .into_iter()
        .map(|(name, request)| row(name, request, 401, "invalid_client"))
        .collect();
    check(&server, rows).await;
}

#[actix_web::test]
async fn malformed_authentication_is_400() {
    let server = TestServer::start().await;
    let client = server.client().await;
    let other = server.client().await;
    let TestClient { id, secret } = &client;
    let header = |value: &[u8]| RawRequest::form(GRANT).header("Authorization", value);
    let both = |more: String| by_header(&client, &more);
    let requests = vec![
        (
            "secret in header and body",
            both(format!("&client_id={id}&client_secret={secret}")),
        ),
        (
            "secret in the body, without id",
            both(format!("&client_secret={secret}")),
        ),
        (
            "another client in the body",
            both(format!("&client_id={}", other.id)),
        ),
        (
            "two headers",
            by_header(&client, "").header("Authorization", basic(&client)),
        ),
        ("bad base64", header(b"Basic !!!!")),
        ("base64url", header(b"Basic YT8_Pz8-")),
        ("a lone character of base64", header(b"Basic Y")),
        ("no colon", header(basic_of("abc").as_bytes())),
        ("scheme alone", header(b"Basic")),
        ("nothing", header(b"")),
        ("Bearer", header(format!("Bearer {id}:{secret}").as_bytes())),
        ("Digest", header(b"Digest username=\"a\"")),
        ("Negotiate", header(b"Negotiate YTpi")),
        ("Basic without a space", header(b"BasicYTpi")),
        ("no UTF-8 inside", header(basic_of(b"a\xFF:b").as_bytes())),
        ("no UTF-8 outside", header(b"Basic \xFF\xFE")),
    ];
    let rows = requests
        .into_iter()
        .map(|(name, request)| row(name, request, 400, "invalid_request"))
        .collect();
    check(&server, rows).await;
}

#[actix_web::test]
async fn the_challenge_carries_the_error_and_only_after_the_header() {
    let server = TestServer::start().await;
    let wrong = with_wrong_secret(&server.client().await);
    let answer = by_header(&wrong, "").send(&server.origin).await;
    assert_eq!(
        answer.header("www-authenticate"),
        Some(
            "Basic realm=\"grantd\", error=\"invalid_client\", error_description=\"Unknown client \
             id or wrong client secret. Check both, or generate new credentials.\""
        )
    );
    let answer = by_body(&wrong, "").send(&server.origin).await;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.header("www-authenticate"), None);
}
