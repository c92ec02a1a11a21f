//! The account: password, second factor, sessions, and links that are good once.

use chrono::TimeDelta;
use grantd::app::authority::Authority;
use grantd::app::error::AppError;
use grantd::app::{one_time_links, second_factor, sessions, users};
use grantd::domain::access::Origin;
use grantd::domain::secret::Secret;
use grantd::domain::user::{Role, User};
use reqwest::StatusCode;

use crate::people::{Device, enrolled};
use crate::support::browser::{Browser, Shown};
use crate::support::server::TestServer;

const ACCOUNT: &str = "/console/account";
const FACTOR: &str = "/console/account/second-factor";
const PASSWORD: &str = "correct horse battery staple";
const OTHER: &str = "another horse battery staple";

async fn person(server: &TestServer) -> User {
    let user = server.user("ada@example.com", Role::OrgAdmin, &[]).await;
    let password = Secret::new(PASSWORD.to_owned());
    users::set_password(&server.app, &Authority::Command, &user, &password)
        .await
        .expect("a password");
    user
}

async fn is_in(browser: &Browser<'_>) -> bool {
    browser.get(ACCOUNT).await.status == StatusCode::OK
}

/// The codes on a page that shows recovery codes.
fn codes_of(shown: &Shown) -> Vec<String> {
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.html);
    let (_, rest) = shown
        .html
        .split_once("<pre id=\"codes\" data-secret>")
        .expect("codes");
    let (codes, _) = rest.split_once("</pre>").expect("an end");
    codes.lines().map(str::to_owned).collect()
}

#[actix_web::test]
async fn another_password_signs_out_everywhere_else() {
    let server = TestServer::start().await;
    let user = person(&server).await;
    let (here, there) = (
        server.browser_of(&user).await,
        server.browser_of(&user).await,
    );
    let change = async |current, new| {
        let fields = [("current_password", current), ("new_password", new)];
        here.submit(ACCOUNT, "/console/account/password", &fields)
            .await
    };
    let wrong = change("no such password at all", OTHER).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.html.contains("This is wrong."), "{}", wrong.html);
    let short = change(PASSWORD, "short").await;
    assert!(short.html.contains("id=\"new_password-error\""));
    assert!(is_in(&there).await, "nothing was changed");

    let before = here.cookie();
    let changed = change(PASSWORD, OTHER).await;
    assert_eq!(changed.leads_to(), "/console/account?done=password-changed");
    assert!(is_in(&here).await && here.cookie() != before);
    assert!(!is_in(&there).await);
    let anew = server.browser();
    let refused = anew.sign_in("ada@example.com", PASSWORD).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    anew.sign_in("ada@example.com", OTHER).await.leads_to();
}

#[actix_web::test]
async fn sessions_are_ended_one_by_one_and_together() {
    let server = TestServer::start().await;
    let user = person(&server).await;
    let stranger = server.user("bob@example.com", Role::OrgAdmin, &[]).await;
    let stranger = server.browser_of(&stranger).await;
    let here = server.browser_of(&user).await;
    server.advance(TimeDelta::seconds(1));
    let (there, far) = (
        server.browser_of(&user).await,
        server.browser_of(&user).await,
    );
    let page = here.open(ACCOUNT).await;
    let others: Vec<_> = page
        .html
        .split("action=\"/console/account/sessions/")
        .skip(1)
        .filter_map(|rest| rest.split_once("/end\"").map(|(id, _)| id.to_owned()))
        .filter(|id| id.len() == 36)
        .collect();
    assert_eq!(others.len(), 2, "all but this one: {}", page.html);
    let path = format!("/console/account/sessions/{}/end", others[0]);
    let tried = stranger.submit(ACCOUNT, &path, &[]).await;
    assert_eq!(tried.status, StatusCode::NOT_FOUND);
    here.submit(ACCOUNT, &path, &[]).await.leads_to();
    let left = [is_in(&there).await, is_in(&far).await];
    assert_eq!(left.iter().filter(|is_in| **is_in).count(), 1);
    let ended = here
        .submit(ACCOUNT, "/console/account/sessions/end", &[])
        .await;
    assert_eq!(
        ended.leads_to(),
        "/console/account?done=signed-out-everywhere"
    );
    assert!(!is_in(&there).await && !is_in(&far).await);
    assert!(is_in(&here).await && is_in(&stranger).await);
}

#[actix_web::test]
async fn a_second_factor_is_set_up_and_asked_for() {
    let server = TestServer::start().await;
    let user = person(&server).await;
    let (browser, other) = (
        server.browser_of(&user).await,
        server.browser_of(&user).await,
    );
    let begin = "/console/account/second-factor/begin";
    for wrong in ["", OTHER] {
        let refused = browser.submit(FACTOR, begin, &[("password", wrong)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.html.contains("id=\"password-error\""));
    }
    browser
        .submit(FACTOR, begin, &[("password", PASSWORD)])
        .await
        .leads_to();
    let enrolment = second_factor::pending(&server.app, &user)
        .await
        .unwrap()
        .unwrap();
    let shown = browser.open(FACTOR).await;
    assert!(shown.html.contains(enrolment.grouped_secret().expose()));
    assert!(shown.html.contains("<svg") && !shown.html.contains("style="));
    let device = Device::of(&enrolment);
    let confirm = "/console/account/second-factor/confirm";
    let wrong = device.wrong(&server);
    let refused = browser
        .submit(FACTOR, confirm, &[("code", wrong.expose())])
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let right = device.shows(&server, 0);
    let fields = [("code", right.expose())];
    let confirmed = browser.submit(FACTOR, confirm, &fields).await;
    let codes = codes_of(&confirmed);
    assert_eq!(codes.len(), 10);
    assert!(is_in(&browser).await && !is_in(&other).await);
    let again = browser.submit_from(&confirmed, confirm, &fields).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
    for code in &codes {
        assert!(!again.html.contains(code));
    }

    server.advance(TimeDelta::minutes(1));
    let browser = server.browser();
    let asked = browser.sign_in("ada@example.com", PASSWORD).await;
    assert_eq!(
        asked.leads_to(),
        "/console/sign-in/second-factor?next=%2Fconsole"
    );
    assert!(!is_in(&browser).await, "the password alone opens nothing");
    let pending = browser.cookie();
    let path = "/console/sign-in/second-factor";
    let refused = browser.submit(path, path, &[("code", "000000x")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let code = device.shows(&server, 0);
    let entered = browser.submit(path, path, &[("code", code.expose())]).await;
    assert_eq!(entered.leads_to(), "/console");
    assert!(is_in(&browser).await);
    let late = server.browser();
    late.set_cookie(pending);
    assert!(
        late.get(path)
            .await
            .leads_to()
            .starts_with("/console/sign-in")
    );

    let other = server.browser();
    other.sign_in("ada@example.com", PASSWORD).await.leads_to();
    let entered = other.submit(path, path, &[("code", &codes[3])]).await;
    assert_eq!(
        entered.leads_to(),
        "/console/account?done=recovery-code-used"
    );
    assert!(
        other
            .open(ACCOUNT)
            .await
            .html
            .contains("9 recovery codes left")
    );
}

#[actix_web::test]
async fn the_second_factor_is_asked_for_within_ten_minutes() {
    let server = TestServer::start().await;
    let user = person(&server).await;
    let (device, _) = enrolled(&server, &user).await;
    server.advance(TimeDelta::minutes(1));
    let browser = server.browser();
    browser
        .sign_in("ada@example.com", PASSWORD)
        .await
        .leads_to();
    let path = "/console/sign-in/second-factor";
    let page = browser.open(path).await;
    server.advance(TimeDelta::minutes(11));
    let code = device.shows(&server, 0);
    let late = browser
        .submit_from(&page, path, &[("code", code.expose())])
        .await;
    assert_eq!(late.leads_to(), "/console/sign-in");
}

#[actix_web::test]
async fn it_is_taken_away_by_who_knows_the_password() {
    let server = TestServer::start().await;
    let user = person(&server).await;
    let (_, before) = enrolled(&server, &user).await;
    let (browser, other) = (
        server.browser_of(&user).await,
        server.browser_of(&user).await,
    );
    let codes = "/console/account/second-factor/codes";
    let refused = browser.submit(FACTOR, codes, &[("password", OTHER)]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let made = codes_of(
        &browser
            .submit(FACTOR, codes, &[("password", PASSWORD)])
            .await,
    );
    assert!(
        made.iter()
            .all(|code| before.iter().all(|old| old.expose() != code))
    );
    let remove = "/console/account/second-factor/remove";
    let refused = browser.submit(FACTOR, remove, &[("password", OTHER)]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let removed = browser
        .submit(FACTOR, remove, &[("password", PASSWORD)])
        .await;
    assert_eq!(removed.leads_to(), "/console/account?done=factor-removed");
    assert!(is_in(&browser).await && !is_in(&other).await);
    server
        .browser()
        .sign_in("ada@example.com", PASSWORD)
        .await
        .leads_to();
}

#[actix_web::test]
async fn a_link_sets_the_password_once() {
    let server = TestServer::start().await;
    let user = person(&server).await;
    let session = server.browser_of(&user).await;
    let id = one_time_links::new_id(&server.app);
    let made = one_time_links::reset_any(&server.app, &Authority::Command, &user, id).await;
    let link = made.expect("a link").text;
    assert!(link.expose().contains("/console/link#gdl_"));
    let browser = server.browser();
    let redeem = async |code: &str, password| {
        let fields = [("code", code), ("password", password)];
        browser
            .submit("/console/link", "/console/link", &fields)
            .await
    };
    for (code, password, told) in [
        ("", OTHER, "id=\"code-error\""),
        ("gdl_nothing", OTHER, "id=\"code-error\""),
        (link.expose(), "short", "id=\"password-error\""),
    ] {
        let refused = redeem(code, password).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.html.contains(told), "{}", refused.html);
        assert!(!refused.html.contains("gdl_"), "nothing is given back");
    }
    assert!(is_in(&session).await);
    let set = redeem(link.expose(), OTHER).await;
    assert_eq!(set.leads_to(), "/console/sign-in?done=password-set");
    assert!(!is_in(&session).await, "signed out");
    let again = redeem(link.expose(), PASSWORD).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    server
        .browser()
        .sign_in("ada@example.com", OTHER)
        .await
        .leads_to();
}

#[actix_web::test]
async fn a_session_that_was_ended_before_its_second_factor_came_stays_ended() {
    let server = TestServer::start().await;
    let user = person(&server).await;
    let (device, _) = enrolled(&server, &user).await;
    server.advance(TimeDelta::minutes(1));
    let named = sessions::Browser {
        origin: Origin::default(),
        user_agent: "Test".to_owned(),
    };
    let password = Secret::new(PASSWORD.to_owned());
    let begun = sessions::sign_in(&server.app, user.email.as_str(), password, &named).await;
    let pending = begun.expect("the password is right").session;
    assert!(pending.pending);
    let other = Secret::new(OTHER.to_owned());
    users::set_password(&server.app, &Authority::Command, &user, &other)
        .await
        .expect("another password");
    let code = device.shows(&server, 0);
    let late = sessions::complete(&server.app, &pending, &user, &code, &named).await;
    assert!(matches!(late, Err(AppError::Unauthenticated(_))));
    let left = sessions::list(&server.app, user.id).await.expect("a list");
    assert!(left.is_empty(), "{left:?}");
}
