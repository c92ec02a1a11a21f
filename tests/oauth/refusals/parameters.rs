//! Parameters that are repeated, malformed, or ask for more than was granted.

use super::{GRANT, by_body, by_header, check, row};
use crate::oauth::answer::assert_token;
use crate::support::server::{API, TestServer};

#[actix_web::test]
async fn a_repeated_parameter_is_400() {
    let server = TestServer::start().await;
    let client = server.client().await;
    let id = &client.id;
    let requests = vec![
        ("grant_type", by_header(&client, &format!("&{GRANT}"))),
        (
            "scope",
            by_header(&client, "&scope=api:read&scope=api:read"),
        ),
        ("empty scope", by_header(&client, "&scope=&scope=api:read")),
        (
            "an escaped name",
            by_header(&client, "&scope=api:read&%73cope=api:read"),
        ),
        (
            "client_id",
            by_header(&client, &format!("&client_id={id}&client_id={id}")),
        ),
        (
            "client_secret",
            by_body(&client, &format!("&client_secret={}", client.secret)),
        ),
    ];
    let rows = requests
        .into_iter()
        .map(|(name, request)| row(name, request, 400, "invalid_request"))
        .collect();
    check(&server, rows).await;
    let unknown = by_header(&client, "&foo=1&foo=2&resource=&audience=x");
    assert_token("an unknown one", &unknown.send(&server.origin).await);
}

#[actix_web::test]
async fn scopes_and_resources_that_were_not_granted() {
    let server = TestServer::start().await;
    server
        .resource_server("https://other.example.com", &["other:read"])
        .await;
    let client = server.client().await;
    let narrow = server
        .client_with(|new| new.scopes = Some(vec!["api:read".parse().expect("a scope")]))
        .await;
    let (scope, target) = ("invalid_scope", "invalid_target");
    let mut rows = vec![
        row(
            "not granted",
            by_header(&narrow, "&scope=api:write"),
            400,
            scope,
        ),
        row(
            "one of two not granted",
            by_body(&narrow, "&scope=api:read+api:write"),
            400,
            scope,
        ),
        row(
            "of another API",
            by_header(&client, "&scope=other:read"),
            400,
            scope,
        ),
        row(
            "case of a scope",
            by_header(&client, "&scope=API:read"),
            400,
            scope,
        ),
    ];
    for bad in [
        "nothing",
        "api:read%0A",
        "api:read%0Aapi:write",
        "api:read%09api:write",
        "api:read%0D%0AX-Evil:1",
        "%22",
        "%5C",
        "%C3%A9",
        "%7F",
        &"a".repeat(129),
        "<script>alert(1)</script>",
    ] {
        rows.push(row(
            "a scope",
            by_header(&client, &format!("&scope={bad}")),
            400,
            scope,
        ));
    }
    for bad in [
        "https://other.example.com",
        "https://api.example.com/",
        "https://API.example.com",
        "HTTPS://api.example.com",
        "/relative",
        "api.example.com",
        "https://api.example.com%23fragment",
        "https://api.example.com%23",
        "%22",
        "%C3%A9",
        "%0A",
    ] {
        rows.push(row(
            "a resource",
            by_header(&client, &format!("&resource={bad}")),
            400,
            target,
        ));
    }
    rows.push(row(
        "two resources",
        by_header(&client, &format!("&resource={API}&resource=urn:other")),
        400,
        target,
    ));
    rows.push(row(
        "one of twenty resources is another",
        by_header(
            &client,
            &format!(
                "{}&resource=urn:other",
                format!("&resource={API}").repeat(19)
            ),
        ),
        400,
        target,
    ));
    let too_many: Vec<String> = (0..101).map(|number| format!("s{number}")).collect();
    rows.push(row(
        "too many scopes",
        by_header(&client, &format!("&scope={}", too_many.join("+"))),
        400,
        scope,
    ));
    check(&server, rows).await;
}
