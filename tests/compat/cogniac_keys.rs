//! Cogniac's door: API keys of one's own, which Cognigy's shares.

use std::collections::BTreeSet;

use grantd::app::create_credential::NewCredential;
use grantd::domain::credential::CredentialKind;
use grantd::domain::ids::OrganizationId;
use grantd::domain::resource_server::MANAGEMENT_SCOPES;
use grantd::domain::user::Role;
use serde_json::{Value, json};

use super::people::{join, person, person_for, token_of};
use crate::management::answer::{Answer, send, send_json};
use crate::management::rows::Rows;
use crate::support::server::{API, TestClient, TestServer, claims};

const KEYS: &str = "/1/users/current/apiKeys";

async fn make(server: &TestServer, token: &str) -> Answer {
    let body = json!({"description": "for images"});
    send_json(server.bare("POST", KEYS).bearer_auth(token), &body).await
}

fn client(made: &Value) -> TestClient {
    let (id, secret) = made["api_key"]
        .as_str()
        .and_then(|key| key.split_once(':'))
        .expect("a key");
    TestClient {
        id: id.to_owned(),
        secret: secret.to_owned(),
    }
}

async fn shown(server: &TestServer, token: &str, made: &Value) -> Value {
    let id = made["key_id"].as_str().expect("an id");
    let path = format!("/v1/organizations/acme/credentials/{id}");
    send(server.bare("GET", &path).bearer_auth(token))
        .await
        .json(200)
}

#[actix_web::test]
async fn a_persons_key_may_do_what_the_person_may_and_is_the_persons_own() {
    let server = TestServer::start().await;
    let pat = person(&server, "pat@example.com", Role::OrgAdmin).await;
    let token = token_of(&server, &pat).await;
    let made = make(&server, &token).await.json(200);
    let credential = shown(&server, &token, &made).await;
    assert_eq!(credential["kind"], "api_key");
    assert_eq!(credential["user_id"], pat.id.to_string());
    assert_eq!(credential["created_by"], pat.id.to_string());
    assert_eq!(credential["operator"], false);
    // Without a word about it, a token is for the customer's API.
    assert_eq!(
        credential["audiences"],
        json!([API, server.app.issuer.as_str()])
    );

    let key = client(&made);
    let token = server.token(&key, &[]).await;
    assert_eq!(claims(&token)["scope"], "api:read api:write");
    let token = server.management_token(&key).await;
    assert_eq!(claims(&token)["scope"], MANAGEMENT_SCOPES.join(" "));

    // What a key makes is its user's, too.
    let other = make(&server, &token).await.json(200);
    let credential = shown(&server, &token, &other).await;
    assert_eq!(credential["user_id"], pat.id.to_string());
    assert_eq!(credential["created_by"], key.id);
    let listed = send(server.bare("GET", KEYS).bearer_auth(&token))
        .await
        .json(200);
    let ids: BTreeSet<Option<&str>> = listed["data"]
        .as_array()
        .expect("keys")
        .iter()
        .map(|key| key["key_id"].as_str())
        .collect();
    // Ids made within one millisecond are in the order of chance.
    assert_eq!(
        ids,
        BTreeSet::from([made["key_id"].as_str(), other["key_id"].as_str()])
    );
}

#[actix_web::test]
async fn a_key_holds_no_more_than_the_token_it_was_made_with() {
    let server = TestServer::start().await;
    // Another API that calls a scope as the management API does.
    server
        .resource_server(
            "https://odd.example.com",
            &["organizations:write", "odd:read"],
        )
        .await;
    let issuer = server.app.issuer.as_str().to_owned();
    let admin = server
        .client_with(|new| {
            new.audiences.push(issuer.parse().expect("an identifier"));
            new.audiences
                .push("https://odd.example.com".parse().expect("an identifier"));
        })
        .await;
    let narrow = [
        ("resource", issuer.as_str()),
        ("scope", "credentials:read credentials:write"),
    ];
    let token = server.token(&admin, &narrow).await;
    let made = make(&server, &token).await.json(200);
    let token = server.management_token(&client(&made)).await;
    assert_eq!(
        claims(&token)["scope"],
        "credentials:read credentials:write"
    );
    let credential = shown(&server, &token, &made).await;
    assert_eq!(
        credential["scopes"],
        json!([
            "api:read",
            "api:write",
            "odd:read",
            "credentials:read",
            "credentials:write"
        ])
    );
}

#[actix_web::test]
async fn what_ends_makes_keys_that_end_with_it() {
    let server = TestServer::start().await;
    let issuer = server.app.issuer.as_str().to_owned();
    let end = server.app.now() + chrono::TimeDelta::hours(1);
    let admin = server
        .client_with(|new| {
            new.audiences.push(issuer.parse().expect("an identifier"));
            new.expires_at = Some(end);
        })
        .await;
    let token = server.management_token(&admin).await;
    let made = make(&server, &token).await.json(200);
    assert_eq!(made["email"], "");
    assert_eq!(made["user_id"], admin.id);
    let own = shown(&server, &token, &json!({"key_id": admin.id})).await;
    let credential = shown(&server, &token, &made).await;
    assert_eq!(credential["expires_at"], own["expires_at"]);
    assert_eq!(credential["user_id"], Value::Null);
}

#[actix_web::test]
async fn an_agent_admins_key_is_for_the_one_agent() {
    let server = TestServer::start().await;
    let (one, two) = (server.agent("one").await, server.agent("two").await);
    let of_one = person_for(&server, "one@example.com", Role::AgentAdmin, &[one.id]).await;
    let token = token_of(&server, &of_one).await;
    let made = make(&server, &token).await.json(200);
    let credential = shown(&server, &token, &made).await;
    assert_eq!(credential["agent_id"], one.id.to_string());

    let rows = Rows::of(&server).await;
    for (email, agents) in [
        ("two@example.com", vec![one.id, two.id]),
        ("none@example.com", vec![]),
    ] {
        let someone = person_for(&server, email, Role::AgentAdmin, &agents).await;
        let token = token_of(&server, &someone).await;
        let before = rows.count().await;
        assert_eq!(
            make(&server, &token).await.problem(409),
            "A key is for one agent, and you administer several or none. Make it with the management API, naming the agent."
        );
        assert_eq!(rows.count().await, before);
    }
}

#[actix_web::test]
async fn with_more_apis_than_one_key_may_have_the_management_api_is_named() {
    let server = TestServer::start().await;
    for number in 0..19 {
        server
            .resource_server(&format!("https://{number}.example.com"), &["x:read"])
            .await;
    }
    let pat = person(&server, "pat@example.com", Role::OrgAdmin).await;
    let token = token_of(&server, &pat).await;
    assert_eq!(
        make(&server, &token).await.problem(409),
        "A key has at most 20 audiences, and there are more. Make it with the management API, naming the audiences."
    );
}

#[actix_web::test]
async fn only_keys_of_ones_own_are_there() {
    let server = TestServer::start().await;
    let pat = person(&server, "pat@example.com", Role::OrgAdmin).await;
    let sam = person(&server, "sam@example.com", Role::OrgAdmin).await;
    let (pats, sams) = (token_of(&server, &pat).await, token_of(&server, &sam).await);
    let of_sam = make(&server, &sams).await.json(200);
    let globex = server.organization("globex").await;
    join(&server, &pat, &globex, Role::OrgAdmin, &[]).await;
    let (pat_id, globex_id) = (pat.id, globex.id);
    let key = |change: fn(&mut NewCredential, OrganizationId)| {
        server.client_with(move |new| {
            new.kind = CredentialKind::ApiKey;
            new.user_id = Some(pat_id);
            change(new, globex_id);
        })
    };
    let elsewhere = key(|new, other| new.organization_id = other).await;
    let no_key = key(|new, _| new.kind = CredentialKind::OauthClient).await;
    let organizations = key(|new, _| new.user_id = None).await;
    for id in [
        of_sam["key_id"].as_str().expect("an id"),
        &elsewhere.id,
        &no_key.id,
        &organizations.id,
        "x",
        "%00",
        "00000000-0000-0000-0000-000000000000",
    ] {
        for method in ["GET", "DELETE"] {
            let answer = send(
                server
                    .bare(method, &format!("{KEYS}/{id}"))
                    .bearer_auth(&pats),
            )
            .await;
            assert_eq!(
                answer.problem(404),
                "There is no such API key.",
                "{method} {id}"
            );
        }
        let path = format!("/new/v2.0/users/me/apikeys/{id}");
        let answer = send(server.bare("DELETE", &path).bearer_auth(&pats)).await;
        assert_eq!(answer.problem(404), "There is no such API key.", "{id}");
    }
    for path in [KEYS, "/1/users/current/apiKeys"] {
        let listed = send(server.bare("GET", path).bearer_auth(&pats))
            .await
            .json(200);
        assert_eq!(listed, json!({"data": []}));
    }
    // Another user's path is not there either, whatever would be done.
    for method in ["GET", "POST"] {
        let path = format!("/1/users/{}/apiKeys", sam.id);
        let request = server.bare(method, &path).bearer_auth(&pats);
        let answer = send_json(request, &json!({"description": "a"})).await;
        assert_eq!(answer.problem(404), "There is no such user.");
    }
}

#[actix_web::test]
async fn a_long_description_stays_whole_and_its_beginning_is_the_name() {
    let server = TestServer::start().await;
    let pat = person(&server, "pat@example.com", Role::OrgAdmin).await;
    let token = token_of(&server, &pat).await;
    let description = "é".repeat(1000);
    let request = server.bare("POST", KEYS).bearer_auth(&token);
    let made = send_json(request, &json!({"description": description}))
        .await
        .json(200);
    assert_eq!(made["description"], description);
    let credential = shown(&server, &token, &made).await;
    assert_eq!(credential["name"], "é".repeat(100));
}

#[actix_web::test]
async fn a_description_that_is_none_is_refused_by_name() {
    let server = TestServer::start().await;
    let pat = person(&server, "pat@example.com", Role::OrgAdmin).await;
    let token = token_of(&server, &pat).await;
    let rows = Rows::of(&server).await;
    let before = rows.count().await;
    for wrong in [
        json!(""),
        json!("  "),
        json!("a\u{0}"),
        json!("x".repeat(1001)),
        json!(1),
        json!([]),
        json!({}),
        Value::Null,
        json!(true),
    ] {
        let request = server.bare("POST", KEYS).bearer_auth(&token);
        send_json(request, &json!({"description": wrong}))
            .await
            .invalid("description");
    }
    let request = server.bare("POST", KEYS).bearer_auth(&token);
    send(request.header("content-type", "text/plain").body("{}"))
        .await
        .problem(415);
    let request = server.bare("POST", KEYS).bearer_auth(&token);
    send(request.json(&json!({"description": "x".repeat(100_000)})))
        .await
        .problem(413);
    assert_eq!(rows.count().await, before);
}
