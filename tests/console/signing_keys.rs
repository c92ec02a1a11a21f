//! `/console/signing-keys`

use chrono::TimeDelta;
use grantd::app::signing_keys;
use grantd::domain::signing_key::{KeyState, SigningKey};
use reqwest::StatusCode;

use super::seeing::People;
use crate::support::server::TestServer;

const LIST: &str = "/console/signing-keys";
const ROTATE: &str = "/console/signing-keys/rotate?algorithm=ES256";

async fn keys(server: &TestServer) -> Vec<SigningKey> {
    signing_keys::list(&server.app).await.expect("a list")
}

async fn in_state(server: &TestServer, state: KeyState) -> SigningKey {
    let keys = keys(server).await.into_iter();
    let mut keys = keys.filter(|key| key.state == state);
    keys.next().expect("a key in this state")
}

fn revoke(key: &SigningKey) -> String {
    format!("{LIST}/{}/revoke", key.kid)
}

#[actix_web::test]
async fn they_are_for_operators() {
    let server = TestServer::builder().without_background().start().await;
    let agent = server.agent("own").await.id;
    let people = People::of(&server, agent).await;
    let active = in_state(&server, KeyState::Active).await;
    for path in [LIST, ROTATE, &revoke(&active)] {
        let answers = people.answers(&server, path).await;
        assert_eq!(answers, [404, 404, 404, 404, 200], "{path}");
    }
    for missing in [
        "/console/signing-keys/rotate",
        "/console/signing-keys/rotate?algorithm=RS256",
        "/console/signing-keys/none/revoke",
    ] {
        assert_eq!(
            people.answers(&server, missing).await,
            [404; 5],
            "{missing}"
        );
    }
    // Nor does a form of somebody else's do anything.
    let browser = server.browser_of(&people.admin).await;
    let page = browser.open("/console/organizations/acme/usage").await;
    let fields = [("algorithm", "ES256")];
    let refused = browser
        .submit_from(&page, "/console/signing-keys/rotate", &fields)
        .await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    let end = &active.kid[active.kid.len() - 6..];
    let refused = browser
        .submit_from(&page, &revoke(&active), &[("end", end)])
        .await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    assert_eq!(keys(&server).await, [active]);
}

#[actix_web::test]
async fn a_key_is_rotated_and_published_before_it_signs() {
    let server = TestServer::builder().without_background().start().await;
    let root = server.operator_user("root@example.com").await;
    let browser = server.browser_of(&root).await;
    let first = in_state(&server, KeyState::Active).await;
    let shown = browser.open(LIST).await.html;
    for part in [
        first.kid.as_str(),
        "Signs tokens",
        "By schedule, the next key begins to sign at",
        "href=\"/.well-known/jwks.json\"",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let asked = browser.open(ROTATE).await;
    assert!(
        asked.html.contains("A new key is published now"),
        "{}",
        asked.html
    );
    let fields = [("algorithm", "ES256")];
    let path = "/console/signing-keys/rotate";
    let done = browser.submit_from(&asked, path, &fields).await;
    assert_eq!(done.leads_to(), "/console/signing-keys?done=key-rotated");
    let next = in_state(&server, KeyState::Next).await;
    assert_eq!(in_state(&server, KeyState::Active).await.kid, first.kid);
    // Sent again, it makes no third one.
    browser.submit_from(&asked, path, &fields).await;
    assert_eq!(keys(&server).await.len(), 2);
    let shown = browser.open(done.leads_to()).await.html;
    assert!(shown.contains("The rotation has begun."), "{shown}");
    assert!(
        shown.contains("The next key is published already"),
        "{shown}"
    );
    let asked = browser.open(ROTATE).await.html;
    assert!(
        asked.contains("The next key is published already."),
        "{asked}"
    );

    server.advance(TimeDelta::days(30));
    let browser = server.browser_of(&root).await;
    let asked = browser.open(ROTATE).await;
    assert!(asked.html.contains("signs at once"), "{}", asked.html);
    browser.submit_from(&asked, path, &fields).await;
    assert_eq!(in_state(&server, KeyState::Active).await.kid, next.kid);
    let shown = browser.open(LIST).await.html;
    assert!(
        shown.contains("Signs no more; published while its tokens live"),
        "{shown}"
    );
}

#[actix_web::test]
async fn a_key_that_leaked_is_revoked_by_the_end_of_its_id() {
    let server = TestServer::builder().without_background().start().await;
    let root = server.operator_user("root@example.com").await;
    let browser = server.browser_of(&root).await;
    let leaked = in_state(&server, KeyState::Active).await;
    let path = revoke(&leaked);
    let asked = browser.open(&path).await;
    assert!(
        asked.html.contains("All tokens that it signed die"),
        "{}",
        asked.html
    );
    for wrong in ["", "abcdef", &leaked.kid, "<script>"] {
        let refused = browser.submit_from(&asked, &path, &[("end", wrong)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        assert!(
            refused.html.contains("id=\"end-error\""),
            "{}",
            refused.html
        );
        assert!(
            !refused.html.contains("value=\"<script>"),
            "{}",
            refused.html
        );
    }
    assert_eq!(in_state(&server, KeyState::Active).await.kid, leaked.kid);
    let end = &leaked.kid[leaked.kid.len() - 6..];
    let without_proof = browser.post_as_it_is(&path, &[("end", end)]).await;
    assert_eq!(without_proof.status, StatusCode::FORBIDDEN);
    let done = browser.submit_from(&asked, &path, &[("end", end)]).await;
    assert_eq!(done.leads_to(), "/console/signing-keys?done=key-revoked");
    assert_eq!(in_state(&server, KeyState::Retired).await.kid, leaked.kid);
    assert_ne!(in_state(&server, KeyState::Active).await.kid, leaked.kid);
    let shown = browser.open(done.leads_to()).await.html;
    assert!(
        shown.contains("Every token that it signed is refused."),
        "{shown}"
    );
    assert!(shown.contains("its private part is gone"), "{shown}");
    assert_eq!(browser.get(&path).await.status, StatusCode::NOT_FOUND);
}
