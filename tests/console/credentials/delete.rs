//! Deleting a credential, or one of its secrets.

use chrono::TimeDelta;
use grantd::domain::credential::CredentialStatus;
use grantd::domain::user::Role;
use reqwest::StatusCode;

use super::{LIST, hides, named, page_of, rotate, shows, stored, uses};
use crate::support::server::TestServer;

#[actix_web::test]
async fn the_name_of_what_is_in_use_is_asked_for() {
    let server = TestServer::start().await;
    let client = named(&server, "nightly  sync").await;
    uses(&server, &client).await;
    let user = server.user("admin@example.com", Role::OrgAdmin, &[]).await;
    server.advance(TimeDelta::days(6));
    let browser = server.browser_of(&user).await;
    let delete = format!("{}/delete", page_of(&client));
    let asks = browser.open(&delete).await;
    shows(&asks, &["It is in use", "confirm_name", "within a second"]);
    for wrong in ["", "nightly", "Nightly sync"] {
        let fields = [("confirm_name", wrong)];
        let refused = browser.submit_from(&asks, &delete, &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        shows(&refused, &["id=\"confirm_name-error\""]);
    }
    server.token(&client, &[]).await;
    let fields = [("confirm_name", " nightly sync")];
    let gone = browser.submit_from(&asks, &delete, &fields).await;
    assert_eq!(
        gone.leads_to(),
        format!("{LIST}?kind=oauth_client&done=deleted")
    );
    assert_eq!(
        stored(&server, &client).await.status,
        CredentialStatus::Revoked
    );
    let refused = server.token_response(&client, &[]).await;
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    let list = browser.open(gone.leads_to()).await;
    shows(&list, &["Deleted."]);
    for path in [&page_of(&client), &delete] {
        let shown = browser.get(path).await;
        assert_eq!(shown.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[actix_web::test]
async fn what_nothing_uses_goes_at_once() {
    let server = TestServer::start().await;
    let (never, stale) = (named(&server, "never").await, named(&server, "stale").await);
    uses(&server, &stale).await;
    let user = server.user("admin@example.com", Role::OrgAdmin, &[]).await;
    server.advance(TimeDelta::days(7));
    let browser = server.browser_of(&user).await;
    for client in [&never, &stale] {
        let delete = format!("{}/delete", page_of(client));
        let asks = browser.open(&delete).await;
        hides(&asks, &["confirm_name"]);
        browser.submit_from(&asks, &delete, &[]).await.leads_to();
        assert_eq!(
            stored(&server, client).await.status,
            CredentialStatus::Revoked
        );
    }
}

#[actix_web::test]
async fn a_secret_goes_and_the_other_stays() {
    let server = TestServer::start().await;
    let old = named(&server, "ci").await;
    server.advance(TimeDelta::minutes(1));
    let new = rotate(&server, &old).await;
    let secrets = stored(&server, &old).await.secrets;
    let mut secrets: Vec<_> = secrets
        .iter()
        .map(|secret| (secret.created_at, secret.id))
        .collect();
    secrets.sort_unstable_by_key(|(at, _)| *at);
    let page = page_of(&old);
    let at = |index: usize| format!("{page}/secrets/{}/delete", secrets[index].1);
    let user = server.user("admin@example.com", Role::OrgAdmin, &[]).await;
    let browser = server.browser_of(&user).await;

    // One that is in use asks first.
    uses(&server, &old).await;
    let shown = browser.open(&page).await;
    shows(
        &shown,
        &[
            &format!("href=\"{}\"", at(0)),
            &format!("action=\"{}\"", at(1)),
        ],
    );
    let asked = browser.submit_from(&shown, &at(0), &[]).await;
    assert_eq!(asked.leads_to(), at(0));
    assert_eq!(stored(&server, &old).await.secrets.len(), 2);
    let asks = browser.open(&at(0)).await;
    shows(&asks, &["It is in use"]);
    let gone = browser
        .submit_from(&asks, &at(0), &[("confirmed", "yes")])
        .await;
    assert_eq!(gone.leads_to(), format!("{page}?done=secret-deleted"));
    let refused = server.token_response(&old, &[]).await;
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    server.token(&new, &[]).await;

    // The last one stays.
    let last = browser.open(&at(1)).await;
    shows(&last, &["It is the only one", "/rotate"]);
    let refused = browser
        .submit_from(&last, &at(1), &[("confirmed", "yes")])
        .await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    let unknown = browser.get(&at(0)).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

#[actix_web::test]
async fn a_secret_that_nothing_uses_goes_at_once() {
    let server = TestServer::start().await;
    let old = named(&server, "ci").await;
    rotate(&server, &old).await;
    let secret = stored(&server, &old).await.secrets[0].id;
    let user = server.user("admin@example.com", Role::OrgAdmin, &[]).await;
    let browser = server.browser_of(&user).await;
    let page = page_of(&old);
    let delete = format!("{page}/secrets/{secret}/delete");
    let gone = browser.submit(&page, &delete, &[]).await;
    assert_eq!(gone.leads_to(), format!("{page}?done=secret-deleted"));
    assert_eq!(stored(&server, &old).await.secrets.len(), 1);
}
