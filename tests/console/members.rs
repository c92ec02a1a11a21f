//! Members of an organization, and the links with which they set a password.

use grantd::app::authority::Authority;
use grantd::app::{members, users};
use grantd::domain::ids::UserId;
use grantd::domain::secret::Secret;
use grantd::domain::user::{Role, User};
use reqwest::StatusCode;
use reqwest::header::CACHE_CONTROL;

use super::cast::{Cast, SCRIPT};
use crate::support::browser::Shown;

const LIST: &str = "/console/organizations/acme/members";

/// The link that stands on a page.
fn link(shown: &Shown) -> Option<String> {
    let (_, rest) = shown.html.split_once("<code id=\"link\" data-secret>")?;
    Some(rest.split('<').next()?.to_owned())
}

async fn role(cast: &Cast, user: UserId) -> Option<Role> {
    let (app, id) = (&cast.server.app, cast.server.organization.id);
    let found = members::find(app, &Authority::Command, id, &user.to_string()).await;
    found.ok().map(|member| member.place.role)
}

#[actix_web::test]
async fn each_member_sees_who_has_a_place() {
    let cast = Cast::new().await;
    assert_eq!(cast.answers(LIST).await, [200, 200, 200, 404, 200]);
    let page = async |user: &User| cast.server.browser_of(user).await.open(LIST).await.html;
    let admin = page(&cast.org_admin).await;
    for text in [
        "ann@example.com",
        "Organization admin",
        "Agent admin",
        ">bot",
        "Add a member",
    ] {
        assert!(admin.contains(text), "{text}: {admin}");
    }
    assert!(!admin.contains("eve@example.com"));
    let member = page(&cast.member).await;
    assert!(member.contains("ann@example.com"));
    assert!(!member.contains("Add a member") && !member.contains("/remove"));
}

#[actix_web::test]
async fn what_changes_members_is_for_admins_of_the_whole_organization() {
    let cast = Cast::new().await;
    let id = cast.member.id;
    let mine = [200, 403, 403, 404, 200];
    assert_eq!(cast.answers(&format!("{LIST}/new")).await, mine);
    let users = [
        (&cast.agent_admin, 403),
        (&cast.member, 403),
        (&cast.stranger, 404),
    ];
    let fields = [("email", "new@example.com"), ("role", "org_admin")];
    cast.refused(LIST, &fields, &users).await;
    for page in ["edit", "remove", "reset-link"] {
        let path = format!("{LIST}/{id}/{page}");
        assert_eq!(cast.answers(&path).await, mine, "{path}");
        cast.refused(&path, &fields, &users).await;
        // Of another organization, the person is no member; nor is there anybody by address.
        for path in [
            format!("/console/organizations/other/members/{id}/{page}"),
            format!("{LIST}/{}/{page}", cast.stranger.id),
            format!("{LIST}/cid@example.com/{page}"),
        ] {
            cast.refused(&path, &fields, &[(&cast.stranger, 404)]).await;
            assert_eq!(cast.answers(&path).await[4], 404, "{path}");
        }
    }
    assert_eq!(role(&cast, id).await, Some(Role::Member));
}

#[actix_web::test]
async fn who_has_no_account_is_invited_by_a_link_that_is_shown_once() {
    let cast = Cast::new().await;
    let browser = cast.server.browser_of(&cast.org_admin).await;
    let new = format!("{LIST}/new");
    let bot = cast.bot.id.to_string();
    for (fields, field, told) in [
        (
            vec![("email", ""), ("role", "member")],
            "email",
            "Enter an address.",
        ),
        (
            vec![("email", SCRIPT), ("role", "member")],
            "email",
            "must be an email address",
        ),
        (
            vec![("email", "a@b.example"), ("role", "king")],
            "role",
            "must be one of",
        ),
        (vec![("email", "a@b.example")], "role", "Choose a role."),
        (
            vec![("email", "a@b.example"), ("role", "agent_admin")],
            "agents",
            "Choose the agents",
        ),
        (
            vec![
                ("email", "a@b.example"),
                ("role", "agent_admin"),
                ("agents", "0197f3c2-6d5e-7c3a-9b1e-2f4a6c8e0b1d"),
            ],
            "agents",
            "Choose from the agents",
        ),
        (
            vec![("email", "ann@example.com"), ("role", "member")],
            "email",
            "is a member already",
        ),
        (
            vec![("email", "eve@example.com"), ("role", "member")],
            "email",
            "only an operator may give it a place",
        ),
    ] {
        let bad = browser.submit(&new, LIST, &fields).await;
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY, "{fields:?}");
        assert!(
            bad.html.contains(&format!("id=\"{field}-error\"")),
            "{}",
            bad.html
        );
        assert!(bad.html.contains(told), "{told}: {}", bad.html);
        assert!(!bad.html.contains("<script>alert"));
    }

    let form = browser.open(&new).await;
    let fields = [
        ("email", "New@Example.com"),
        ("role", "agent_admin"),
        ("agents", bot.as_str()),
    ];
    let shown = browser.submit_from(&form, LIST, &fields).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.html);
    assert_eq!(shown.headers.get(CACHE_CONTROL).unwrap(), "no-store");
    let secret = link(&shown).expect("a link");
    assert!(secret.contains("/console/link#"), "{secret}");
    assert!(shown.html.contains("new@example.com") && shown.html.contains("It is good once"));

    // Sent again, as by reloading, it makes nothing and shows nothing.
    let again = browser.submit_from(&form, LIST, &fields).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(link(&again).is_none() && again.html.contains("is a member already"));
    let list = browser.open(LIST).await.html;
    assert!(list.contains("new@example.com") && !list.contains(&secret));
}

#[actix_web::test]
async fn who_has_an_account_with_a_password_is_added_by_an_operator_without_a_link() {
    let cast = Cast::new().await;
    let password = Secret::new("correct horse battery staple".to_owned());
    let (app, command) = (&cast.server.app, Authority::Command);
    users::set_password(app, &command, &cast.stranger, &password)
        .await
        .unwrap();
    let browser = cast.server.browser_of(&cast.operator).await;
    let fields = [("email", "eve@example.com"), ("role", "member")];
    let added = browser.submit(&format!("{LIST}/new"), LIST, &fields).await;
    let list = browser.open(added.leads_to()).await.html;
    assert!(list.contains("eve@example.com") && list.contains("The account was there already"));
}

#[actix_web::test]
async fn an_admin_changes_a_role_and_removes_a_member() {
    let cast = Cast::new().await;
    let browser = cast.server.browser_of(&cast.org_admin).await;
    let (id, bot) = (cast.member.id, cast.bot.id.to_string());
    let edit = format!("{LIST}/{id}/edit");
    let form = browser.open(&edit).await;
    let version = form.hidden("version").unwrap();
    let fields = [
        ("version", version.as_str()),
        ("role", "agent_admin"),
        ("agents", &bot),
    ];
    let changed = browser.submit_from(&form, &edit, &fields).await;
    assert_eq!(
        changed.leads_to(),
        "/console/organizations/acme/members?done=member-changed"
    );
    assert_eq!(role(&cast, id).await, Some(Role::AgentAdmin));
    let page = browser.open(&edit).await.html;
    assert!(
        page.contains("value=\"agent_admin\" checked")
            && page.contains(&format!("value=\"{bot}\" checked"))
    );
    // The form is of a state that is gone.
    let late = browser.submit_from(&form, &edit, &fields).await;
    assert!(
        late.html.contains("Somebody else changed this"),
        "{}",
        late.html
    );
    // Agents that are ticked for another role do not matter.
    let form = browser.open(&edit).await;
    let version = form.hidden("version").unwrap();
    let fields = [
        ("version", version.as_str()),
        ("role", "member"),
        ("agents", &bot),
    ];
    browser.submit_from(&form, &edit, &fields).await.leads_to();
    assert_eq!(role(&cast, id).await, Some(Role::Member));

    let remove = format!("{LIST}/{id}/remove");
    let removed = browser.submit(&remove, &remove, &[]).await;
    assert!(
        !browser
            .open(removed.leads_to())
            .await
            .html
            .contains("cid@example.com")
    );
    assert_eq!(role(&cast, id).await, None);
}

#[actix_web::test]
async fn the_last_admin_stays() {
    let cast = Cast::new().await;
    let browser = cast.server.browser_of(&cast.org_admin).await;
    let id = cast.org_admin.id;
    let edit = format!("{LIST}/{id}/edit");
    let form = browser.open(&edit).await;
    let version = form.hidden("version").unwrap();
    let fields = [("version", version.as_str()), ("role", "member")];
    let kept = browser.submit_from(&form, &edit, &fields).await;
    assert_eq!(kept.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(kept.html.contains("last org_admin"), "{}", kept.html);
    let remove = format!("{LIST}/{id}/remove");
    let kept = browser.submit(&remove, &remove, &[]).await;
    assert_eq!(kept.status, StatusCode::CONFLICT);
    assert!(kept.html.contains("last org_admin"));
    assert_eq!(role(&cast, id).await, Some(Role::OrgAdmin));

    cast.server
        .user("two@example.com", Role::OrgAdmin, &[])
        .await;
    let left = browser.submit(&remove, &remove, &[]).await;
    assert_eq!(left.leads_to(), "/console/organizations?done=left");
    assert_eq!(browser.get(LIST).await.status, StatusCode::NOT_FOUND);
}

#[actix_web::test]
async fn a_reset_link_is_shown_once_and_another_one_voids_it() {
    let cast = Cast::new().await;
    let browser = cast.server.browser_of(&cast.org_admin).await;
    let path = format!("{LIST}/{}/reset-link", cast.member.id);
    let form = browser.open(&path).await;
    assert!(link(&form).is_none());
    let shown = browser.submit_from(&form, &path, &[]).await;
    let first = link(&shown).expect("a link");
    let again = browser.submit_from(&form, &path, &[]).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert!(
        link(&again).is_none() && again.html.contains("made already"),
        "{}",
        again.html
    );
    let second = link(&browser.submit(&path, &path, &[]).await).expect("another");
    assert_ne!(first, second);
    // A form without an id of its own makes nothing.
    let token = form.hidden("csrf_token").unwrap();
    let bare = browser
        .post_as_it_is(&path, &[("csrf_token", &token)])
        .await;
    assert_eq!(bare.status, StatusCode::FORBIDDEN);

    // Not for oneself, nor for somebody whose account reaches further.
    let own = format!("{LIST}/{}/reset-link", cast.org_admin.id);
    let refused = browser.submit(&own, &own, &[]).await;
    assert!(link(&refused).is_none() && refused.html.contains("your own account"));
    let server = &cast.server;
    server
        .place(&cast.stranger, &server.organization, Role::Member, &[])
        .await;
    let further = format!("{LIST}/{}/reset-link", cast.stranger.id);
    let refused = browser.submit(&further, &further, &[]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(link(&refused).is_none());
}
