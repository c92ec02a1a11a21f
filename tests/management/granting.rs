//! Nobody hands out more than they hold, and who is scoped to an agent stays with that agent.

use grantd::domain::ids::AgentId;
use serde_json::{Value, json};

use super::answer::{Answer, send, send_json};
use super::rows::Rows;
use crate::support::server::{API, TestClient, TestServer};

const CREDENTIALS: &str = "/v1/organizations/acme/credentials";

const MORE_THAN_HELD: &str = "Not allowed: that credential may do more than yours, and nobody can hand out more than they hold.";
const OPERATOR_ONLY: &str = "Not allowed: only an operator may do this.";

async fn post(server: &TestServer, caller: &TestClient, body: &Value) -> Answer {
    send_json(server.call(caller, "POST", CREDENTIALS).await, body).await
}

/// A caller with few scopes: it may write credentials, and read from the example API.
async fn modest(server: &TestServer) -> TestClient {
    scoped(
        server,
        &["credentials:write", "credentials:read", "api:read"],
        None,
    )
    .await
}

async fn scoped(server: &TestServer, scopes: &[&str], agent: Option<AgentId>) -> TestClient {
    let issuer = server.app.issuer.as_str();
    server
        .client_with(|new| {
            new.agent_id = agent;
            new.audiences.push(issuer.parse().expect("an identifier"));
            let scopes = scopes.iter().map(|scope| scope.parse().expect("a scope"));
            new.scopes = Some(scopes.collect());
        })
        .await
}

#[actix_web::test]
async fn what_one_holds_can_be_granted_and_no_more() {
    let server = TestServer::start().await;
    server
        .resource_server("https://other.example.com", &["other:read"])
        .await;
    let caller = modest(&server).await;
    let rows = Rows::of(&server).await;

    let made = post(
        &server,
        &caller,
        &json!({"name": "a", "scopes": ["api:read"]}),
    )
    .await;
    assert_eq!(made.json(201)["scopes"], json!(["api:read"]));
    // Without scopes: all that the maker holds, not all that there is.
    let made = post(&server, &caller, &json!({"name": "b", "audiences": [API]})).await;
    assert_eq!(made.json(201)["scopes"], json!(["api:read"]));

    let before = rows.count().await;
    for (body, field) in [
        (json!({"scopes": ["api:write"]}), "scopes[0]"),
        (
            json!({"scopes": ["api:read", "api:write"], "audiences": [API]}),
            "scopes[1]",
        ),
        (
            json!({"scopes": ["agents:read"], "audiences": [server.origin]}),
            "scopes[0]",
        ),
        (json!({"scopes": ["signing-keys:write"]}), "scopes[0]"),
        (json!({"scopes": ["other:read"]}), "scopes[0]"),
        (
            json!({"audiences": ["https://other.example.com"]}),
            "audiences[0]",
        ),
        (
            json!({"audiences": [API, "https://other.example.com"]}),
            "audiences[1]",
        ),
    ] {
        let mut body = body;
        body["name"] = json!("more");
        let rule = post(&server, &caller, &body).await.invalid(field);
        assert!(rule.contains("you may"), "{body}: {rule}");
    }
    assert_eq!(rows.count().await, before);
}

#[actix_web::test]
async fn operators_are_made_by_operators_alone() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let operator = server.operator().await;
    let rows = Rows::of(&server).await;
    let before = rows.count().await;
    let body = json!({"name": "op", "operator": true, "audiences": [server.origin]});
    let detail = post(&server, &admin, &body).await.problem(403);
    assert_eq!(detail, OPERATOR_ONLY);
    let body_plain = json!({"name": "op", "scopes": ["signing-keys:read"]});
    post(&server, &admin, &body_plain)
        .await
        .invalid("scopes[0]");
    assert_eq!(rows.count().await, before);

    let made = post(&server, &operator, &body).await.json(201);
    assert_eq!(made["operator"], true);
    let scopes = made["scopes"].as_array().expect("a list");
    assert!(scopes.contains(&json!("signing-keys:write")));
    // One that is no operator does not get their scopes from an operator either.
    let body = json!({"name": "plain", "scopes": ["resource-servers:read"]});
    post(&server, &operator, &body).await.invalid("scopes[0]");
}

#[actix_web::test]
async fn an_operator_is_not_scoped_to_an_agent() {
    let server = TestServer::start().await;
    let operator = server.operator().await;
    let agent = server.agent("bot").await;
    let body = json!({"name": "op", "operator": true, "agent_id": agent.id});
    let rule = post(&server, &operator, &body).await.invalid("agent_id");
    assert!(rule.contains("operator"), "{rule}");
}

#[actix_web::test]
async fn an_operators_credential_is_left_alone_by_others() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let operator = server.operator().await;
    let rows = Rows::of(&server).await;
    let before = rows.count().await;
    let own = format!("{CREDENTIALS}/{}", operator.id);
    let shown = send(server.call(&admin, "GET", &own).await).await.json(200);
    let secret = shown["secrets"][0]["id"].as_str().expect("an id");
    for (method, path, body) in [
        ("POST", format!("{own}/secrets"), json!({})),
        ("PATCH", own.clone(), json!({"status": "disabled"})),
        ("PATCH", own.clone(), json!({"name": "taken over"})),
        ("PATCH", own.clone(), json!({"expires_at": null})),
        ("DELETE", own.clone(), json!({})),
        ("DELETE", format!("{own}/secrets/{secret}"), json!({})),
    ] {
        let answer = send_json(server.call(&admin, method, &path).await, &body).await;
        assert_eq!(answer.problem(403), OPERATOR_ONLY, "{method} {path}");
    }
    assert_eq!(rows.count().await, before);
    let again = send(server.call(&admin, "GET", &own).await).await.json(200);
    assert_eq!(again, shown);
}

#[actix_web::test]
async fn a_secret_of_a_credential_that_holds_more_is_not_to_be_had() {
    let server = TestServer::start().await;
    let caller = modest(&server).await;
    let admin = server.admin().await;
    let rows = Rows::of(&server).await;
    let before = rows.count().await;
    for stronger in [&admin, &server.client().await] {
        let path = format!("{CREDENTIALS}/{}/secrets", stronger.id);
        let answer = send_json(server.call(&caller, "POST", &path).await, &json!({})).await;
        assert_eq!(answer.problem(403), MORE_THAN_HELD);
    }
    // The one that was just made.
    assert_eq!(
        rows.count().await["credential_secret"],
        before["credential_secret"] + 1
    );
    let weaker = scoped(&server, &["api:read"], None).await;
    for own in [&caller, &weaker] {
        let path = format!("{CREDENTIALS}/{}/secrets", own.id);
        send_json(server.call(&caller, "POST", &path).await, &json!({}))
            .await
            .json(201);
    }
}

#[actix_web::test]
async fn the_same_scope_at_another_audience_is_more() {
    let server = TestServer::start().await;
    let other = "https://other.example.com";
    server.resource_server(other, &["api:read"]).await;
    let caller = modest(&server).await;
    let elsewhere = server
        .client_with(|new| {
            new.audiences = vec![other.parse().expect("an identifier")];
            new.scopes = Some(vec!["api:read".parse().expect("a scope")]);
        })
        .await;
    let path = format!("{CREDENTIALS}/{}/secrets", elsewhere.id);
    let answer = send_json(server.call(&caller, "POST", &path).await, &json!({})).await;
    assert_eq!(answer.problem(403), MORE_THAN_HELD);
    let body = json!({"name": "a", "scopes": ["api:read"], "audiences": [other]});
    post(&server, &caller, &body).await.invalid("audiences[0]");
}

#[actix_web::test]
async fn who_is_scoped_to_an_agent_sees_and_makes_that_agents_credentials_alone() {
    let server = TestServer::start().await;
    let own = server.agent("own").await;
    let other = server.agent("other").await;
    let all = ["credentials:write", "credentials:read", "api:read"];
    let caller = scoped(&server, &all, Some(own.id)).await;
    let whole = server.client().await;
    let others = scoped(&server, &["api:read"], Some(other.id)).await;

    for body in [
        json!({"name": "a", "scopes": ["api:read"]}),
        json!({"name": "b", "scopes": ["api:read"], "agent_id": own.id}),
        json!({"name": "c", "scopes": ["api:read"], "agent_id": null}),
    ] {
        let made = post(&server, &caller, &body).await.json(201);
        assert_eq!(made["agent_id"], json!(own.id));
    }
    let body = json!({"name": "d", "scopes": ["api:read"], "agent_id": other.id});
    let rule = post(&server, &caller, &body).await.invalid("agent_id");
    assert_eq!(
        rule,
        "must be the agent that your own credential is scoped to"
    );

    // A filter widens nothing.
    for query in [String::new(), format!("?agent_id={}", other.id)] {
        let path = format!("{CREDENTIALS}{query}");
        let listed = send(server.call(&caller, "GET", &path).await)
            .await
            .json(200);
        let agents: Vec<&Value> = listed["data"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|item| &item["agent_id"])
            .collect();
        assert!(
            agents.iter().all(|agent| **agent == json!(own.id)),
            "{agents:?}"
        );
    }
    for hidden in [&whole, &others] {
        for (method, below) in [
            ("GET", ""),
            ("PATCH", ""),
            ("DELETE", ""),
            ("GET", "/secrets"),
            ("POST", "/secrets"),
        ] {
            let path = format!("{CREDENTIALS}/{}{below}", hidden.id);
            let answer = send_json(server.call(&caller, method, &path).await, &json!({})).await;
            assert_eq!(answer.problem(404), "There is no such credential.");
        }
        server.token(hidden, &[]).await;
    }
}

#[actix_web::test]
async fn another_organizations_agent_is_no_agent_here() {
    let server = TestServer::start().await;
    let operator = server.operator().await;
    server.organization("globex").await;
    let request = server
        .call(&operator, "POST", "/v1/organizations/globex/agents")
        .await;
    let theirs = send_json(request, &json!({"slug": "bot"})).await.json(201);
    let rows = Rows::of(&server).await;
    let before = rows.count().await;
    let admin = server.admin().await;
    for agent in [&theirs["id"], &json!(uuid::Uuid::from_u128(7))] {
        for caller in [&admin, &operator] {
            let answer = post(&server, caller, &json!({"name": "a", "agent_id": agent})).await;
            assert_eq!(
                answer.invalid("agent_id"),
                "must be an agent of this organization"
            );
        }
    }
    assert_eq!(rows.count().await["credential"], before["credential"] + 1);
}
