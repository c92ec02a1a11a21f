//! What people may hand out by their role.

use grantd::domain::user::{Role, User};
use serde_json::{Value, json};

use super::answer::{Answer, send, send_json};
use super::rows::Rows;
use crate::support::server::{API, TestServer, management_scopes};

const CREDENTIALS: &str = "/v1/organizations/acme/credentials";

async fn post(server: &TestServer, user: &User, body: &Value) -> Answer {
    send_json(server.call_as(user, "POST", CREDENTIALS).await, body).await
}

#[actix_web::test]
async fn an_agent_admin_grants_all_of_the_apis_and_of_the_management_api_what_the_role_holds() {
    let server = TestServer::start().await;
    let other = "https://other.example.com";
    server.resource_server(other, &["other:write"]).await;
    let agent = server.agent("bot").await.id;
    let user = server
        .user("ann@example.com", Role::AgentAdmin, &[agent])
        .await;
    let issuer = server.app.issuer.as_str();
    let body = json!({
        "name": "a", "kind": "api_key", "audiences": [API, other, issuer],
        "scopes": ["api:read", "api:write", "other:write", "credentials:write", "members:read"],
    });
    let made = post(&server, &user, &body).await.json(201);
    assert_eq!(
        (&made["agent_id"], &made["created_by"]),
        (&json!(agent), &json!(user.id))
    );
    // It is the organization's: nobody said that it is hers.
    assert_eq!(made["user_id"], Value::Null);
    let body = json!({"name": "b", "audiences": [issuer]});
    let made = post(&server, &user, &body).await.json(201);
    assert_eq!(made["scopes"], json!(Role::AgentAdmin.scopes()));
    let rows = Rows::of(&server).await;
    // Each sign-in is in the audit trail.
    let before = rows.count().await["credential"];
    for scope in management_scopes() {
        if !Role::AgentAdmin.scopes().contains(&scope.as_str()) {
            let body = json!({"name": "c", "scopes": [scope], "audiences": [issuer]});
            post(&server, &user, &body).await.invalid("scopes[0]");
        }
    }
    let body = json!({"name": "c", "scopes": ["signing-keys:read"]});
    post(&server, &user, &body).await.invalid("scopes[0]");
    let body = json!({"name": "c", "scopes": ["api:read"], "operator": true});
    post(&server, &user, &body).await.problem(403);
    assert_eq!(rows.count().await["credential"], before);
}

#[actix_web::test]
async fn who_administers_several_agents_names_one() {
    let server = TestServer::start().await;
    let (a, b) = (server.agent("a").await.id, server.agent("b").await.id);
    let others = server.agent("others").await.id;
    let user = server
        .user("ann@example.com", Role::AgentAdmin, &[a, b])
        .await;
    for agent in [Value::Null, json!(others), json!(uuid::Uuid::from_u128(7))] {
        let body = json!({"name": "a", "scopes": ["api:read"], "agent_id": agent});
        let rule = post(&server, &user, &body).await.invalid("agent_id");
        assert_eq!(rule, "must be one of the agents that you administer");
    }
    for agent in [a, b] {
        let body = json!({"name": "a", "scopes": ["api:read"], "agent_id": agent});
        let made = post(&server, &user, &body).await.json(201);
        assert_eq!(made["agent_id"], json!(agent));
    }
    // She sees both and no other's.
    for agent in [None, Some(others)] {
        server.client_with(|new| new.agent_id = agent).await;
    }
    let listed = send(server.call_as(&user, "GET", CREDENTIALS).await)
        .await
        .json(200);
    let agents = listed["data"].as_array().expect("a list").iter();
    let agents: Vec<_> = agents.map(|item| item["agent_id"].as_str()).collect();
    let (a, b) = (a.to_string(), b.to_string());
    assert_eq!(agents.len(), 2);
    assert!(agents.contains(&Some(&a)) && agents.contains(&Some(&b)));
}

#[actix_web::test]
async fn an_agent_admin_takes_no_secret_that_does_more() {
    let server = TestServer::start().await;
    let agent = server.agent("bot").await.id;
    let user = server
        .user("ann@example.com", Role::AgentAdmin, &[agent])
        .await;
    let issuer = server.app.issuer.as_str().parse().expect("an identifier");
    let stronger = server
        .client_with(|new| {
            new.agent_id = Some(agent);
            new.audiences.push(issuer);
        })
        .await;
    let path = format!("{CREDENTIALS}/{}/secrets", stronger.id);
    let answer = send_json(server.call_as(&user, "POST", &path).await, &json!({})).await;
    assert!(answer.problem(403).contains("more than yours"));
}

#[actix_web::test]
async fn an_org_admin_grants_everything_but_the_operators_scopes_and_a_member_nothing() {
    let server = TestServer::start().await;
    let org_admin = server.user("org@example.com", Role::OrgAdmin, &[]).await;
    let member = server.user("member@example.com", Role::Member, &[]).await;
    let issuer = server.app.issuer.as_str();
    let mut scopes = management_scopes();
    scopes.push("api:write".to_owned());
    let body = json!({"name": "a", "scopes": scopes, "audiences": [API, issuer]});
    let made = post(&server, &org_admin, &body).await.json(201);
    assert_eq!(
        (&made["scopes"], &made["agent_id"]),
        (&json!(scopes), &Value::Null)
    );
    let body = json!({"name": "a", "scopes": ["signing-keys:read"], "audiences": [issuer]});
    post(&server, &org_admin, &body).await.invalid("scopes[0]");
    let body = json!({"name": "a", "scopes": ["api:read"]});
    post(&server, &member, &body)
        .await
        .asks_for_scope("credentials:write");
}

/// Another agent's members are people of the organization too, but not which agents they have.
#[actix_web::test]
async fn an_agent_admin_sees_of_places_its_own_agents_alone() {
    let server = TestServer::start().await;
    let (a, b) = (server.agent("a").await.id, server.agent("b").await.id);
    let ann = server.user("ann@example.com", Role::AgentAdmin, &[a]).await;
    let bob = server
        .user("bob@example.com", Role::AgentAdmin, &[a, b])
        .await;
    let member = server.user("member@example.com", Role::Member, &[]).await;
    let path = format!("/v1/organizations/acme/members/{}", bob.id);
    for (caller, agents) in [(&ann, json!([a])), (&member, json!([a, b]))] {
        let shown = send(server.call_as(caller, "GET", &path).await)
            .await
            .json(200);
        assert_eq!(shown["agents"], agents);
        let request = server
            .call_as(caller, "GET", "/v1/organizations/acme/members")
            .await;
        let listed = send(request).await.json(200);
        let listed = listed["data"].as_array().expect("a list");
        assert!(listed.contains(&shown), "{listed:?}");
    }
}
