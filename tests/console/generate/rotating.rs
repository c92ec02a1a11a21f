//! A new secret beside the old one.

use chrono::TimeDelta;
use grantd::domain::credential::CredentialKind;
use grantd::domain::user::Role;

use super::{CREDENTIALS, browser, key, no_secret, pair, whoami};
use crate::support::server::{TestClient, TestServer};

fn path(client: &TestClient) -> String {
    format!("{CREDENTIALS}/{}/rotate", client.id)
}

async fn works(server: &TestServer, client: &TestClient) -> bool {
    server.token_response(client, &[]).await.status() == 200
}

/// Sends the form of the page as it stands, with this overlap.
async fn send(
    browser: &crate::support::browser::Browser<'_>,
    page: &crate::support::browser::Shown,
    path: &str,
    overlap: &str,
) -> crate::support::browser::Shown {
    let state = page.hidden("state").unwrap().replace("&#34;", "\"");
    let fields = [("state", state.as_str()), ("overlap", overlap)];
    browser.submit_from(page, path, &fields).await
}

#[actix_web::test]
async fn both_work_until_the_old_one_ends() {
    let server = TestServer::start().await;
    let admin = browser(&server, Role::OrgAdmin, &[]).await;
    let old = server.client().await;
    let path = path(&old);
    let form = admin.open(&path).await;
    let hint = &old.secret[old.secret.len() - 4..];
    assert!(form.html.contains(hint), "{}", form.html);
    no_secret(&form);
    let page = send(&admin, &form, &path, "1h").await;
    let new = pair(&page);
    assert_eq!(new.id, old.id);
    let ends = (server.app.now() + TimeDelta::hours(1)).format("%Y-%m-%d %H:%M UTC");
    let told = format!(">{ends}</time>");
    assert!(
        page.html.contains("works until") && page.html.contains(&told),
        "{}",
        page.html
    );
    assert!(works(&server, &old).await && works(&server, &new).await);

    // Sent again, it makes no third, and shows nothing.
    let again = send(&admin, &form, &path, "1h").await;
    assert_eq!(again.status, 409);
    assert!(again.html.contains("This was done already"));
    no_secret(&again);

    // With two, there is no form but a way to delete one.
    let full = admin.open(&path).await;
    assert!(full.html.contains("Two secrets work already"));
    assert_eq!(full.hidden("state"), None);
    no_secret(&full);

    server.advance(TimeDelta::hours(1));
    assert!(!works(&server, &old).await && works(&server, &new).await);
    assert!(admin.open(&path).await.hidden("state").is_some());
}

#[actix_web::test]
async fn without_an_overlap_the_old_one_stops_at_once() {
    let server = TestServer::start().await;
    let admin = browser(&server, Role::OrgAdmin, &[]).await;
    let old = server
        .client_with(|new| new.kind = CredentialKind::ApiKey)
        .await;
    let path = path(&old);
    let form = admin.open(&path).await;
    let page = send(&admin, &form, &path, "0s").await;
    let new = key(&page);
    assert!(page.html.contains("It is refused from now on"));
    assert_eq!(whoami(&server, &new).await.0, 200);
    assert_eq!(
        whoami(&server, &format!("{}:{}", old.id, old.secret))
            .await
            .0,
        401
    );
}

#[actix_web::test]
async fn the_old_one_can_be_deleted_before_its_time() {
    let server = TestServer::start().await;
    let admin = browser(&server, Role::OrgAdmin, &[]).await;
    let old = server.client().await;
    let path = path(&old);
    let form = admin.open(&path).await;
    // The older one stands first.
    server.advance(TimeDelta::minutes(1));
    let new = pair(&send(&admin, &form, &path, "7d").await);
    let full = admin.open(&path).await;
    let (_, rest) = full
        .html
        .split_once("/secrets/")
        .expect("a form that deletes");
    let (oldest, _) = rest.split_once("/delete").unwrap();
    let delete = format!("{CREDENTIALS}/{}/secrets/{oldest}/delete", old.id);
    let done = admin.submit_from(&full, &delete, &[]).await;
    assert_eq!(
        done.leads_to(),
        format!("{CREDENTIALS}/{}?done=secret-deleted", old.id)
    );
    assert!(!works(&server, &old).await && works(&server, &new).await);
    // The form that made the second one makes no third, though there would be room.
    let again = send(&admin, &form, &path, "7d").await;
    assert_eq!(again.status, 409);
    no_secret(&again);
    // The last one stays.
    let page = admin.open(&path).await;
    let (_, rest) = full.html.rsplit_once("/secrets/").unwrap();
    let (last, _) = rest.split_once("/delete").unwrap();
    let delete = format!("{CREDENTIALS}/{}/secrets/{last}/delete", old.id);
    assert_eq!(admin.submit_from(&page, &delete, &[]).await.status, 409);
    assert!(works(&server, &new).await);
}

#[actix_web::test]
async fn what_was_not_seen_is_not_rotated() {
    let server = TestServer::start().await;
    let admin = browser(&server, Role::OrgAdmin, &[]).await;
    let client = server.client().await;
    let path = path(&client);
    let form = admin.open(&path).await;
    for overlap in ["", "5y", "100d"] {
        let page = send(&admin, &form, &path, overlap).await;
        assert_eq!(page.status, 422, "{overlap}");
        assert!(page.html.contains("id=\"overlap-error\""));
    }
    // The new secret went, and with it the id that the form gave: the state tells them apart.
    let second = admin.open(&path).await;
    pair(&send(&admin, &form, &path, "24h").await);
    let refused = send(&admin, &second, &path, "24h").await;
    assert_eq!(refused.status, 409);
    assert!(
        refused
            .html
            .contains("Somebody else changed this meanwhile"),
        "{}",
        refused.html
    );
    no_secret(&refused);
    // Another's credential is not there.
    server.organization("other").await;
    let elsewhere = path.replace("/acme/", "/other/");
    assert_eq!(admin.get(&elsewhere).await.status, 404);
}
