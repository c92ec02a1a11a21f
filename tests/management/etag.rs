//! `ETag`, `If-Match` and `If-None-Match` on what can be changed.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::answer::{Answer, send, send_json};
use super::rows::Rows;
use crate::support::server::{API, Engine, TestClient, TestServer};

const CHANGED: &str = "This has changed since you read it, or is not what you expect. Read it again, and decide anew.";

/// A server and one of each kind of thing that can be changed, each with its path and with what
/// made it.
struct World {
    server: TestServer,
    operator: TestClient,
    paths: Vec<String>,
    made: Vec<Answer>,
}

impl World {
    async fn new(engine: Engine) -> Self {
        let server = TestServer::builder().engine(engine).start().await;
        let operator = server.operator().await;
        let mut paths = Vec::new();
        let mut made = Vec::new();
        for (list, body) in [
            ("/v1/organizations", json!({"slug": "fresh"})),
            ("/v1/organizations/acme/agents", json!({"slug": "fresh"})),
            (
                "/v1/organizations/acme/credentials",
                json!({"name": "fresh", "audiences": [API]}),
            ),
            (
                "/v1/resource-servers",
                json!({"identifier": "urn:example:fresh", "name": "Fresh",
                       "scopes": [{"name": "b"}, {"name": "a"}]}),
            ),
        ] {
            let answer = send_json(server.call(&operator, "POST", list).await, &body).await;
            let id = answer.json(201)["id"].as_str().expect("an id").to_owned();
            paths.push(format!("{list}/{id}"));
            made.push(answer);
        }
        Self {
            server,
            operator,
            paths,
            made,
        }
    }

    async fn request(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = self.server.call(&self.operator, method, path).await;
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        match method {
            "PATCH" => send_json(request, &json!({"name": "Renamed"})).await,
            _ => send(request).await,
        }
    }

    async fn tag(&self, path: &str) -> String {
        let shown = self.request("GET", path, &[]).await;
        shown.json(200);
        shown.header("etag").to_owned()
    }
}

fn assert_strong(tag: &str) {
    assert!(
        tag.len() == 24 && tag.starts_with('"') && tag.ends_with('"'),
        "{tag}"
    );
}

async fn one_state_has_one_tag(engine: Engine) {
    let world = World::new(engine).await;
    let other_node = world.server.another_node().await;
    for (path, made) in world.paths.iter().zip(&world.made) {
        let tag = made.header("etag");
        assert_strong(tag);
        assert_eq!(world.tag(path).await, tag, "{path}");
        let there = other_node.bare("GET", path).bearer_auth(
            other_node
                .token(
                    &world.operator,
                    &[("resource", world.server.app.issuer.as_str())],
                )
                .await,
        );
        assert_eq!(send(there).await.header("etag"), tag, "{path}");
        let changed = world.request("PATCH", path, &[]).await;
        changed.json(200);
        assert_ne!(changed.header("etag"), tag, "{path}");
        assert_eq!(world.tag(path).await, changed.header("etag"), "{path}");
    }
}

#[actix_web::test]
async fn one_state_has_one_tag_on_sqlite() {
    one_state_has_one_tag(Engine::Sqlite).await;
}

#[actix_web::test]
async fn one_state_has_one_tag_on_postgresql() {
    one_state_has_one_tag(Engine::Postgres).await;
}

#[actix_web::test]
async fn a_copy_that_is_current_is_not_sent_again() {
    let world = World::new(Engine::Sqlite).await;
    for path in &world.paths {
        let tag = world.tag(path).await;
        for value in [tag.clone(), format!("W/{tag}"), "*".to_owned()] {
            let headers = [("if-none-match", value.as_str())];
            let answer = world.request("GET", path, &headers).await;
            assert_eq!((answer.status, answer.body.as_str()), (304, ""), "{path}");
            assert_eq!(answer.header("etag"), tag);
            assert_eq!(answer.header("cache-control"), "no-store");
        }
        let headers = [("if-none-match", "\"another\"")];
        world.request("GET", path, &headers).await.json(200);
        let headers = [("if-match", "\"another\"")];
        assert_eq!(
            world.request("GET", path, &headers).await.problem(412),
            CHANGED
        );
    }
}

#[actix_web::test]
async fn nothing_is_changed_that_is_not_what_was_read() {
    let world = World::new(Engine::Sqlite).await;
    let rows = Rows::of(&world.server).await;
    for path in &world.paths {
        let tag = world.tag(path).await;
        let weak = format!("W/{tag}");
        let before = (
            rows.count().await,
            world.request("GET", path, &[]).await.json(200),
        );
        for method in ["PATCH", "DELETE"] {
            for header in [
                ("if-match", "\"another\""),
                ("if-match", &weak),
                ("if-none-match", &tag),
                ("if-none-match", "*"),
            ] {
                let answer = world.request(method, path, &[header]).await;
                assert_eq!(answer.problem(412), CHANGED, "{method} {path} {header:?}");
            }
        }
        let after = (
            rows.count().await,
            world.request("GET", path, &[]).await.json(200),
        );
        assert_eq!(after, before);
        let list = format!("\"another\", {tag}");
        let changed = world.request("PATCH", path, &[("if-match", &list)]).await;
        assert_eq!(changed.json(200)["name"], "Renamed");
        // What was read before is old now.
        let headers = [("if-match", tag.as_str())];
        assert_eq!(
            world.request("DELETE", path, &headers).await.problem(412),
            CHANGED
        );
        let headers = [("if-match", changed.header("etag"))];
        world.request("DELETE", path, &headers).await.no_content();
        // Whether there is such a thing comes first.
        world
            .request("DELETE", path, &[("if-match", "*")])
            .await
            .problem(404);
    }
}

#[actix_web::test]
async fn a_header_that_is_no_list_of_tags_is_refused() {
    let world = World::new(Engine::Sqlite).await;
    let rows = Rows::of(&world.server).await;
    let before = rows.count().await;
    for path in &world.paths {
        for method in ["GET", "PATCH", "DELETE"] {
            for (header, name) in [("if-match", "If-Match"), ("if-none-match", "If-None-Match")] {
                for value in ["", "now", "\"now", "*, \"a\""] {
                    let answer = world.request(method, path, &[(header, value)]).await;
                    let rule = answer.invalid(name);
                    assert!(rule.starts_with("must be * or entity tags"), "{rule}");
                }
            }
        }
    }
    assert_eq!(rows.count().await, before);
}

#[actix_web::test]
async fn use_does_not_change_the_tag_and_rotation_does() {
    let world = World::new(Engine::Sqlite).await;
    let path = &world.paths[2];
    let tag = world.tag(path).await;
    let made = world.made[2].json(201);
    let used = "UPDATE credential SET last_used_at = '2026-01-01 00:00:00+00:00'";
    let used_secret = used.replace("credential ", "credential_secret ");
    let database = sea_orm::Database::connect(&world.server.database_url)
        .await
        .expect("it");
    for statement in [used, &used_secret] {
        sea_orm::ConnectionTrait::execute_unprepared(&database, statement)
            .await
            .expect("it runs");
    }
    let shown = world.request("GET", path, &[]).await;
    assert!(shown.json(200)["last_used_at"].is_string());
    assert_eq!(shown.header("etag"), tag);

    let secrets = format!("{path}/secrets");
    let stale = [("if-match", "\"another\"")];
    assert_eq!(
        world.request("POST", &secrets, &stale).await.problem(412),
        CHANGED
    );
    let rotated = world.request("POST", &secrets, &[("if-match", &tag)]).await;
    rotated.json(201);
    let new_tag = rotated.header("etag").to_owned();
    assert_ne!(new_tag, tag);
    assert_eq!(world.tag(path).await, new_tag);

    let first = made["secrets"][0]["id"].as_str().expect("an id");
    let secret = format!("{secrets}/{first}");
    assert_eq!(
        world
            .request("DELETE", &secret, &[("if-match", &tag)])
            .await
            .problem(412),
        CHANGED
    );
    world
        .request("DELETE", &secret, &[("if-match", &new_tag)])
        .await
        .no_content();
    assert_ne!(world.tag(path).await, new_tag);
}

async fn of_two_writers_one_wins(engine: Engine) {
    let world = World::new(engine).await;
    let other_node = world.server.another_node().await;
    for path in &world.paths {
        let tag = world.tag(path).await;
        let mut requests = Vec::new();
        for (index, node) in [&world.server, &other_node]
            .into_iter()
            .cycle()
            .take(10)
            .enumerate()
        {
            let issuer = world.server.app.issuer.as_str();
            let token = node.token(&world.operator, &[("resource", issuer)]).await;
            requests.push(
                node.bare("PATCH", path)
                    .bearer_auth(token)
                    .header("if-match", &tag)
                    .json(&json!({"name": format!("Writer {index}")})),
            );
        }
        let answers = join_all(requests.into_iter().map(send)).await;
        let won: Vec<Value> = answers
            .iter()
            .filter(|answer| answer.status == 200)
            .map(|answer| answer.json(200))
            .collect();
        assert_eq!(won.len(), 1, "{path}: {answers:?}");
        for answer in answers.iter().filter(|answer| answer.status != 200) {
            assert_eq!(answer.problem(412), CHANGED);
        }
        let shown = world.request("GET", path, &[]).await.json(200);
        assert_eq!(shown["name"], won[0]["name"]);
    }
}

#[actix_web::test]
async fn of_two_writers_with_one_tag_one_wins_on_sqlite() {
    of_two_writers_one_wins(Engine::Sqlite).await;
}

#[actix_web::test]
async fn of_two_writers_with_one_tag_one_wins_on_postgresql() {
    of_two_writers_one_wins(Engine::Postgres).await;
}
