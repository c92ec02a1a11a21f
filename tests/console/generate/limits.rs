//! The organization's limit.

use grantd::domain::credential::CredentialKind;
use grantd::domain::user::Role;

use super::{NEW, NEW_KEY, browser, key, no_secret, scope};
use crate::support::server::TestServer;

#[actix_web::test]
async fn the_eleventh_key_is_refused_and_unused_ones_are_named() {
    let server = TestServer::start().await;
    let admin = browser(&server, Role::OrgAdmin, &[]).await;
    let read = scope(&server, "api:read");
    let fields = [("name", "last"), ("scope", read.as_str())];
    for _ in 0..9 {
        server
            .client_with(|new| new.kind = CredentialKind::ApiKey)
            .await;
    }
    let form = admin.open(NEW_KEY).await;
    let spare = admin.open(NEW_KEY).await;
    let made = key(&admin.submit_from(&form, NEW_KEY, &fields).await);

    let full = admin.open(NEW_KEY).await;
    assert!(
        full.html.contains("reached its limit of 10 API keys"),
        "{}",
        full.html
    );
    assert!(full.html.contains("Used longest ago") && full.html.contains(">ci</a>"));
    assert_eq!(full.hidden("form_id"), None);
    // A form that was open already is refused, and keeps what was typed.
    let refused = admin.submit_from(&spare, NEW_KEY, &fields).await;
    assert_eq!(refused.status, 422);
    assert!(
        refused
            .html
            .contains("has reached its limit of 10 API keys")
    );
    assert!(refused.html.contains("value=\"last\""));
    no_secret(&refused);
    // The tenth, sent again, was done already: that comes before the limit.
    let again = admin.submit_from(&form, NEW_KEY, &fields).await;
    assert_eq!(again.status, 409);
    assert!(again.html.contains(made.split(':').next().unwrap()));
    // OAuth clients have a limit of their own.
    assert!(admin.open(NEW).await.hidden("form_id").is_some());
}
