//! `/v1/organizations/{organization}/agents`

use serde_json::{Value, json};

use super::answer::{send, send_json};
use crate::support::server::TestServer;

const AGENTS: &str = "/v1/organizations/acme/agents";

#[actix_web::test]
async fn an_admin_creates_lists_renames_and_deletes() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let request = server.call(&admin, "POST", AGENTS).await;
    let made = send_json(request, &json!({"slug": "bot", "name": "The Bot"}))
        .await
        .json(201);
    let id = made["id"].as_str().expect("an id").to_owned();
    assert_eq!(
        made,
        json!({
            "id": id,
            "organization_id": server.organization.id,
            "slug": "bot",
            "name": "The Bot",
            "created_at": server.app.now(),
        })
    );
    let listed = send(server.call(&admin, "GET", AGENTS).await)
        .await
        .json(200);
    assert_eq!(listed, json!({"data": [made], "next_cursor": null}));
    for reference in [id.as_str(), "bot"] {
        let path = format!("{AGENTS}/{reference}");
        let request = server.call(&admin, "GET", &path).await;
        assert_eq!(send(request).await.json(200), made);
    }
    let path = format!("{AGENTS}/{id}");
    let request = server.call(&admin, "PATCH", &path).await;
    let renamed = send_json(request, &json!({"slug": "robot"}))
        .await
        .json(200);
    assert_eq!(
        (&renamed["slug"], &renamed["name"]),
        (&json!("robot"), &json!("The Bot"))
    );
    send(server.call(&admin, "DELETE", &path).await)
        .await
        .no_content();
    let detail = send(server.call(&admin, "GET", &path).await)
        .await
        .problem(404);
    assert_eq!(detail, "There is no such agent.");
}

#[actix_web::test]
async fn the_name_is_the_slug_where_none_is_given() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let request = server.call(&admin, "POST", AGENTS).await;
    let made = send_json(request, &json!({"slug": "bot"})).await.json(201);
    assert_eq!(made["name"], "bot");
}

#[actix_web::test]
async fn a_slug_is_taken_once_in_an_organization_and_free_in_another() {
    let server = TestServer::start().await;
    let operator = server.operator().await;
    server.organization("globex").await;
    server.agent("bot").await;
    let request = server.call(&operator, "POST", AGENTS).await;
    let detail = send_json(request, &json!({"slug": "bot"}))
        .await
        .problem(409);
    assert_eq!(
        detail,
        "The organization has an agent with this slug already. Choose another slug."
    );
    let request = server
        .call(&operator, "POST", "/v1/organizations/globex/agents")
        .await;
    send_json(request, &json!({"slug": "bot"})).await.json(201);
}

#[actix_web::test]
async fn an_agent_in_use_is_not_deleted() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let agent = server.agent("bot").await;
    let client = server
        .client_with(|new| new.agent_id = Some(agent.id))
        .await;
    let path = format!("{AGENTS}/bot");
    let detail = send(server.call(&admin, "DELETE", &path).await)
        .await
        .problem(409);
    assert_eq!(
        detail,
        "Credentials are scoped to this agent. Revoke them first."
    );
    let credential = format!("/v1/organizations/acme/credentials/{}", client.id);
    send(server.call(&admin, "DELETE", &credential).await)
        .await
        .no_content();
    send(server.call(&admin, "DELETE", &path).await)
        .await
        .no_content();
}

#[actix_web::test]
async fn another_organizations_agent_is_not_found_under_ones_own() {
    let server = TestServer::start().await;
    let operator = server.operator().await;
    server.organization("globex").await;
    let request = server
        .call(&operator, "POST", "/v1/organizations/globex/agents")
        .await;
    let theirs = send_json(request, &json!({"slug": "bot"})).await.json(201);
    let id = theirs["id"].as_str().expect("an id");
    let admin = server.admin().await;
    for caller in [&admin, &operator] {
        for method in ["GET", "PATCH", "DELETE"] {
            for reference in [id, "bot"] {
                let path = format!("{AGENTS}/{reference}");
                let request = server.call(caller, method, &path).await;
                let answer = send_json(request, &json!({})).await;
                assert_eq!(answer.problem(404), "There is no such agent.");
            }
        }
    }
}

#[actix_web::test]
async fn who_is_scoped_to_an_agent_sees_that_agent_and_changes_none() {
    let server = TestServer::start().await;
    let own = server.agent("own").await;
    let other = server.agent("other").await;
    let issuer = server.app.issuer.as_str().to_owned();
    let scoped = server
        .client_with(|new| {
            new.agent_id = Some(own.id);
            new.audiences.push(issuer.parse().expect("an identifier"));
        })
        .await;
    let listed = send(server.call(&scoped, "GET", AGENTS).await)
        .await
        .json(200);
    assert_eq!(listed["data"].as_array().map(Vec::len), Some(1));
    assert_eq!(listed["data"][0]["id"], json!(own.id));
    assert_eq!(listed["next_cursor"], Value::Null);
    for reference in ["own".to_owned(), own.id.to_string()] {
        let path = format!("{AGENTS}/{reference}");
        send(server.call(&scoped, "GET", &path).await)
            .await
            .json(200);
    }
    for reference in ["other".to_owned(), other.id.to_string()] {
        let path = format!("{AGENTS}/{reference}");
        let answer = send(server.call(&scoped, "GET", &path).await).await;
        assert_eq!(answer.problem(404), "There is no such agent.");
    }
    let refusal = "Not allowed: you may act for single agents only, and this concerns the whole organization.";
    for (method, path) in [
        ("POST", AGENTS.to_owned()),
        ("PATCH", format!("{AGENTS}/own")),
        ("DELETE", format!("{AGENTS}/own")),
        ("PATCH", "/v1/organizations/acme".to_owned()),
    ] {
        let request = server.call(&scoped, method, &path).await;
        let answer = send_json(request, &json!({"slug": "mine"})).await;
        assert_eq!(answer.problem(403), refusal, "{method} {path}");
    }
}
