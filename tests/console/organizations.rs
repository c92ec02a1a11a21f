//! Organizations: the list, one at a glance, its settings, its end.

use chrono::TimeDelta;
use grantd::domain::credential::CredentialKind;
use grantd::domain::user::{Role, User};
use reqwest::StatusCode;

use super::cast::{Cast, SCRIPT};
use crate::support::server::TestServer;

const LIST: &str = "/console/organizations";
const ACME: &str = "/console/organizations/acme";

#[actix_web::test]
async fn each_sees_the_organizations_that_are_theirs() {
    let cast = Cast::new().await;
    let page = async |user: &User| cast.server.browser_of(user).await.open(LIST).await.html;
    let admin = page(&cast.org_admin).await;
    assert!(admin.contains("/console/organizations/acme\">Acme</a>"));
    assert!(admin.contains("Organization admin"));
    assert!(!admin.contains("/console/organizations/other"));
    assert!(!admin.contains("New organization"));
    assert!(page(&cast.agent_admin).await.contains("Agent admin"));
    assert!(!page(&cast.stranger).await.contains(ACME));
    let operator = page(&cast.operator).await;
    assert!(operator.contains(ACME) && operator.contains("/console/organizations/other"));
    assert!(operator.contains("New organization"));
    let nobody = cast.server.account("dan@example.com", false).await;
    assert!(page(&nobody).await.contains("no place in any organization"));
}

#[actix_web::test]
async fn an_operator_looks_for_one_and_pages_through_all() {
    let cast = Cast::new().await;
    let browser = cast.server.browser_of(&cast.operator).await;
    for number in 0..60 {
        // Ids of one millisecond have no order.
        cast.server.advance(TimeDelta::milliseconds(2));
        cast.server.organization(&format!("o-{number}")).await;
    }
    let first = browser.open(LIST).await.html;
    assert!(first.contains("organizations/o-47\"") && !first.contains("organizations/o-48\""));
    let (_, next) = first.split_once("?after=").expect("a way on");
    let cursor = next.split('"').next().unwrap();
    let second = browser.open(&format!("{LIST}?after={cursor}")).await.html;
    assert!(second.contains("organizations/o-48\"") && !second.contains("organizations/o-47\""));
    assert!(second.contains("First page") && !second.contains(">Next<"));
    // A cursor of another list leads to the beginning.
    let other = browser.open(&format!("{LIST}?q=o-&after={cursor}")).await;
    assert!(other.html.contains("organizations/o-0\""));

    let found = browser.open(&format!("{LIST}?q=O-5")).await.html;
    assert!(found.contains("organizations/o-5\"") && found.contains("organizations/o-59\""));
    assert!(!found.contains("organizations/o-6\""));
    let none = browser.open(&format!("{LIST}?q=%25")).await.html;
    assert!(none.contains("Nothing matches"));
    let script = browser.open(&format!("{LIST}?q=<script>")).await.html;
    assert!(script.contains("&#60;script&#62;") || script.contains("&lt;script&gt;"));
}

#[actix_web::test]
async fn the_overview_is_for_those_who_have_a_place_there() {
    let cast = Cast::new().await;
    assert_eq!(cast.answers(ACME).await, [200, 200, 200, 404, 200]);
    let other = format!("{LIST}/{}", cast.other.id);
    assert_eq!(cast.answers(&other).await, [404, 404, 404, 200, 200]);
}

#[actix_web::test]
async fn the_overview_tells_what_needs_attention() {
    let server = TestServer::builder()
        .setting("limits.api_keys_per_organization", "1")
        .start()
        .await;
    let user = server.user("ann@example.com", Role::OrgAdmin, &[]).await;
    let quiet = server.browser_of(&user).await.open(ACME).await.html;
    assert!(quiet.contains("Nothing now"), "{quiet}");
    assert!(quiet.contains("/credentials/new?kind=oauth_client"));
    assert!(quiet.contains("/credentials/new?kind=api_key"));

    server
        .client_with(|new| {
            new.kind = CredentialKind::ApiKey;
            new.user_id = Some(user.id);
            new.name = SCRIPT.parse().unwrap();
        })
        .await;
    let end = server.app.now() + TimeDelta::days(110);
    server.client_with(|new| new.expires_at = Some(end)).await;
    server.advance(TimeDelta::days(91));
    let told = server.browser_of(&user).await.open(ACME).await.html;
    assert!(told.contains("1 of 1"), "{told}");
    assert!(told.contains("API keys: there is no room for another one"));
    assert!(!told.contains("/credentials/new?kind=api_key"));
    assert!(told.contains("API credentials: <a href=\"/console/organizations/acme/credentials?kind=oauth_client&amp;show=expiring\">1 expiring"));
    assert!(told.contains("kind=oauth_client&amp;show=unused\">1 unused"));
    assert!(told.contains("My API keys") && !told.contains("<script>alert"));
    assert!(told.contains("alert(&#39;x&#39;)"), "the key is named");
}

#[actix_web::test]
async fn who_sees_some_agents_only_learns_nothing_of_the_rest() {
    let cast = Cast::new().await;
    cast.server.agent("moonshot").await;
    let name = "of-the-organization";
    cast.server
        .client_with(|new| new.name = name.parse().unwrap())
        .await;
    let browser = cast.server.browser_of(&cast.agent_admin).await;
    let page = browser.open(ACME).await.html;
    assert!(page.contains("Agent admin") && page.contains(">bot</a>"));
    assert!(!page.contains("moonshot") && !page.contains(name));
    assert!(!page.contains(" of 25<"), "others' are not counted");
    assert!(!page.contains("/settings"));
}

#[actix_web::test]
async fn an_admin_renames_and_an_operator_sets_limits() {
    let cast = Cast::new().await;
    let settings = format!("{ACME}/settings");
    assert_eq!(cast.answers(&settings).await, [200, 403, 403, 404, 200]);
    let browser = cast.server.browser_of(&cast.org_admin).await;
    let form = browser.open(&settings).await;
    assert!(!form.html.contains("api_key_limit"));
    let fields = |slug, name| {
        let version = form.hidden("version").unwrap();
        [
            ("slug", slug),
            ("name", name),
            ("version", version),
            // Not the admin's to say: it is left alone.
            ("api_key_limit", "7".to_owned()),
        ]
    };
    let send = async |path: &str, fields: &[(&str, String)]| {
        let fields: Vec<_> = fields.iter().map(|(a, b)| (*a, b.as_str())).collect();
        browser.submit_from(&form, path, &fields).await
    };
    let bad = send(&settings, &fields("No Slug".into(), SCRIPT.into())).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(bad.html.contains("id=\"slug-error\"") && bad.html.contains("No Slug"));
    assert!(!bad.html.contains("<script>alert"));
    let taken = send(&settings, &fields("other".into(), "Acme".into())).await;
    assert!(
        taken
            .html
            .contains("There is an organization with this slug")
    );

    let saved = send(&settings, &fields("acme-2".into(), SCRIPT.into())).await;
    assert_eq!(saved.leads_to(), "/console/organizations/acme-2?done=saved",);
    let page = browser.open(saved.leads_to()).await.html;
    assert!(page.contains("Saved.") && !page.contains("<script>alert"));

    // The form is of a state that is gone.
    let late = send(
        "/console/organizations/acme-2/settings",
        &fields("acme-3".into(), "Acme".into()),
    )
    .await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(late.html.contains("Somebody else changed this"));

    let browser = cast.server.browser_of(&cast.operator).await;
    let path = "/console/organizations/acme-2/settings";
    let form = browser.open(path).await;
    let version = form.hidden("version").unwrap();
    let send = async |limit: &str| {
        let fields = [
            ("slug", "acme"),
            ("name", "Acme"),
            ("version", version.as_str()),
            ("api_key_limit", limit),
        ];
        browser.submit_from(&form, path, &fields).await
    };
    for (limit, told) in [("many", "whole number"), ("100001", "0 to 100000")] {
        let bad = send(limit).await;
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(bad.html.contains("id=\"api_key_limit-error\""), "{limit}");
        assert!(bad.html.contains(told), "{}", bad.html);
    }
    send("3").await.leads_to();
    let page = browser.open(ACME).await.html;
    assert!(page.contains("0 of 3"), "{page}");
}

#[actix_web::test]
async fn an_operator_deletes_one_by_its_short_name() {
    let cast = Cast::new().await;
    let delete = format!("{ACME}/delete");
    assert_eq!(cast.answers(&delete).await, [403, 403, 403, 404, 200]);
    let refused = [
        (&cast.org_admin, 403),
        (&cast.member, 403),
        (&cast.stranger, 404),
    ];
    cast.refused(&delete, &[("confirm_slug", "acme")], &refused)
        .await;
    let browser = cast.server.browser_of(&cast.operator).await;
    let wrong = browser
        .submit(&delete, &delete, &[("confirm_slug", SCRIPT)])
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!wrong.html.contains("<script>alert"));
    browser.open(ACME).await;
    let gone = browser
        .submit(&delete, &delete, &[("confirm_slug", "acme")])
        .await;
    assert_eq!(
        gone.leads_to(),
        "/console/organizations?done=organization-deleted"
    );
    assert_eq!(browser.get(ACME).await.status, StatusCode::NOT_FOUND);
}
