//! Signing in, staying signed in, signing out.

use chrono::TimeDelta;
use grantd::app::authority::Authority;
use grantd::app::users;
use grantd::domain::secret::Secret;
use grantd::domain::user::{Role, User};
use reqwest::StatusCode;
use reqwest::header::SET_COOKIE;

use crate::support::server::TestServer;

const PASSWORD: &str = "correct horse battery staple";

/// An operator, at home in `acme`, who has a password.
async fn person(server: &TestServer) -> User {
    let user = server.operator_user("ada@example.com").await;
    let role = Role::OrgAdmin;
    server.place(&user, &server.organization, role, &[]).await;
    let password = Secret::new(PASSWORD.to_owned());
    users::set_password(&server.app, &Authority::Command, &user, &password)
        .await
        .expect("a password");
    user
}

#[actix_web::test]
async fn whoever_knows_the_password_is_led_on() {
    let server = TestServer::start().await;
    person(&server).await;
    let browser = server.browser();
    let asked = browser.get("/console/organizations/new?a=b").await;
    assert_eq!(
        asked.leads_to(),
        "/console/sign-in?next=%2Fconsole%2Forganizations%2Fnew%3Fa%3Db"
    );
    let form = browser.open(asked.leads_to()).await;
    assert_eq!(
        form.hidden("next").unwrap(),
        "/console/organizations/new?a=b"
    );
    let fields = [
        ("email", "Ada@Example.com"),
        ("password", PASSWORD),
        ("next", "/console/organizations/new?a=b"),
    ];
    let signed_in = browser
        .submit_from(&form, "/console/sign-in", &fields)
        .await;
    assert_eq!(signed_in.leads_to(), "/console/organizations/new?a=b");
    let home = browser.get("/console").await;
    assert_eq!(home.leads_to(), "/console/organizations/acme");
}

#[actix_web::test]
async fn an_unknown_address_and_a_wrong_password_are_told_alike() {
    let server = TestServer::start().await;
    person(&server).await;
    let browser = server.browser();
    let wrong = browser.sign_in("ada@example.com", "no such password").await;
    let unknown = browser.sign_in("bob@example.com", "no such password").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        wrong
            .html
            .contains("The email address or the password is wrong")
    );
    assert!(
        wrong.html.contains("value=\"ada@example.com\""),
        "it is kept"
    );
    assert!(!wrong.html.contains("no such password"), "and that is not");
    let told = |html: &str| {
        html.split_once("role=\"alert\"")
            .map(|(_, rest)| rest[..80].to_owned())
    };
    assert_eq!(told(&wrong.html), told(&unknown.html));
}

#[actix_web::test]
async fn a_cookie_from_before_is_worth_nothing_afterwards() {
    let server = TestServer::start().await;
    person(&server).await;
    let browser = server.browser();
    browser.open("/console/sign-in").await;
    let planted = browser.cookie().expect("a cookie before signing in");
    browser
        .sign_in("ada@example.com", PASSWORD)
        .await
        .leads_to();
    assert_ne!(browser.cookie().unwrap(), planted);
    let attacker = server.browser();
    attacker.set_cookie(Some(planted));
    assert!(
        attacker
            .get("/console")
            .await
            .leads_to()
            .starts_with("/console/sign-in")
    );
}

#[actix_web::test]
async fn signing_in_again_ends_the_session_before() {
    let server = TestServer::start().await;
    let user = person(&server).await;
    let browser = server.browser_of(&user).await;
    let before = browser.cookie();
    // The form is of this browser's session: somebody else sits before it now.
    let page = browser.open("/console/organizations/new").await;
    assert_eq!(page.status, StatusCode::OK);
    let fields = [("email", "ada@example.com"), ("password", PASSWORD)];
    browser
        .submit_from(&page, "/console/sign-in", &fields)
        .await
        .leads_to();
    assert_ne!(browser.cookie(), before);
    browser.set_cookie(before);
    assert!(
        browser
            .get("/console")
            .await
            .leads_to()
            .starts_with("/console/sign-in")
    );
}

#[actix_web::test]
async fn signing_out_ends_the_session_on_the_server() {
    let server = TestServer::start().await;
    let user = server.operator_user("root@example.com").await;
    let browser = server.browser_of(&user).await;
    let kept = browser.cookie();
    let out = browser
        .submit("/console/organizations/new", "/console/sign-out", &[])
        .await;
    assert_eq!(out.leads_to(), "/console/sign-in?done=signed-out");
    assert_eq!(browser.cookie(), None, "the cookie was taken away");
    browser.set_cookie(kept);
    assert!(
        browser
            .get("/console")
            .await
            .leads_to()
            .starts_with("/console/sign-in")
    );
}

#[actix_web::test]
async fn a_session_ends_when_idle_and_at_its_end() {
    let server = TestServer::builder()
        .setting("console.idle_timeout", "30m")
        .setting("console.session_lifetime", "2h")
        .start()
        .await;
    let user = server.operator_user("root@example.com").await;
    let is_in = async |browser: &crate::support::browser::Browser<'_>| {
        browser.get("/console/organizations/new").await.status == StatusCode::OK
    };
    let idle = server.browser_of(&user).await;
    server.advance(TimeDelta::minutes(30));
    assert!(is_in(&idle).await);
    server.advance(TimeDelta::minutes(31));
    assert!(!is_in(&idle).await, "idle");
    let busy = server.browser_of(&user).await;
    for _ in 0..5 {
        server.advance(TimeDelta::minutes(23));
        assert!(is_in(&busy).await);
    }
    server.advance(TimeDelta::minutes(5));
    assert!(!is_in(&busy).await, "its end");
}

#[actix_web::test]
async fn a_removed_account_is_signed_out() {
    let server = TestServer::start().await;
    let user = server.operator_user("root@example.com").await;
    let browser = server.browser_of(&user).await;
    users::delete(&server.app, &Authority::Command, user.id)
        .await
        .expect("it is removed");
    assert!(
        browser
            .get("/console")
            .await
            .leads_to()
            .starts_with("/console/sign-in")
    );
}

#[actix_web::test]
async fn the_cookie_is_bound_to_this_host_under_https() {
    let server = TestServer::start().await;
    let plain = server.browser().open("/console/sign-in").await;
    let cookie = plain.headers.get(SET_COOKIE).unwrap().to_str().unwrap();
    assert!(cookie.starts_with("grantd_session="), "{cookie}");
    let server = TestServer::builder()
        .setting("issuer", "https://grantd.example")
        .start()
        .await;
    let shown = server.browser().open("/console/sign-in").await;
    let cookie = shown.headers.get(SET_COOKIE).unwrap().to_str().unwrap();
    assert!(cookie.starts_with("__Host-grantd_session="), "{cookie}");
    for part in ["; HttpOnly", "; SameSite=Lax", "; Secure", "; Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Domain"));
}
