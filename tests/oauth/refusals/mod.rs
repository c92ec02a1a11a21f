//! The refusals of the token endpoint, a row each. None is ever a 500.

mod bodies;
mod clients;
mod parameters;

use super::answer::{assert_refusal, basic};
use crate::support::raw::RawRequest;
use crate::support::server::{TestClient, TestServer};

const GRANT: &str = "grant_type=client_credentials";

/// A request, and what it is refused with.
struct Row {
    name: &'static str,
    request: RawRequest,
    status: u16,
    code: &'static str,
}

fn row(name: &'static str, request: RawRequest, status: u16, code: &'static str) -> Row {
    Row {
        name,
        request,
        status,
        code,
    }
}

/// Sends every row. A challenge is expected where, and only where, the header was used
/// (RFC 6749 §5.2).
async fn check(server: &TestServer, rows: Vec<Row>) {
    for Row {
        name,
        request,
        status,
        code,
    } in rows
    {
        let answer = request.send(&server.origin).await;
        assert_eq!(answer.status, status, "{name}: {}", answer.text());
        let given = assert_refusal(name, &answer, request.has_authorization());
        assert_eq!(given, code, "{name}: {}", answer.text());
    }
}

/// A request with the client in the header and `grant_type`, and these parameters after it.
fn by_header(client: &TestClient, more: &str) -> RawRequest {
    RawRequest::form(format!("{GRANT}{more}")).header("Authorization", basic(client))
}

/// The same with the client in the body.
fn by_body(client: &TestClient, more: &str) -> RawRequest {
    RawRequest::form(format!(
        "{GRANT}&client_id={}&client_secret={}{more}",
        client.id, client.secret
    ))
}

#[actix_web::test]
async fn other_methods_are_told_which_one_is_taken() {
    let server = TestServer::start().await;
    for method in ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"] {
        for path in ["/oauth/token", "/v1/auth/oauth/token"] {
            let request = RawRequest::form(GRANT).method(method).target(path);
            let answer = request.send(&server.origin).await;
            assert_eq!(answer.status, 405, "{method} {path}");
            assert_eq!(answer.header("allow"), Some("POST"), "{method} {path}");
            if method == "HEAD" {
                assert!(answer.body.is_empty());
                assert!(answer.header("x-request-id").is_some());
            } else {
                let code = assert_refusal(method, &answer, false);
                assert_eq!(code, "invalid_request", "{method} {path}");
            }
        }
    }
}

#[actix_web::test]
async fn the_grant_type_is_taken_to_the_letter() {
    let server = TestServer::start().await;
    let client = server.client().await;
    let with = |body: &str| RawRequest::form(body).header("Authorization", basic(&client));
    let (request, grant) = ("invalid_request", "unsupported_grant_type");
    let mut rows = vec![
        row("empty body", with(""), 400, request),
        row("no grant_type", with("scope=api:read"), 400, request),
        row("no value", with("grant_type"), 400, request),
        row("empty value", with("grant_type="), 400, request),
        row(
            "case of the name",
            with("GRANT_TYPE=client_credentials"),
            400,
            request,
        ),
        row(
            "in the query",
            with("scope=api:read").target(&format!("/oauth/token?{GRANT}")),
            400,
            request,
        ),
    ];
    for other in [
        "Client_Credentials",
        "CLIENT_CREDENTIALS",
        "client_credentials+",
        "password",
        "authorization_code",
        "refresh_token",
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "%C3%A9",
    ] {
        rows.push(row(
            "another grant",
            with(&format!("grant_type={other}")),
            400,
            grant,
        ));
    }
    check(&server, rows).await;
}

#[actix_web::test]
async fn a_client_may_use_only_its_own_grants() {
    let server = TestServer::start().await;
    let client = server.client_with(|new| new.grant_types = Vec::new()).await;
    let rows = vec![
        row(
            "by header",
            by_header(&client, ""),
            400,
            "unauthorized_client",
        ),
        row("by body", by_body(&client, ""), 400, "unauthorized_client"),
    ];
    check(&server, rows).await;
}
