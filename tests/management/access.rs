//! Who may do what: every path and method of the management API, against every kind of caller.
//!
//! The route table itself is read, so a path without its row here fails.

use std::collections::BTreeSet;

use grantd::app::authority::Authority;
use grantd::app::credentials;
use grantd::app::signing_keys::{self, Urgency};
use serde_json::{Value, json};

use super::answer::{send, send_json};
use crate::support::routes;
use crate::support::server::{TestClient, TestServer};

/// The kinds of caller, in the order of the columns below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Sends no token.
    Nobody,
    /// An admin whose token holds none of the scopes that anything asks for.
    Scopeless,
    /// The admin of another organization.
    Stranger,
    /// Scoped to one agent, with the scopes of an admin.
    AgentScoped,
    /// The admin of the organization.
    Admin,
    /// The operator, of another organization.
    Operator,
}

const KINDS: [Kind; 6] = [
    Kind::Nobody,
    Kind::Scopeless,
    Kind::Stranger,
    Kind::AgentScoped,
    Kind::Admin,
    Kind::Operator,
];

pub(crate) type Row = (&'static str, &'static str, fn() -> Value, [u16; 6]);

fn none() -> Value {
    Value::Null
}

fn empty() -> Value {
    json!({})
}

fn slug() -> Value {
    json!({"slug": "fresh"})
}

fn rename() -> Value {
    json!({"name": "Renamed"})
}

fn credential() -> Value {
    json!({"name": "fresh", "scopes": ["api:read"]})
}

fn resource_server() -> Value {
    json!({"identifier": "urn:example:fresh", "name": "Fresh"})
}

/// What stands in braces is a thing of the organization `acme` that belongs to no agent.
#[rustfmt::skip]
pub(crate) const TABLE: [Row; 29] = [
    //                                                                                nobody scopeless stranger agent admin operator
    ("GET",    "/v1/whoami",                                                    none, [401, 200, 200, 200, 200, 200]),
    ("GET",    "/v1/organizations",                                             none, [401, 403, 200, 200, 200, 200]),
    ("POST",   "/v1/organizations",                                             slug, [401, 403, 403, 403, 403, 201]),
    ("GET",    "/v1/organizations/{organization}",                              none, [401, 403, 404, 200, 200, 200]),
    ("PATCH",  "/v1/organizations/{organization}",                            rename, [401, 403, 404, 403, 200, 200]),
    ("DELETE", "/v1/organizations/{organization}",                              none, [401, 403, 404, 403, 403, 204]),
    ("GET",    "/v1/organizations/{organization}/agents",                       none, [401, 403, 404, 200, 200, 200]),
    ("POST",   "/v1/organizations/{organization}/agents",                       slug, [401, 403, 404, 403, 201, 409]),
    ("GET",    "/v1/organizations/{organization}/agents/{agent}",               none, [401, 403, 404, 404, 200, 200]),
    ("PATCH",  "/v1/organizations/{organization}/agents/{agent}",             rename, [401, 403, 404, 403, 200, 200]),
    ("DELETE", "/v1/organizations/{organization}/agents/{agent}",               none, [401, 403, 404, 403, 204, 204]),
    ("GET",    "/v1/organizations/{organization}/credentials",                  none, [401, 403, 404, 200, 200, 200]),
    ("POST",   "/v1/organizations/{organization}/credentials",            credential, [401, 403, 404, 201, 201, 201]),
    ("GET",    "/v1/organizations/{organization}/credentials/{credential}",     none, [401, 403, 404, 404, 200, 200]),
    ("PATCH",  "/v1/organizations/{organization}/credentials/{credential}",   rename, [401, 403, 404, 404, 200, 200]),
    ("DELETE", "/v1/organizations/{organization}/credentials/{credential}",     none, [401, 403, 404, 404, 204, 204]),
    ("GET",    "/v1/organizations/{organization}/credentials/{credential}/secrets",          none,  [401, 403, 404, 404, 200, 200]),
    ("POST",   "/v1/organizations/{organization}/credentials/{credential}/secrets",          empty, [401, 403, 404, 404, 201, 201]),
    ("DELETE", "/v1/organizations/{organization}/credentials/{credential}/secrets/{secret}", none,  [401, 403, 404, 404, 409, 409]),
    ("GET",    "/v1/organizations/{organization}/audit-events",                 none, [401, 403, 404, 403, 200, 200]),
    ("GET",    "/v1/audit-events",                                              none, [401, 403, 403, 403, 403, 200]),
    ("GET",    "/v1/resource-servers",                                          none, [401, 403, 403, 403, 403, 200]),
    ("POST",   "/v1/resource-servers",                               resource_server, [401, 403, 403, 403, 403, 201]),
    ("GET",    "/v1/resource-servers/{resource_server}",                        none, [401, 403, 403, 403, 403, 200]),
    ("PATCH",  "/v1/resource-servers/{resource_server}",                      rename, [401, 403, 403, 403, 403, 200]),
    ("DELETE", "/v1/resource-servers/{resource_server}",                        none, [401, 403, 403, 403, 403, 204]),
    ("GET",    "/v1/signing-keys",                                              none, [401, 403, 403, 403, 403, 200]),
    ("POST",   "/v1/signing-keys/rotate",                                      empty, [401, 403, 403, 403, 403, 200]),
    ("DELETE", "/v1/signing-keys/{kid}",                                        none, [401, 403, 403, 403, 403, 204]),
];

/// A server and one caller of each kind.
struct World {
    server: TestServer,
    stranger: TestClient,
    agent_scoped: TestClient,
    admin: TestClient,
    operator: TestClient,
}

impl World {
    async fn new() -> Self {
        let server = TestServer::start().await;
        let issuer = server.app.issuer.as_str().to_owned();
        let elsewhere = server.organization("globex").await;
        let agent = server.agent("caller").await;
        let stranger = server
            .client_with(|new| {
                new.organization_id = elsewhere.id;
                new.audiences.push(issuer.parse().expect("an identifier"));
            })
            .await;
        let agent_scoped = server
            .client_with(|new| {
                new.agent_id = Some(agent.id);
                new.audiences.push(issuer.parse().expect("an identifier"));
            })
            .await;
        let operator = server
            .client_with(|new| {
                new.organization_id = elsewhere.id;
                new.operator = true;
                new.audiences.push(issuer.parse().expect("an identifier"));
            })
            .await;
        let admin = server.admin().await;
        Self {
            server,
            stranger,
            agent_scoped,
            admin,
            operator,
        }
    }

    async fn token(&self, kind: Kind) -> Option<String> {
        let client = match kind {
            Kind::Nobody => return None,
            Kind::Scopeless => {
                let issuer = self.server.app.issuer.as_str();
                let parameters = [("resource", issuer), ("scope", "usage:read")];
                return Some(self.server.token(&self.admin, &parameters).await);
            }
            Kind::Stranger => &self.stranger,
            Kind::AgentScoped => &self.agent_scoped,
            Kind::Admin => &self.admin,
            Kind::Operator => &self.operator,
        };
        Some(self.server.management_token(client).await)
    }

    /// Puts things that were made for this one request in the place of what stands in braces.
    async fn fill(&self, path: &str, kind: Kind) -> String {
        let mut filled = path.replace("{organization}", "acme");
        if path.contains("{agent}") {
            let slug = format!(
                "agent-{}",
                KINDS.iter().position(|k| *k == kind).expect("a kind")
            );
            let agent = self.server.agent(&slug).await;
            filled = filled.replace("{agent}", &agent.id.to_string());
        }
        if path.contains("{credential}") {
            let client = self.server.client().await;
            let organization = self.server.organization.id;
            let id = client.id.parse().expect("an id");
            let authority = Authority::Command;
            let made = credentials::show(&self.server.app, &authority, organization, id);
            let secret = made.await.expect("it was just made").secrets[0].id;
            filled = filled
                .replace("{credential}", &client.id)
                .replace("{secret}", &secret.to_string());
        }
        if path.contains("{resource_server}") {
            let identifier = format!("urn:example:{kind:?}");
            let made = self.server.resource_server(&identifier, &["x"]).await;
            filled = filled.replace("{resource_server}", &made.id.to_string());
        }
        if path.contains("{kid}") {
            let next = signing_keys::rotate(
                &self.server.app,
                &Authority::Command,
                None,
                Urgency::Published,
            )
            .await;
            filled = filled.replace("{kid}", &next.expect("a next key")[0].kid);
        }
        filled
    }
}

#[actix_web::test]
async fn every_path_answers_every_caller_as_the_table_says() {
    for (method, path, body, expected) in TABLE {
        // A world for each row: what one row deletes, another does not miss.
        let world = World::new().await;
        for (kind, status) in KINDS.into_iter().zip(expected) {
            let mut request = world.server.bare(method, &world.fill(path, kind).await);
            if let Some(token) = world.token(kind).await {
                request = request.bearer_auth(token);
            }
            let answer = match body() {
                Value::Null => send(request).await,
                body => send_json(request, &body).await,
            };
            assert_eq!(
                answer.status, status,
                "{kind:?}: {method} {path}: {}",
                answer.body
            );
            match (kind, status) {
                (Kind::Nobody, _) => answer.asks_for_a_token(),
                (_, 200 | 201) => drop(answer.json(status)),
                (_, 204) => answer.no_content(),
                // Scope before anything else, and which one it is.
                (Kind::Scopeless, _) => answer.asks_for_scope(scope_for(method, path)),
                _ => drop(answer.problem(status)),
            }
        }
    }
}

/// The scope that a path asks for: its resource, to read or to write.
fn scope_for(method: &str, path: &str) -> &'static str {
    let read = method == "GET";
    let pick = |reading, writing| if read { reading } else { writing };
    if path.contains("/audit-events") {
        "audit:read"
    } else if path.contains("/credentials") {
        pick("credentials:read", "credentials:write")
    } else if path.contains("/agents") {
        pick("agents:read", "agents:write")
    } else if path.contains("/organizations") {
        pick("organizations:read", "organizations:write")
    } else if path.contains("/resource-servers") {
        pick("resource-servers:read", "resource-servers:write")
    } else {
        pick("signing-keys:read", "signing-keys:write")
    }
}

#[test]
fn the_table_has_every_path_and_method_that_is_routed() {
    let routed: BTreeSet<(String, String)> = routes::routed()
        .into_iter()
        .filter(|(_, path)| path.starts_with("/v1/") && !path.starts_with("/v1/auth/"))
        .collect();
    let rows: BTreeSet<(String, String)> = TABLE
        .iter()
        .map(|(method, path, ..)| ((*method).to_owned(), (*path).to_owned()))
        .collect();
    assert_eq!(rows.len(), TABLE.len(), "a row stands there twice");
    let without: Vec<_> = routed.difference(&rows).collect();
    assert!(
        without.is_empty(),
        "routed, but without a row here: {without:?}"
    );
    let gone: Vec<_> = rows.difference(&routed).collect();
    assert!(gone.is_empty(), "rows of what is not routed: {gone:?}");
}

#[actix_web::test]
async fn an_operators_token_needs_the_scope_and_a_scope_needs_the_operator() {
    let server = TestServer::start().await;
    let operator = server.operator().await;
    let issuer = server.app.issuer.as_str();
    let narrow = server
        .token(
            &operator,
            &[("resource", issuer), ("scope", "organizations:read")],
        )
        .await;
    for (path, scope) in [
        ("/v1/signing-keys", "signing-keys:read"),
        ("/v1/resource-servers", "resource-servers:read"),
    ] {
        let request = server.bare("GET", path).bearer_auth(&narrow);
        send(request).await.asks_for_scope(scope);
    }
    // An admin holds the scope that creating an organization asks for, and is no operator.
    let admin = server.admin().await;
    let request = server.call(&admin, "POST", "/v1/organizations").await;
    let detail = send_json(request, &json!({"slug": "mine"}))
        .await
        .problem(403);
    assert_eq!(detail, "Not allowed: only an operator may do this.");
}
