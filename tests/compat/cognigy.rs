//! Cognigy's door: pages, and errors as its client reads them.

use chrono::TimeDelta;
use grantd::domain::credential::CredentialKind;
use reqwest::RequestBuilder;
use serde_json::{Value, json};

use crate::management::answer::{Answer, send, send_json};
use crate::support::server::TestServer;

const KEYS: &str = "/new/v2.0/users/me/apikeys";

/// A server, and the key of a program that manages credentials.
struct World {
    server: TestServer,
    key: String,
}

impl World {
    async fn new() -> Self {
        let server = TestServer::start().await;
        let issuer = server.app.issuer.as_str().parse().expect("an identifier");
        let client = server
            .client_with(|new| {
                new.kind = CredentialKind::ApiKey;
                new.audiences.push(issuer);
            })
            .await;
        let key = format!("{}:{}", client.id, client.secret);
        Self { server, key }
    }

    fn call(&self, method: &str, path: &str) -> RequestBuilder {
        self.server
            .bare(method, path)
            .header("x-api-key", &self.key)
    }

    async fn make(&self, name: &str) -> Value {
        // Within one millisecond the order is chance.
        self.server.advance(TimeDelta::milliseconds(1));
        send_json(self.call("POST", KEYS), &json!({"name": name}))
            .await
            .json(201)
    }

    /// The names on a page and the whole page.
    async fn page(&self, query: &str) -> (Vec<String>, Value) {
        let page = send(self.call("GET", &format!("{KEYS}?{query}")))
            .await
            .json(200);
        let items = page["items"].as_array().expect("items");
        let name = |item: &Value| item["name"].as_str().expect("a name").to_owned();
        (items.iter().map(name).collect(), page)
    }
}

#[track_caller]
fn code(answer: &Answer) -> u64 {
    let document: Value = serde_json::from_str(&answer.body).expect("JSON");
    assert_eq!(
        document["traceId"],
        answer.header("x-request-id"),
        "{document}"
    );
    document["code"].as_u64().expect("a code")
}

#[actix_web::test]
async fn every_refusal_has_the_code_that_the_client_reads() {
    let world = World::new().await;
    let nothing = world
        .server
        .client_with(|new| new.kind = CredentialKind::ApiKey)
        .await;
    let nothing = format!("{}:{}", nothing.id, nothing.secret);
    let bare = |method, path| world.server.bare(method, path);
    let unknown = format!("{KEYS}/01970000-0000-7000-8000-000000000000");
    for (request, status, expected) in [
        (bare("GET", KEYS), 401, 401),
        (bare("GET", KEYS).header("x-api-key", nothing), 403, 403),
        (world.call("GET", &format!("{KEYS}?limit=x")), 400, 400),
        (world.call("POST", KEYS).json(&json!({"name": 1})), 400, 400),
        (world.call("POST", KEYS).body("{}"), 415, 415),
        (world.call("DELETE", &unknown), 404, 1002),
        (world.call("PUT", KEYS), 405, 1013),
        (world.call("POST", &unknown), 405, 1013),
    ] {
        let answer = send(request).await;
        assert_eq!(
            (answer.status, code(&answer)),
            (status, expected),
            "{}",
            answer.body
        );
    }
    for number in 2..10 {
        world.make(&format!("key {number}")).await;
    }
    let answer = send_json(world.call("POST", KEYS), &json!({"name": "one more"})).await;
    assert_eq!((answer.status, code(&answer)), (409, 1004));
    // Nobody else is answered so.
    let answer = send(bare("GET", "/v1/whoami")).await;
    let document: Value = serde_json::from_str(&answer.body).expect("JSON");
    assert!(document.get("code").is_none() && document.get("traceId").is_none());
}

#[actix_web::test]
async fn pages_go_both_ways_in_every_order() {
    let world = World::new().await;
    for name in ["b", "a", "d", "c", "e"] {
        world.make(name).await;
    }
    for (sort, whole) in [
        ("", "badce"),
        ("sort=createdAt:desc", "ecdab"),
        ("sort=name:asc", "abcde"),
        ("sort=name%3Adesc", "edcba"),
    ] {
        let mut seen = String::new();
        let mut query = format!("limit=2&{sort}");
        let mut last;
        loop {
            let (names, page) = world.page(&query).await;
            assert_eq!(page["total"], 5);
            seen += &names.concat();
            last = page;
            let Some(next) = last["nextCursor"].as_str() else {
                break;
            };
            query = format!("limit=2&{sort}&next={next}");
        }
        assert_eq!(seen, whole, "{sort}");
        let mut backwards = Vec::new();
        while let Some(previous) = last["previousCursor"].as_str() {
            let (names, page) = world
                .page(&format!("limit=2&{sort}&previous={previous}"))
                .await;
            backwards.push(names.concat());
            last = page;
        }
        assert_eq!(backwards, [&whole[2..4], &whole[..2]], "{sort}");
    }
    let (names, page) = world.page("skip=1&limit=2&sort=name:asc").await;
    assert_eq!(names.concat(), "bc");
    assert!(page["nextCursor"].is_string() && page["previousCursor"].is_string());
    let (names, page) = world.page("skip=99").await;
    assert_eq!(
        (names.len(), &page["total"], &page["nextCursor"]),
        (0, &json!(5), &Value::Null)
    );
    let (names, page) = world.page("filter=D&unknown=1&query=x").await;
    assert_eq!((names.concat().as_str(), &page["total"]), ("d", &json!(1)));
}

#[actix_web::test]
async fn a_cursor_outlives_the_key_that_it_stands_beside() {
    let world = World::new().await;
    for name in ["a", "b", "c"] {
        world.make(name).await;
    }
    let (_, page) = world.page("limit=2").await;
    let gone = page["items"][1]["_id"].as_str().expect("an id");
    send(world.call("DELETE", &format!("{KEYS}/{gone}")))
        .await
        .no_content();
    let next = page["nextCursor"].as_str().expect("a cursor");
    let (names, _) = world.page(&format!("next={next}")).await;
    assert_eq!(names.concat(), "c");
}

#[actix_web::test]
async fn a_bad_query_is_refused_by_name() {
    let world = World::new().await;
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=-1", "limit"),
        ("limit=1&limit=2", "limit"),
        ("skip=-1", "skip"),
        ("skip=99999999999999999999999", "skip"),
        ("sort=password:asc", "sort"),
        ("sort=name", "sort"),
        ("next=%00", "next"),
        ("next=AAAA", "next"),
        ("previous=AAAAAAAAAAAAAAAAAAAAAP__", "previous"),
        (
            "next=AAAAAAAAAAAAAAAAAAAAAA&previous=AAAAAAAAAAAAAAAAAAAAAA",
            "previous",
        ),
    ] {
        let answer = send(world.call("GET", &format!("{KEYS}?{query}"))).await;
        let document: Value = serde_json::from_str(&answer.body).expect("JSON");
        assert_eq!(
            (answer.status, &document["errors"][0]["field"]),
            (400, &json!(field)),
            "{query}"
        );
    }
    world
        .page("limit=&skip=&sort=&next=&previous=&filter=")
        .await;
    world.page("next=AAAAAAAAAAAAAAAAAAAAAA").await;
}

#[actix_web::test]
async fn the_schemas_version_is_of_the_later_version_alone() {
    let world = World::new().await;
    let later = KEYS.replace("2.0", "2.1");
    for (path, body, field) in [
        (
            KEYS,
            json!({"name": "a", "schemaVersion": 1}),
            "schemaVersion",
        ),
        (
            &later,
            json!({"name": "a", "schemaVersion": 0}),
            "schemaVersion",
        ),
        (
            &later,
            json!({"name": "a", "schemaVersion": -1}),
            "schemaVersion",
        ),
        (
            &later,
            json!({"name": "a", "schemaVersion": "1"}),
            "schemaVersion",
        ),
        (
            &later,
            json!({"name": "a", "schemaVersion": null}),
            "schemaVersion",
        ),
        (&later, json!({"schemaVersion": 1}), "name"),
    ] {
        let answer = send_json(world.call("POST", path), &body).await;
        let document: Value = serde_json::from_str(&answer.body).expect("JSON");
        assert_eq!(
            (answer.status, &document["errors"][0]["field"]),
            (400, &json!(field)),
            "{body}"
        );
    }
    let made = send_json(world.call("POST", &later), &json!({"name": "a"}))
        .await
        .json(201);
    assert_eq!(made["schemaVersion"], 1);
    assert_eq!(made["createdAt"], world.server.app.now().timestamp());
}
