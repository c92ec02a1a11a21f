//! `/console/health`

use chrono::TimeDelta;

use super::seeing::People;
use crate::support::server::{Engine, MASTER_KEY, TestServer};

const HEALTH: &str = "/console/health";

#[actix_web::test]
async fn an_operator_sees_how_the_node_stands() {
    for (engine, name) in [(Engine::Sqlite, "SQLite"), (Engine::Postgres, "PostgreSQL")] {
        let server = TestServer::builder().engine(engine).start().await;
        let client = server.client().await;
        server.token(&client, &[]).await;
        let root = server.operator_user("root@example.com").await;
        server.advance(TimeDelta::minutes(61));
        let shown = server.browser_of(&root).await.open(HEALTH).await.html;
        let issuer = server.app.issuer.as_str();
        for part in [
            "Nothing stands in the way of its work.",
            env!("CARGO_PKG_VERSION"),
            name,
            ", 1 h 1 min",
            "Up to date",
            "Followed",
            &format!("<code>{issuer}</code>"),
            "1 of 1,000,000 used",
            "<dt>Browsers signed in</dt><dd>1</dd>",
            "Next rotation",
            "400 days",
        ] {
            assert!(shown.contains(part), "{part}: {shown}");
        }
        assert!(!shown.contains(MASTER_KEY) && !shown.contains(&server.database_url));
    }
}

#[actix_web::test]
async fn it_is_for_operators() {
    let server = TestServer::start().await;
    let agent = server.agent("own").await.id;
    let people = People::of(&server, agent).await;
    let answers = people.answers(&server, HEALTH).await;
    assert_eq!(answers, [404, 404, 404, 404, 200]);
}

#[actix_web::test]
async fn what_is_to_be_looked_at_is_said_in_words() {
    let server = TestServer::builder().without_background().start().await;
    let root = server.operator_user("root@example.com").await;
    let browser = server.browser_of(&root).await;
    let request = server.bare("GET", HEALTH);
    let request = request.header("cookie", browser.cookie().expect("a session"));
    let request = request.header("x-forwarded-host", "<script>.example.com");
    let shown = request.send().await.expect("an answer");
    let shown = shown.text().await.expect("text");
    assert!(shown.contains("this page was reached at"), "{shown}");
    assert!(!shown.contains("<script>.example"), "{shown}");

    // Nobody looks after the keys here.
    server.advance(TimeDelta::days(400));
    let shown = server.browser_of(&root).await.open(HEALTH).await.html;
    assert!(
        shown.contains("The rotation of the ES256 key is overdue."),
        "{shown}"
    );
    assert!(!shown.contains("Nothing stands in the way"), "{shown}");
}
