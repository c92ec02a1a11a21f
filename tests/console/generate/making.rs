//! The form, and what it makes.

use chrono::TimeDelta;
use grantd::domain::user::Role;
use serde_json::Value;

use super::{CREDENTIALS, NEW, NEW_KEY, browser, generate, key, pair, scope, whoami};
use crate::support::server::{API, TestServer, claims};

#[actix_web::test]
async fn the_pair_works_at_once() {
    let server = TestServer::start().await;
    let admin = browser(&server, Role::OrgAdmin, &[]).await;
    let form = admin.open(NEW).await;
    for offered in ["api:read", "api:write", "credentials:write"] {
        assert!(form.html.contains(offered), "{offered}");
    }
    // Nothing is ticked, and what only operators may have is not offered.
    assert!(
        !form
            .html
            .contains("type=\"checkbox\" name=\"scope\" checked")
    );
    assert!(!form.html.contains("signing-keys:write"));

    let page = generate(&server, &admin).await;
    let pair = pair(&page);
    let token = server.token(&pair, &[]).await;
    assert_eq!(claims(&token)["aud"], API);
    assert_eq!(claims(&token)["scope"], "api:read");
    for line in [
        format!("curl -u {}:{}", pair.id, pair.secret),
        format!("export GRANTD_CLIENT_SECRET={}", pair.secret),
        "grantd call --credentials credentials.json".to_owned(),
        "from kognic.auth.requests.base_client import create_session".to_owned(),
        format!("{CREDENTIALS}/{}?done=generated", pair.id),
    ] {
        assert!(page.html.contains(&line), "{line}: {}", page.html);
    }
}

#[actix_web::test]
async fn all_that_is_asked_for_is_had() {
    let server = TestServer::start().await;
    let agent = server.agent("bot").await;
    let other = server
        .resource_server("https://b.example.com", &["b:read"])
        .await;
    let admin = browser(&server, Role::OrgAdmin, &[]).await;
    let (first, second) = (scope(&server, "api:write"), format!("{} b:read", other.id));
    let audience = other.id.to_string();
    let fields = [
        ("name", "all"),
        ("description", "All of it"),
        ("agent", "bot"),
        ("scope", first.as_str()),
        ("scope", second.as_str()),
        ("audience", audience.as_str()),
        ("expires", "90"),
        ("token_ttl", "120"),
        ("rate_requests", "5"),
        ("rate_seconds", "60"),
        ("quota_requests", "1000"),
        ("quota_per", "day"),
        ("over_limit", "count"),
    ];
    let pair = pair(&admin.submit(NEW, NEW, &fields).await);
    let caller = server.admin().await;
    let path = format!("/v1/organizations/acme/credentials/{}", pair.id);
    let shown = server.call(&caller, "GET", &path).await.send().await;
    let shown: Value = shown.unwrap().json().await.unwrap();
    let expires = (server.app.clock.now() + TimeDelta::days(90)).timestamp();
    let found = chrono::DateTime::parse_from_rfc3339(shown["expires_at"].as_str().unwrap());
    assert_eq!(found.unwrap().timestamp(), expires);
    for (name, value) in [
        ("description", serde_json::json!("All of it")),
        ("agent_id", serde_json::json!(agent.id.to_string())),
        (
            "audiences",
            serde_json::json!(["https://b.example.com", API]),
        ),
        ("scopes", serde_json::json!(["b:read", "api:write"])),
        ("token_ttl_seconds", serde_json::json!(120)),
        (
            "rate_limit",
            serde_json::json!({"requests": 5, "per_seconds": 60, "enforce": false}),
        ),
        (
            "quota",
            serde_json::json!({"requests": 1000, "per": "day", "enforce": false}),
        ),
    ] {
        assert_eq!(shown[name], value, "{name}");
    }
}

#[actix_web::test]
async fn tokens_are_for_the_first_api_that_is_not_grantd_itself() {
    let server = TestServer::start().await;
    let admin = browser(&server, Role::OrgAdmin, &[]).await;
    let management = "00000000-0000-7000-8000-000000000001 agents:read".to_owned();
    let read = scope(&server, "api:read");
    let fields = [("name", "both"), ("scope", &management), ("scope", &read)];
    let pair = pair(&admin.submit(NEW, NEW, &fields).await);
    assert_eq!(claims(&server.token(&pair, &[]).await)["aud"], API);
}

#[actix_web::test]
async fn a_key_works_with_no_more_than_a_name() {
    let server = TestServer::start().await;
    let admin = browser(&server, Role::OrgAdmin, &[]).await;
    let form = admin.open(NEW_KEY).await;
    // What is ticked unasked is sent as it stands.
    let ticked: Vec<_> = form
        .html
        .split("name=\"scope\" value=\"")
        .skip(1)
        .filter_map(|rest| rest.split_once("\" checked>"))
        .map(|(value, _)| value)
        .filter(|value| !value.contains('"'))
        .collect();
    assert_eq!(
        ticked,
        [scope(&server, "api:read"), scope(&server, "api:write")]
    );
    let mut fields = vec![("name", "key")];
    fields.extend(ticked.iter().map(|value| ("scope", *value)));
    let page = admin.submit_from(&form, NEW_KEY, &fields).await;
    let key = key(&page);
    let (status, shown) = whoami(&server, &key).await;
    assert_eq!(
        (status, &shown["scopes"]),
        (200, &serde_json::json!(["api:read", "api:write"])),
        "{shown}"
    );
    assert!(page.html.contains(&format!("X-API-Key: {key}")));
    assert!(
        page.html
            .contains(&format!("{CREDENTIALS}?kind=api_key&#38;done=key-made")),
        "{}",
        page.html
    );
}

#[actix_web::test]
async fn what_is_wrong_stands_at_its_field_and_what_was_typed_stays() {
    let server = TestServer::start().await;
    let other = server
        .resource_server("https://b.example.com", &["api:read", "b"])
        .await;
    let admin = browser(&server, Role::OrgAdmin, &[]).await;
    let (read, twin) = (scope(&server, "api:read"), format!("{} b", other.id));
    let forged = scope(&server, "no:such");
    let audience = other.id.to_string();
    let good = [("name", "typed <b>"), ("scope", read.as_str())];
    for (field, wrong) in [
        ("name", vec![("name", " "), ("scope", read.as_str())]),
        ("scope", vec![good[0]]),
        ("scope", vec![good[0], ("scope", forged.as_str())]),
        ("scope", vec![good[0], good[1], ("scope", twin.as_str())]),
        (
            "audience",
            vec![good[0], good[1], ("audience", audience.as_str())],
        ),
        ("agent", vec![good[0], good[1], ("agent", "nobody")]),
        ("expires", vec![good[0], good[1], ("expires", "7")]),
        ("expires_on", vec![good[0], good[1], ("expires", "date")]),
        (
            "expires_on",
            vec![
                good[0],
                good[1],
                ("expires", "date"),
                ("expires_on", "2020-02-30"),
            ],
        ),
        (
            "expires_on",
            vec![
                good[0],
                good[1],
                ("expires", "date"),
                ("expires_on", "2020-01-01"),
            ],
        ),
        (
            "expires_on",
            vec![
                good[0],
                good[1],
                ("expires", "date"),
                ("expires_on", "9999-01-01"),
            ],
        ),
        (
            "expires_on",
            vec![good[0], good[1], ("expires_on", "2999-01-01")],
        ),
        ("token_ttl", vec![good[0], good[1], ("token_ttl", "1")]),
        ("token_ttl", vec![good[0], good[1], ("token_ttl", "-1")]),
        (
            "rate_requests",
            vec![
                good[0],
                good[1],
                ("rate_requests", "0"),
                ("rate_seconds", "60"),
            ],
        ),
        (
            "rate_seconds",
            vec![good[0], good[1], ("rate_requests", "1")],
        ),
        (
            "rate_seconds",
            vec![
                good[0],
                good[1],
                ("rate_requests", "1"),
                ("rate_seconds", "86401"),
            ],
        ),
        (
            "quota_requests",
            vec![good[0], good[1], ("quota_requests", "0")],
        ),
    ] {
        let page = admin.submit(NEW, NEW, &wrong).await;
        assert_eq!(page.status, 422, "{wrong:?}");
        let error = format!("id=\"{field}-error\"");
        assert!(page.html.contains(&error), "{wrong:?}: {}", page.html);
        if wrong[0].1.trim().is_empty() {
            continue;
        }
        assert!(
            page.html.contains("value=\"typed &#60;b&#62;\""),
            "{}",
            page.html
        );
        if wrong.contains(&good[1]) {
            assert!(
                page.html.contains(&format!("value=\"{read}\" checked")),
                "{wrong:?}"
            );
        }
    }
    assert_eq!(super::count(&server).await, 0);
}
