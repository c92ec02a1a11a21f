//! Who has a limit gets round it by no other credential.

use grantd::app::create_credential::NewCredential;
use grantd::domain::limit::{Quota, QuotaPeriod, RateLimit};
use grantd::domain::user::Role;
use reqwest::RequestBuilder;
use serde_json::{Value, json};

use super::answer::{Answer, send, send_json};
use super::rows::Rows;
use crate::support::server::{TestClient, TestServer};

const CREDENTIALS: &str = "/v1/organizations/acme/credentials";
const MORE_THAN_HELD: &str = "Not allowed: that credential may do more than yours, and nobody can hand out more than they hold.";
const LOOSENS: &str = "Not allowed: a limit is loosened by who acts for the whole organization and has no limit itself.";

/// More than a test asks for: it is not to be met here, but to be got round.
const RATE: RateLimit = RateLimit {
    requests: 1000,
    per_seconds: 60,
    enforce: true,
};
const QUOTA: Quota = Quota {
    requests: 10_000,
    per: QuotaPeriod::Day,
    enforce: true,
};

/// A credential of an admin, changed as the test wants.
async fn with(server: &TestServer, change: impl FnOnce(&mut NewCredential)) -> TestClient {
    let issuer = server.app.issuer.as_str().parse().expect("an identifier");
    server
        .client_with(|new| {
            new.audiences.push(issuer);
            change(new);
        })
        .await
}

async fn limited(server: &TestServer) -> TestClient {
    with(server, |new| {
        new.rate_limit = Some(RATE);
        new.quota = Some(QUOTA);
    })
    .await
}

async fn patch(request: RequestBuilder, body: Value) -> Answer {
    send_json(request, &body).await
}

#[actix_web::test]
async fn nobody_lifts_its_own_limits() {
    let server = TestServer::start().await;
    let caller = limited(&server).await;
    let path = format!("{CREDENTIALS}/{}", caller.id);
    let before = send(server.call(&caller, "GET", &path).await)
        .await
        .json(200);
    for body in [
        json!({"rate_limit": null}),
        json!({"quota": null}),
        json!({"rate_limit": {"requests": 1001, "per_seconds": 60}}),
        json!({"rate_limit": {"requests": 1000, "per_seconds": 59}}),
        json!({"rate_limit": {"requests": 1_440_000, "per_seconds": 86400}}),
        json!({"rate_limit": {"requests": 1000, "per_seconds": 60, "enforce": false}}),
        json!({"quota": {"requests": 10_001, "per": "day"}}),
        json!({"quota": {"requests": 310_000, "per": "month"}}),
        json!({"quota": {"requests": 1, "per": "day", "enforce": false}}),
    ] {
        let answer = patch(server.call(&caller, "PATCH", &path).await, body.clone()).await;
        assert_eq!(answer.problem(403), LOOSENS, "{body}");
    }
    let after = send(server.call(&caller, "GET", &path).await)
        .await
        .json(200);
    assert_eq!(after, before);
    // It may be stricter with itself, and not back again.
    for (requests, status) in [(999, 200), (1000, 403)] {
        let body = json!({"rate_limit": {"requests": requests, "per_seconds": 60}});
        let answer = patch(server.call(&caller, "PATCH", &path).await, body).await;
        assert_eq!(answer.status, status, "{requests}");
    }
}

#[actix_web::test]
async fn what_it_makes_is_as_limited() {
    let server = TestServer::start().await;
    let caller = limited(&server).await;
    let rows = Rows::of(&server).await;
    let post = async |body: Value| {
        let mut body = body;
        body["name"] = json!("made");
        body["scopes"] = json!(["api:read"]);
        patch(server.call(&caller, "POST", CREDENTIALS).await, body).await
    };
    let before = rows.count().await;
    for (body, field) in [
        (
            json!({"rate_limit": {"requests": 1001, "per_seconds": 60}}),
            "rate_limit",
        ),
        (
            json!({"rate_limit": {"requests": 1, "per_seconds": 60, "enforce": false}}),
            "rate_limit",
        ),
        (
            json!({"quota": {"requests": 10_001, "per": "month"}}),
            "quota",
        ),
        (
            json!({"quota": {"requests": 1, "per": "day", "enforce": false}}),
            "quota",
        ),
    ] {
        let rule = post(body.clone()).await.invalid(field);
        assert!(rule.contains("your own"), "{body}: {rule}");
    }
    assert_eq!(rows.count().await, before);
    // With nothing said, or null, its own.
    for body in [json!({}), json!({"rate_limit": null, "quota": null})] {
        let made = post(body).await.json(201);
        assert_eq!(
            made["rate_limit"],
            json!({"requests": 1000, "per_seconds": 60, "enforce": true})
        );
        assert_eq!(
            made["quota"],
            json!({"requests": 10_000, "per": "day", "enforce": true})
        );
    }
    let body = json!({"rate_limit": {"requests": 1, "per_seconds": 6}, "quota": {"requests": 10_000, "per": "month"}});
    let made = post(body).await.json(201);
    assert_eq!(made["rate_limit"]["per_seconds"], 6);
}

/// The ways round: another's secret, another that is off, another's limits, another that makes one.
#[actix_web::test]
async fn no_other_credential_is_a_way_round() {
    let server = TestServer::start().await;
    let caller = limited(&server).await;
    let free = with(&server, |_| ()).await;
    let looser = with(&server, |new| {
        new.rate_limit = Some(RateLimit {
            requests: 2000,
            ..RATE
        });
        new.quota = Some(QUOTA);
    })
    .await;
    let counted = with(&server, |new| {
        new.rate_limit = Some(RateLimit {
            enforce: false,
            ..RATE
        });
        new.quota = Some(QUOTA);
    })
    .await;
    let rows = Rows::of(&server).await;
    let before = rows.count_in("credential_secret").await;
    for other in [&free, &looser, &counted] {
        let path = format!("{CREDENTIALS}/{}", other.id);
        let rotate = server
            .call(&caller, "POST", &format!("{path}/secrets"))
            .await;
        assert_eq!(patch(rotate, json!({})).await.problem(403), MORE_THAN_HELD);
        let off = server.call(&free, "PATCH", &path).await;
        if other.id != free.id {
            patch(off, json!({"status": "disabled"})).await.json(200);
        }
        let on = server.call(&caller, "PATCH", &path).await;
        let answer = patch(on, json!({"status": "active"})).await;
        assert_eq!(answer.problem(403), MORE_THAN_HELD);
    }
    assert_eq!(rows.count_in("credential_secret").await, before);
    // Nor is loosening what is stricter than itself: its own limits are for itself to bear.
    let strict = with(&server, |new| {
        new.rate_limit = Some(RateLimit {
            requests: 500,
            ..RATE
        });
        new.quota = Some(QUOTA);
    })
    .await;
    let path = format!("{CREDENTIALS}/{}", strict.id);
    let body = json!({"rate_limit": {"requests": 600, "per_seconds": 60}});
    let answer = patch(server.call(&caller, "PATCH", &path).await, body).await;
    assert_eq!(answer.problem(403), LOOSENS);
    let rotate = server
        .call(&caller, "POST", &format!("{path}/secrets"))
        .await;
    patch(rotate, json!({})).await.json(201);
    // Nor an account: see `members`. And what is free can be bound by anybody who may write.
    let path = format!("{CREDENTIALS}/{}", free.id);
    let body = json!({"rate_limit": {"requests": 1000, "per_seconds": 1}});
    patch(server.call(&caller, "PATCH", &path).await, body)
        .await
        .json(200);
}

#[actix_web::test]
async fn who_has_no_limit_and_who_is_above_them_loosens() {
    let server = TestServer::start().await;
    let agent = server.agent("bot").await.id;
    let key = with(&server, |new| {
        new.agent_id = Some(agent);
        new.rate_limit = Some(RATE);
    })
    .await;
    let path = format!("{CREDENTIALS}/{}", key.id);
    let loosen = json!({"rate_limit": null});
    let bind = json!({"rate_limit": RATE});
    let agent_admin = server
        .user("agent@example.com", Role::AgentAdmin, &[agent])
        .await;
    let org_admin = server.user("org@example.com", Role::OrgAdmin, &[]).await;
    let operator_user = server.operator_user("root@example.com").await;
    server
        .place(&operator_user, &server.organization, Role::Member, &[])
        .await;
    let operator = with(&server, |new| {
        new.operator = true;
        new.rate_limit = Some(RATE);
    })
    .await;
    let free = with(&server, |_| ()).await;
    let of_the_agent = with(&server, |new| new.agent_id = Some(agent)).await;
    let weaker = with(&server, |new| {
        new.scopes = Some(vec![
            "credentials:write".parse().expect("a scope"),
            "api:read".parse().expect("a scope"),
        ]);
    })
    .await;
    for (name, request, refusal) in [
        (
            "agent admin",
            server.call_as(&agent_admin, "PATCH", &path).await,
            Some(LOOSENS),
        ),
        (
            "of the agent",
            server.call(&of_the_agent, "PATCH", &path).await,
            Some(LOOSENS),
        ),
        (
            "weaker",
            server.call(&weaker, "PATCH", &path).await,
            Some(MORE_THAN_HELD),
        ),
        (
            "org admin",
            server.call_as(&org_admin, "PATCH", &path).await,
            None,
        ),
        (
            "operator user",
            server.call_as(&operator_user, "PATCH", &path).await,
            None,
        ),
        ("free", server.call(&free, "PATCH", &path).await, None),
        (
            "operator",
            server.call(&operator, "PATCH", &path).await,
            None,
        ),
    ] {
        let answer = patch(request, loosen.clone()).await;
        match refusal {
            Some(refusal) => assert_eq!(answer.problem(403), refusal, "{name}"),
            None => assert_eq!(answer.json(200)["rate_limit"], Value::Null, "{name}"),
        }
        let request = server.call_as(&org_admin, "PATCH", &path).await;
        patch(request, bind.clone()).await.json(200);
    }
    // The agent admin may bind what is not bound yet.
    let request = server.call_as(&agent_admin, "PATCH", &path).await;
    patch(request, json!({"quota": QUOTA})).await.json(200);
}
