//! All accounts, which operators look after.

use chrono::TimeDelta;
use grantd::app::users;
use grantd::domain::user::User;
use reqwest::StatusCode;
use reqwest::header::CACHE_CONTROL;

use super::cast::{Cast, SCRIPT};

const LIST: &str = "/console/users";

fn of(user: &User, page: &str) -> String {
    format!("{LIST}/{}{page}", user.id)
}

#[actix_web::test]
async fn they_are_the_operators_alone() {
    let cast = Cast::new().await;
    let only = [404, 404, 404, 404, 200];
    let mut paths = vec![LIST.to_owned(), format!("{LIST}/new")];
    let pages = [
        "",
        "/reset-link",
        "/sign-out",
        "/remove-second-factor",
        "/delete",
    ];
    paths.extend(pages.iter().map(|page| of(&cast.member, page)));
    for path in &paths {
        assert_eq!(cast.answers(path).await, only, "{path}");
    }
    let users = [
        (&cast.org_admin, 404),
        (&cast.member, 404),
        (&cast.stranger, 404),
    ];
    let fields = [
        ("email", "new@example.com"),
        ("confirm_email", "cid@example.com"),
    ];
    cast.refused(LIST, &fields, &users).await;
    for page in &pages[1..] {
        cast.refused(&of(&cast.member, page), &fields, &users).await;
        let nobody = format!("{LIST}/cid@example.com{page}");
        cast.refused(&nobody, &fields, &[(&cast.operator, 404)])
            .await;
    }
    let all = users::search(&cast.server.app, None, &grantd::store::Page::first(9)).await;
    assert_eq!(all.unwrap().len(), 5);
}

#[actix_web::test]
async fn an_operator_looks_for_somebody() {
    let cast = Cast::new().await;
    let browser = cast.server.browser_of(&cast.operator).await;
    cast.server.account("a_b%c@example.com", false).await;
    let page = async |q: &str| browser.open(&format!("{LIST}?q={q}")).await.html;
    let all = browser.open(LIST).await.html;
    for text in [
        "ann@",
        "bob@",
        "root@",
        "Operator",
        "Organization admin",
        "organizations/other",
    ] {
        assert!(all.contains(text), "{text}");
    }
    let found = page("ANN@Ex").await;
    assert!(found.contains("ann@example.com") && !found.contains("bob@example.com"));
    // What SQL takes for a wildcard is looked for as it is.
    for wildcard in ["_", "%25"] {
        let found = page(wildcard).await;
        assert!(found.contains("a_b%c@example.com") && !found.contains("ann@example.com"));
    }
    let none = page("%22%3E%3Cscript%3Ealert('x')%3C/script%3E").await;
    assert!(none.contains("Nobody matches") && !none.contains("<script>alert"));
    let long = browser.get(&format!("{LIST}?q={}", "x".repeat(101))).await;
    assert_eq!(long.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(long.html.contains("id=\"q-error\""));
}

#[actix_web::test]
async fn the_list_goes_on_on_other_pages() {
    let cast = Cast::new().await;
    for number in 0..55 {
        // Ids of one millisecond have no order.
        cast.server.advance(TimeDelta::milliseconds(2));
        cast.server
            .account(&format!("u{number}@many.example"), false)
            .await;
    }
    let browser = cast.server.browser_of(&cast.operator).await;
    let first = browser.open(&format!("{LIST}?q=many.example")).await.html;
    assert!(first.contains("u49@") && !first.contains("u50@"));
    let (_, next) = first
        .split_once("&#38;after=")
        .or_else(|| first.split_once("&amp;after="))
        .expect("a way on");
    let cursor = next.split('"').next().unwrap();
    let second = browser
        .open(&format!("{LIST}?q=many.example&after={cursor}"))
        .await
        .html;
    assert!(second.contains("u50@") && !second.contains("u49@"));
}

#[actix_web::test]
async fn a_new_user_is_invited_by_a_link_that_is_shown_once() {
    let cast = Cast::new().await;
    let browser = cast.server.browser_of(&cast.operator).await;
    let new = format!("{LIST}/new");
    for (email, told) in [
        ("", "Enter an address."),
        (SCRIPT, "must be an email address"),
        (
            "ann@example.com",
            "There is a user with this email address already.",
        ),
    ] {
        let bad = browser.submit(&new, LIST, &[("email", email)]).await;
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            bad.html.contains(told) && bad.html.contains("id=\"email-error\""),
            "{}",
            bad.html
        );
        assert!(!bad.html.contains("<script>alert"));
    }
    let form = browser.open(&new).await;
    let fields = [("email", "two@example.com"), ("operator", "yes")];
    let shown = browser.submit_from(&form, LIST, &fields).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.html);
    assert_eq!(shown.headers.get(CACHE_CONTROL).unwrap(), "no-store");
    assert!(shown.html.contains("data-secret>") && shown.html.contains("/console/link#"));
    let again = browser.submit_from(&form, LIST, &fields).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!again.html.contains("/console/link#"));
    let user = users::find(&cast.server.app, "two@example.com")
        .await
        .unwrap();
    assert!(user.operator);
    browser
        .submit(&new, LIST, &[("email", "three@example.com")])
        .await;
    let user = users::find(&cast.server.app, "three@example.com")
        .await
        .unwrap();
    assert!(!user.operator);
    let page = browser.open(&of(&user, "")).await.html;
    assert!(page.contains("No place in any organization") && page.contains("Nowhere"));
}

#[actix_web::test]
async fn an_operator_makes_a_reset_link_for_anybody() {
    let cast = Cast::new().await;
    let browser = cast.server.browser_of(&cast.operator).await;
    let path = of(&cast.org_admin, "/reset-link");
    let form = browser.open(&path).await;
    let shown = browser.submit_from(&form, &path, &[]).await;
    assert!(shown.html.contains("/console/link#"), "{}", shown.html);
    let again = browser.submit_from(&form, &path, &[]).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert!(!again.html.contains("/console/link#"));
}

#[actix_web::test]
async fn an_operator_signs_somebody_out() {
    let cast = Cast::new().await;
    let theirs = cast.server.browser_of(&cast.org_admin).await;
    theirs.open("/console/organizations").await;
    let browser = cast.server.browser_of(&cast.operator).await;
    assert!(
        browser
            .open(&of(&cast.org_admin, ""))
            .await
            .html
            .contains("In one place")
    );
    let path = of(&cast.org_admin, "/sign-out");
    let done = browser.submit(&path, &path, &[]).await;
    let page = browser.open(done.leads_to()).await.html;
    assert!(page.contains("The user is signed out everywhere.") && page.contains("Nowhere"));
    let asked = theirs.get("/console/organizations").await;
    assert!(asked.leads_to().starts_with("/console/sign-in"));
    // The audit trail names who did it.
    let trail = cast.server.operator().await;
    let call = cast.server.call(
        &trail,
        "GET",
        "/v1/audit-events?action=user.signed_out_everywhere",
    );
    let body: serde_json::Value = call.await.send().await.unwrap().json().await.unwrap();
    assert_eq!(
        body["data"][0]["actor_id"],
        cast.operator.id.to_string(),
        "{body}"
    );
    // There is no second factor to remove, which is as well.
    let path = of(&cast.org_admin, "/remove-second-factor");
    browser.submit(&path, &path, &[]).await.leads_to();
}

#[actix_web::test]
async fn an_operator_deletes_an_account_by_its_address_but_not_the_own() {
    let cast = Cast::new().await;
    let browser = cast.server.browser_of(&cast.operator).await;
    let path = of(&cast.member, "/delete");
    for typed in ["", SCRIPT, "ann@example.com"] {
        let kept = browser
            .submit(&path, &path, &[("confirm_email", typed)])
            .await;
        assert_eq!(kept.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(!kept.html.contains("<script>alert"));
    }
    let gone = browser
        .submit(&path, &path, &[("confirm_email", "CID@example.com")])
        .await;
    assert!(
        !browser
            .open(gone.leads_to())
            .await
            .html
            .contains("cid@example.com")
    );
    assert_eq!(browser.get(&path).await.status, StatusCode::NOT_FOUND);

    let own = of(&cast.operator, "/delete");
    assert_eq!(browser.get(&own).await.status, StatusCode::CONFLICT);
    let fields = [("confirm_email", "root@example.com")];
    cast.refused(&own, &fields, &[(&cast.operator, 409)]).await;
    browser.open(LIST).await;
}
