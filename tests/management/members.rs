//! Who belongs to an organization, who may say so, and what people learn by asking.

use grantd::domain::secret::Secret;
use grantd::domain::user::Role;
use grantd::store::{memberships, users};
use serde_json::{Value, json};

use super::answer::{Answer, send, send_json};
use super::rows::Rows;
use crate::support::server::{TestClient, TestServer};

const MEMBERS: &str = "/v1/organizations/acme/members";
const OPERATOR_ONLY: &str = "Not allowed: only an operator may do this.";

async fn post(server: &TestServer, caller: &TestClient, body: &Value) -> Answer {
    send_json(server.call(caller, "POST", MEMBERS).await, body).await
}

fn id(value: &Value) -> &str {
    value["user_id"].as_str().expect("an id")
}

#[actix_web::test]
async fn a_new_address_gets_an_account_and_a_password_that_is_shown_once() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let body = json!({"email": "Ann@Example.com", "role": "member"});
    let made = post(&server, &admin, &body).await.json(201);
    let password = made["initial_password"].as_str().expect("a password");
    assert_eq!(
        made,
        json!({
            "user_id": made["user_id"], "email": "ann@example.com", "role": "member",
            "agents": [], "created_at": made["created_at"],
            "account_created": true, "initial_password": password,
        })
    );
    let given = Secret::new(password.to_owned());
    let origin = grantd::domain::access::Origin::default();
    let signed_in =
        grantd::app::sign_in::check_password(&server.app, "ann@example.com", given, &origin);
    assert_eq!(
        signed_in.await.expect("the password").id.to_string(),
        id(&made)
    );

    // Never again: neither in what is shown nor in a list.
    let mut plain = made.clone();
    let members = plain.as_object_mut().expect("an object");
    members.retain(|name, _| name != "account_created" && name != "initial_password");
    for reference in [id(&made), "ann@example.com"] {
        let path = format!("{MEMBERS}/{reference}");
        let shown = send(server.call(&admin, "GET", &path).await).await;
        assert_eq!(shown.json(200), plain);
    }
    let listed = send(server.call(&admin, "GET", MEMBERS).await).await;
    assert_eq!(listed.json(200)["data"], json!([plain]));
    post(&server, &admin, &body).await.problem(409);
}

#[actix_web::test]
async fn a_password_may_be_given_and_follows_the_rule() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let body =
        |password: &str| json!({"email": "a@example.com", "role": "member", "password": password});
    for bad in ["", "elevenchars", &"x".repeat(1001)] {
        let rule = post(&server, &admin, &body(bad)).await.invalid("password");
        assert_eq!(rule, "must be 12 to 1000 characters");
    }
    let answer = post(&server, &admin, &body("correct horse battery")).await;
    let made = answer.json(201);
    assert_eq!(made["account_created"], true);
    assert_eq!(made.get("initial_password"), None);
    assert!(!answer.body.contains("correct horse"));
}

#[actix_web::test]
async fn an_account_that_is_there_is_added_by_operators_alone_and_its_password_left_alone() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let by = server.operator().await;
    let known = server.account("ann@example.com", false).await;
    let operator = server.operator_user("root@example.com").await;
    for user in [&known, &operator] {
        let body = json!({
            "email": user.email, "role": "member", "password": "taking this one over",
        });
        // Whoever made the account may know its password, and would get the place.
        let refused = post(&server, &admin, &body).await.problem(403);
        assert_eq!(
            refused,
            "Not allowed: that address has an account already, and only an operator may give it a place in one more organization."
        );
        let answer = post(&server, &by, &body).await;
        assert_eq!(
            answer.json(201),
            json!({
                "user_id": user.id, "email": user.email, "role": "member", "agents": [],
                "created_at": user.created_at, "account_created": false,
            })
        );
        let (_, hash) = users::find_with_password(&server.app.store, &user.email)
            .await
            .expect("an answer")
            .expect("the user");
        assert_eq!(hash, None);
    }
    // Nothing else than the place can be changed.
    let path = format!("{MEMBERS}/{}", known.id);
    for (field, value) in [
        ("password", json!("taking this one over")),
        ("email", json!("mine@example.com")),
        ("operator", json!(true)),
    ] {
        let request = server.call(&admin, "PATCH", &path).await;
        let rule = send_json(request, &json!({field: value}))
            .await
            .invalid(field);
        assert_eq!(rule, "is unknown: must be one of role, agents");
    }
}

#[actix_web::test]
async fn who_has_an_account_elsewhere_is_no_member_here() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let elsewhere = server.organization("globex").await;
    let user = server.account("ann@example.com", false).await;
    server.place(&user, &elsewhere, Role::Member, &[]).await;
    let nobody = uuid::Uuid::from_u128(7).to_string();
    let mut answers = Vec::new();
    for reference in [
        user.id.to_string(),
        user.email.to_string(),
        nobody,
        "x@example.com".into(),
        "x".into(),
    ] {
        for method in ["GET", "PATCH", "DELETE"] {
            let path = format!("{MEMBERS}/{reference}");
            let request = server.call(&admin, method, &path).await;
            answers.push(send_json(request, &json!({"role": "member"})).await);
        }
    }
    assert!(answers.iter().all(|answer| answer.body == answers[0].body));
    assert_eq!(answers[0].problem(404), "There is no such member.");
}

#[actix_web::test]
async fn an_agent_admin_names_agents_of_the_organization_and_nobody_else_does() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let own = server.agent("own").await.id;
    let operator = server.operator().await;
    server.organization("globex").await;
    let request = server
        .call(&operator, "POST", "/v1/organizations/globex/agents")
        .await;
    let theirs = send_json(request, &json!({"slug": "bot"})).await.json(201);
    let rows = Rows::of(&server).await;
    let before = rows.count().await;
    let many: Vec<_> = std::iter::repeat_n(own, 101).collect();
    for (role, agents, field) in [
        ("agent_admin", json!([]), "agents"),
        ("agent_admin", json!(null), "agents"),
        ("agent_admin", json!(many), "agents"),
        ("agent_admin", json!([own, theirs["id"]]), "agents[1]"),
        ("agent_admin", json!([own, "own"]), "agents[1]"),
        ("member", json!([own]), "agents"),
        ("org_admin", json!([own]), "agents"),
        ("owner", json!([]), "role"),
    ] {
        let body = json!({"email": "ann@example.com", "role": role, "agents": agents});
        post(&server, &admin, &body).await.invalid(field);
    }
    assert_eq!(rows.count().await, before);
    let body = json!({"email": "ann@example.com", "role": "agent_admin", "agents": [own, own]});
    let made = post(&server, &admin, &body).await.json(201);
    assert_eq!(made["agents"], json!([own]));

    let path = format!("{MEMBERS}/{}", id(&made));
    let patch =
        async |body: Value| send_json(server.call(&admin, "PATCH", &path).await, &body).await;
    patch(json!({"agents": []})).await.invalid("agents");
    patch(json!({"agents": [theirs["id"]]}))
        .await
        .invalid("agents[0]");
    patch(json!({"role": "member", "agents": [own]}))
        .await
        .invalid("agents");
    patch(json!({"role": null})).await.invalid("role");
    assert_eq!(patch(json!({})).await.json(200)["agents"], json!([own]));
    let changed = patch(json!({"role": "org_admin"})).await.json(200);
    assert_eq!(
        (&changed["role"], &changed["agents"]),
        (&json!("org_admin"), &json!([]))
    );
    patch(json!({"role": "agent_admin"}))
        .await
        .invalid("agents");
}

#[actix_web::test]
async fn a_deleted_agent_is_nobodys_any_more() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let (gone, stays) = (
        server.agent("gone").await.id,
        server.agent("stays").await.id,
    );
    let both = server
        .user("both@example.com", Role::AgentAdmin, &[gone, stays])
        .await;
    let one = server
        .user("one@example.com", Role::AgentAdmin, &[gone])
        .await;
    let path = format!("/v1/organizations/acme/agents/{gone}");
    send(server.call(&admin, "DELETE", &path).await)
        .await
        .no_content();
    for (user, agents) in [(&both, vec![stays]), (&one, vec![])] {
        let place = memberships::find(&server.app.store, user.id, server.organization.id).await;
        assert_eq!(place.expect("an answer").expect("a place").agents, agents);
        let path = format!("{MEMBERS}/{}", user.id);
        let shown = send(server.call(&admin, "GET", &path).await)
            .await
            .json(200);
        assert_eq!(shown["agents"], json!(agents));
        let listed = send(
            server
                .call_as(user, "GET", "/v1/organizations/acme/agents")
                .await,
        )
        .await;
        assert_eq!(
            listed.json(200)["data"].as_array().map(Vec::len),
            Some(agents.len())
        );
    }
    // Who administers no agent makes nothing, least of all for the whole organization.
    let request = server
        .call_as(&one, "POST", "/v1/organizations/acme/credentials")
        .await;
    let body = json!({"name": "a", "scopes": ["api:read"]});
    let rule = send_json(request, &body).await.invalid("agent_id");
    assert_eq!(rule, "must be one of the agents that you administer");
}

#[actix_web::test]
async fn the_last_org_admin_stays_but_for_an_operator() {
    let server = TestServer::start().await;
    let operator = server.operator_user("root@example.com").await;
    server
        .place(&operator, &server.organization, Role::Member, &[])
        .await;
    let last = server.user("last@example.com", Role::OrgAdmin, &[]).await;
    let path = format!("{MEMBERS}/{}", last.id);
    let rows = Rows::of(&server).await;
    let before = rows.count().await;
    for caller in [&server.admin().await] {
        for (method, body) in [("DELETE", json!({})), ("PATCH", json!({"role": "member"}))] {
            let answer = send_json(server.call(caller, method, &path).await, &body).await;
            assert!(answer.problem(409).contains("last org_admin"), "{method}");
            let answer = send_json(server.call_as(&last, method, &path).await, &body).await;
            assert!(answer.problem(409).contains("last org_admin"), "{method}");
        }
    }
    assert_eq!(rows.count().await["membership"], before["membership"]);
    let second = server.user("second@example.com", Role::OrgAdmin, &[]).await;
    send(server.call_as(&last, "DELETE", &path).await)
        .await
        .no_content();
    let path = format!("{MEMBERS}/{}", second.id);
    send(server.call_as(&operator, "DELETE", &path).await)
        .await
        .no_content();
}

#[actix_web::test]
async fn two_admins_who_remove_each_other_do_not_both_succeed() {
    let server = TestServer::start().await;
    let one = server.user("one@example.com", Role::OrgAdmin, &[]).await;
    let two = server.user("two@example.com", Role::OrgAdmin, &[]).await;
    let requests = [(&one, &two), (&two, &one)].map(async |(caller, other)| {
        let path = format!("{MEMBERS}/{}", other.id);
        server.call_as(caller, "DELETE", &path).await
    });
    let requests = futures_util::future::join_all(requests).await;
    let answers = futures_util::future::join_all(requests.into_iter().map(send)).await;
    let removed = answers.iter().filter(|answer| answer.status == 204).count();
    assert_eq!(removed, 1, "{answers:?}");
}

#[actix_web::test]
async fn an_operators_place_is_left_alone_by_others() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let org_admin = server.user("admin@example.com", Role::OrgAdmin, &[]).await;
    let operator = server.operator_user("root@example.com").await;
    server
        .place(&operator, &server.organization, Role::OrgAdmin, &[])
        .await;
    let path = format!("{MEMBERS}/{}", operator.id);
    for (method, body) in [("DELETE", json!({})), ("PATCH", json!({"role": "member"}))] {
        for request in [
            server.call(&admin, method, &path).await,
            server.call_as(&org_admin, method, &path).await,
        ] {
            assert_eq!(send_json(request, &body).await.problem(403), OPERATOR_ONLY);
        }
    }
    let request = server.call_as(&operator, "PATCH", &path).await;
    send_json(request, &json!({"role": "member"}))
        .await
        .json(200);
}

#[actix_web::test]
async fn a_role_is_given_only_by_who_holds_all_that_it_can_hand_out() {
    let server = TestServer::start().await;
    let agent = server.agent("bot").await.id;
    let issuer = server.app.issuer.as_str();
    let with = async |change: &dyn Fn(&mut grantd::app::create_credential::NewCredential)| {
        server
            .client_with(|new| {
                new.audiences.push(issuer.parse().expect("an identifier"));
                change(new);
            })
            .await
    };
    let scopes = |all: &[&str]| {
        Some(
            all.iter()
                .map(|scope| scope.parse().expect("a scope"))
                .collect::<Vec<_>>(),
        )
    };
    let writer = with(&|new| new.scopes = scopes(&["members:write", "members:read"])).await;
    let reader = with(&|new| {
        new.scopes = scopes(&[
            "members:write",
            "organizations:read",
            "agents:read",
            "members:read",
            "credentials:read",
            "usage:read",
        ]);
    })
    .await;
    let no_api = with(&|new| {
        new.scopes = scopes(&grantd::domain::resource_server::MANAGEMENT_SCOPES);
    })
    .await;
    let ending = with(&|new| {
        new.expires_at = Some(server.app.now() + chrono::TimeDelta::days(1));
    })
    .await;
    let limited = with(&|new| {
        new.rate_limit =
            serde_json::from_str(r#"{"requests":9,"per_seconds":60}"#).expect("a limit");
    })
    .await;
    let whole = with(&|_| ()).await;
    let rows = Rows::of(&server).await;
    for (caller, role, allowed) in [
        (&writer, "member", false),
        (&writer, "agent_admin", false),
        (&writer, "org_admin", false),
        (&reader, "member", true),
        (&reader, "agent_admin", false),
        (&no_api, "agent_admin", false),
        (&no_api, "org_admin", false),
        (&ending, "org_admin", false),
        (&ending, "member", false),
        (&limited, "org_admin", false),
        (&whole, "agent_admin", true),
        (&whole, "org_admin", true),
    ] {
        let before = rows.count().await;
        let agents = if role == "agent_admin" {
            vec![agent]
        } else {
            vec![]
        };
        let email = format!("{role}-of-{}@example.com", caller.id);
        let body = json!({"email": email, "role": role, "agents": agents});
        let answer = post(&server, caller, &body).await;
        if allowed {
            answer.json(201);
        } else {
            assert!(
                answer.problem(403).contains("that role may do more"),
                "{role}"
            );
            assert_eq!(rows.count().await, before);
        }
    }
    // Not by a change, either.
    let user = server.user("ann@example.com", Role::Member, &[]).await;
    let path = format!("{MEMBERS}/{}", user.id);
    for caller in [&writer, &reader, &limited, &ending] {
        let request = server.call(caller, "PATCH", &path).await;
        send_json(request, &json!({"role": "org_admin"}))
            .await
            .problem(403);
    }
    // Nor is taken away what could not be given.
    send(server.call(&writer, "DELETE", &path).await)
        .await
        .problem(403);
}

#[actix_web::test]
async fn who_cannot_give_a_role_cannot_take_it_away() {
    let server = TestServer::start().await;
    let issuer = server.app.issuer.as_str().to_owned();
    let narrow = server
        .client_with(|new| {
            new.audiences = vec![issuer.parse().expect("an identifier")];
            let scopes = Role::Member.scopes().iter().chain(&["members:write"]);
            new.scopes = Some(
                scopes
                    .map(|scope| scope.parse().expect("a scope"))
                    .collect(),
            );
        })
        .await;
    let ann = server.user("ann@example.com", Role::OrgAdmin, &[]).await;
    server.user("bob@example.com", Role::OrgAdmin, &[]).await;
    let path = format!("{MEMBERS}/{}", ann.id);
    let demote = server.call(&narrow, "PATCH", &path).await;
    send_json(demote, &json!({"role": "member"}))
        .await
        .problem(403);
    send(server.call(&narrow, "DELETE", &path).await)
        .await
        .problem(403);
    let shown = send(server.call(&narrow, "GET", &path).await)
        .await
        .json(200);
    assert_eq!(shown["role"], "org_admin");
}
