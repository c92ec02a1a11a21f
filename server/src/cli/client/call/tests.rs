//! Tests of the module above.

use std::fs;

use clap::Parser;

use super::super::scripted_server::{FixedClock, ScriptedServer, answer};
use super::*;

/// The command's arguments alone, as clap reads them.
#[derive(Debug, Parser)]
struct Line {
    #[command(flatten)]
    args: CallArgs,
}

/// What one run did: its result, and what went to standard output and standard error.
struct Outcome {
    result: Result<(), ClientError>,
    out: String,
    notes: String,
}

/// Runs `grantd call` with this command line, `{url}` standing for the server.
async fn run_call(server: &ScriptedServer, arguments: &[&str]) -> Outcome {
    let url = server.url.server();
    let arguments: Vec<String> = arguments
        .iter()
        .map(|argument| argument.replace("{url}", &url))
        .collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let home = server.folder.path().to_str().unwrap().to_owned();
    let file = server.credentials_file().to_str().unwrap().to_owned();
    let variable = |name: &str| match name {
        "HOME" => Some(home.clone()),
        "GRANTD_CREDENTIALS" => Some(file.clone()),
        _ => None,
    };
    let (mut out, mut notes) = (Vec::new(), Vec::new());
    let line = ["call"].iter().chain(&arguments).copied();
    let args = Line::parse_from(line).args;
    let result = run(&args, &FixedClock, &variable, &mut out, &mut notes).await;
    Outcome {
        result,
        out: String::from_utf8(out).unwrap(),
        notes: String::from_utf8(notes).unwrap(),
    }
}

fn token_answer(token: &str) -> String {
    let body = format!(r#"{{"access_token":"{token}","token_type":"Bearer","expires_in":900}}"#);
    answer("200 OK", &body)
}

fn refusal() -> String {
    answer("401 Unauthorized", r#"{"message":"access not permitted"}"#)
}

/// The first line of each request, and the token it carried.
fn exchanges(server: &ScriptedServer) -> Vec<String> {
    server
        .requests()
        .iter()
        .map(|request| {
            let line = request.lines().next().unwrap();
            let short = line.trim_end_matches(" HTTP/1.1");
            let token = request
                .lines()
                .find_map(|line| line.strip_prefix("authorization: Bearer "));
            token.map_or_else(|| short.to_owned(), |token| format!("{short} {token}"))
        })
        .collect()
}

#[tokio::test]
async fn the_token_is_fetched_once_and_kept() {
    let server = ScriptedServer::start([
        token_answer("t1"),
        answer("200 OK", "{ \"a\": 1 }"),
        answer("200 OK", "second"),
    ]);
    let first = run_call(&server, &["{url}/v1/whoami"]).await;
    first.result.unwrap();
    assert_eq!(first.out, "{ \"a\": 1 }", "exactly as received");
    assert_eq!(first.notes, "");
    run_call(&server, &["{url}/v1/whoami"])
        .await
        .result
        .unwrap();
    assert_eq!(
        exchanges(&server),
        [
            "POST /oauth/token",
            "GET /v1/whoami t1",
            "GET /v1/whoami t1"
        ]
    );
}

#[tokio::test]
async fn another_scope_or_audience_takes_another_token() {
    let server = ScriptedServer::start([
        token_answer("t1"),
        answer("200 OK", ""),
        token_answer("t2"),
        answer("200 OK", ""),
    ]);
    for arguments in [
        &["{url}/a", "--scope", "x"] as &[&str],
        &[
            "{url}/a",
            "--scope",
            "x",
            "--audience",
            "https://api.example",
        ],
    ] {
        run_call(&server, arguments).await.result.unwrap();
    }
    assert_eq!(
        exchanges(&server),
        [
            "POST /oauth/token",
            "GET /a t1",
            "POST /oauth/token",
            "GET /a t2"
        ]
    );
}

#[tokio::test]
async fn a_kept_token_that_is_refused_is_replaced_once() {
    let server = ScriptedServer::start([
        token_answer("t1"),
        answer("200 OK", ""),
        refusal(),
        token_answer("t2"),
        answer("200 OK", "fine again"),
        refusal(),
        token_answer("t3"),
        refusal(),
    ]);
    run_call(&server, &["{url}/a"]).await.result.unwrap();
    let second = run_call(&server, &["{url}/a"]).await;
    second.result.unwrap();
    assert_eq!(second.out, "fine again", "the refusal is not shown");

    let third = run_call(&server, &["{url}/a"]).await;
    let error = third.result.unwrap_err();
    assert!(matches!(error, ClientError::Answered { status, .. } if status == 401));
    assert!(!error.is_usage());
    assert_eq!(third.out, r#"{"message":"access not permitted"}"#);
    assert_eq!(
        exchanges(&server)[2..],
        [
            "GET /a t1",
            "POST /oauth/token",
            "GET /a t2",
            "GET /a t2",
            "POST /oauth/token",
            "GET /a t3"
        ]
    );
}

#[tokio::test]
async fn a_fresh_token_that_is_refused_is_not_tried_again() {
    let server = ScriptedServer::start([token_answer("t1"), refusal()]);
    let outcome = run_call(&server, &["{url}/a"]).await;
    let error = outcome.result.unwrap_err().to_string();
    assert_eq!(
        error,
        format!("HTTP 401 Unauthorized from {}/a", server.url.server())
    );
    assert_eq!(exchanges(&server), ["POST /oauth/token", "GET /a t1"]);
}

#[tokio::test]
async fn once_revoked_the_kept_token_is_gone_and_the_refusal_told() {
    let revoked = answer(
        "401 Unauthorized",
        r#"{"error":"invalid_client","error_description":"no"}"#,
    );
    let server = ScriptedServer::start([
        token_answer("t1"),
        answer("200 OK", ""),
        refusal(),
        revoked.clone(),
        revoked,
    ]);
    run_call(&server, &["{url}/a"]).await.result.unwrap();
    for _ in 0..2 {
        let error = run_call(&server, &["{url}/a"]).await.result.unwrap_err();
        assert_eq!(error.to_string(), "server refused: invalid_client: no");
    }
    assert_eq!(
        exchanges(&server)[2..],
        ["GET /a t1", "POST /oauth/token", "POST /oauth/token"]
    );
}

#[tokio::test]
async fn a_body_makes_it_a_post_of_json() {
    let server = ScriptedServer::start([
        token_answer("t"),
        answer("201 Created", ""),
        answer("200 OK", ""),
    ]);
    let file = server.folder.path().join("body.json");
    fs::write(&file, "{\"b\":\n2}").unwrap();
    let body_file = format!("@{}", file.to_str().unwrap());

    let inline = run_call(&server, &["{url}/a", "-d", r#"{"a":1}"#, "-H", "X-One: 1"]).await;
    inline.result.unwrap();
    let arguments = [
        "patch",
        "{url}/a",
        "-d",
        &body_file,
        "-H",
        "Content-Type: text/x",
    ];
    run_call(&server, &arguments).await.result.unwrap();

    let requests = server.requests();
    assert!(requests[1].starts_with("POST /a "));
    assert!(requests[1].contains("content-type: application/json\r\n"));
    assert!(requests[1].contains("x-one: 1\r\n"));
    assert!(requests[1].ends_with("\r\n\r\n{\"a\":1}"));
    assert!(requests[2].starts_with("PATCH /a "));
    assert!(requests[2].contains("content-type: text/x\r\n"));
    assert!(!requests[2].contains("application/json"));
    assert!(requests[2].ends_with("\r\n\r\n{\"b\":\n2}"));
}

#[tokio::test]
async fn a_body_that_is_no_json_is_not_sent() {
    let server = ScriptedServer::start([token_answer("t")]);
    for body in ["{a:1}", "", "@/nowhere/body.json"] {
        let outcome = run_call(&server, &["{url}/a", "-d", body]).await;
        assert!(outcome.result.unwrap_err().is_usage(), "{body}");
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_redirect_is_shown_and_not_followed() {
    let server = ScriptedServer::start([
        token_answer("t"),
        "HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n".to_owned(),
    ]);
    let outcome = run_call(&server, &["-i", "{url}/a"]).await;
    outcome.result.unwrap();
    assert!(outcome.out.starts_with("HTTP/1.1 302 Found\r\n"));
    assert!(outcome.out.contains("\r\nlocation: /b\r\n"));
    assert!(outcome.out.ends_with("\r\n\r\n"));
    assert_eq!(
        outcome.notes,
        format!("HTTP 302 Found from {}/a\n", server.url.server())
    );
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn without_a_folder_for_tokens_it_works_all_the_same() {
    let server = ScriptedServer::start([token_answer("t"), answer("200 OK", "fine")]);
    fs::write(server.folder.path().join(".cache"), "a file in the way").unwrap();
    let outcome = run_call(&server, &["{url}/a"]).await;
    outcome.result.unwrap();
    assert_eq!(outcome.out, "fine");
}
