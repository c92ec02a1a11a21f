//! Credentials that are a person's own: made by that person's place, and ending with it.

use std::sync::Arc;

use grantd::app::App;
use grantd::app::authenticate_caller::{Audience, Presented, authenticate_caller};
use grantd::app::authority::Authority;
use grantd::app::create_credential::{self, NewCredential, WithSecret};
use grantd::app::error::AppError;
use grantd::domain::access::{Caller, Denied, Origin};
use grantd::domain::credential::{CredentialKind, CredentialStatus};
use grantd::domain::ids::{AgentId, CredentialId, OrganizationId};
use grantd::domain::user::{Role, User};
use grantd::store::{changes, credentials};
use serde_json::{Value, json};

use super::answer::{send, send_json};
use super::rows::Rows;
use crate::support::server::{API, TestServer};

const MEMBERS: &str = "/v1/organizations/acme/members";

/// What a person's own credential is to be.
struct Own<'a> {
    user: &'a User,
    organization: OrganizationId,
    agent: Option<AgentId>,
    /// Scopes at the management API, beside `api:read`.
    management: &'a [&'a str],
}

impl Own<'_> {
    fn wanted(&self, app: &App) -> NewCredential {
        let scopes = std::iter::once(&"api:read").chain(self.management);
        let mut audiences = vec![API.parse().expect("an identifier")];
        if !self.management.is_empty() {
            audiences.push(app.issuer.as_str().parse().expect("an identifier"));
        }
        NewCredential {
            user_id: Some(self.user.id),
            agent_id: self.agent,
            scopes: Some(
                scopes
                    .map(|scope| scope.parse().expect("a scope"))
                    .collect(),
            ),
            audiences,
            ..NewCredential::named(
                CredentialKind::ApiKey,
                "mine".parse().expect("a name"),
                self.organization,
            )
        }
    }

    async fn try_make(&self, server: &TestServer, by: &Authority) -> Result<WithSecret, AppError> {
        create_credential::create(&server.app, by, self.wanted(&server.app)).await
    }

    async fn make(&self, server: &TestServer) -> CredentialId {
        let made = self.try_make(server, &Authority::Command).await;
        made.expect("the place allows it").credential.id
    }
}

async fn is_revoked(server: &TestServer, id: CredentialId) -> bool {
    let found = credentials::find(&server.app.store, id).await;
    let credential = found.expect("an answer").expect("it stays").credential;
    credential.status == CredentialStatus::Revoked
}

/// The user as a caller, by a token in `acme`.
async fn caller(server: &TestServer, user: &User) -> Caller {
    let token = server.user_token(user).await;
    let presented = Presented::Bearer(&token);
    authenticate_caller(
        &server.app,
        presented,
        Audience::Management,
        Origin::default(),
    )
    .await
    .expect("a good token")
}

#[actix_web::test]
async fn what_the_narrowed_place_could_not_have_made_ends_with_the_change() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let acme = server.organization.id;
    let (kept, lost) = (server.agent("kept").await.id, server.agent("lost").await.id);
    let user = server.user("ann@example.com", Role::OrgAdmin, &[]).await;
    let other = server.user("bob@example.com", Role::OrgAdmin, &[]).await;
    let elsewhere = server.organization("globex").await;
    server.place(&user, &elsewhere, Role::OrgAdmin, &[]).await;
    let own = |agent, management| Own {
        user: &user,
        organization: acme,
        agent,
        management,
    };

    let within = own(Some(kept), &["credentials:read"]).make(&server).await;
    let plain = own(Some(kept), &[]).make(&server).await;
    let whole = own(None, &[]).make(&server).await;
    let other_agent = own(Some(lost), &[]).make(&server).await;
    let more = own(Some(kept), &["agents:write"]).make(&server).await;
    let there = Own {
        organization: elsewhere.id,
        ..own(None, &["members:write"])
    };
    let there = there.make(&server).await;
    let bobs = Own {
        user: &other,
        ..own(None, &[])
    }
    .make(&server)
    .await;
    let organizations = server.client().await.id.parse().expect("an id");

    let path = format!("{MEMBERS}/{}", user.id);
    let patch = async |body: Value| {
        let request = server.call(&admin, "PATCH", &path).await;
        send_json(request, &body).await.json(200)
    };
    let head = changes::head(&server.app.store).await.expect("a number");
    let changed = patch(json!({"role": "agent_admin", "agents": [kept]})).await;
    assert_eq!(changed["credentials_revoked"], 3);
    for (id, revoked) in [
        (within, false),
        (plain, false),
        (whole, true),
        (other_agent, true),
        (more, true),
        (there, false),
        (bobs, false),
        (organizations, false),
    ] {
        assert_eq!(is_revoked(&server, id).await, revoked, "{id}");
    }
    // The feed tells of each, in the same change.
    let told = changes::since(&server.app.store, head, 100)
        .await
        .expect("changes");
    let mut told: Vec<_> = told.into_iter().map(|change| change.subject).collect();
    told.sort();
    let mut expected = [
        user.id.to_string(),
        whole.to_string(),
        other_agent.to_string(),
        more.to_string(),
    ];
    expected.sort();
    assert_eq!(told, expected);

    // A member has none; and what ended does not come back.
    assert_eq!(
        patch(json!({"role": "member"})).await["credentials_revoked"],
        2
    );
    assert!(is_revoked(&server, within).await && is_revoked(&server, plain).await);
    assert_eq!(
        patch(json!({"role": "org_admin"})).await["credentials_revoked"],
        0
    );
    assert!(is_revoked(&server, whole).await && !is_revoked(&server, there).await);
}

#[actix_web::test]
async fn a_key_of_who_was_removed_is_refused_at_once() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let user = server.user("ann@example.com", Role::OrgAdmin, &[]).await;
    let own = Own {
        user: &user,
        organization: server.organization.id,
        agent: None,
        management: &["agents:read"],
    };
    let made = own
        .try_make(&server, &Authority::Command)
        .await
        .expect("it is made");
    let key = format!("{}:{}", made.credential.id, made.secret.expose());
    let ask = || {
        server
            .bare("GET", "/v1/organizations/acme/agents")
            .header("x-api-key", &key)
    };
    send(ask()).await.json(200);
    let path = format!("{MEMBERS}/{}", user.id);
    // The last org_admin goes by the operator's hand.
    server.user("bob@example.com", Role::OrgAdmin, &[]).await;
    send(server.call(&admin, "DELETE", &path).await)
        .await
        .no_content();
    assert_eq!(send(ask()).await.problem(401), "access not permitted");
}

#[actix_web::test]
async fn with_the_account_all_that_is_its_own_ends_everywhere() {
    let server = TestServer::start().await;
    let elsewhere = server.organization("globex").await;
    let user = server.user("ann@example.com", Role::OrgAdmin, &[]).await;
    server.place(&user, &elsewhere, Role::OrgAdmin, &[]).await;
    let mut own = Vec::new();
    for organization in [server.organization.id, elsewhere.id] {
        own.push(
            Own {
                user: &user,
                organization,
                agent: None,
                management: &[],
            }
            .make(&server)
            .await,
        );
    }
    grantd::app::users::delete(&server.app, &Authority::Command, user.id)
        .await
        .expect("removed");
    for id in own {
        assert!(is_revoked(&server, id).await);
    }
}

#[actix_web::test]
async fn more_than_a_page_of_credentials_ends_too() {
    let server = TestServer::builder()
        .setting("limits.api_keys_per_organization", "500")
        .start()
        .await;
    let user = server.user("ann@example.com", Role::OrgAdmin, &[]).await;
    let own = Own {
        user: &user,
        organization: server.organization.id,
        agent: None,
        management: &[],
    };
    for _ in 0..401 {
        own.make(&server).await;
    }
    let rows = Rows::of(&server).await;
    assert_eq!(rows.count_in("credential_secret").await, 401);
    grantd::app::users::delete(&server.app, &Authority::Command, user.id)
        .await
        .expect("removed");
    assert_eq!(rows.count_in("credential_secret").await, 0);
}

#[actix_web::test]
async fn a_person_has_what_the_place_allows_and_no_more() {
    let server = TestServer::start().await;
    let acme = server.organization.id;
    let (mine, theirs) = (
        server.agent("mine").await.id,
        server.agent("theirs").await.id,
    );
    let org_admin = server.user("org@example.com", Role::OrgAdmin, &[]).await;
    let agent_admin = server
        .user("agent@example.com", Role::AgentAdmin, &[mine])
        .await;
    let member = server.user("member@example.com", Role::Member, &[]).await;
    let stranger = server.account("stranger@example.com", false).await;
    let operator = server.operator_user("root@example.com").await;
    for (user, agent, management, allowed) in [
        (&org_admin, None, &["members:write"][..], true),
        (&agent_admin, Some(mine), &["credentials:write"][..], true),
        (&agent_admin, Some(mine), &["members:write"][..], false),
        (&agent_admin, Some(theirs), &[][..], false),
        (&agent_admin, None, &[][..], false),
        (&member, None, &[][..], false),
        (&member, Some(mine), &[][..], false),
        (&stranger, None, &[][..], false),
        (&operator, None, &["members:write"][..], true),
    ] {
        let own = Own {
            user,
            organization: acme,
            agent,
            management,
        };
        let made = own.try_make(&server, &Authority::Command).await;
        assert_eq!(
            made.is_ok(),
            allowed,
            "{} {agent:?} {management:?}",
            user.email
        );
    }
}

#[actix_web::test]
async fn nobody_makes_a_credential_another_persons_own() {
    let server = TestServer::start().await;
    let ann = server.user("ann@example.com", Role::OrgAdmin, &[]).await;
    let bob = server.user("bob@example.com", Role::OrgAdmin, &[]).await;
    let own = Own {
        user: &bob,
        organization: server.organization.id,
        agent: None,
        management: &[],
    };
    let by = Authority::Caller(caller(&server, &ann).await);
    let refused = own.try_make(&server, &by).await;
    assert!(
        matches!(refused, Err(AppError::Denied(Denied::AnothersOwn))),
        "{refused:?}"
    );
    let by = Authority::Caller(caller(&server, &bob).await);
    own.try_make(&server, &by).await.expect("it is Bob's");
}

/// The caller was let in, then the place ended, then the key was to be written.
#[actix_web::test]
async fn the_place_counts_at_the_moment_of_the_write() {
    let server = TestServer::start().await;
    let acme = server.organization.id;
    let admin = server.admin().await;
    let user = server.user("ann@example.com", Role::OrgAdmin, &[]).await;
    server.user("bob@example.com", Role::OrgAdmin, &[]).await;
    let by = Authority::Caller(caller(&server, &user).await);
    let path = format!("{MEMBERS}/{}", user.id);
    send(server.call(&admin, "DELETE", &path).await)
        .await
        .no_content();
    let rows = Rows::of(&server).await;
    let before = rows.count().await;
    let own = Own {
        user: &user,
        organization: acme,
        agent: None,
        management: &[],
    };
    let mut for_all = own.wanted(&server.app);
    for_all.user_id = None;
    for new in [own.wanted(&server.app), for_all] {
        let refused = create_credential::create(&server.app, &by, new).await;
        assert!(
            matches!(refused, Err(AppError::Denied(Denied::NoSuchPlace))),
            "{refused:?}"
        );
    }
    assert_eq!(rows.count().await, before);
}

/// Whichever comes first, no key of hers is left.
#[actix_web::test]
async fn who_is_removed_while_making_keys_keeps_none() {
    let server = TestServer::start().await;
    let user = server.user("ann@example.com", Role::OrgAdmin, &[]).await;
    server.user("bob@example.com", Role::OrgAdmin, &[]).await;
    let by = Authority::Caller(caller(&server, &user).await);
    let app = Arc::clone(&server.app);
    let own = Own {
        user: &user,
        organization: server.organization.id,
        agent: None,
        management: &[],
    };
    let makes = (0..8).map(|_| create_credential::create(&app, &by, own.wanted(&app)));
    let admin = server.admin().await;
    let path = format!("{MEMBERS}/{}", user.id);
    let removal = send(server.call(&admin, "DELETE", &path).await);
    let (_, removed) = tokio::join!(futures_util::future::join_all(makes), removal);
    removed.no_content();
    let page = grantd::store::Page::first(100);
    let left = credentials::list_of_user(&app.store, user.id, &page).await;
    assert_eq!(left.expect("an answer"), []);
}
