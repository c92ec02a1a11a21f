//! Who may do what: every path and method of the management API, against every kind of caller.
//!
//! The route table itself is read, so a path without its row here fails.

use std::collections::BTreeSet;

use grantd::app::authority::Authority;
use grantd::app::create_credential::NewCredential;
use grantd::app::credentials;
use grantd::app::signing_keys::{self, Urgency};
use grantd::domain::credential::CredentialKind;
use grantd::domain::ids::{AgentId, OrganizationId};
use grantd::domain::user::{Role, User};
use reqwest::RequestBuilder;
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
    /// Scoped to the agent, with the scopes of an admin.
    AgentScoped,
    /// The admin of the organization.
    Admin,
    /// An API key of the whole organization, with the scopes of an admin.
    ApiKey,
    /// A user who sees and changes nothing.
    Member,
    /// A user who administers the agent.
    AgentAdmin,
    /// A user who administers another agent.
    OtherAgentAdmin,
    /// A user who administers the organization.
    OrgAdmin,
    /// The operator, of another organization.
    Operator,
    /// A user who runs this grantd, acting in another organization.
    OperatorUser,
}

const KINDS: [Kind; 12] = [
    Kind::Nobody,
    Kind::Scopeless,
    Kind::Stranger,
    Kind::AgentScoped,
    Kind::Admin,
    Kind::ApiKey,
    Kind::Member,
    Kind::AgentAdmin,
    Kind::OtherAgentAdmin,
    Kind::OrgAdmin,
    Kind::Operator,
    Kind::OperatorUser,
];

pub(crate) type Row = (&'static str, &'static str, fn(&World) -> Value, [u16; 12]);

fn none(_: &World) -> Value {
    Value::Null
}

fn empty(_: &World) -> Value {
    json!({})
}

fn slug(_: &World) -> Value {
    json!({"slug": "fresh"})
}

fn rename(_: &World) -> Value {
    json!({"name": "Renamed"})
}

fn limit(_: &World) -> Value {
    json!({"api_key_limit": 11})
}

fn member(_: &World) -> Value {
    json!({"email": "fresh@example.com", "role": "member"})
}

fn promote(_: &World) -> Value {
    json!({"role": "org_admin"})
}

fn credential(_: &World) -> Value {
    json!({"name": "fresh", "scopes": ["api:read"]})
}

fn of_the_agent(world: &World) -> Value {
    json!({"name": "fresh", "scopes": ["api:read"], "agent_id": world.agent})
}

fn key_to_check(_: &World) -> Value {
    json!({"api_key": "none"})
}

fn resource_server(_: &World) -> Value {
    json!({"identifier": "urn:example:fresh", "name": "Fresh"})
}

/// What stands in braces is a thing of the organization `acme`, made for the one request. It belongs
/// to no agent; with `:own` behind it, it belongs to the agent that some of the callers have, or is
/// that agent. The callers come one after the other: 409 is also what is there already, 404 what is
/// gone already, because of the one before.
#[rustfmt::skip]
pub(crate) const TABLE: [Row; 48] = [
    //                                                                                                               nobody
    //                                                                                                               |    scopeless
    //                                                                                                               |    |    stranger
    //                                                                                                               |    |    |    agent credential
    //                                                                                                               |    |    |    |    admin credential
    //                                                                                                               |    |    |    |    |    API key
    //                                                                                                               |    |    |    |    |    |    member
    //                                                                                                               |    |    |    |    |    |    |    agent admin
    //                                                                                                               |    |    |    |    |    |    |    |    other agent admin
    //                                                                                                               |    |    |    |    |    |    |    |    |    org admin
    //                                                                                                               |    |    |    |    |    |    |    |    |    |    operator credential
    //                                                                                                               |    |    |    |    |    |    |    |    |    |    |    operator user
    ("GET",    "/v1/whoami",                                                                                  none, [401, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200]),
    ("GET",    "/v1/organizations",                                                                           none, [401, 403, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200]),
    ("POST",   "/v1/organizations",                                                                           slug, [401, 403, 403, 403, 403, 403, 403, 403, 403, 403, 201, 409]),
    ("GET",    "/v1/organizations/{organization}",                                                            none, [401, 403, 404, 200, 200, 200, 200, 200, 200, 200, 200, 200]),
    ("PATCH",  "/v1/organizations/{organization}",                                                          rename, [401, 403, 404, 403, 200, 200, 403, 403, 403, 200, 200, 200]),
    ("PATCH",  "/v1/organizations/{organization}",                                                           limit, [401, 403, 404, 403, 403, 403, 403, 403, 403, 403, 200, 200]),
    ("DELETE", "/v1/organizations/{organization}",                                                            none, [401, 403, 404, 403, 403, 403, 403, 403, 403, 403, 204, 404]),
    ("GET",    "/v1/organizations/{organization}/agents",                                                     none, [401, 403, 404, 200, 200, 200, 200, 200, 200, 200, 200, 200]),
    ("POST",   "/v1/organizations/{organization}/agents",                                                     slug, [401, 403, 404, 403, 201, 409, 403, 403, 403, 409, 409, 409]),
    ("GET",    "/v1/organizations/{organization}/agents/{agent}",                                             none, [401, 403, 404, 404, 200, 200, 200, 404, 404, 200, 200, 200]),
    ("GET",    "/v1/organizations/{organization}/agents/{agent:own}",                                         none, [401, 403, 404, 200, 200, 200, 200, 200, 404, 200, 200, 200]),
    ("PATCH",  "/v1/organizations/{organization}/agents/{agent}",                                           rename, [401, 403, 404, 403, 200, 200, 403, 403, 403, 200, 200, 200]),
    ("PATCH",  "/v1/organizations/{organization}/agents/{agent:own}",                                       rename, [401, 403, 404, 403, 200, 200, 403, 403, 403, 200, 200, 200]),
    ("DELETE", "/v1/organizations/{organization}/agents/{agent}",                                             none, [401, 403, 404, 403, 204, 204, 403, 403, 403, 204, 204, 204]),
    ("DELETE", "/v1/organizations/{organization}/agents/{agent:own}",                                         none, [401, 403, 404, 403, 409, 409, 403, 403, 403, 409, 409, 409]),
    ("GET",    "/v1/organizations/{organization}/members",                                                    none, [401, 403, 404, 200, 200, 200, 200, 200, 200, 200, 200, 200]),
    ("POST",   "/v1/organizations/{organization}/members",                                                  member, [401, 403, 404, 403, 201, 409, 403, 403, 403, 409, 409, 409]),
    ("GET",    "/v1/organizations/{organization}/members/{user}",                                             none, [401, 403, 404, 200, 200, 200, 200, 200, 200, 200, 200, 200]),
    ("PATCH",  "/v1/organizations/{organization}/members/{user}",                                          promote, [401, 403, 404, 403, 200, 200, 403, 403, 403, 200, 200, 200]),
    ("DELETE", "/v1/organizations/{organization}/members/{user}",                                             none, [401, 403, 404, 403, 204, 204, 403, 403, 403, 204, 204, 204]),
    ("GET",    "/v1/organizations/{organization}/credentials",                                                none, [401, 403, 404, 200, 200, 200, 200, 200, 200, 200, 200, 200]),
    ("POST",   "/v1/organizations/{organization}/credentials",                                          credential, [401, 403, 404, 201, 201, 201, 403, 201, 201, 201, 201, 201]),
    ("POST",   "/v1/organizations/{organization}/credentials",                                        of_the_agent, [401, 403, 404, 201, 201, 201, 403, 201, 400, 201, 201, 201]),
    ("GET",    "/v1/organizations/{organization}/credentials/{credential}",                                   none, [401, 403, 404, 404, 200, 200, 200, 404, 404, 200, 200, 200]),
    ("GET",    "/v1/organizations/{organization}/credentials/{credential:own}",                               none, [401, 403, 404, 200, 200, 200, 200, 200, 404, 200, 200, 200]),
    ("PATCH",  "/v1/organizations/{organization}/credentials/{credential}",                                 rename, [401, 403, 404, 404, 200, 200, 403, 404, 404, 200, 200, 200]),
    ("PATCH",  "/v1/organizations/{organization}/credentials/{credential:own}",                             rename, [401, 403, 404, 200, 200, 200, 403, 200, 404, 200, 200, 200]),
    ("DELETE", "/v1/organizations/{organization}/credentials/{credential}",                                   none, [401, 403, 404, 404, 204, 204, 403, 404, 404, 204, 204, 204]),
    ("DELETE", "/v1/organizations/{organization}/credentials/{credential:own}",                               none, [401, 403, 404, 204, 204, 204, 403, 204, 404, 204, 204, 204]),
    ("GET",    "/v1/organizations/{organization}/credentials/{credential}/secrets",                           none, [401, 403, 404, 404, 200, 200, 200, 404, 404, 200, 200, 200]),
    ("POST",   "/v1/organizations/{organization}/credentials/{credential}/secrets",                          empty, [401, 403, 404, 404, 201, 201, 403, 404, 404, 201, 201, 201]),
    ("POST",   "/v1/organizations/{organization}/credentials/{credential:own}/secrets",                      empty, [401, 403, 404, 201, 201, 201, 403, 201, 404, 201, 201, 201]),
    ("DELETE", "/v1/organizations/{organization}/credentials/{credential}/secrets/{secret}",                  none, [401, 403, 404, 404, 409, 409, 403, 404, 404, 409, 409, 409]),
    ("DELETE", "/v1/organizations/{organization}/credentials/{credential:own}/secrets/{secret}",              none, [401, 403, 404, 409, 409, 409, 403, 409, 404, 409, 409, 409]),
    ("GET",    "/v1/organizations/{organization}/credentials/{credential}/usage",                             none, [401, 403, 404, 404, 200, 200, 200, 404, 404, 200, 200, 200]),
    ("GET",    "/v1/organizations/{organization}/credentials/{credential:own}/usage",                         none, [401, 403, 404, 200, 200, 200, 200, 200, 404, 200, 200, 200]),
    ("GET",    "/v1/organizations/{organization}/usage",                                                      none, [401, 403, 404, 200, 200, 200, 200, 200, 200, 200, 200, 200]),
    ("GET",    "/v1/organizations/{organization}/audit-events",                                               none, [401, 403, 404, 403, 200, 200, 403, 403, 403, 200, 200, 200]),
    ("GET",    "/v1/audit-events",                                                                            none, [401, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200, 200]),
    ("GET",    "/v1/resource-servers",                                                                        none, [401, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200, 200]),
    ("POST",   "/v1/resource-servers",                                                             resource_server, [401, 403, 403, 403, 403, 403, 403, 403, 403, 403, 201, 409]),
    ("GET",    "/v1/resource-servers/{resource_server}",                                                      none, [401, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200, 200]),
    ("PATCH",  "/v1/resource-servers/{resource_server}",                                                    rename, [401, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200, 200]),
    ("DELETE", "/v1/resource-servers/{resource_server}",                                                      none, [401, 403, 403, 403, 403, 403, 403, 403, 403, 403, 204, 204]),
    ("POST",   "/v1/api-keys/verify",                                                                    key_to_check, [401, 403, 200, 200, 200, 200, 403, 403, 403, 200, 200, 200]),
    ("GET",    "/v1/signing-keys",                                                                            none, [401, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200, 200]),
    ("POST",   "/v1/signing-keys/rotate",                                                                    empty, [401, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200, 200]),
    ("DELETE", "/v1/signing-keys/{kid}",                                                                      none, [401, 403, 403, 403, 403, 403, 403, 403, 403, 403, 204, 204]),
];

/// The path of a row as the route table has it.
pub(crate) fn routed_path(path: &str) -> String {
    path.replace(":own}", "}")
}

/// A server and one caller of each kind.
pub(crate) struct World {
    server: TestServer,
    /// The agent that some of the callers have.
    agent: AgentId,
    /// Another organization.
    elsewhere: OrganizationId,
    stranger: TestClient,
    agent_scoped: TestClient,
    admin: TestClient,
    operator: TestClient,
    api_key: TestClient,
    member: User,
    agent_admin: User,
    other_agent_admin: User,
    org_admin: User,
    operator_user: User,
}

impl World {
    async fn new() -> Self {
        let server = TestServer::start().await;
        let issuer = server.app.issuer.as_str().to_owned();
        let elsewhere = server.organization("globex").await;
        let agent = server.agent("caller").await.id;
        let other = server.agent("other").await.id;
        let all = async |change: &dyn Fn(&mut NewCredential)| {
            server
                .client_with(|new| {
                    new.audiences.push(issuer.parse().expect("an identifier"));
                    change(new);
                })
                .await
        };
        Self {
            agent,
            elsewhere: elsewhere.id,
            stranger: all(&|new| new.organization_id = elsewhere.id).await,
            agent_scoped: all(&|new| new.agent_id = Some(agent)).await,
            admin: all(&|_| ()).await,
            operator: all(&|new| {
                new.organization_id = elsewhere.id;
                new.operator = true;
            })
            .await,
            api_key: all(&|new| new.kind = CredentialKind::ApiKey).await,
            member: server.user("member@acme.com", Role::Member, &[]).await,
            agent_admin: server
                .user("agent@acme.com", Role::AgentAdmin, &[agent])
                .await,
            other_agent_admin: server
                .user("other@acme.com", Role::AgentAdmin, &[other])
                .await,
            org_admin: server.user("admin@acme.com", Role::OrgAdmin, &[]).await,
            operator_user: server.operator_user("operator@example.com").await,
            server,
        }
    }

    /// A request of this kind of caller.
    async fn request(&self, kind: Kind, method: &str, path: &str) -> RequestBuilder {
        let server = &self.server;
        let request = server.bare(method, path);
        let token = match kind {
            Kind::Nobody => return request,
            Kind::ApiKey => {
                let key = format!("{}:{}", self.api_key.id, self.api_key.secret);
                return request.header("x-api-key", key);
            }
            Kind::Scopeless => {
                let parameters = [
                    ("resource", server.app.issuer.as_str()),
                    ("scope", "tokens:introspect"),
                ];
                server.token(&self.admin, &parameters).await
            }
            Kind::Stranger => server.management_token(&self.stranger).await,
            Kind::AgentScoped => server.management_token(&self.agent_scoped).await,
            Kind::Admin => server.management_token(&self.admin).await,
            Kind::Operator => server.management_token(&self.operator).await,
            Kind::Member => server.user_token(&self.member).await,
            Kind::AgentAdmin => server.user_token(&self.agent_admin).await,
            Kind::OtherAgentAdmin => server.user_token(&self.other_agent_admin).await,
            Kind::OrgAdmin => server.user_token(&self.org_admin).await,
            Kind::OperatorUser => {
                server
                    .user_token_in(&self.operator_user, self.elsewhere)
                    .await
            }
        };
        request.bearer_auth(token)
    }

    /// Puts things that were made for this one request in the place of what stands in braces.
    async fn fill(&self, path: &str, kind: Kind) -> String {
        let mut filled = path
            .replace("{organization}", "acme")
            .replace("{agent:own}", &self.agent.to_string());
        if path.contains("{agent}") {
            let slug = format!(
                "agent-{}",
                KINDS.iter().position(|k| *k == kind).expect("a kind")
            );
            let agent = self.server.agent(&slug).await;
            filled = filled.replace("{agent}", &agent.id.to_string());
        }
        if path.contains("{user}") {
            let email = format!("for-{kind:?}@example.com");
            let user = self.server.user(&email, Role::Member, &[]).await;
            filled = filled.replace("{user}", &user.id.to_string());
        }
        if path.contains("{credential") {
            let own = path.contains("{credential:own}");
            let client = self
                .server
                .client_with(|new| new.agent_id = own.then_some(self.agent))
                .await;
            let organization = self.server.organization.id;
            let id = client.id.parse().expect("an id");
            let authority = Authority::Command;
            let made = credentials::show(&self.server.app, &authority, organization, id);
            let secret = made.await.expect("it was just made").secrets[0].id;
            filled = filled
                .replace("{credential}", &client.id)
                .replace("{credential:own}", &client.id)
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
            let filled = world.fill(path, kind).await;
            let request = world.request(kind, method, &filled).await;
            let answer = match body(&world) {
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
                (_, 400) => drop(answer.invalid("agent_id")),
                _ => drop(answer.problem(status)),
            }
        }
    }
}

/// The scope that a path asks for: its resource, to read or to write.
fn scope_for(method: &str, path: &str) -> &'static str {
    let read = method == "GET";
    let pick = |reading, writing| if read { reading } else { writing };
    if path.ends_with("/usage") {
        "usage:read"
    } else if path.contains("/audit-events") {
        "audit:read"
    } else if path.contains("/credentials") {
        pick("credentials:read", "credentials:write")
    } else if path.contains("/members") {
        pick("members:read", "members:write")
    } else if path.contains("/agents") {
        pick("agents:read", "agents:write")
    } else if path.contains("/organizations") {
        pick("organizations:read", "organizations:write")
    } else if path.contains("/resource-servers") {
        pick("resource-servers:read", "resource-servers:write")
    } else if path.contains("/api-keys/verify") {
        "api-keys:verify"
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
        .map(|(method, path, ..)| ((*method).to_owned(), routed_path(path)))
        .collect();
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
