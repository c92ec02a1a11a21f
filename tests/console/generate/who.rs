//! Who may make what.

use grantd::domain::user::Role;
use serde_json::json;

use super::{NEW, NEW_KEY, browser, count, key, no_secret, scope, whoami};
use crate::support::server::TestServer;

#[actix_web::test]
async fn an_admin_of_agents_makes_credentials_of_those_alone() {
    let server = TestServer::start().await;
    let own = server.agent("own").await;
    let second = server.agent("second").await;
    let foreign = server.agent("foreign").await;
    let admin = browser(&server, Role::AgentAdmin, &[own.id, second.id]).await;
    let read = scope(&server, "api:read");
    for new in [NEW, NEW_KEY] {
        let form = admin.open(new).await;
        assert!(form.html.contains("value=\"own\"") && form.html.contains("value=\"second\""));
        assert!(!form.html.contains("foreign"), "{}", form.html);
        assert!(!form.html.contains("The whole organization"));
        assert!(!form.html.contains("members:write"));
        let foreign_id = foreign.id.to_string();
        for forged in ["", "foreign", foreign_id.as_str()] {
            let fields = [("name", "k"), ("scope", read.as_str()), ("agent", forged)];
            let page = admin.submit(new, new, &fields).await;
            assert_eq!(page.status, 422, "{forged:?}");
            assert!(page.html.contains("id=\"agent-error\""), "{forged:?}");
            no_secret(&page);
        }
        // Nor a scope that the role has not.
        let management = "00000000-0000-7000-8000-000000000001 members:write";
        let fields = [("name", "k"), ("scope", management), ("agent", "own")];
        let page = admin.submit(new, new, &fields).await;
        assert_eq!(page.status, 422);
        assert!(page.html.contains("id=\"scope-error\""));
    }
    assert_eq!(count(&server).await, 0);
    let fields = [("name", "k"), ("scope", read.as_str()), ("agent", "own")];
    let page = admin.submit(NEW_KEY, NEW_KEY, &fields).await;
    let (status, shown) = whoami(&server, &key(&page)).await;
    assert_eq!(
        (status, &shown["agent_id"]),
        (200, &json!(own.id.to_string()))
    );
}

#[actix_web::test]
async fn an_admin_of_one_agent_need_not_choose_and_one_of_none_is_told() {
    let server = TestServer::start().await;
    let own = server.agent("own").await;
    let admin = browser(&server, Role::AgentAdmin, &[own.id]).await;
    let read = scope(&server, "api:read");
    let fields = [("name", "k"), ("scope", read.as_str())];
    let made = key(&admin.submit(NEW_KEY, NEW_KEY, &fields).await);
    let (_, shown) = whoami(&server, &made).await;
    assert_eq!(shown["agent_id"], json!(own.id.to_string()));

    let nobody = server.user("bob@example.com", Role::AgentAdmin, &[]).await;
    let nobody = server.browser_of(&nobody).await;
    let page = nobody.open(NEW_KEY).await;
    assert!(page.html.contains("You administer no agent yet"));
    let csrf = [("csrf_token", page.hidden("csrf_token").unwrap())];
    let refused = nobody
        .post_as_it_is(NEW_KEY, &[("csrf_token", csrf[0].1.as_str())])
        .await;
    assert_eq!(refused.status, 403);
}

#[actix_web::test]
async fn members_and_strangers_make_nothing() {
    let server = TestServer::start().await;
    server.organization("other").await;
    let member = browser(&server, Role::Member, &[]).await;
    let client = server.client().await;
    let rotate = format!("{}/{}/rotate", super::CREDENTIALS, client.id);
    for path in [NEW, NEW_KEY, rotate.as_str()] {
        let refused = member.get(path).await;
        assert_eq!(refused.status, 403, "{path}");
        assert!(refused.html.contains("You may not do this"));
    }
    let page = member
        .get("/console/organizations/acme/credentials/new")
        .await;
    no_secret(&page);
    let stranger = "/console/organizations/other/credentials/new";
    assert_eq!(member.get(stranger).await.status, 404);
    let unknown = "/console/organizations/acme/credentials/new?kind=password";
    let admin = server.user("root@example.com", Role::OrgAdmin, &[]).await;
    let admin = server.browser_of(&admin).await;
    assert_eq!(admin.get(unknown).await.status, 404);
    // Nobody at all is asked to sign in, and led back here afterwards.
    let nobody = server.browser();
    assert!(
        nobody
            .get(NEW)
            .await
            .leads_to()
            .starts_with("/console/sign-in?next=")
    );
}
