//! Tests of the module above.

use super::super::scripted_server::{ScriptedServer, answer};
use super::*;
use std::path::Path;

fn credentials(id: &str, secret: &str) -> Credentials {
    Credentials::find(None::<&Path>, &|name| match name {
        "GRANTD_CLIENT_ID" => Some(id.to_owned()),
        "GRANTD_CLIENT_SECRET" => Some(secret.to_owned()),
        _ => None,
    })
    .unwrap()
}

async fn ask(
    server: &ScriptedServer,
    scopes: &[&str],
    resource: Option<&str>,
) -> Result<TokenResponse, ClientError> {
    let scopes: Vec<String> = scopes.iter().map(|scope| (*scope).to_owned()).collect();
    TokenRequest {
        endpoint: &server.url.token_endpoint(),
        credentials: &credentials("an id:é", "a+secret%"),
        scopes: &scopes,
        resource,
    }
    .send()
    .await
}

#[tokio::test]
async fn the_request_is_as_the_rfc_has_it() {
    let body = r#"{"access_token":"t","token_type":"bearer","expires_in":900,"x":1}"#;
    let server = ScriptedServer::start([answer("200 OK", body)]);
    let response = ask(&server, &["a:r", "a:w"], Some("https://api.example")).await;

    let response = response.unwrap();
    assert_eq!(response.access_token.expose(), "t");
    assert_eq!(response.expires_in, Some(900));
    assert_eq!(response.body.expose(), body);
    let request = &server.requests()[0];
    assert!(request.starts_with("POST /oauth/token HTTP/1.1\r\n"));
    let basic = STANDARD.encode("an+id%3A%C3%A9:a%2Bsecret%25");
    for expected in [
        format!("authorization: Basic {basic}\r\n").as_str(),
        "accept: application/json\r\n",
        "content-type: application/x-www-form-urlencoded\r\n",
        "\r\n\r\ngrant_type=client_credentials&scope=a%3Ar+a%3Aw&resource=https%3A%2F%2Fapi.example",
    ] {
        assert!(request.contains(expected), "{expected} in {request}");
    }
}

#[tokio::test]
async fn without_scopes_and_resource_neither_is_sent() {
    let body = r#"{"access_token":"t","token_type":"Bearer"}"#;
    let server = ScriptedServer::start([answer("200 OK", body)]);
    ask(&server, &[], None).await.unwrap();
    assert!(server.requests()[0].ends_with("\r\n\r\ngrant_type=client_credentials"));
}

#[tokio::test]
async fn a_refusal_is_told_in_its_own_words_and_harms_no_terminal() {
    let server = ScriptedServer::start([
        answer(
            "401 Unauthorized",
            r#"{"error":"invalid_client","error_description":"ask \u001b[31manew"}"#,
        ),
        answer("400 Bad Request", r#"{"error":"invalid_scope"}"#),
    ]);
    let first = ask(&server, &[], None).await.unwrap_err();
    assert_eq!(
        first.to_string(),
        "server refused: invalid_client: ask ?[31manew"
    );
    assert!(!first.is_usage());
    let second = ask(&server, &[], None).await.unwrap_err();
    assert_eq!(
        second.to_string(),
        "server refused: invalid_scope: HTTP 400 Bad Request"
    );
}

#[tokio::test]
async fn what_is_no_token_endpoint_is_told_so() {
    let long = format!(r#"{{"access_token":"{}"}}"#, "x".repeat(LONGEST_ANSWER));
    let server = ScriptedServer::start([
        answer("404 Not Found", "<html>"),
        answer("200 OK", "<html>"),
        answer("200 OK", r#"{"access_token":"t","token_type":"DPoP"}"#),
        answer(
            "200 OK",
            r#"{"access_token":"t\nX: y","token_type":"Bearer"}"#,
        ),
        answer("200 OK", r#"{"access_token":"","token_type":"Bearer"}"#),
        answer("200 OK", &long),
    ]);
    for reason in [
        "HTTP 404 Not Found",
        "holds no access token",
        "type DPoP",
        "what no token may hold",
        "what no token may hold",
        "too long",
    ] {
        let error = ask(&server, &[], None).await.unwrap_err().to_string();
        assert!(error.contains(reason), "{error}");
    }
}

#[tokio::test]
async fn credentials_follow_no_redirect() {
    let elsewhere = ScriptedServer::start([answer("200 OK", "{}")]);
    let server = ScriptedServer::start([format!(
        "HTTP/1.1 307 Temporary Redirect\r\nLocation: {}\r\nContent-Length: 0\r\n\r\n",
        elsewhere.url
    )]);
    let error = ask(&server, &[], None).await.unwrap_err().to_string();
    assert!(error.contains("HTTP 307"), "{error}");
    assert!(elsewhere.requests().is_empty());
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named_without_its_path() {
    let gone = ScriptedServer::start([]).url;
    let error = TokenRequest {
        endpoint: &gone.token_endpoint(),
        credentials: &credentials("id", "hush"),
        scopes: &[],
        resource: None,
    }
    .send()
    .await
    .unwrap_err()
    .to_string();
    let server = gone.server();
    assert!(
        error.starts_with(&format!("no answer from {server}: ")),
        "{error}"
    );
    assert!(
        error.contains("refused") && !error.contains("hush"),
        "{error}"
    );
}
