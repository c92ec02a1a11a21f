//! The trail as a file, and searching it.

use grantd::app::audit::{AuditFilter, Export, Format};
use grantd::app::authority::Authority;
use grantd::app::error::AppError;
use grantd::domain::access::{Caller, Denied, Origin, Reach, Subject};
use grantd::domain::ids::UserId;
use serde_json::{Value, json};
use uuid::Uuid;

use super::head;
use crate::management::answer::{send, send_json};
use crate::support::server::{Engine, TestServer};

async fn file(server: &TestServer, filter: AuditFilter, format: Format) -> (String, usize) {
    let app = &server.app;
    let begun = Export::begin(app, &Authority::Command, filter, format).await;
    let mut export = begun.expect("it begins");
    let (mut file, mut parts) = (String::new(), 0);
    // What is done meanwhile is not part of it.
    server.organization("meanwhile").await;
    while let Some(part) = export.next(app).await.expect("a part") {
        file.push_str(&part);
        parts += 1;
    }
    (file, parts)
}

#[actix_web::test]
async fn json_is_one_array_of_all_that_the_list_shows() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let server = TestServer::builder().engine(engine).start().await;
        let operator = server.operator().await;
        let listed = server
            .call(&operator, "GET", "/v1/audit-events?limit=200")
            .await;
        let mut listed = send(listed).await.json(200)["data"].clone();
        listed.as_array_mut().expect("a list").reverse();
        let (text, _) = file(&server, AuditFilter::default(), Format::Json).await;
        let found: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(found, listed, "{engine:?}");
        let filter = AuditFilter {
            target_id: Some("none".to_owned()),
            ..AuditFilter::default()
        };
        let server = TestServer::builder().engine(engine).start().await;
        let (text, parts) = file(&server, filter, Format::Json).await;
        assert_eq!(
            serde_json::from_str::<Value>(&text).expect("JSON"),
            json!([])
        );
        assert_eq!(parts, 1);
    }
}

#[actix_web::test]
async fn csv_has_a_line_an_event_and_a_long_trail_comes_in_parts() {
    let server = TestServer::start().await;
    let mut write = server
        .app
        .store
        .begin(server.app.now())
        .await
        .expect("a change");
    for _ in 0..1_000 {
        write.audit(crate::support::audit::entry());
    }
    write.commit().await.expect("it is stored");
    let operator = server.operator().await;
    let body = json!({"slug": "hostile", "name": "=cmd|' /C calc'!A0, \"x\""});
    let request = server.call(&operator, "POST", "/v1/organizations").await;
    let request = request.header("x-request-id", "=1+1");
    let made = send_json(request, &body).await.json(201);
    let number = head(&server.app).await;
    let (text, parts) = file(&server, AuditFilter::default(), Format::Csv).await;
    assert_eq!(parts, 3);
    let lines: Vec<&str> = text.split("\r\n").collect();
    assert_eq!(lines.last(), Some(&""));
    assert_eq!(lines.len(), usize::try_from(number).expect("few") + 2);
    assert!(lines[0].starts_with("number,at,"));
    for (index, line) in lines[1..lines.len() - 1].iter().enumerate() {
        assert!(line.starts_with(&format!("{},", index + 1)), "{line}");
    }
    let last = lines[lines.len() - 2];
    let id = made["id"].as_str().expect("an id");
    assert!(
        last.contains(&format!(",organization,{id},,\"{{\"\"")),
        "{last}"
    );
    assert!(last.contains("\\\"\"x\\\"\""), "{last}");
    for cell in last.split(',') {
        assert!(!cell.starts_with(['=', '+', '-', '@']), "{last}");
    }
}

#[actix_web::test]
async fn who_may_not_see_the_trail_gets_no_file() {
    let server = TestServer::start().await;
    let globex = server.organization("globex").await.id;
    let acme = server.organization.id;
    let begin = async |reach, operator, organization_id| {
        let caller = Caller {
            subject: Subject::User(UserId(Uuid::from_u128(1))),
            user_id: None,
            organization_id: acme,
            reach,
            operator,
            scopes: vec!["audit:read".to_owned()],
            audience: None,
            expires_at: None,
            origin: Origin::default(),
        };
        let filter = AuditFilter {
            organization_id,
            ..AuditFilter::default()
        };
        let authority = Authority::Caller(caller);
        match Export::begin(&server.app, &authority, filter, Format::Csv).await {
            Ok(_) => None,
            Err(AppError::Denied(denied)) => Some(denied),
            Err(error) => panic!("{error:?}"),
        }
    };
    let whole = Reach::Organization;
    let some = Reach::Agents(Vec::new());
    assert_eq!(begin(whole.clone(), false, Some(acme)).await, None);
    assert_eq!(begin(whole.clone(), true, None).await, None);
    assert_eq!(begin(whole.clone(), true, Some(globex)).await, None);
    assert_eq!(
        begin(some, false, Some(acme)).await,
        Some(Denied::AgentScoped)
    );
    assert_eq!(
        begin(whole.clone(), false, None).await,
        Some(Denied::OperatorOnly)
    );
    assert_eq!(
        begin(whole, false, Some(globex)).await,
        Some(Denied::OtherOrganization)
    );
}

#[actix_web::test]
async fn events_are_found_by_text_and_by_kind() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let server = TestServer::builder().engine(engine).start().await;
        let operator = server.operator().await;
        let request = server.call(&operator, "POST", "/v1/organizations").await;
        let request = request.header("x-request-id", "Trace_77");
        let body = json!({"slug": "gold", "name": "100% Gold"});
        send_json(request, &body).await.json(201);
        let last = head(&server.app).await;
        server.agent("bot").await;
        for (query, expected) in [
            ("q=100%25%20GOLD", vec![last]),
            ("q=100_", vec![]),
            ("q=trace_7", vec![last]),
            ("q=traceX7", vec![]),
            ("q=AGENT.CREATED", vec![last + 1]),
            ("target_kind=agent", vec![last + 1]),
            ("target_kind=organization&q=gold", vec![last]),
            ("target_kind=agent&q=gold", vec![]),
        ] {
            let path = format!("/v1/audit-events?{query}");
            let listed = send(server.call(&operator, "GET", &path).await)
                .await
                .json(200);
            let data = listed["data"].as_array().expect("a list").iter();
            let numbers: Vec<_> = data
                .map(|event| event["number"].as_i64().expect("a number"))
                .collect();
            assert_eq!(numbers, expected, "{engine:?} {query}");
        }
        for (query, field) in [
            ("q=", "q"),
            ("q=%00", "q"),
            ("target_kind=door", "target_kind"),
        ] {
            let path = format!("/v1/audit-events?{query}");
            send(server.call(&operator, "GET", &path).await)
                .await
                .invalid(field);
        }
    }
}
