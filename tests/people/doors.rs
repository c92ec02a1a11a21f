//! Where a password is all that a client of another product sends.

use chrono::TimeDelta;
use grantd::domain::user::Role;
use serde_json::json;

use super::enrolled;
use crate::compat::people::{by_password, join, nobody, person, token_of};
use crate::management::answer::{Answer, send};
use crate::support::server::TestServer;

const NEEDED: &str = "This account has a second factor; use an API key";
const CODE_NEEDED: &str =
    "This account has a second factor; send its code as otp, or use an API key";
const WRONG: &str = "The code is wrong, or was used already";

#[track_caller]
fn refused(answer: &Answer, reason: &str) {
    assert_eq!(answer.problem(401), "access not permitted");
    let challenge = answer.header("www-authenticate");
    assert!(challenge.contains(reason), "{challenge}");
}

#[actix_web::test]
async fn the_password_alone_opens_none_of_them() {
    let server = TestServer::builder()
        .setting("features.super_api_key", "true")
        .start()
        .await;
    let ops = nobody(&server, "ops@example.com", true).await;
    join(&server, &ops, &server.organization, Role::OrgAdmin, &[]).await;
    let token = token_of(&server, &ops).await;
    let (_, codes) = enrolled(&server, &ops).await;
    for (method, path, reason) in [
        ("GET", "/1/token", CODE_NEEDED),
        ("GET", "/1/oauth/token", CODE_NEEDED),
        ("GET", "/1/token?otp=", CODE_NEEDED),
        ("GET", "/1/token?otp=000", WRONG),
        ("GET", "/1/users/current", NEEDED),
        ("GET", "/1/users/current/tenants", NEEDED),
        ("GET", "//1/users/current/tenants", NEEDED),
        (
            "POST",
            "/management/v2.0/organisations/acme/apikeys",
            NEEDED,
        ),
        (
            "POST",
            "/new/management/v2.0/organisations/acme/apikeys",
            NEEDED,
        ),
    ] {
        refused(
            &send(by_password(&server, &ops, method, path)).await,
            reason,
        );
    }
    // A recovery code lives long, and a URL is no place for it.
    let path = format!("/1/token?otp={}", codes[0].expose());
    refused(&send(by_password(&server, &ops, "GET", &path)).await, WRONG);
    // What was signed in before goes on.
    let request = server.bare("GET", "/1/users/current").bearer_auth(&token);
    send(request).await.json(200);
}

#[actix_web::test]
async fn cogniacs_sdk_is_told_of_it_and_sends_the_code() {
    let server = TestServer::start().await;
    let pat = person(&server, "pat@example.com", Role::Member).await;
    let status = async || {
        let request = by_password(&server, &pat, "GET", "/21/users/mfa/status");
        send(request).await.json(200)
    };
    assert_eq!(status().await, json!({"totp": "inactive"}));
    let token = token_of(&server, &pat).await;
    let (device, _) = enrolled(&server, &pat).await;
    assert_eq!(status().await, json!({"totp": "active"}));
    let request = server
        .bare("GET", "/21/users/mfa/status")
        .bearer_auth(&token);
    assert_eq!(send(request).await.json(200), json!({"totp": "active"}));

    server.advance(TimeDelta::minutes(1));
    let code = device.shows(&server, 0);
    let tenant = server.organization.id;
    let path = format!("/1/token?tenant_id={tenant}&otp={}", code.expose());
    let twice = format!("{path}&otp=1");
    let answer = send(by_password(&server, &pat, "GET", &twice)).await;
    assert_eq!(answer.invalid("otp"), "must not stand there twice");
    let answer = send(by_password(&server, &pat, "GET", &path))
        .await
        .json(200);
    assert!(answer["access_token"].is_string(), "{answer}");
    refused(&send(by_password(&server, &pat, "GET", &path)).await, WRONG);
    let wrong = format!("/1/token?otp={}", device.wrong(&server).expose());
    refused(
        &send(by_password(&server, &pat, "GET", &wrong)).await,
        WRONG,
    );
}
