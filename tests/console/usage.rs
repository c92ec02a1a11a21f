//! `…/usage` of an organization and of a credential.

use chrono::TimeDelta;
use grantd::app::usage::flush;
use grantd::domain::limit::{Quota, QuotaPeriod, RateLimit};
use grantd::domain::user::Role;
use reqwest::StatusCode;

use super::seeing::{HOSTILE, People};
use crate::oauth::answer::with_wrong_secret;
use crate::support::server::TestServer;

const ALL: &str = "/console/organizations/acme/usage";

fn of(id: &str) -> String {
    format!("/console/organizations/acme/credentials/{id}/usage")
}

#[actix_web::test]
async fn each_is_shown_what_is_theirs() {
    let server = TestServer::start().await;
    let agent = server.agent("own").await.id;
    let people = People::of(&server, agent).await;
    let (ours, theirs) = (
        server.client_with(|new| new.agent_id = Some(agent)).await,
        server.client().await,
    );
    let other = server.organization("initech").await;
    let foreign = server
        .client_with(|new| new.organization_id = other.id)
        .await;
    assert_eq!(
        people.answers(&server, ALL).await,
        [200, 200, 200, 404, 200]
    );
    let own = people.answers(&server, &of(&ours.id)).await;
    assert_eq!(own, [200, 200, 200, 404, 200]);
    let whole = people.answers(&server, &of(&theirs.id)).await;
    assert_eq!(whole, [200, 404, 200, 404, 200]);
    for missing in [foreign.id.as_str(), "none"] {
        let answers = people.answers(&server, &of(missing)).await;
        assert_eq!(answers, [404; 5], "{missing}");
    }

    // An agent admin is shown the sum of the agents' own.
    for client in [&ours, &theirs, &theirs] {
        server.token(client, &[]).await;
    }
    flush(&server.app).await.expect("it is flushed");
    let tokens = async |person| {
        let shown = server.browser_of(person).await.open(ALL).await;
        let (_, rest) = shown.html.split_once("<dt>Tokens issued</dt><dd>").unwrap();
        rest.split_once('<').unwrap().0.to_owned()
    };
    assert_eq!(tokens(&people.admin).await, "3");
    assert_eq!(tokens(&people.member).await, "3");
    assert_eq!(tokens(&people.agent_admin).await, "1");
}

#[actix_web::test]
async fn an_organization_sees_charts_tables_and_what_stands_out() {
    let server = TestServer::start().await;
    let ada = server.user("ada@example.com", Role::OrgAdmin, &[]).await;
    let browser = server.browser_of(&ada).await;
    let nothing = browser.open(ALL).await.html;
    assert!(
        nothing.contains("Nothing was used in this time"),
        "{nothing}"
    );
    assert!(!nothing.contains("<svg role"), "{nothing}");

    let busy = server
        .client_with(|new| new.name = HOSTILE.parse().expect("a name"))
        .await;
    for _ in 0..12 {
        server.token(&busy, &[]).await;
    }
    server.token_response(&with_wrong_secret(&busy), &[]).await;
    server.token_response(&busy, &[("scope", "no")]).await;
    flush(&server.app).await.expect("it is flushed");
    let shown = browser.open(ALL).await.html;
    for part in [
        "<h2>Last 24 hours</h2>",
        "<svg role=\"img\" aria-labelledby=\"tokens-title tokens-desc\"",
        "12 tokens in all",
        "Tokens issued as a table",
        "<th scope=\"col\" class=\"num\">Wrong secret</th>",
        "<th scope=\"col\" class=\"num\">Scope not granted</th>",
        "<figcaption>Refusals: 2</figcaption>",
        "Fetching too many tokens",
        &format!("<a href=\"{}\">&#60;script&#62;", of(&busy.id)),
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    // What did not happen has no column.
    assert!(!shown.contains("Rate limit</th>"), "{shown}");
    assert!(!shown.contains("<script>alert"), "{shown}");
    assert!(shown.len() < 30_000, "{}", shown.len());

    let days = browser.open(&format!("{ALL}?range=90d")).await.html;
    assert!(days.contains("each bar 7 days"), "{days}");
    let before = format!("{ALL}?range=custom&from=2001-01-01&to=2001-01-02");
    let before = browser.open(&before).await.html;
    assert!(before.contains("Nothing was used in this time"));
    assert!(
        before.contains("value=\"2001-01-02\""),
        "what was typed is kept"
    );
    for bad in [
        "range=none",
        "range=custom&from=x&to=2001-01-02",
        "range=custom&from=%3Cscript%3E&to=",
        "range=custom&from=1990-01-01&to=2020-01-01",
    ] {
        let shown = browser.get(&format!("{ALL}?{bad}")).await;
        assert_eq!(shown.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
        assert!(shown.html.contains("aria-invalid=\"true\""), "{bad}");
        assert!(!shown.html.contains("<script>\""), "{bad}");
    }
}

#[actix_web::test]
async fn a_credential_is_shown_with_its_limits() {
    let server = TestServer::start().await;
    let ada = server.user("ada@example.com", Role::OrgAdmin, &[]).await;
    let browser = server.browser_of(&ada).await;
    let client = server
        .client_with(|new| {
            new.rate_limit = Some(RateLimit {
                requests: 100,
                per_seconds: 3_600,
                enforce: true,
            });
            new.quota = Some(Quota {
                requests: 2,
                per: QuotaPeriod::Month,
                enforce: false,
            });
        })
        .await;
    let free = server.client().await;
    let never = browser.open(&of(&free.id)).await.html;
    assert!(never.contains("Nothing used yet"), "{never}");
    assert!(
        never.contains("neither a rate limit nor a quota"),
        "{never}"
    );

    for _ in 0..3 {
        server.token(&client, &[]).await;
    }
    let shown = browser.open(&of(&client.id)).await.html;
    for part in [
        "100 requests an hour. Requests beyond it are refused.",
        "3 of 100 used (3%), within the limit",
        "2 requests a month. Requests beyond it are counted, and let pass.",
        "3 of 2 used (150%), beyond the limit",
        "<meter min=\"0\" max=\"100\" high=\"80\" optimum=\"0\" value=\"3\" aria-label=\"Rate limit\">",
        "Let pass beyond the quota",
        "<dt>Over-fetch</dt><dd>3.0</dd>",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert!(!shown.contains("Never</dd>"), "it was used: {shown}");
    server.advance(TimeDelta::days(2));
    let later = server.browser_of(&ada).await.open(&of(&client.id)).await;
    assert!(later.html.contains("Nothing was used in this time"));
}
