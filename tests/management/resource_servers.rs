//! `/v1/resource-servers`

use grantd::domain::resource_server::{MANAGEMENT_ID, MANAGEMENT_SCOPES, OPERATOR_SCOPES};
use serde_json::{Value, json};

use super::answer::{send, send_json};
use crate::support::server::{API, TestServer, header};

const SERVERS: &str = "/v1/resource-servers";

/// An identifier as one segment of a path.
fn segment(identifier: &str) -> String {
    url::form_urlencoded::byte_serialize(identifier.as_bytes()).collect()
}

#[actix_web::test]
async fn an_operator_creates_changes_and_deletes() {
    let server = TestServer::start().await;
    let operator = server.operator().await;
    let body = json!({
        "identifier": "https://billing.example.com/v2?x=y",
        "name": "Billing",
        "scopes": [{"name": "bills:read", "description": "Read bills"}, {"name": "bills:pay"}],
        "token_ttl_seconds": 300,
        "algorithm": "EdDSA",
    });
    let request = server.call(&operator, "POST", SERVERS).await;
    let made = send_json(request, &body).await.json(201);
    let id = made["id"].as_str().expect("an id").to_owned();
    let mut expected = body;
    expected["id"] = json!(id);
    expected["scopes"][1]["description"] = json!("");
    expected["built_in"] = json!(false);
    expected["created_at"] = json!(server.app.now());
    assert_eq!(made, expected);
    for reference in [id.clone(), segment("https://billing.example.com/v2?x=y")] {
        let path = format!("{SERVERS}/{reference}");
        let request = server.call(&operator, "GET", &path).await;
        assert_eq!(send(request).await.json(200), expected);
    }

    let path = format!("{SERVERS}/{id}");
    let scopes = json!([{"name": "bills:read", "description": ""}]);
    for (body, member, value) in [
        (json!({}), "name", json!("Billing")),
        (json!({"name": "Bills"}), "name", json!("Bills")),
        (json!({"scopes": scopes}), "scopes", scopes.clone()),
        (
            json!({"token_ttl_seconds": 60}),
            "token_ttl_seconds",
            json!(60),
        ),
        (
            json!({"token_ttl_seconds": null}),
            "token_ttl_seconds",
            Value::Null,
        ),
        (json!({"algorithm": "RS256"}), "algorithm", json!("RS256")),
        (json!({"algorithm": null}), "algorithm", Value::Null),
    ] {
        expected[member] = value;
        let request = server.call(&operator, "PATCH", &path).await;
        assert_eq!(send_json(request, &body).await.json(200), expected);
        let request = server.call(&operator, "GET", &path).await;
        assert_eq!(send(request).await.json(200), expected);
    }
    send(server.call(&operator, "DELETE", &path).await)
        .await
        .no_content();
    let answer = send(server.call(&operator, "GET", &path).await).await;
    assert_eq!(answer.problem(404), "There is no such resource server.");
}

#[actix_web::test]
async fn the_list_is_whole_and_begins_with_the_management_api() {
    let server = TestServer::start().await;
    let operator = server.operator().await;
    let listed = send(server.call(&operator, "GET", SERVERS).await)
        .await
        .json(200);
    assert_eq!(listed["next_cursor"], Value::Null);
    let data = listed["data"].as_array().expect("a list");
    assert_eq!(data.len(), 2);
    assert_eq!(data[0]["id"], json!(MANAGEMENT_ID));
    assert_eq!(data[0]["identifier"], server.origin);
    assert_eq!(data[0]["built_in"], true);
    let scopes: Vec<&str> = data[0]["scopes"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|scope| scope["name"].as_str().expect("a name"))
        .collect();
    let expected: Vec<&str> = MANAGEMENT_SCOPES
        .into_iter()
        .chain(OPERATOR_SCOPES)
        .collect();
    assert_eq!(scopes, expected);
    assert_eq!(
        (&data[1]["identifier"], &data[1]["built_in"]),
        (&json!(API), &json!(false))
    );
}

#[actix_web::test]
async fn the_management_api_is_the_programs_own() {
    let server = TestServer::start().await;
    let operator = server.operator().await;
    for reference in [MANAGEMENT_ID.to_string(), segment(&server.origin)] {
        for method in ["PATCH", "DELETE"] {
            let path = format!("{SERVERS}/{reference}");
            let answer = send_json(server.call(&operator, method, &path).await, &json!({})).await;
            assert_eq!(
                answer.problem(409),
                "The management API is part of grantd and cannot be changed."
            );
        }
    }
    let request = server.call(&operator, "POST", SERVERS).await;
    let body = json!({"identifier": server.origin, "name": "Mine"});
    let detail = send_json(request, &body).await.problem(409);
    assert_eq!(
        detail,
        "This identifier is the issuer URL, which names the management API."
    );
}

#[actix_web::test]
async fn an_identifier_is_taken_once() {
    let server = TestServer::start().await;
    let operator = server.operator().await;
    let request = server.call(&operator, "POST", SERVERS).await;
    let answer = send_json(request, &json!({"identifier": API, "name": "Again"})).await;
    assert_eq!(
        answer.problem(409),
        "There is a resource server with this identifier already. Choose another identifier."
    );
}

#[actix_web::test]
async fn one_that_credentials_name_is_not_deleted() {
    let server = TestServer::start().await;
    let operator = server.operator().await;
    let path = format!("{SERVERS}/{}", server.api.id);
    let answer = send(server.call(&operator, "DELETE", &path).await).await;
    assert_eq!(
        answer.problem(409),
        "Credentials have this resource server among their audiences. Revoke them first."
    );
    server.token(&operator, &[("resource", API)]).await;
}

#[actix_web::test]
async fn credentials_lose_the_scopes_that_are_gone_and_the_algorithm_counts_at_once() {
    let server = TestServer::start().await;
    let operator = server.operator().await;
    let client = server.client().await;
    let token = server.token(&client, &[]).await;
    assert_eq!(header(&token)["alg"], "ES256");
    let path = format!("{SERVERS}/{}", server.api.id);
    let body = json!({"scopes": [{"name": "api:read"}], "algorithm": "EdDSA"});
    send_json(server.call(&operator, "PATCH", &path).await, &body)
        .await
        .json(200);
    let answer: Value = server
        .token_response(&client, &[])
        .await
        .json()
        .await
        .expect("JSON");
    assert_eq!(answer["scope"], "api:read");
    let token = answer["access_token"].as_str().expect("a token");
    assert_eq!(header(token)["alg"], "EdDSA");
    let request = server.bare("GET", "/v1/whoami").bearer_auth(token);
    send(request).await.json(200);
}
