//! The list.

use chrono::TimeDelta;
use grantd::app::authority::Authority;
use grantd::app::credentials::{self, Update};
use grantd::app::organizations;
use grantd::domain::credential::CredentialKind;
use grantd::domain::precondition::Precondition;
use grantd::domain::user::Role;
use reqwest::StatusCode;

use super::{LIST, SCRIPT, hides, named, shows, stored, uses};
use crate::support::server::{TestClient, TestServer};

async fn disable(server: &TestServer, client: &TestClient) {
    let update = Update {
        enabled: Some(false),
        ..Update::default()
    };
    let (organization, id) = (server.organization.id, client.id.parse().expect("an id"));
    let (by, any) = (&Authority::Command, &Precondition::NONE);
    let changed = credentials::update(&server.app, by, organization, id, update, any).await;
    changed.expect("it is switched off");
}

#[actix_web::test]
async fn states_are_told_in_words() {
    let server = TestServer::start().await;
    let used = named(&server, "used").await;
    uses(&server, &used).await;
    let off = named(&server, "off").await;
    disable(&server, &off).await;
    let ends = server.app.now() + TimeDelta::days(110);
    for (name, end) in [("ending", ends), ("ended", ends - TimeDelta::days(15))] {
        server
            .client_with(|new| {
                new.name = name.parse().expect("a name");
                new.expires_at = Some(end);
            })
            .await;
    }
    server.advance(TimeDelta::days(100));
    let user = server.operator_user("root@example.com").await;
    let browser = server.browser_of(&user).await;
    let shown = browser.open(LIST).await;
    for (name, word) in [
        (
            "used",
            "<span class=\"badge ok\">Active</span><span class=\"sub\">Unused for 100 days",
        ),
        (
            "off",
            "<span class=\"badge off\">Disabled</span><span class=\"sub\">Never used",
        ),
        (
            "ending",
            "<span class=\"badge warn\">Expires in 10 days</span>",
        ),
        ("ended", "<span class=\"badge bad\">Expired</span>"),
    ] {
        let (_, row) = shown.html.split_once(&format!(">{name}</a>")).expect(name);
        let (row, _) = row.split_once("</tr>").expect("a row");
        assert!(row.contains(word), "{name}: {row}");
        assert!(row.contains("api:read, api:write"), "{row}");
    }
}

#[actix_web::test]
async fn filters_orders_and_search_are_taken_from_the_address() {
    let server = TestServer::start().await;
    let agent = server.agent("bot").await;
    let off = named(&server, "Alpha").await;
    disable(&server, &off).await;
    server.advance(TimeDelta::days(95));
    let end = server.app.now() + TimeDelta::days(5);
    server
        .client_with(|new| {
            new.name = "Beta & co".parse().expect("a name");
            new.agent_id = Some(agent.id);
            new.expires_at = Some(end);
        })
        .await;
    let key = |new: &mut grantd::app::create_credential::NewCredential| {
        new.name = "a key".parse().expect("a name");
        new.kind = CredentialKind::ApiKey;
    };
    server.client_with(key).await;
    let user = server.user("admin@example.com", Role::OrgAdmin, &[]).await;
    let browser = server.browser_of(&user).await;
    for (query, names) in [
        ("", "Alpha Beta"),
        ("kind=oauth_client&sort=-name", "Beta Alpha"),
        ("kind=oauth_client&q=BETA+%26", "Beta"),
        ("kind=oauth_client&status=disabled", "Alpha"),
        ("kind=oauth_client&show=unused", "Alpha"),
        ("kind=oauth_client&show=expiring", "Beta"),
        (&format!("kind=oauth_client&agent={}", agent.id), "Beta"),
        ("kind=api_key", "key"),
    ] {
        let shown = browser.open(&format!("{LIST}?{query}")).await;
        let mut found: Vec<_> = [
            ("Alpha", ">Alpha</a>"),
            ("Beta", ">Beta &#38; co</a>"),
            ("key", ">a key</a>"),
        ]
        .into_iter()
        .filter_map(|(name, text)| Some((shown.html.find(text)?, name)))
        .collect();
        found.sort_unstable();
        let found: Vec<_> = found.into_iter().map(|(_, name)| name).collect();
        assert_eq!(found.join(" "), names, "{query}");
    }
    let kept = browser
        .open(&format!(
            "{LIST}?kind=oauth_client&q=beta&show=expiring&sort=name"
        ))
        .await;
    shows(
        &kept,
        &[
            "value=\"beta\"",
            "<option value=\"expiring\" selected>",
            "aria-sort=\"ascending\"",
            "kind=oauth_client&#38;q=beta&#38;show=expiring&#38;sort=-name",
            "name=\"sort\" value=\"name\"",
            "1 found",
        ],
    );
}

#[actix_web::test]
async fn an_empty_list_says_what_to_do() {
    let server = TestServer::start().await;
    let admin = server.user("admin@example.com", Role::OrgAdmin, &[]).await;
    let member = server.user("member@example.com", Role::Member, &[]).await;
    let browser = server.browser_of(&admin).await;
    let first = browser.open(&format!("{LIST}?kind=api_key")).await;
    let make = "/console/organizations/acme/credentials/new?kind=api_key\">New API key</a>";
    shows(&first, &["No API keys yet", make]);
    hides(&first, &["Clear filters", "role=\"search\""]);
    let seen = server.browser_of(&member).await.open(LIST).await;
    shows(&seen, &["No API credentials yet"]);
    hides(&seen, &["Generate credentials"]);

    named(&server, "ci").await;
    let none = browser
        .open(&format!("{LIST}?kind=oauth_client&q=nothing"))
        .await;
    shows(
        &none,
        &["Nothing matches", "Clear filters", "value=\"nothing\""],
    );
    let wrong = browser.get(&format!("{LIST}?q={}", "x".repeat(101))).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    shows(&wrong, &["id=\"q-error\"", "aria-invalid=\"true\""]);
}

#[actix_web::test]
async fn pages_follow_each_other() {
    let server = TestServer::start().await;
    for number in 0..22 {
        named(&server, &format!("number {number:02}")).await;
    }
    let user = server.user("admin@example.com", Role::OrgAdmin, &[]).await;
    let browser = server.browser_of(&user).await;
    let link = |html: &str, rel: &str| {
        let (before, _) = html.split_once(&format!("\" rel=\"{rel}\""))?;
        let (_, href) = before.rsplit_once("href=\"")?;
        Some(href.replace("&#38;", "&"))
    };
    let first = browser
        .open(&format!("{LIST}?kind=oauth_client&sort=-name"))
        .await;
    shows(&first, &[">number 21</a>", ">number 02</a>", "22 in all"]);
    hides(&first, &[">number 01</a>"]);
    assert_eq!(link(&first.html, "prev"), None);
    let next = link(&first.html, "next").expect("a next page");
    let second = browser.open(&next).await;
    shows(&second, &[">number 01</a>", ">number 00</a>"]);
    hides(&second, &[">number 02</a>"]);
    assert_eq!(link(&second.html, "next"), None);
    let back = browser
        .open(&link(&second.html, "prev").expect("the way back"))
        .await;
    shows(&back, &[">number 21</a>", ">number 02</a>"]);
    let altered = browser.open(&format!("{next}x")).await;
    shows(&altered, &[">number 21</a>"]);
}

#[actix_web::test]
async fn at_the_limit_the_button_gives_way_to_what_could_go() {
    let server = TestServer::start().await;
    let (stale, used) = (named(&server, "stale").await, named(&server, "used").await);
    server.advance(TimeDelta::days(1));
    uses(&server, &used).await;
    let two = organizations::Update {
        oauth_client_limit: Some(Some(2)),
        ..organizations::Update::default()
    };
    let (id, by) = (server.organization.id, Authority::Command);
    organizations::update(&server.app, &by, id, two, &Precondition::NONE)
        .await
        .expect("a limit");
    let admin = server.user("admin@example.com", Role::OrgAdmin, &[]).await;
    let member = server.user("member@example.com", Role::Member, &[]).await;
    let shown = server.browser_of(&admin).await.open(LIST).await;
    hides(&shown, &["Generate credentials"]);
    shows(
        &shown,
        &["There is no room for another", "2 of 2 API credentials"],
    );
    let at = |client: &TestClient| {
        let link = format!("{}/delete\">Delete “", client.id);
        shown.html.find(&link).expect("a candidate")
    };
    assert!(at(&stale) < at(&used), "the longest unused first");
    let seen = server.browser_of(&member).await.open(LIST).await;
    hides(&seen, &["There is no room for another", "Delete"]);
}

#[actix_web::test]
async fn script_stands_there_as_text() {
    let server = TestServer::start().await;
    let agent = server.agent("bot").await;
    let name = Some(SCRIPT.parse().expect("a name"));
    let (organization, by) = (server.organization.id, Authority::Command);
    grantd::app::agents::update(
        &server.app,
        &by,
        organization,
        agent.id,
        None,
        name,
        &Precondition::NONE,
    )
    .await
    .expect("another name");
    let api = server
        .resource_server_with("https://b.example", &["b"], |new| {
            new.name = SCRIPT.parse().expect("a name");
            new.scopes[0].description = SCRIPT.to_owned();
        })
        .await;
    let client = server
        .client_with(|new| {
            new.name = SCRIPT.parse().expect("a name");
            new.description = Some(SCRIPT.parse().expect("a description"));
            new.agent_id = Some(agent.id);
            new.audiences = vec![api.identifier.clone()];
        })
        .await;
    uses(&server, &client).await;
    super::rotate(&server, &client).await;
    let update = organizations::Update {
        name: Some(SCRIPT.parse().expect("a name")),
        ..organizations::Update::default()
    };
    organizations::update(&server.app, &by, organization, update, &Precondition::NONE)
        .await
        .expect("another name");
    let user = server.user("admin@example.com", Role::OrgAdmin, &[]).await;
    let browser = server.browser_of(&user).await;
    let page = super::page_of(&client);
    let secret = stored(&server, &client).await.secrets[0].id;
    for path in [
        LIST.to_owned(),
        format!("{LIST}?q=%3Cscript%3Ealert(1)%3C/script%3E"),
        page.clone(),
        format!("{page}/edit"),
        format!("{page}/disable"),
        format!("{page}/delete"),
        format!("{page}/secrets/{secret}/delete"),
    ] {
        let shown = browser.open(&path).await;
        hides(&shown, &[SCRIPT, "alert(1)</script"]);
        shows(&shown, &["&#60;script&#62;alert(1)&#60;/script&#62;"]);
    }
    let fields = [
        ("name", ""),
        ("description", SCRIPT),
        ("expires_at", SCRIPT),
        ("rate_requests", SCRIPT),
        ("rate_seconds", SCRIPT),
        ("quota_requests", SCRIPT),
        ("quota_per", SCRIPT),
    ];
    let edit = format!("{page}/edit");
    let shown = browser.submit(&edit, &edit, &fields).await;
    assert!(shown.status.is_client_error());
    hides(&shown, &[SCRIPT]);
    let delete = format!("{page}/delete");
    let typed = [("confirm_name", "\"><script>alert(1)</script>")];
    let shown = browser.submit(&delete, &delete, &typed).await;
    assert_eq!(shown.status, StatusCode::UNPROCESSABLE_ENTITY);
    hides(&shown, &[SCRIPT]);
}
