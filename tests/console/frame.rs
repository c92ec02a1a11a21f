//! What all pages have in common.

use reqwest::StatusCode;
use reqwest::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};

use crate::support::server::TestServer;

const NEW: &str = "/console/organizations/new";
const MAKE: &str = "/console/organizations";

#[actix_web::test]
async fn a_form_is_taken_from_the_browser_that_was_shown_it_alone() {
    let server = TestServer::start().await;
    let user = server.operator_user("root@example.com").await;
    let (one, two) = (
        server.browser_of(&user).await,
        server.browser_of(&user).await,
    );
    let page = one.open(NEW).await;
    let token = page.hidden("csrf_token").unwrap();
    let fields = [("slug", "taken"), ("csrf_token", token.as_str())];
    for refused in [
        two.post_as_it_is(MAKE, &fields).await,
        one.post_as_it_is(MAKE, &[("slug", "taken")]).await,
        one.post_as_it_is(MAKE, &[("slug", "taken"), ("csrf_token", "")])
            .await,
    ] {
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        assert!(refused.html.contains("This form is out of date"));
    }
    let made = one.post_as_it_is(MAKE, &fields).await;
    assert_eq!(made.leads_to(), "/console/organizations/taken?done=created");
}

#[actix_web::test]
async fn what_another_site_sends_is_refused_although_the_proof_fits() {
    let server = TestServer::start().await;
    let user = server.operator_user("root@example.com").await;
    let browser = server.browser_of(&user).await;
    let page = browser.open(NEW).await;
    let token = page.hidden("csrf_token").unwrap();
    for (site, status) in [
        ("cross-site", StatusCode::FORBIDDEN),
        ("same-site", StatusCode::FORBIDDEN),
        ("same-origin", StatusCode::SEE_OTHER),
    ] {
        let response = server
            .bare("POST", MAKE)
            .header("cookie", browser.cookie().unwrap())
            .header("sec-fetch-site", site)
            .form(&[("slug", "taken"), ("csrf_token", &token)])
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), status, "{site}");
    }
}

#[actix_web::test]
async fn every_answer_is_protected() {
    let server = TestServer::start().await;
    let user = server.operator_user("root@example.com").await;
    let browser = server.browser_of(&user).await;
    for path in [NEW, "/console/sign-in", "/console", "/console/no/such/page"] {
        let shown = browser.get(path).await;
        let policy = shown.headers.get(CONTENT_SECURITY_POLICY).expect(path);
        let policy = policy.to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; script-src 'nonce-"));
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"));
        for (name, value) in [
            ("x-frame-options", "DENY"),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("cache-control", "no-store"),
        ] {
            assert_eq!(shown.headers.get(name).expect(name), value, "{path}");
        }
    }
    let nonce = async || {
        let shown = browser.open(NEW).await;
        let policy = shown.headers.get(CONTENT_SECURITY_POLICY).unwrap();
        let (_, rest) = policy.to_str().unwrap().split_once("nonce-").unwrap();
        let nonce = rest.split('\'').next().unwrap().to_owned();
        assert!(shown.html.contains(&format!("nonce=\"{nonce}\"")));
        nonce
    };
    assert_ne!(nonce().await, nonce().await);
}

#[actix_web::test]
async fn what_is_not_there_is_told_on_a_page() {
    let server = TestServer::start().await;
    let browser = server.browser();
    for (path, status, title) in [
        (
            "/console/nothing",
            StatusCode::NOT_FOUND,
            "There is no such page",
        ),
        (
            "/console/sign-out",
            StatusCode::METHOD_NOT_ALLOWED,
            "does not take that",
        ),
        (
            "/console/assets/passwd",
            StatusCode::NOT_FOUND,
            "There is no such page",
        ),
    ] {
        let shown = browser.get(path).await;
        assert_eq!(shown.status, status, "{path}");
        assert_eq!(
            shown.headers.get(CONTENT_TYPE).unwrap(),
            "text/html; charset=utf-8"
        );
        assert!(shown.html.contains(title), "{}", shown.html);
    }
}

#[actix_web::test]
async fn assets_may_be_kept() {
    let server = TestServer::start().await;
    for (name, content_type) in [
        ("console.css", "text/css; charset=utf-8"),
        ("console.js", "text/javascript; charset=utf-8"),
        ("icon.svg", "image/svg+xml"),
    ] {
        let path = format!("/console/assets/{name}");
        let shown = server.browser().open(&path).await;
        assert_eq!(shown.headers.get(CONTENT_TYPE).unwrap(), content_type);
        assert_eq!(
            shown.headers.get(CACHE_CONTROL).unwrap(),
            "public, max-age=3600"
        );
    }
}

#[actix_web::test]
async fn it_can_be_switched_off() {
    let server = TestServer::builder()
        .setting("console.enabled", "false")
        .start()
        .await;
    let shown = server.browser().get("/console/sign-in").await;
    assert_eq!(shown.status, StatusCode::NOT_FOUND);
    assert_eq!(
        shown.headers.get(CONTENT_TYPE).unwrap(),
        "application/problem+json"
    );
}

#[actix_web::test]
async fn it_follows_the_issuers_path() {
    let server = TestServer::builder().issuer_path("/auth").start().await;
    let user = server.operator_user("root@example.com").await;
    let browser = server.browser_of(&user).await;
    let page = browser.open("/auth/console/organizations/new").await;
    assert!(page.html.contains("action=\"/auth/console/organizations\""));
    assert!(
        page.html
            .contains("href=\"/auth/console/assets/console.css?")
    );
    let asked = server
        .browser()
        .get("/auth/console/organizations/new")
        .await;
    assert_eq!(
        asked.leads_to(),
        "/auth/console/sign-in?next=%2Fconsole%2Forganizations%2Fnew"
    );
}
