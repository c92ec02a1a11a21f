//! Who may set whose password: nobody that of an account that reaches further.

use grantd::app::authority::Authority;
use grantd::app::one_time_links::{self as links, Invitation};
use grantd::domain::access::{Denied, Reach};
use grantd::domain::user::{Role, User};

use super::{as_person, here, status};
use crate::compat::people::{join, nobody, person, person_for};
use crate::support::server::TestServer;

async fn reset(server: &TestServer, by: &Authority, user: &User) -> u16 {
    let id = links::new_id(&server.app);
    let made = links::reset(&server.app, by, server.organization.id, user.id, id).await;
    status(&made)
}

async fn invite(server: &TestServer, by: &Authority, email: &str, role: Role) -> u16 {
    let new = Invitation {
        email: email.parse().expect("an address"),
        role,
        agents: Vec::new(),
    };
    let id = links::new_id(&server.app);
    status(&links::invite(&server.app, by, server.organization.id, new, id).await)
}

#[actix_web::test]
async fn an_admin_resets_who_has_no_place_that_the_admin_does_not_manage() {
    let server = TestServer::start().await;
    let globex = server.organization("globex").await;
    let ann = person(&server, "ann@example.com", Role::OrgAdmin).await;
    let admin = as_person(&server, &ann, server.organization.id).await;
    let member = person(&server, "member@example.com", Role::Member).await;
    let peer = person(&server, "peer@example.com", Role::OrgAdmin).await;
    let both = person(&server, "both@example.com", Role::Member).await;
    join(&server, &both, &globex, Role::Member, &[]).await;
    let stranger = nobody(&server, "stranger@example.com", false).await;
    let ops = person(&server, "ops@example.com", Role::Member).await;
    let operator = nobody(&server, "root@example.com", true).await;
    join(&server, &operator, &server.organization, Role::Member, &[]).await;

    assert_eq!(reset(&server, &admin, &member).await, 200);
    assert_eq!(reset(&server, &admin, &peer).await, 200);
    assert_eq!(reset(&server, &admin, &ops).await, 200);
    assert_eq!(reset(&server, &admin, &both).await, 403);
    assert_eq!(reset(&server, &admin, &operator).await, 403);
    assert_eq!(reset(&server, &admin, &stranger).await, 404);
    assert_eq!(reset(&server, &admin, &ann).await, 409);
    // A member there is not enough; an admin is.
    join(&server, &ann, &globex, Role::Member, &[]).await;
    assert_eq!(reset(&server, &admin, &both).await, 403);
    join(&server, &ann, &globex, Role::OrgAdmin, &[]).await;
    assert_eq!(reset(&server, &admin, &both).await, 200);

    let root = as_person(&server, &operator, server.organization.id).await;
    let second = nobody(&server, "second@example.com", true).await;
    join(&server, &second, &server.organization, Role::Member, &[]).await;
    for user in [&member, &both, &second] {
        assert_eq!(reset(&server, &root, user).await, 200);
    }
    let any = links::reset_any(&server.app, &admin, &stranger, links::new_id(&server.app)).await;
    assert!(matches!(
        any,
        Err(grantd::app::error::AppError::Denied(Denied::OperatorOnly))
    ));
    let any = links::reset_any(&server.app, &root, &stranger, links::new_id(&server.app)).await;
    assert_eq!(status(&any), 200);
}

#[actix_web::test]
async fn who_is_no_admin_hands_out_no_links() {
    let server = TestServer::start().await;
    let globex = server.organization("globex").await;
    let agent = server.agent("bot").await;
    let victim = person(&server, "victim@example.com", Role::Member).await;
    let member = person(&server, "member@example.com", Role::Member).await;
    let helper = person_for(&server, "helper@example.com", Role::AgentAdmin, &[agent.id]).await;
    let other = nobody(&server, "other@example.com", false).await;
    join(&server, &other, &globex, Role::OrgAdmin, &[]).await;
    for (user, organization) in [
        (&member, server.organization.id),
        (&helper, server.organization.id),
        (&other, globex.id),
    ] {
        let by = as_person(&server, user, organization).await;
        assert_eq!(reset(&server, &by, &victim).await, 403, "{}", user.email);
        assert_eq!(
            invite(&server, &by, "new@example.com", Role::Member).await,
            403
        );
    }
    // A credential may manage members, and know no more of other organizations than that.
    let ann = person(&server, "ann@example.com", Role::OrgAdmin).await;
    let Authority::Caller(mut caller) = as_person(&server, &ann, server.organization.id).await
    else {
        panic!("a caller");
    };
    caller.reach = Reach::Agents(vec![agent.id]);
    let scoped = Authority::Caller(caller.clone());
    assert_eq!(reset(&server, &scoped, &victim).await, 403);
    caller.reach = Reach::Organization;
    caller.scopes.retain(|scope| scope != "members:write");
    assert_eq!(
        reset(&server, &Authority::Caller(caller), &victim).await,
        403
    );
}

#[actix_web::test]
async fn an_admin_invites_whom_nobody_knows_yet() {
    let server = TestServer::start().await;
    let ann = person(&server, "ann@example.com", Role::OrgAdmin).await;
    let admin = as_person(&server, &ann, server.organization.id).await;
    nobody(&server, "known@example.com", false).await;
    assert_eq!(
        invite(&server, &admin, "new@example.com", Role::OrgAdmin).await,
        200
    );
    assert_eq!(
        invite(&server, &admin, "new@example.com", Role::OrgAdmin).await,
        409
    );
    assert_eq!(
        invite(&server, &admin, "known@example.com", Role::Member).await,
        403
    );
    assert_eq!(
        invite(&server, &admin, "agent@example.com", Role::AgentAdmin).await,
        422
    );
}

/// An admin who is one no longer has no use of the links that are still open.
#[actix_web::test]
async fn links_end_with_the_place_of_who_made_them() {
    let server = TestServer::start().await;
    let app = &server.app;
    let ann = person(&server, "ann@example.com", Role::OrgAdmin).await;
    let victim = person(&server, "victim@example.com", Role::Member).await;
    let admin = as_person(&server, &ann, server.organization.id).await;
    let id = links::new_id(app);
    let made = links::reset(app, &admin, server.organization.id, victim.id, id).await;
    let made = made.expect("it is made");
    let update = grantd::app::members::Update {
        role: Some(Role::Member),
        agents: None,
    };
    let none = grantd::domain::precondition::Precondition::NONE;
    let command = &Authority::Command;
    let organization = server.organization.id;
    grantd::app::members::update(app, command, organization, ann.id, update, &none)
        .await
        .expect("it is changed");
    assert_eq!(status(&links::look(app, &made.secret, &here()).await), 401);
}
