//! People sign in, and act by the role that they have at the moment of each call.

use grantd::app::error::AppError;
use grantd::app::{sign_in, users};
use grantd::domain::secret::Secret;
use grantd::domain::user::{Membership, Role};
use serde_json::{Value, json};

use super::answer::send;
use crate::support::server::{TestServer, claims, management_scopes};

const PASSWORD: &str = "correct horse battery";

async fn check(server: &TestServer, email: &str, password: &str) -> Result<String, AppError> {
    let given = Secret::new(password.to_owned());
    let user = sign_in::check_password(
        &server.app,
        email,
        given,
        &grantd::domain::access::Origin::default(),
    )
    .await?;
    Ok(user.email.to_string())
}

#[actix_web::test]
async fn another_password_takes_the_old_one_away() {
    let server = TestServer::start().await;
    let email = "ann@example.com".parse().expect("an address");
    let (old, new) = (Secret::new(PASSWORD.to_owned()), "another one altogether");
    let command = grantd::app::authority::Authority::Command;
    let made = users::create(&server.app, &command, email, false, &old, None).await;
    let user = made.expect("an account");
    check(&server, "ann@example.com", PASSWORD)
        .await
        .expect("the first");
    users::set_password(&server.app, &command, &user, &Secret::new(new.to_owned()))
        .await
        .expect("it is set");
    check(&server, "ann@example.com", new)
        .await
        .expect("the second");
    check(&server, "ann@example.com", PASSWORD)
        .await
        .expect_err("the old one");
}

#[actix_web::test]
async fn a_wrong_password_and_an_unknown_address_are_one_answer() {
    let server = TestServer::start().await;
    let email = "ann@example.com".parse().expect("an address");
    let password = Secret::new(PASSWORD.to_owned());
    let place = None::<Membership>;
    let made = users::create(
        &server.app,
        &grantd::app::authority::Authority::Command,
        email,
        false,
        &password,
        place,
    )
    .await;
    made.expect("an account");
    // One without a password, too.
    server.account("none@example.com", false).await;
    for (email, password) in [
        ("ann@example.com", "wrong"),
        ("ann@example.com", ""),
        ("bob@example.com", PASSWORD),
        ("none@example.com", PASSWORD),
        ("none@example.com", ""),
        ("no address", PASSWORD),
        ("", ""),
    ] {
        let refused = check(&server, email, password).await;
        assert!(
            matches!(
                refused,
                Err(AppError::Unauthenticated(
                    "The email address or the password is wrong"
                ))
            ),
            "{email}: {refused:?}"
        );
    }
    for email in ["ann@example.com", " Ann@Example.com "] {
        assert_eq!(
            check(&server, email, PASSWORD).await.expect("it is right"),
            "ann@example.com"
        );
    }
}

#[actix_web::test]
async fn a_user_is_told_who_it_is() {
    let server = TestServer::start().await;
    let agents = [server.agent("a").await.id, server.agent("b").await.id];
    let scopes = |role: Role| json!(role.scopes());
    for (email, role, agents, agent_ids, agent_id) in [
        (
            "org@example.com",
            Role::OrgAdmin,
            &[][..],
            Value::Null,
            Value::Null,
        ),
        (
            "member@example.com",
            Role::Member,
            &[][..],
            Value::Null,
            Value::Null,
        ),
        (
            "one@example.com",
            Role::AgentAdmin,
            &agents[..1],
            json!(agents[..1]),
            json!(agents[0]),
        ),
        (
            "two@example.com",
            Role::AgentAdmin,
            &agents[..],
            json!(agents),
            Value::Null,
        ),
    ] {
        let user = server.user(email, role, agents).await;
        let token = server.user_token(&user).await;
        let expiry =
            chrono::DateTime::from_timestamp(claims(&token)["exp"].as_i64().expect("exp"), 0);
        let answer = send(server.bare("GET", "/v1/whoami").bearer_auth(token)).await;
        assert_eq!(
            answer.json(200),
            json!({
                "credential_id": null,
                "client_id": null,
                "user_id": user.id,
                "organization_id": server.organization.id,
                "agent_id": agent_id,
                "agent_ids": agent_ids,
                "operator": false,
                "audience": server.app.issuer.as_str(),
                "scopes": scopes(role),
                "expires_at": expiry,
            })
        );
    }
}

#[actix_web::test]
async fn another_role_counts_at_the_very_next_call() {
    let server = TestServer::start().await;
    let user = server.user("ann@example.com", Role::OrgAdmin, &[]).await;
    let agent = server.agent("bot").await.id;
    let token = server.user_token(&user).await;
    let whoami = async || {
        send(server.bare("GET", "/v1/whoami").bearer_auth(&token))
            .await
            .json(200)
    };
    let delete = || {
        let path = format!("/v1/organizations/acme/agents/{}", uuid::Uuid::nil());
        server.bare("DELETE", &path).bearer_auth(&token)
    };
    assert_eq!(whoami().await["scopes"], json!(management_scopes()));
    send(delete()).await.problem(404);
    server
        .place(&user, &server.organization, Role::Member, &[])
        .await;
    assert_eq!(whoami().await["scopes"], json!(Role::Member.scopes()));
    send(delete()).await.asks_for_scope("agents:write");
    server
        .place(&user, &server.organization, Role::AgentAdmin, &[agent])
        .await;
    assert_eq!(whoami().await["agent_ids"], json!([agent]));
    // What the token does not say, a better role does not add to it.
    let narrow = server.user_token(&user).await;
    server
        .place(&user, &server.organization, Role::OrgAdmin, &[])
        .await;
    let answer = send(server.bare("GET", "/v1/whoami").bearer_auth(&narrow))
        .await
        .json(200);
    assert_eq!(answer["scopes"], json!(Role::AgentAdmin.scopes()));
    assert_eq!(answer["agent_ids"], Value::Null);
}

#[actix_web::test]
async fn who_was_removed_is_refused_at_once() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let place_gone = server.user("ann@example.com", Role::Member, &[]).await;
    let user_gone = server.user("bob@example.com", Role::Member, &[]).await;
    let tokens = [
        server.user_token(&place_gone).await,
        server.user_token(&user_gone).await,
    ];
    let ask = async |token: &str| send(server.bare("GET", "/v1/whoami").bearer_auth(token)).await;
    for token in &tokens {
        ask(token).await.json(200);
    }
    let path = format!("/v1/organizations/acme/members/{}", place_gone.id);
    send(server.call(&admin, "DELETE", &path).await)
        .await
        .no_content();
    users::delete(
        &server.app,
        &grantd::app::authority::Authority::Command,
        user_gone.id,
    )
    .await
    .expect("removed");
    for token in &tokens {
        let description = ask(token).await.refuses_the_token();
        assert_eq!(
            description,
            "The user of this token has no place in the organization now"
        );
    }
    for user in [&place_gone, &user_gone] {
        let issued = sign_in::issue(
            &server.app,
            user,
            server.organization.id,
            &grantd::domain::access::Origin::default(),
        )
        .await;
        assert!(
            matches!(issued, Err(AppError::NotFound("organization"))),
            "{issued:?}"
        );
    }
}

#[actix_web::test]
async fn a_place_is_in_one_organization() {
    let server = TestServer::start().await;
    let elsewhere = server.organization("globex").await;
    let user = server.user("ann@example.com", Role::OrgAdmin, &[]).await;
    let issued = sign_in::issue(
        &server.app,
        &user,
        elsewhere.id,
        &grantd::domain::access::Origin::default(),
    )
    .await;
    assert!(matches!(issued, Err(AppError::NotFound("organization"))));
    server.place(&user, &elsewhere, Role::Member, &[]).await;
    let token = server.user_token_in(&user, elsewhere.id).await;
    for (path, status) in [
        ("/v1/organizations/globex", 200),
        ("/v1/organizations/acme", 404),
    ] {
        let answer = send(server.bare("GET", path).bearer_auth(&token)).await;
        assert_eq!(answer.status, status, "{path}");
    }
}

#[actix_web::test]
async fn an_operator_acts_in_every_organization_with_every_scope() {
    let server = TestServer::start().await;
    let elsewhere = server.organization("globex").await;
    let operator = server.operator_user("root@example.com").await;
    let token = server.user_token_in(&operator, elsewhere.id).await;
    let answer = send(server.bare("GET", "/v1/whoami").bearer_auth(&token))
        .await
        .json(200);
    assert_eq!(
        (&answer["operator"], &answer["agent_ids"]),
        (&json!(true), &Value::Null)
    );
    let scopes = answer["scopes"].as_array().expect("a list");
    assert!(scopes.contains(&json!("signing-keys:write")), "{scopes:?}");
    for path in ["/v1/organizations/acme/credentials", "/v1/signing-keys"] {
        send(server.bare("GET", path).bearer_auth(&token))
            .await
            .json(200);
    }
    let nowhere = grantd::domain::ids::OrganizationId(uuid::Uuid::nil());
    let issued = sign_in::issue(
        &server.app,
        &operator,
        nowhere,
        &grantd::domain::access::Origin::default(),
    )
    .await;
    assert!(matches!(issued, Err(AppError::NotFound("organization"))));
}
