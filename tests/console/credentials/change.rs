//! The page of one credential, editing it, and switching it off and on.

use chrono::TimeDelta;
use grantd::domain::credential::CredentialStatus;
use grantd::domain::limit::{Quota, QuotaPeriod, RateLimit};
use grantd::domain::user::Role;
use reqwest::StatusCode;

use super::{hides, named, page_of, rotate, shows, stored, uses};
use crate::support::server::TestServer;

#[actix_web::test]
async fn all_facts_are_told() {
    let server = TestServer::start().await;
    let agent = server.agent("invoice-bot").await;
    let end = "2031-02-03T04:05:06Z".parse().expect("a time");
    server
        .resource_server_with("https://b.example", &["b:pay"], |new| {
            new.scopes[0].description = "Pays bills".to_owned();
        })
        .await;
    let client = server
        .client_with(|new| {
            new.name = "billing".parse().expect("a name");
            new.description = Some("Ask Ada".parse().expect("a description"));
            new.agent_id = Some(agent.id);
            new.audiences
                .push("https://b.example".parse().expect("an identifier"));
            new.expires_at = Some(end);
            new.token_ttl_seconds = Some(600);
            new.rate_limit = Some(RateLimit {
                requests: 5,
                per_seconds: 60,
                enforce: true,
            });
            new.quota = Some(Quota {
                requests: 900,
                per: QuotaPeriod::Month,
                enforce: false,
            });
        })
        .await;
    let user = server.user("admin@example.com", Role::OrgAdmin, &[]).await;
    let shown = server.browser_of(&user).await.open(&page_of(&client)).await;
    let hint = stored(&server, &client).await.secrets[0].hint.clone();
    shows(
        &shown,
        &[
            "<h1>billing</h1>",
            &format!("<code id=\"credential-id\">{}</code>", client.id),
            "data-copy=\"#credential-id\"",
            "Ask Ada",
            "Agent invoice-bot",
            "A command on the server",
            "2031-02-03 04:05 UTC",
            "10 minutes (600 seconds)",
            "5 requests in 60 seconds, more is refused",
            "900 requests a month, more is only counted",
            "https://api.example.com",
            "<code>b:pay</code> <span class=\"soft\">Pays bills</span>",
            &format!("<code>{hint}</code>"),
            "The only one",
        ],
    );
    hides(&shown, &[&client.secret]);
}

#[actix_web::test]
async fn which_secret_is_still_in_use_is_told() {
    let server = TestServer::start().await;
    let old = named(&server, "ci").await;
    server.advance(TimeDelta::minutes(1));
    let new = rotate(&server, &old).await;
    let user = server.user("admin@example.com", Role::OrgAdmin, &[]).await;
    let browser = server.browser_of(&user).await;
    let page = page_of(&old);
    shows(
        &browser.open(&page).await,
        &["Neither secret has been used"],
    );
    server.advance(TimeDelta::minutes(1));
    uses(&server, &old).await;
    shows(
        &browser.open(&page).await,
        &["Programs still use the older secret", "In use"],
    );
    uses(&server, &new).await;
    shows(
        &browser.open(&page).await,
        &["some program still has the older one"],
    );
}

#[actix_web::test]
async fn a_form_changes_what_it_shows() {
    let server = TestServer::start().await;
    let client = named(&server, "ci").await;
    let user = server.user("admin@example.com", Role::OrgAdmin, &[]).await;
    let browser = server.browser_of(&user).await;
    let edit = format!("{}/edit", page_of(&client));
    let form = browser.open(&edit).await;
    let version = form.hidden("version").expect("a version");
    let fields = [
        ("version", version.as_str()),
        ("name", " CI of Ada "),
        ("description", "Runs at night"),
        ("expires_at", "2031-02-03T04:05"),
        ("rate_requests", "5"),
        ("rate_seconds", "60"),
        ("rate_enforce", "yes"),
        ("quota_requests", "900"),
        ("quota_per", "month"),
    ];
    let saved = browser.submit_from(&form, &edit, &fields).await;
    assert_eq!(
        saved.leads_to(),
        format!("{}?done=changed", page_of(&client))
    );
    let now = stored(&server, &client).await;
    assert_eq!(now.name.as_str(), "CI of Ada");
    assert_eq!(now.description.expect("one").as_str(), "Runs at night");
    assert_eq!(
        now.expires_at,
        Some("2031-02-03T04:05:00Z".parse().expect("a time"))
    );
    let (rate, quota) = (now.rate_limit.expect("one"), now.quota.expect("one"));
    assert_eq!(
        (rate.requests, rate.per_seconds, rate.enforce),
        (5, 60, true)
    );
    assert_eq!(
        (quota.requests, quota.per, quota.enforce),
        (900, QuotaPeriod::Month, false)
    );

    // And all of it away again.
    let form = browser.open(&edit).await;
    shows(
        &form,
        &[
            "value=\"2031-02-03T04:05\"",
            "value=\"Runs at night\"",
            "value=\"900\"",
        ],
    );
    let version = form.hidden("version").expect("a version");
    let fields = [("version", version.as_str()), ("name", "ci")];
    browser.submit_from(&form, &edit, &fields).await.leads_to();
    let now = stored(&server, &client).await;
    assert_eq!((now.description, now.expires_at), (None, None));
    assert_eq!((now.rate_limit, now.quota), (None, None));
}

#[actix_web::test]
async fn what_somebody_else_changed_meanwhile_is_not_lost() {
    let server = TestServer::start().await;
    let client = named(&server, "ci").await;
    let ada = server.user("ada@example.com", Role::OrgAdmin, &[]).await;
    let bob = server.user("bob@example.com", Role::OrgAdmin, &[]).await;
    let (ada, bob) = (server.browser_of(&ada).await, server.browser_of(&bob).await);
    let edit = format!("{}/edit", page_of(&client));
    let (one, two) = (ada.open(&edit).await, bob.open(&edit).await);
    let version = one.hidden("version").expect("a version");
    let by_ada = [("version", version.as_str()), ("name", "of Ada")];
    ada.submit_from(&one, &edit, &by_ada).await.leads_to();
    let by_bob = [("version", version.as_str()), ("name", "of Bob")];
    let refused = bob.submit_from(&two, &edit, &by_bob).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    shows(
        &refused,
        &[
            "Somebody else changed this",
            "Name: of Ada",
            "value=\"of Bob\"",
        ],
    );
    assert_eq!(stored(&server, &client).await.name.as_str(), "of Ada");
    for none in ["", "x", "\"", "*"] {
        let fields = [("version", none), ("name", "of Bob")];
        let refused = bob.submit_from(&two, &edit, &fields).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "{none:?}");
    }
    // Having seen it, Bob may.
    let version = refused.hidden("version").expect("a version");
    let by_bob = [("version", version.as_str()), ("name", "of Bob")];
    bob.submit_from(&refused, &edit, &by_bob).await.leads_to();
    assert_eq!(stored(&server, &client).await.name.as_str(), "of Bob");
}

#[actix_web::test]
async fn what_is_wrong_stands_at_its_field() {
    let server = TestServer::start().await;
    let client = named(&server, "ci").await;
    let user = server.user("admin@example.com", Role::OrgAdmin, &[]).await;
    let browser = server.browser_of(&user).await;
    let edit = format!("{}/edit", page_of(&client));
    let form = browser.open(&edit).await;
    let version = form.hidden("version").expect("a version");
    let long = "x".repeat(1_001);
    for (field, value) in [
        ("name", ""),
        ("name", "a\u{202e}b"),
        ("description", long.as_str()),
        ("expires_at", "tomorrow"),
        ("expires_at", "2001-01-01T00:00"),
        ("expires_at", "9999-01-01T00:00"),
        ("rate_requests", "5"),
        ("quota_requests", "-1"),
    ] {
        let name = if field == "name" { value } else { "new" };
        let fields = [
            ("version", version.as_str()),
            ("name", name),
            (field, value),
        ];
        let refused = browser.submit_from(&form, &edit, &fields).await;
        assert_eq!(
            refused.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{field}={value}"
        );
        let at = if field == "rate_requests" {
            "rate_seconds"
        } else {
            field
        };
        shows(&refused, &[&format!("id=\"{at}-error\""), "id=\"errors\""]);
    }
    assert_eq!(stored(&server, &client).await.name.as_str(), "ci");
}

#[actix_web::test]
async fn limits_are_not_an_agent_admins_to_change() {
    let server = TestServer::start().await;
    let agent = server.agent("bot").await;
    let limit = RateLimit {
        requests: 5,
        per_seconds: 60,
        enforce: true,
    };
    let client = server
        .client_with(|new| {
            new.agent_id = Some(agent.id);
            new.rate_limit = Some(limit);
        })
        .await;
    let user = server
        .user("agent@example.com", Role::AgentAdmin, &[agent.id])
        .await;
    let browser = server.browser_of(&user).await;
    let edit = format!("{}/edit", page_of(&client));
    let form = browser.open(&edit).await;
    hides(&form, &["rate_requests"]);
    let version = form.hidden("version").expect("a version");
    let fields = [
        ("version", version.as_str()),
        ("name", "new"),
        ("rate_requests", "9"),
        ("rate_seconds", "1"),
    ];
    browser.submit_from(&form, &edit, &fields).await.leads_to();
    let now = stored(&server, &client).await;
    assert_eq!((now.name.as_str(), now.rate_limit), ("new", Some(limit)));
}

#[actix_web::test]
async fn it_is_switched_off_and_on() {
    let server = TestServer::start().await;
    let client = named(&server, "ci").await;
    let user = server.user("admin@example.com", Role::OrgAdmin, &[]).await;
    let browser = server.browser_of(&user).await;
    let page = page_of(&client);
    let (disable, enable) = (format!("{page}/disable"), format!("{page}/enable"));
    for _ in 0..2 {
        let off = browser.submit(&disable, &disable, &[]).await;
        assert_eq!(off.leads_to(), format!("{page}?done=disabled"));
    }
    assert_eq!(
        stored(&server, &client).await.status,
        CredentialStatus::Disabled
    );
    let refused = server.token_response(&client, &[]).await;
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    let shown = browser.open(&format!("{page}?done=disabled")).await;
    shows(&shown, &["badge off\">Disabled", "refused within a second"]);
    let on = browser.submit_from(&shown, &enable, &[]).await;
    assert_eq!(on.leads_to(), format!("{page}?done=enabled"));
    server.token(&client, &[]).await;
    let looked = browser.get(&enable).await;
    assert_eq!(looked.status, StatusCode::METHOD_NOT_ALLOWED);
}
