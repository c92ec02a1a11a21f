//! Agents of an organization.

use grantd::app::agents;
use grantd::app::authority::Authority;
use grantd::domain::user::User;
use reqwest::StatusCode;

use super::cast::{Cast, SCRIPT};

const LIST: &str = "/console/organizations/acme/agents";

#[actix_web::test]
async fn each_sees_the_agents_that_they_reach() {
    let cast = Cast::new().await;
    cast.server.agent("moonshot").await;
    assert_eq!(cast.answers(LIST).await, [200, 200, 200, 404, 200]);
    let page = async |user: &User| cast.server.browser_of(user).await.open(LIST).await.html;
    let admin = page(&cast.org_admin).await;
    assert!(admin.contains("moonshot") && admin.contains("New agent"));
    let agent_admin = page(&cast.agent_admin).await;
    assert!(agent_admin.contains("bot") && !agent_admin.contains("moonshot"));
    assert!(!agent_admin.contains("New agent") && !agent_admin.contains("/delete"));
    let member = page(&cast.member).await;
    assert!(member.contains("moonshot") && !member.contains("New agent"));
}

#[actix_web::test]
async fn what_changes_agents_is_for_admins_of_the_whole_organization() {
    let cast = Cast::new().await;
    let bot = cast.bot.id;
    for path in [
        format!("{LIST}/new"),
        format!("{LIST}/{bot}/edit"),
        format!("{LIST}/{bot}/delete"),
    ] {
        assert_eq!(
            cast.answers(&path).await,
            [200, 403, 403, 404, 200],
            "{path}"
        );
    }
    // In the stranger's own organization the agent is not there.
    let other = format!("/console/organizations/other/agents/{bot}");
    for page in ["edit", "delete"] {
        let path = format!("{other}/{page}");
        assert_eq!(cast.answers(&path).await, [404, 404, 404, 404, 404]);
    }
    let users = [
        (&cast.agent_admin, 403),
        (&cast.member, 403),
        (&cast.stranger, 404),
    ];
    cast.refused(LIST, &[("slug", "new")], &users).await;
    for page in ["edit", "delete"] {
        let path = format!("{LIST}/{bot}/{page}");
        cast.refused(&path, &[("slug", "x"), ("name", "x")], &users)
            .await;
        let path = format!("{other}/{page}");
        let users = [(&cast.org_admin, 404), (&cast.stranger, 404)];
        cast.refused(&path, &[("slug", "x"), ("name", "x")], &users)
            .await;
    }
}

#[actix_web::test]
async fn an_admin_makes_renames_and_deletes_one() {
    let cast = Cast::new().await;
    let browser = cast.server.browser_of(&cast.org_admin).await;
    let new = format!("{LIST}/new");
    for (slug, told) in [
        ("", "Enter a short name."),
        ("A B", "This must be"),
        ("bot", "has an agent with this slug"),
    ] {
        let bad = browser
            .submit(&new, LIST, &[("slug", slug), ("name", SCRIPT)])
            .await;
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY, "{slug}");
        assert!(bad.html.contains(told) && bad.html.contains("id=\"slug-error\""));
        assert!(!bad.html.contains("<script>alert"));
    }
    let made = browser
        .submit(&new, LIST, &[("slug", "new-bot"), ("name", SCRIPT)])
        .await;
    let page = browser.open(made.leads_to()).await.html;
    assert!(page.contains("Created.") && page.contains("new-bot"));
    assert!(!page.contains("<script>alert"));

    let find = agents::find(
        &cast.server.app,
        &Authority::Command,
        cast.server.organization.id,
        "new-bot",
    );
    let id = find.await.unwrap().id;
    let edit = format!("{LIST}/{id}/edit");
    let bad = browser
        .submit(&edit, &edit, &[("slug", "new-bot"), ("name", " ")])
        .await;
    assert!(bad.html.contains("Enter a name."));
    let saved = browser
        .submit(&edit, &edit, &[("slug", "renamed"), ("name", "Renamed")])
        .await;
    let page = browser.open(saved.leads_to()).await.html;
    assert!(page.contains("Saved.") && page.contains("Renamed") && !page.contains("new-bot"));

    let delete = format!("{LIST}/{id}/delete");
    let gone = browser.submit(&delete, &delete, &[]).await;
    assert!(!browser.open(gone.leads_to()).await.html.contains("Renamed"));
}

#[actix_web::test]
async fn one_with_credentials_stays_and_they_are_named() {
    let cast = Cast::new().await;
    let id = cast.bot.id;
    let browser = cast.server.browser_of(&cast.org_admin).await;
    let delete = format!("{LIST}/{id}/delete");
    let form = browser.open(&delete).await;
    let client = cast
        .server
        .client_with(|new| {
            new.agent_id = Some(id);
            new.name = SCRIPT.parse().unwrap();
        })
        .await;
    for shown in [
        browser.open(&delete).await.html,
        browser.submit_from(&form, &delete, &[]).await.html,
    ] {
        assert!(
            shown.contains(&format!("/credentials/{}\"", client.id)),
            "{shown}"
        );
        assert!(!shown.contains("Delete agent") && !shown.contains("<script>alert"));
    }
    assert!(browser.open(LIST).await.html.contains(&id.to_string()));
}
