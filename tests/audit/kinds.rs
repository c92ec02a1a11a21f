//! Each kind of change over HTTP leaves exactly one row, and it says all there is to say.

use grantd::domain::audit::Recorded;
use serde_json::{Value, json};

use super::{assert_whole, head, since};
use crate::management::answer::{Answer, send, send_json};
use crate::support::server::{Engine, TestClient, TestServer};

/// A server and the operator who changes things there.
struct World {
    server: TestServer,
    operator: TestClient,
}

impl World {
    async fn on(engine: Engine) -> Self {
        let server = TestServer::builder().engine(engine).start().await;
        let operator = server.operator().await;
        Self { server, operator }
    }

    async fn ask(&self, method: &str, path: &str, body: &Value, name: &str) -> Answer {
        let request = self.server.call(&self.operator, method, path).await;
        let request = request.header("x-request-id", name);
        match body {
            Value::Null => send(request).await,
            body => send_json(request, body).await,
        }
    }

    /// Makes one change, which must leave one row by this operator from here.
    async fn change(
        &self,
        method: &str,
        path: &str,
        body: Value,
        action: &str,
    ) -> (Value, Recorded) {
        let before = head(&self.server.app).await;
        let name = format!("change-{before}");
        let answer = self.ask(method, path, &body, &name).await;
        assert!((200..300).contains(&answer.status), "{}", answer.body);
        let mut rows = since(&self.server.app, before).await;
        assert_eq!(rows.len(), 1, "{method} {path}: {rows:#?}");
        let row = rows.remove(0);
        assert_eq!(row.number, before + 1);
        assert_eq!(row.at, self.now(), "{method} {path}");
        assert_eq!(row.action, action);
        assert_eq!(row.actor_kind, "credential");
        let actor = row.actor_id.map(|id| id.to_string());
        assert_eq!(actor.as_ref(), Some(&self.operator.id));
        assert_eq!(row.address.as_deref(), Some("127.0.0.1"));
        assert_eq!(row.request_id, Some(name));
        let answer = serde_json::from_str(&answer.body).unwrap_or_default();
        (answer, row)
    }

    fn now(&self) -> chrono::DateTime<chrono::Utc> {
        chrono::SubsecRound::trunc_subsecs(self.server.app.now(), 6)
    }
}

#[track_caller]
fn is_of(row: &Recorded, kind: &str, id: &Value, organization: Option<&Value>) {
    assert_eq!(row.target_kind, kind);
    assert_eq!(row.target_id, id.as_str().expect("an id"));
    let stored = row.organization_id.map(|id| id.to_string());
    let expected = organization.map(|id| id.as_str().expect("an id"));
    assert_eq!(stored.as_deref(), expected);
}

/// What stands in `before` and `after` under this name; null where there is no such side.
fn sides(row: &Recorded, name: &str) -> [Value; 2] {
    [&row.before, &row.after].map(|side| {
        let side = side.as_deref().unwrap_or("null");
        let side: Value = serde_json::from_str(side).expect("JSON");
        side[name].clone()
    })
}

#[actix_web::test]
async fn of_organizations_and_agents() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let world = World::on(engine).await;
        let all = "/v1/organizations";
        let body = json!({"slug": "fresh"});
        let (made, row) = world
            .change("POST", all, body, "organization.created")
            .await;
        let id = &made["id"];
        is_of(&row, "organization", id, Some(id));
        assert_eq!(sides(&row, "slug"), [Value::Null, json!("fresh")]);
        let after: Value = serde_json::from_str(&row.after.expect("after")).expect("JSON");
        assert_eq!(after, made, "it is told as it is shown");

        let one = format!("{all}/fresh");
        let body = json!({"name": "New"});
        let (_, row) = world
            .change("PATCH", &one, body, "organization.updated")
            .await;
        is_of(&row, "organization", id, Some(id));
        assert_eq!(sides(&row, "name"), [json!("fresh"), json!("New")]);

        let agents = format!("{one}/agents");
        let body = json!({"slug": "bot"});
        let (agent, row) = world.change("POST", &agents, body, "agent.created").await;
        is_of(&row, "agent", &agent["id"], Some(id));
        assert_eq!(sides(&row, "slug"), [Value::Null, json!("bot")]);

        let agents = format!("{agents}/bot");
        let body = json!({"name": "Robot"});
        let (_, row) = world.change("PATCH", &agents, body, "agent.updated").await;
        is_of(&row, "agent", &agent["id"], Some(id));
        assert_eq!(sides(&row, "name"), [json!("bot"), json!("Robot")]);

        let (_, row) = world
            .change("DELETE", &agents, Value::Null, "agent.deleted")
            .await;
        is_of(&row, "agent", &agent["id"], Some(id));
        assert_eq!(sides(&row, "name"), [json!("Robot"), Value::Null]);

        let gone = "organization.deleted";
        let (_, row) = world.change("DELETE", &one, Value::Null, gone).await;
        is_of(&row, "organization", id, Some(id));
        assert_eq!(sides(&row, "name"), [json!("New"), Value::Null]);
        assert_whole(&world.server.app).await;
    }
}

#[actix_web::test]
async fn of_credentials_and_secrets() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let world = World::on(engine).await;
        let acme = json!(world.server.organization.id);
        let all = "/v1/organizations/acme/credentials";
        let body = json!({"name": "ci", "scopes": ["api:read"]});
        let (made, row) = world.change("POST", all, body, "credential.created").await;
        let id = &made["id"];
        is_of(&row, "credential", id, Some(&acme));
        assert_eq!(sides(&row, "scopes"), [Value::Null, json!(["api:read"])]);

        let one = format!("{all}/{}", id.as_str().expect("an id"));
        for (body, action, name, expected) in [
            (
                json!({"name": "cd"}),
                "credential.updated",
                "name",
                ["ci", "cd"],
            ),
            (
                json!({"status": "disabled"}),
                "credential.disabled",
                "status",
                ["active", "disabled"],
            ),
            (
                json!({"status": "active"}),
                "credential.enabled",
                "status",
                ["disabled", "active"],
            ),
        ] {
            let (_, row) = world.change("PATCH", &one, body, action).await;
            is_of(&row, "credential", id, Some(&acme));
            assert_eq!(sides(&row, name), expected.map(|side| json!(side)));
        }

        let secrets = format!("{one}/secrets");
        let (_, row) = world
            .change("POST", &secrets, json!({}), "secret.rotated")
            .await;
        is_of(&row, "credential", id, Some(&acme));
        let [before, after] = sides(&row, "secrets");
        let ids = |side: &Value| {
            let secrets = side.as_array().expect("secrets").iter();
            secrets
                .map(|secret| secret["id"].clone())
                .collect::<Vec<_>>()
        };
        assert_eq!((ids(&before).len(), ids(&after).len()), (1, 2));
        let ends = |secret: &Value| secret["expires_at"].is_string();
        let ending = after.as_array().expect("secrets").iter();
        assert_eq!(ending.filter(|secret| ends(secret)).count(), 1, "{after}");

        let old = ids(&before)[0].as_str().expect("an id").to_owned();
        let secret = format!("{secrets}/{old}");
        let (_, row) = world
            .change("DELETE", &secret, Value::Null, "secret.deleted")
            .await;
        is_of(&row, "credential", id, Some(&acme));
        let [before, after] = sides(&row, "secrets");
        assert_eq!((ids(&before).len(), ids(&after).len()), (2, 1));

        let gone = "credential.revoked";
        let (_, row) = world.change("DELETE", &one, Value::Null, gone).await;
        is_of(&row, "credential", id, Some(&acme));
        assert_eq!(sides(&row, "name"), [json!("cd"), Value::Null]);
        assert_whole(&world.server.app).await;
    }
}

#[actix_web::test]
async fn of_resource_servers_and_signing_keys() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let world = World::on(engine).await;
        let all = "/v1/resource-servers";
        let body = json!({"identifier": "urn:example:it", "name": "It"});
        let (made, row) = world
            .change("POST", all, body, "resource_server.created")
            .await;
        let id = &made["id"];
        is_of(&row, "resource_server", id, None);
        assert_eq!(sides(&row, "name"), [Value::Null, json!("It")]);
        let one = format!("{all}/{}", id.as_str().expect("an id"));
        let body = json!({"name": "That"});
        let (_, row) = world
            .change("PATCH", &one, body, "resource_server.updated")
            .await;
        is_of(&row, "resource_server", id, None);
        assert_eq!(sides(&row, "name"), [json!("It"), json!("That")]);
        let gone = "resource_server.deleted";
        let (_, row) = world.change("DELETE", &one, Value::Null, gone).await;
        is_of(&row, "resource_server", id, None);

        let rotate = "/v1/signing-keys/rotate";
        let (made, row) = world
            .change("POST", rotate, json!({}), "signing_key.created")
            .await;
        let kid = &made["data"][0]["kid"];
        is_of(&row, "signing_key", kid, None);
        assert_eq!(sides(&row, "state"), [Value::Null, json!("next")]);
        let one = format!("/v1/signing-keys/{}", kid.as_str().expect("a kid"));
        let gone = "signing_key.revoked";
        let (_, row) = world.change("DELETE", &one, Value::Null, gone).await;
        is_of(&row, "signing_key", kid, None);
        assert_eq!(sides(&row, "state"), [json!("next"), json!("retired")]);
        assert_whole(&world.server.app).await;
    }
}

#[actix_web::test]
async fn a_refused_change_leaves_none() {
    let world = World::on(Engine::Sqlite).await;
    world.server.client().await;
    let before = head(&world.server.app).await;
    for (method, path, body) in [
        ("POST", "/v1/organizations", json!({"slug": "acme"})),
        ("PATCH", "/v1/organizations/none", json!({"name": "X"})),
        ("DELETE", "/v1/organizations/acme/agents/none", Value::Null),
        // Refused in the middle of its transaction.
        (
            "DELETE",
            &format!("/v1/resource-servers/{}", world.server.api.id),
            Value::Null,
        ),
    ] {
        let answer = world.ask(method, path, &body, "refused").await;
        assert!((400..500).contains(&answer.status), "{}", answer.body);
    }
    assert_eq!(since(&world.server.app, before).await, []);
}
