//! The session as a caller of the management API.

use grantd::domain::secret::Secret;
use grantd::domain::user::Role;
use reqwest::{RequestBuilder, StatusCode};
use serde_json::{Value, json};

use crate::support::browser::Browser;
use crate::support::server::TestServer;

const AGENTS: &str = "/v1/organizations/acme/agents";

/// A call with the cookie of a browser, and the proof of its forms where one is given.
fn call(
    server: &TestServer,
    browser: &Browser<'_>,
    proof: Option<&str>,
    (method, path): (&str, &str),
) -> RequestBuilder {
    let request = server.bare(method, path);
    let request = request.header("cookie", browser.cookie().unwrap_or_default());
    match proof {
        Some(proof) => request.header("x-csrf-token", proof),
        None => request,
    }
}

/// The proof that stands in every form that this browser is shown.
fn proof_of(server: &TestServer, browser: &Browser<'_>) -> String {
    let cookie = browser.cookie().expect("a session");
    let (_, value) = cookie.split_once('=').expect("a cookie");
    let cookie = Secret::new(value.to_owned());
    server.app.session_keeper.csrf_token(&cookie)
}

async fn status(request: RequestBuilder) -> StatusCode {
    request.send().await.expect("an answer").status()
}

#[actix_web::test]
async fn it_calls_with_its_proof_alone() {
    let server = TestServer::start().await;
    let user = server.user("ada@example.com", Role::OrgAdmin, &[]).await;
    let (one, two) = (
        server.browser_of(&user).await,
        server.browser_of(&user).await,
    );
    let proof = proof_of(&server, &one);
    let ask = |browser, proof| call(&server, browser, proof, ("GET", AGENTS));
    assert_eq!(status(ask(&one, Some(&proof))).await, StatusCode::OK);
    assert_eq!(status(ask(&one, None)).await, StatusCode::UNAUTHORIZED);
    assert_eq!(status(ask(&one, Some(""))).await, StatusCode::UNAUTHORIZED);
    assert_eq!(
        status(ask(&two, Some(&proof))).await,
        StatusCode::UNAUTHORIZED
    );
    let nobody = server.browser();
    assert_eq!(
        status(ask(&nobody, Some(&proof))).await,
        StatusCode::UNAUTHORIZED
    );
    let both = ask(&one, Some(&proof)).header("x-api-key", "a:b");
    assert_eq!(status(both).await, StatusCode::BAD_REQUEST);
    let made = call(&server, &one, Some(&proof), ("POST", AGENTS)).json(&json!({"slug": "bot"}));
    assert_eq!(status(made).await, StatusCode::CREATED);
}

#[actix_web::test]
async fn it_may_what_the_person_may() {
    let server = TestServer::start().await;
    let other = server.organization("other").await;
    let user = server.user("ada@example.com", Role::Member, &[]).await;
    let browser = server.browser_of(&user).await;
    let proof = proof_of(&server, &browser);
    let ask = |method, path| call(&server, &browser, Some(&proof), (method, path));
    let made = ask("POST", AGENTS).json(&json!({"slug": "bot"}));
    assert_eq!(status(made).await, StatusCode::FORBIDDEN);
    for path in [
        "/v1/organizations/other/agents",
        "/v1/organizations/none/agents",
    ] {
        assert_eq!(
            status(ask("GET", path)).await,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    let who: Value = ask("GET", "/v1/whoami")
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(who["user_id"], user.id.to_string());
    assert_eq!(who["organization_id"], server.organization.id.to_string());
    server.place(&user, &other, Role::Member, &[]).await;
    assert_eq!(
        status(ask("GET", "/v1/whoami")).await,
        StatusCode::BAD_REQUEST
    );
    assert_eq!(
        status(ask("GET", "/v1/organizations/other/agents")).await,
        StatusCode::OK
    );
}
