//! `GET /v1/organizations/{organization}/usage`

use chrono::TimeDelta;
use grantd::app::usage::flush;
use grantd::domain::user::Role;
use serde_json::{Value, json};

use super::to_quiet_hour;
use crate::management::answer::{Answer, send};
use crate::oauth::answer::with_wrong_secret;
use crate::support::server::{Engine, TestClient, TestServer};

async fn asked(server: &TestServer, admin: &TestClient, query: &str) -> Answer {
    let path = format!("/v1/organizations/acme/usage{query}");
    send(server.call(admin, "GET", &path).await).await
}

#[actix_web::test]
async fn all_credentials_are_shown_together_by_hour_and_by_day() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let server = TestServer::builder().engine(engine).start().await;
        to_quiet_hour(&server);
        let (admin, busy) = (server.admin().await, server.client().await);
        let globex = server.organization("globex").await;
        let stranger = server
            .client_with(|new| new.organization_id = globex.id)
            .await;
        let key = server
            .client_with(|new| new.name = "key".parse().expect("a name"))
            .await;
        for _ in 0..12 {
            server.token(&busy, &[]).await;
        }
        server.token(&stranger, &[]).await;
        server.token_response(&with_wrong_secret(&busy), &[]).await;
        server.advance(TimeDelta::hours(1));
        server.token(&key, &[]).await;
        server.token_response(&key, &[("scope", "no")]).await;
        flush(&server.app).await.expect("it is flushed");

        let hours = asked(&server, &admin, "").await.json(200);
        assert_eq!(hours["organization_id"], json!(server.organization.id));
        assert_eq!(hours["step"], "hour");
        let steps = hours["steps"].as_array().expect("steps");
        assert_eq!(steps.len(), 24);
        assert_eq!(steps[22]["tokens_issued"], 12, "{engine:?}");
        assert_eq!(steps[22]["rejected"]["wrong_secret"], 1);
        assert_eq!(steps[23]["tokens_issued"], 1);
        assert_eq!(steps[23]["rejected"]["scope"], 1);
        assert_eq!(hours["total"]["tokens_issued"], 13);
        assert_eq!(hours["total"]["tokens_needed"], 2);

        let ids = |list: &Value| -> Vec<Value> {
            let list = list.as_array().expect("a list").iter();
            list.map(|it| it["credential_id"].clone()).collect()
        };
        assert_eq!(ids(&hours["most_used"]), [json!(busy.id), json!(key.id)]);
        let first = &hours["most_used"][0];
        assert_eq!(
            (&first["name"], &first["kind"]),
            (&json!("ci"), &json!("oauth_client"))
        );
        assert_eq!(
            (&first["status"], &first["agent_id"]),
            (&json!("active"), &Value::Null)
        );
        assert_eq!(
            (&first["tokens_issued"], &first["over_fetch_ratio"]),
            (&json!(12), &json!(12.0))
        );
        assert_eq!(ids(&hours["over_fetching"]), [json!(busy.id)]);

        let days = asked(&server, &admin, "?step=day").await.json(200);
        assert_eq!(days["steps"].as_array().map(Vec::len), Some(30));
        assert_eq!(days["total"], hours["total"]);
        let before = "?from=2001-01-01T00:00:00Z&to=2001-01-02T00:00:00Z";
        let before = asked(&server, &admin, before).await.json(200);
        assert_eq!(before["total"]["tokens_issued"], 0);
        assert_eq!(
            (&before["most_used"], &before["over_fetching"]),
            (&json!([]), &json!([]))
        );
    }
}

#[actix_web::test]
async fn who_administers_agents_is_shown_what_theirs_were_used_for() {
    let server = TestServer::start().await;
    let (own, other) = (server.agent("own").await.id, server.agent("other").await.id);
    let mut clients = Vec::new();
    for agent in [Some(own), Some(other), None] {
        let client = server.client_with(|new| new.agent_id = agent).await;
        server.token(&client, &[]).await;
        clients.push(client);
    }
    flush(&server.app).await.expect("it is flushed");
    for (agents, issued) in [(vec![own], 1), (vec![own, other], 2), (vec![], 0)] {
        let email = format!("user-{issued}@acme.com");
        let user = server.user(&email, Role::AgentAdmin, &agents).await;
        let request = server.call_as(&user, "GET", "/v1/organizations/acme/usage");
        let found = send(request.await).await.json(200);
        assert_eq!(found["total"]["tokens_issued"], issued);
        let listed = found["most_used"].as_array().expect("a list");
        assert_eq!(listed.len(), issued, "{found}");
        if issued == 1 {
            assert_eq!(listed[0]["credential_id"], clients[0].id);
            assert_eq!(listed[0]["agent_id"], json!(own));
        }
    }
}

#[actix_web::test]
async fn hostile_times_are_named_with_their_rule() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    for (query, field) in [
        ("?step=week", "step"),
        ("?from=yesterday", "from"),
        ("?to=9999-12-31T23:59:59Z", "to"),
        ("?from=2026-01-01T00:00:00Z&to=2026-02-02T00:00:00Z", "from"),
    ] {
        asked(&server, &admin, query).await.invalid(field);
    }
}
