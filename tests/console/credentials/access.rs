//! Who sees which page.

use grantd::domain::user::{Role, User};
use reqwest::StatusCode;

use super::{LIST, hides, named, page_of, rotate, shows, stored};
use crate::support::server::{TestClient, TestServer};

/// The pages of a credential, and whether they are there to change something.
async fn pages(server: &TestServer, client: &TestClient) -> Vec<(String, bool)> {
    let secret = stored(server, client).await.secrets[0].id;
    let page = page_of(client);
    vec![
        (page.clone(), false),
        (format!("{page}/edit"), true),
        (format!("{page}/disable"), true),
        (format!("{page}/delete"), true),
        (format!("{page}/secrets/{secret}/delete"), true),
    ]
}

/// Somebody without a place in `acme`.
async fn somebody(server: &TestServer, email: &str) -> User {
    server.account(email, false).await
}

#[actix_web::test]
async fn each_sees_and_changes_what_the_place_allows() {
    let server = TestServer::start().await;
    let (ours, theirs) = (server.agent("ours").await, server.agent("theirs").await);
    let whole = named(&server, "whole").await;
    rotate(&server, &whole).await;
    let scoped = server.client_with(|new| new.agent_id = Some(ours.id)).await;
    rotate(&server, &scoped).await;
    let other = server
        .client_with(|new| new.agent_id = Some(theirs.id))
        .await;

    let admin = server.user("admin@example.com", Role::OrgAdmin, &[]).await;
    let agents = [ours.id];
    let agent = server
        .user("agent@example.com", Role::AgentAdmin, &agents)
        .await;
    let member = server.user("member@example.com", Role::Member, &[]).await;
    let operator = server.operator_user("root@example.com").await;
    let stranger = somebody(&server, "stranger@example.com").await;
    let globex = server.organization("globex").await;
    server.place(&stranger, &globex, Role::OrgAdmin, &[]).await;

    for (user, client, seen, changed) in [
        (&admin, &whole, 200, 200),
        (&admin, &scoped, 200, 200),
        (&operator, &whole, 200, 200),
        (&agent, &scoped, 200, 200),
    ] {
        for (path, changes) in pages(&server, client).await {
            let shown = server.browser_of(user).await.get(&path).await;
            let expected = if changes { changed } else { seen };
            assert_eq!(shown.status.as_u16(), expected, "{}: {path}", user.email);
        }
    }
    for (user, client, seen, changed) in [
        (&agent, &whole, 404, 404),
        (&agent, &other, 404, 404),
        (&member, &whole, 200, 403),
        (&stranger, &whole, 404, 404),
    ] {
        refused(&server, user, client, seen, changed).await;
    }
    let unknown = server.browser().get(&page_of(&whole)).await;
    assert!(unknown.leads_to().starts_with("/console/sign-in?next="));
    assert!(stored(&server, &whole).await.status.as_str() == "active");
}

/// Asks for every page as this person, and tries every change, with a proof that fits.
async fn refused(server: &TestServer, user: &User, client: &TestClient, seen: u16, changed: u16) {
    let browser = server.browser_of(user).await;
    let email = &user.email;
    let token = server
        .app
        .session_keeper
        .csrf_token(&grantd::domain::secret::Secret::new(
            browser
                .cookie()
                .expect("a cookie")
                .split_once('=')
                .expect("a pair")
                .1
                .to_owned(),
        ));
    let fields = [
        ("csrf_token", token.as_str()),
        ("name", "mine"),
        ("confirmed", "yes"),
    ];
    for (path, changes) in pages(server, client).await {
        let shown = browser.get(&path).await;
        let expected = if changes { changed } else { seen };
        assert_eq!(shown.status.as_u16(), expected, "{email}: {path}");
        if changes {
            let refused = browser.post_as_it_is(&path, &fields).await;
            assert_eq!(refused.status.as_u16(), changed, "{email}: POST {path}");
        }
    }
    let enable = format!("{}/enable", page_of(client));
    let refused = browser.post_as_it_is(&enable, &fields).await;
    assert_eq!(refused.status.as_u16(), changed, "{email}: POST {enable}");
}

#[actix_web::test]
async fn the_list_shows_each_person_what_is_theirs_to_see() {
    let server = TestServer::start().await;
    let agent = server.agent("ours").await;
    named(&server, "whole").await;
    server
        .client_with(|new| {
            new.name = "scoped".parse().expect("a name");
            new.agent_id = Some(agent.id);
        })
        .await;
    let admin = server.user("admin@example.com", Role::OrgAdmin, &[]).await;
    let ours = server
        .user("agent@example.com", Role::AgentAdmin, &[agent.id])
        .await;
    let member = server.user("member@example.com", Role::Member, &[]).await;
    let operator = server.operator_user("root@example.com").await;

    for (user, sees_whole, changes) in [
        (&admin, true, true),
        (&operator, true, true),
        (&ours, false, true),
        (&member, true, false),
    ] {
        let shown = server.browser_of(user).await.open(LIST).await;
        let has = |text: &str| shown.html.contains(text);
        assert_eq!(has(">whole</a>"), sees_whole, "{}", user.email);
        assert!(has(">scoped</a>"), "{}", user.email);
        assert_eq!(has("Generate credentials"), changes, "{}", user.email);
        assert_eq!(has("Actions for scoped"), changes, "{}", user.email);
    }
    let stranger = somebody(&server, "stranger@example.com").await;
    let refused = server.browser_of(&stranger).await.get(LIST).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
}

#[actix_web::test]
async fn a_member_is_shown_no_button() {
    let server = TestServer::start().await;
    let client = named(&server, "ci").await;
    rotate(&server, &client).await;
    let member = server.user("member@example.com", Role::Member, &[]).await;
    let browser = server.browser_of(&member).await;
    let shown = browser.open(&page_of(&client)).await;
    shows(&shown, &["/usage\">Usage</a>", &client.id]);
    hides(
        &shown,
        &["/edit", "/rotate", "/disable", "/enable", "/delete"],
    );
}

#[actix_web::test]
async fn what_is_another_organizations_is_not_there() {
    let server = TestServer::start().await;
    let globex = server.organization("globex").await;
    let theirs = server
        .client_with(|new| new.organization_id = globex.id)
        .await;
    let admin = server.user("admin@example.com", Role::OrgAdmin, &[]).await;
    let operator = server.operator_user("root@example.com").await;
    for user in [&admin, &operator] {
        refused(&server, user, &theirs, 404, 404).await;
        let browser = server.browser_of(user).await;
        for id in ["nothing", "0197f3c2-6d5e-7c3a-9b1e-2f4a6c8e0b1d"] {
            let shown = browser.get(&format!("{LIST}/{id}")).await;
            assert_eq!(shown.status, StatusCode::NOT_FOUND, "{id}");
        }
    }
}

#[actix_web::test]
async fn an_operators_credential_is_an_operators_to_change() {
    let server = TestServer::start().await;
    let theirs = server.operator().await;
    let admin = server.user("admin@example.com", Role::OrgAdmin, &[]).await;
    let browser = server.browser_of(&admin).await;
    let shown = browser.open(&page_of(&theirs)).await;
    shows(&shown, &["acts as an operator"]);
    hides(&shown, &["/edit", "/delete\""]);
    let refused = browser
        .submit_from(&shown, &format!("{}/disable", page_of(&theirs)), &[])
        .await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

#[actix_web::test]
async fn whose_own_it_is_is_told() {
    let server = TestServer::start().await;
    let owner = server.user("owner@example.com", Role::OrgAdmin, &[]).await;
    let admin = server.user("admin@example.com", Role::OrgAdmin, &[]).await;
    let own = server
        .client_with(|new| {
            new.user_id = Some(owner.id);
            new.created_by = Some(owner.id.0);
        })
        .await;
    let browser = server.browser_of(&admin).await;
    shows(&browser.open(LIST).await, &["own of owner@example.com"]);
    let shown = browser.open(&page_of(&own)).await;
    shows(
        &shown,
        &[
            "<dt>Owner</dt><dd>owner@example.com",
            "<dt>Created by</dt><dd>owner@example.com",
        ],
    );
}
