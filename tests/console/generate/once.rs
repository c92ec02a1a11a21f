//! A form makes something once, and a secret is shown once.

use chrono::TimeDelta;
use grantd::domain::user::Role;

use super::{CREDENTIALS, NEW, NEW_KEY, browser, count, generate, no_secret, pair, scope};
use crate::support::server::TestServer;

#[actix_web::test]
async fn a_form_that_is_sent_again_makes_nothing_and_shows_nothing() {
    let server = TestServer::start().await;
    let admin = browser(&server, Role::OrgAdmin, &[]).await;
    let form = admin.open(NEW).await;
    let read = scope(&server, "api:read");
    let fields = [("name", "ci"), ("scope", read.as_str())];
    let made = pair(&admin.submit_from(&form, NEW, &fields).await);
    let changed = [("name", "other"), ("scope", read.as_str())];
    for (path, fields) in [(NEW, &fields), (NEW, &changed), (NEW_KEY, &fields)] {
        let again = admin.submit_from(&form, path, fields).await;
        assert_eq!(again.status, 409, "{}", again.html);
        no_secret(&again);
        assert!(again.html.contains("This was done already"));
        let link = format!("{CREDENTIALS}/{}\"", made.id);
        assert!(again.html.contains(&link), "{}", again.html);
    }
    assert_eq!(count(&server).await, 1);
    // The form itself can be opened again, and shows nothing either.
    no_secret(&admin.open(NEW).await);

    // Deleted, it does not come back.
    let path = format!("/v1/organizations/acme/credentials/{}", made.id);
    let caller = server.admin().await;
    let deleted = server.call(&caller, "DELETE", &path).await.send().await;
    assert_eq!(deleted.unwrap().status(), 204);
    let again = admin.submit_from(&form, NEW, &fields).await;
    assert_eq!(again.status, 409);
    assert!(
        again.html.contains("is not there any more"),
        "{}",
        again.html
    );
}

#[actix_web::test]
async fn two_at_once_make_one() {
    let server = TestServer::start().await;
    let admin = browser(&server, Role::OrgAdmin, &[]).await;
    let form = admin.open(NEW).await;
    let read = scope(&server, "api:read");
    let fields = [("name", "ci"), ("scope", read.as_str())];
    let (one, two) = tokio::join!(
        admin.submit_from(&form, NEW, &fields),
        admin.submit_from(&form, NEW, &fields),
    );
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    assert_eq!(count(&server).await, 1);
}

#[actix_web::test]
async fn a_form_of_another_session_or_of_the_day_before_is_refused() {
    let server = TestServer::start().await;
    let user = server.user("ann@example.com", Role::OrgAdmin, &[]).await;
    let (mine, other) = (
        server.browser_of(&user).await,
        server.browser_of(&user).await,
    );
    let read = scope(&server, "api:read");
    let of_another = other.open(NEW).await;
    let here = mine.open(NEW).await;
    let csrf = here.hidden("csrf_token").unwrap();
    let strange = of_another.hidden("form_id").unwrap();
    let own = here.hidden("form_id").unwrap();
    let stale = of_another.hidden("csrf_token").unwrap();
    let id = grantd::domain::ids::uuid_v7(server.app.now(), [7; 10]).to_string();
    for (csrf, form_id) in [
        (csrf.as_str(), strange.as_str()),
        (&stale, &own),
        (&csrf, ""),
        (&csrf, &id),
    ] {
        let fields = [
            ("csrf_token", csrf),
            ("form_id", form_id),
            ("name", "ci"),
            ("scope", read.as_str()),
        ];
        let refused = mine.post_as_it_is(NEW, &fields).await;
        assert_eq!(refused.status, 403);
        no_secret(&refused);
    }
    // As long as the session lives: its own end is not the one that is looked at here.
    server.advance(TimeDelta::hours(24) + TimeDelta::seconds(1));
    let later = server.browser_of(&user).await;
    let kept = mine.cookie();
    let fields = [("name", "ci"), ("scope", read.as_str())];
    mine.set_cookie(later.cookie());
    let page = mine.open(NEW).await;
    server.advance(TimeDelta::minutes(5));
    assert_eq!(mine.submit_from(&page, NEW, &fields).await.status, 200);
    mine.set_cookie(kept);
    let refused = mine.submit_from(&here, NEW, &fields).await;
    assert_ne!(refused.status, 200);
    assert_eq!(count(&server).await, 1);
}

#[actix_web::test]
async fn a_form_that_lay_for_a_day_makes_nothing_although_the_session_lives() {
    let server = TestServer::builder()
        .setting("console.idle_timeout", "2d")
        .setting("console.session_lifetime", "3d")
        .start()
        .await;
    let admin = browser(&server, Role::OrgAdmin, &[]).await;
    let form = admin.open(NEW).await;
    let read = scope(&server, "api:read");
    let fields = [("name", "ci"), ("scope", read.as_str())];
    server.advance(TimeDelta::hours(24) + TimeDelta::seconds(1));
    let refused = admin.submit_from(&form, NEW, &fields).await;
    assert_eq!(refused.status, 403, "{}", refused.html);
    assert!(refused.html.contains("more than a day ago"));
    assert_eq!(generate(&server, &admin).await.status, 200);
}
