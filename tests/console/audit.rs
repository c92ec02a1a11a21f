//! The audit trail of an organization, and the whole.

use grantd::domain::user::Role;
use reqwest::StatusCode;
use reqwest::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use serde_json::{Value, json};

use super::seeing::{HOSTILE, People};
use crate::management::answer::send_json;
use crate::support::server::TestServer;

const OURS: &str = "/console/organizations/acme/audit";
const WHOLE: &str = "/console/audit";

/// The numbers of the events on a page, in its order.
fn numbers(html: &str) -> Vec<i64> {
    let parts = html.split("<dt>Number</dt><dd>").skip(1);
    let numbers = parts.filter_map(|part| part.split_once('<')?.0.parse().ok());
    numbers.collect()
}

/// The address of a link of the pager.
fn link(html: &str, rel: &str) -> Option<String> {
    let (before, _) = html.split_once(&format!("\" rel=\"{rel}\""))?;
    let (_, address) = before.rsplit_once("href=\"")?;
    Some(address.replace("&#38;", "&").replace("&amp;", "&"))
}

#[actix_web::test]
async fn it_is_for_who_may_see_the_whole_organization() {
    let server = TestServer::start().await;
    let agent = server.agent("own").await.id;
    let people = People::of(&server, agent).await;
    for path in [
        OURS.to_owned(),
        format!("{OURS}/export/csv"),
        format!("{OURS}/export/json"),
    ] {
        let answers = people.answers(&server, &path).await;
        assert_eq!(answers, [200, 403, 403, 404, 200], "{path}");
    }
    for path in [WHOLE.to_owned(), format!("{WHOLE}/export/csv")] {
        let answers = people.answers(&server, &path).await;
        assert_eq!(answers, [404, 404, 404, 404, 200], "{path}");
    }
    for path in [format!("{OURS}/export/xml"), format!("{WHOLE}/export/xml")] {
        let answers = people.answers(&server, &path).await;
        assert_eq!(answers[4], 404, "{path}");
    }
    // Nothing of another organization stands on it.
    let made = "?action=organization.created";
    let browser = server.browser_of(&people.admin).await;
    let ours = browser.open(&format!("{OURS}{made}")).await.html;
    assert_eq!(numbers(&ours).len(), 1, "{ours}");
    assert!(!ours.contains("globex"), "{ours}");
    let browser = server.browser_of(&people.operator).await;
    let whole = browser.open(&format!("{WHOLE}{made}")).await.html;
    assert_eq!(numbers(&whole).len(), 2, "{whole}");
    assert!(whole.contains("globex"), "{whole}");
}

#[actix_web::test]
async fn it_is_filtered_and_turned_page_by_page() {
    let server = TestServer::start().await;
    let ada = server.user("ada@example.com", Role::OrgAdmin, &[]).await;
    let browser = server.browser_of(&ada).await;
    for number in 0..27 {
        server.agent(&format!("bot-{number}")).await;
    }
    let first = browser.open(OURS).await.html;
    assert_eq!(numbers(&first).len(), 12);
    assert!(first.len() < 30_000, "{}", first.len());
    assert!(link(&first, "prev").is_none());
    let older = link(&first, "next").expect("an older page");
    let second = browser.open(&older).await.html;
    assert!(numbers(&second)[0] < numbers(&first)[11]);
    let newer = link(&second, "prev").expect("a newer page");
    assert_eq!(numbers(&browser.open(&newer).await.html), numbers(&first));
    let last = link(&second, "next").expect("an older page");
    assert!(link(&browser.open(&last).await.html, "next").is_none());

    // Made by a person, from an address.
    let body = json!({"slug": "hostile", "name": HOSTILE});
    let request = server.call_as(&ada, "POST", "/v1/organizations/acme/agents");
    let request = request.await.header("x-request-id", "trace-77");
    let made = send_json(request, &body).await.json(201);
    let id = made["id"].as_str().expect("an id");
    let ada_id = ada.id.to_string();
    for query in [
        format!("?target={id}"),
        format!("?actor={ada_id}&action=agent.created"),
        "?actor_kind=user&action=agent.created".to_owned(),
        "?q=trace-77".to_owned(),
    ] {
        let shown = browser.open(&format!("{OURS}{query}")).await.html;
        assert_eq!(numbers(&shown).len(), 1, "{query}: {shown}");
        for part in [
            "&#60;script&#62;alert(1)",
            "trace-77",
            "127.0.0.1",
            ">ada@example.com</a>",
            "<th scope=\"row\">slug</th><td></td><td>hostile</td>",
        ] {
            assert!(shown.contains(part), "{query}: {part}: {shown}");
        }
        assert!(!shown.contains(HOSTILE), "{query}");
    }
    let none = browser.open(&format!("{OURS}?to=2001-01-01")).await.html;
    assert!(none.contains("No event fits"), "{none}");
    let all = browser
        .open(&format!("{OURS}?from=2001-01-01&action=agent.created"))
        .await;
    let older = link(&all.html, "next").expect("an older page");
    assert!(older.contains("action=agent.created"), "{older}");
    for bad in [
        "action=x",
        "actor_kind=x",
        "actor=x",
        "target=%00",
        "from=x",
        "to=x",
        "q=%00",
    ] {
        let shown = browser.get(&format!("{OURS}?{bad}")).await;
        assert_eq!(shown.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
        assert!(shown.html.contains("aria-invalid=\"true\""), "{bad}");
        let file = browser.get(&format!("{OURS}/export/csv?{bad}")).await;
        assert_eq!(file.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
    }
    for odd in [
        "before=x",
        "before=-1",
        "after=99999",
        "after=9223372036854775807",
    ] {
        browser.open(&format!("{OURS}?{odd}")).await;
    }
}

#[actix_web::test]
async fn a_file_is_what_the_filter_says_and_no_spreadsheet_runs_it() {
    let server = TestServer::start().await;
    let ada = server.user("ada@example.com", Role::OrgAdmin, &[]).await;
    let browser = server.browser_of(&ada).await;
    server.organization("elsewhere").await;
    let body = json!({"slug": "sum", "name": "=1+1"});
    let request = server.call_as(&ada, "POST", "/v1/organizations/acme/agents");
    let request = request.await.header("x-request-id", "=HYPERLINK(1)");
    send_json(request, &body).await.json(201);

    let file = browser.open(&format!("{OURS}/export/csv?q=sum")).await;
    let header = |name| file.headers[name].to_str().expect("text").to_owned();
    assert!(header(CONTENT_TYPE).starts_with("text/csv"));
    let today = server.app.now().format("%Y-%m-%d");
    assert_eq!(
        header(CONTENT_DISPOSITION),
        format!("attachment; filename=\"audit-acme-{today}.csv\"")
    );
    assert_eq!(file.headers["cache-control"], "no-store");
    let lines: Vec<_> = file.html.trim_end().split("\r\n").collect();
    assert_eq!(lines.len(), 2, "{}", file.html);
    assert!(!file.html.contains(",=HYPERLINK"), "{}", file.html);

    let file = browser
        .open(&format!("{OURS}/export/json?action=agent.created"))
        .await;
    let events: Value = serde_json::from_str(&file.html).expect("JSON");
    assert_eq!(events.as_array().map(Vec::len), Some(1));
    assert_eq!(events[0]["after"]["name"], "=1+1");
    let all = browser.open(&format!("{OURS}/export/json")).await.html;
    assert!(!all.contains("elsewhere"), "{all}");
}

#[actix_web::test]
async fn an_operator_is_not_told_by_address_to_others() {
    let server = TestServer::start().await;
    let ada = server.user("ada@example.com", Role::OrgAdmin, &[]).await;
    let root = server.operator_user("root@example.com").await;
    let request = server.call_as(&root, "POST", "/v1/organizations/acme/agents");
    send_json(request.await, &json!({"slug": "bot"}))
        .await
        .json(201);
    let ours = server.browser_of(&ada).await.open(OURS).await.html;
    assert!(ours.contains(">An operator</a>"), "{ours}");
    assert!(!ours.contains("root@example.com"), "{ours}");
    // Nor as what something was done to: that she signed in is told there, too.
    assert!(ours.contains("User signed in"), "{ours}");
    let whole = server.browser_of(&root).await.open(WHOLE).await.html;
    assert!(whole.contains(">root@example.com</a>"), "{whole}");
}
