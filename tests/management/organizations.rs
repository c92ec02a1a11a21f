//! `/v1/organizations`

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::answer::{send, send_json};
use crate::support::server::TestServer;

#[actix_web::test]
async fn an_operator_creates_renames_and_deletes() {
    let server = TestServer::start().await;
    let operator = server.operator().await;
    let request = server.call(&operator, "POST", "/v1/organizations").await;
    let made = send_json(request, &json!({"slug": "globex", "name": "Globex Inc."}))
        .await
        .json(201);
    let id = made["id"].as_str().expect("an id").to_owned();
    assert_eq!(
        made,
        json!({
            "id": id,
            "slug": "globex",
            "name": "Globex Inc.",
            "created_at": server.app.now(),
            "api_key_limit": null,
            "oauth_client_limit": null,
        })
    );
    // By id and by slug.
    for reference in [id.as_str(), "globex"] {
        let path = format!("/v1/organizations/{reference}");
        let request = server.call(&operator, "GET", &path).await;
        assert_eq!(send(request).await.json(200), made);
    }
    let path = format!("/v1/organizations/{id}");
    let request = server.call(&operator, "PATCH", &path).await;
    let renamed = send_json(request, &json!({"name": " Globex "}))
        .await
        .json(200);
    assert_eq!(
        (&renamed["name"], &renamed["slug"]),
        (&json!("Globex"), &json!("globex"))
    );
    let request = server.call(&operator, "PATCH", &path).await;
    let moved = send_json(request, &json!({"slug": "globex-2"}))
        .await
        .json(200);
    assert_eq!(
        (&moved["name"], &moved["slug"]),
        (&json!("Globex"), &json!("globex-2"))
    );
    send(server.call(&operator, "DELETE", &path).await)
        .await
        .no_content();
    let detail = send(server.call(&operator, "GET", &path).await)
        .await
        .problem(404);
    assert_eq!(detail, "There is no such organization.");
}

#[actix_web::test]
async fn the_name_is_the_slug_where_none_is_given() {
    let server = TestServer::start().await;
    let operator = server.operator().await;
    for body in [json!({"slug": "a"}), json!({"slug": "b", "name": null})] {
        let request = server.call(&operator, "POST", "/v1/organizations").await;
        let made = send_json(request, &body).await.json(201);
        assert_eq!(made["name"], made["slug"]);
    }
}

#[actix_web::test]
async fn a_slug_is_taken_once() {
    let server = TestServer::start().await;
    let operator = server.operator().await;
    let other = server.organization("globex").await;
    let request = server.call(&operator, "POST", "/v1/organizations").await;
    let detail = send_json(request, &json!({"slug": "acme"}))
        .await
        .problem(409);
    assert_eq!(
        detail,
        "There is an organization with this slug already. Choose another slug."
    );
    let path = format!("/v1/organizations/{}", other.id);
    let request = server.call(&operator, "PATCH", &path).await;
    send_json(request, &json!({"slug": "acme"}))
        .await
        .problem(409);
}

#[actix_web::test]
async fn an_admin_sees_and_renames_its_own_alone() {
    let server = TestServer::start().await;
    // Things are listed in the order in which they were made.
    server.advance(TimeDelta::seconds(1));
    server.organization("globex").await;
    let admin = server.admin().await;
    let listed = send(server.call(&admin, "GET", "/v1/organizations").await)
        .await
        .json(200);
    assert_eq!(slugs(&listed), ["acme"]);
    assert_eq!(listed["next_cursor"], Value::Null);
    let request = server.call(&admin, "PATCH", "/v1/organizations/acme").await;
    send_json(request, &json!({"name": "Acme Corp."}))
        .await
        .json(200);

    let operator = server.operator().await;
    let listed = send(server.call(&operator, "GET", "/v1/organizations").await)
        .await
        .json(200);
    assert_eq!(slugs(&listed), ["acme", "globex"]);
    assert_eq!(listed["data"][0]["name"], "Acme Corp.");
}

fn slugs(page: &Value) -> Vec<&str> {
    let data = page["data"].as_array().expect("a list");
    data.iter()
        .map(|item| item["slug"].as_str().expect("a slug"))
        .collect()
}

#[actix_web::test]
async fn anothers_answers_as_a_missing_one_does() {
    let server = TestServer::start().await;
    let other = server.organization("globex").await;
    let admin = server.admin().await;
    let id = other.id.to_string();
    for below in ["", "/agents", "/credentials"] {
        let mut bodies = Vec::new();
        for reference in ["globex", &id, "nowhere", &missing_id(), "NO SLUG", "%00"] {
            let path = format!("/v1/organizations/{reference}{below}");
            let answer = send(server.call(&admin, "GET", &path).await).await;
            assert_eq!(answer.problem(404), "There is no such organization.");
            bodies.push(answer.body);
        }
        bodies.dedup();
        assert_eq!(bodies.len(), 1, "{bodies:?}");
    }
}

fn missing_id() -> String {
    uuid::Uuid::from_u128(0x0197_f3c2_6d5e_7c3a_9b1e_2f4a_6c8e_0b1d).to_string()
}

#[actix_web::test]
async fn with_an_organization_go_its_agents_and_credentials_at_once() {
    let server = TestServer::start().await;
    let other = server.organization("globex").await;
    let operator = server.operator().await;
    let theirs = server
        .client_with(|new| new.organization_id = other.id)
        .await;
    let token = server.token(&theirs, &[]).await;
    let path = format!("/v1/organizations/{}", other.id);
    send(server.call(&operator, "DELETE", &path).await)
        .await
        .no_content();
    send(server.bare("GET", "/v1/whoami").bearer_auth(&token))
        .await
        .refuses_the_token();
    let refused = server.token_response(&theirs, &[]).await;
    assert_eq!(refused.status(), 401);
}
