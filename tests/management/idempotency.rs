//! `Idempotency-Key` on POST: what is asked for twice is done once.

use chrono::TimeDelta;
use futures_util::future::join_all;
use sea_orm::{ConnectionTrait, Database, Statement};
use serde_json::{Value, json};

use super::answer::{Answer, send, send_json};
use super::rows::Rows;
use crate::support::server::{API, Engine, TestClient, TestServer};

const CREDENTIALS: &str = "/v1/organizations/acme/credentials";
const AGENTS: &str = "/v1/organizations/acme/agents";
const KEY: &str = "8e03978e-40d5-43e8-bc93-6894a57f9324";
const REUSED: &str =
    "This Idempotency-Key came with another request before. Use a new one for a new request.";

struct Fixture {
    server: TestServer,
    operator: TestClient,
    rows: Rows,
}

impl Fixture {
    async fn new() -> Self {
        Self::on(TestServer::start().await).await
    }

    async fn on(server: TestServer) -> Self {
        let operator = server.operator().await;
        let rows = Rows::of(&server).await;
        Self {
            server,
            operator,
            rows,
        }
    }

    async fn post(&self, path: &str, key: &str, body: &Value) -> Answer {
        let request = self.server.call(&self.operator, "POST", path).await;
        send_json(request.header("idempotency-key", key), body).await
    }

    async fn credential(&self) -> Answer {
        self.post(CREDENTIALS, KEY, &credential()).await
    }
}

fn credential() -> Value {
    json!({"name": "ci", "audiences": [API]})
}

fn replayed(answer: &Answer) -> bool {
    answer
        .headers
        .get("idempotency-replayed")
        .is_some_and(|value| value == "true")
}

fn client(answer: &Value) -> TestClient {
    TestClient {
        id: answer["id"].as_str().expect("an id").to_owned(),
        secret: answer["client_secret"]
            .as_str()
            .expect("a secret")
            .to_owned(),
    }
}

#[actix_web::test]
async fn every_path_that_makes_something_makes_it_once() {
    let f = Fixture::new().await;
    let client = f.server.client().await;
    for (path, body, status) in [
        ("/v1/organizations", json!({"slug": "fresh"}), 201),
        (AGENTS, json!({"slug": "fresh"}), 201),
        (CREDENTIALS, credential(), 201),
        (CREDENTIALS, json!({"name": "key", "kind": "api_key"}), 201),
        (
            &format!("{CREDENTIALS}/{}/secrets", client.id),
            json!({}),
            201,
        ),
        (
            "/v1/resource-servers",
            json!({"identifier": "urn:example:fresh", "name": "Fresh"}),
            201,
        ),
        ("/v1/signing-keys/rotate", json!({}), 200),
    ] {
        let key = format!("{path} {body}");
        let first = f.post(path, &key, &body).await;
        first.json(status);
        assert!(!replayed(&first), "{path}");
        let before = f.rows.count().await;
        let again = f.post(path, &key, &body).await;
        assert_eq!(again.json(status), first.json(status), "{path}");
        assert_eq!(again.headers.get("etag"), first.headers.get("etag"));
        assert!(replayed(&again), "{path}");
        assert_eq!(f.rows.count().await, before, "{path}");
        // With another key it is another request.
        let anew = f.post(path, &format!("{key} 2"), &body).await;
        assert!(!replayed(&anew), "{path}");
    }
}

#[actix_web::test]
async fn the_secret_of_a_retry_works() {
    let f = Fixture::new().await;
    f.credential().await.json(201);
    let again = f.credential().await.json(201);
    f.server.token(&client(&again), &[]).await;
    let path = format!("{CREDENTIALS}/{}/secrets", client(&again).id);
    f.post(&path, KEY, &json!({})).await.json(201);
    let rotated = f.post(&path, KEY, &json!({})).await.json(201);
    assert_ne!(rotated["client_secret"], again["client_secret"]);
    f.server.token(&client(&rotated), &[]).await;
}

#[actix_web::test]
async fn a_key_belongs_to_one_body() {
    let f = Fixture::new().await;
    let first = f.credential().await.json(201);
    let before = f.rows.count().await;
    for body in [
        json!({"name": "ci"}),
        json!({"name": "cd", "audiences": [API]}),
        json!({"name": "ci", "audiences": [API], "kind": "oauth_client"}),
    ] {
        let answer = f.post(CREDENTIALS, KEY, &body).await;
        assert_eq!(answer.problem(422), REUSED, "{body}");
    }
    assert_eq!(f.rows.count().await, before);
    // Neither the order of the fields nor white space nor the key's spelling make it another.
    let request = f.server.call(&f.operator, "POST", CREDENTIALS).await;
    let request = request
        .header("idempotency-key", format!("\"{KEY}\""))
        .header("content-type", "application/json")
        .body(format!(
            "{{ \"audiences\": [\"{API}\"],\n \"name\": \"ci\" }}"
        ));
    assert_eq!(send(request).await.json(201), first);
}

#[actix_web::test]
async fn a_key_belongs_to_one_caller_and_one_path() {
    let f = Fixture::new().await;
    let first = f.credential().await.json(201);
    let admin = f.server.admin().await;
    let request = f.server.call(&admin, "POST", CREDENTIALS).await;
    let other = send_json(request.header("idempotency-key", KEY), &credential()).await;
    assert!(!replayed(&other));
    assert_ne!(other.json(201)["id"], first["id"]);
    f.server.organization("globex").await;
    let elsewhere = "/v1/organizations/globex/credentials";
    let other = f.post(elsewhere, KEY, &credential()).await;
    assert!(!replayed(&other));
    assert_ne!(other.json(201)["id"], first["id"]);
}

#[actix_web::test]
async fn what_was_refused_is_not_remembered() {
    let server = TestServer::builder()
        .setting("limits.api_keys_per_organization", "1")
        .start()
        .await;
    let f = Fixture::on(server).await;
    let body = json!({"name": "key", "kind": "api_key"});
    let taken = f.post(CREDENTIALS, "first", &body).await.json(201);
    f.post(CREDENTIALS, KEY, &body).await.problem(409);
    f.post(CREDENTIALS, KEY, &json!({"name": ""}))
        .await
        .invalid("name");
    assert_eq!(f.rows.count_in("idempotency_key").await, 1);
    let path = format!("{CREDENTIALS}/{}", taken["id"].as_str().expect("an id"));
    send(f.server.call(&f.operator, "DELETE", &path).await)
        .await
        .no_content();
    let made = f.post(CREDENTIALS, KEY, &body).await;
    assert!(!replayed(&made));
    made.json(201);
}

#[actix_web::test]
async fn it_is_remembered_for_a_day() {
    let f = Fixture::new().await;
    let end = f.server.app.now() + TimeDelta::hours(1);
    let body = json!({"name": "ci", "audiences": [API], "expires_at": end});
    let first = f.post(CREDENTIALS, KEY, &body).await.json(201);
    // It has expired, and is answered as it was all the same.
    f.server.advance(TimeDelta::days(1) - TimeDelta::seconds(1));
    let again = f.post(CREDENTIALS, KEY, &body).await;
    assert_eq!(again.json(201), first);
    f.server.advance(TimeDelta::seconds(1));
    let rule = f.post(CREDENTIALS, KEY, &body).await.invalid("expires_at");
    assert_eq!(rule, "must lie in the future");
    let body = credential();
    let anew = f.post(CREDENTIALS, KEY, &body).await;
    assert!(!replayed(&anew));
    assert_ne!(anew.json(201)["id"], first["id"]);
    assert_eq!(f.rows.count_in("idempotency_key").await, 1);
}

#[actix_web::test]
async fn switched_off_nothing_is_kept() {
    let server = TestServer::builder()
        .setting("idempotency.keep_for", "0s")
        .start()
        .await;
    let f = Fixture::on(server).await;
    let first = f.credential().await;
    let second = f.credential().await;
    assert_ne!(first.json(201)["id"], second.json(201)["id"]);
    assert!(!replayed(&second));
    assert_eq!(f.rows.count_in("idempotency_key").await, 0);
}

#[actix_web::test]
async fn what_was_made_and_is_gone_is_410() {
    let f = Fixture::new().await;
    let made = f.credential().await.json(201);
    let agent = f.post(AGENTS, KEY, &json!({"slug": "bot"})).await.json(201);
    let paths = [
        format!("{CREDENTIALS}/{}", client(&made).id),
        format!("{AGENTS}/{}", agent["id"].as_str().expect("an id")),
    ];
    for path in paths {
        let request = f.server.call(&f.operator, "DELETE", &path).await;
        send(request).await.no_content();
    }
    let before = f.rows.count().await;
    let detail = f.credential().await.problem(410);
    assert_eq!(
        detail,
        "This was done before, and the credential that it made is gone since. Use a new Idempotency-Key."
    );
    f.post(AGENTS, KEY, &json!({"slug": "bot"}))
        .await
        .problem(410);
    assert_eq!(f.rows.count().await, before);
}

#[actix_web::test]
async fn a_secret_that_was_replaced_is_not_handed_out_again() {
    let f = Fixture::new().await;
    let made = client(&f.credential().await.json(201));
    let path = format!("{CREDENTIALS}/{}/secrets", made.id);
    f.post(&path, "rotation", &json!({})).await.json(201);
    let before = f.rows.count().await;
    let detail = f.credential().await.problem(409);
    assert!(detail.contains("Rotate the credential"), "{detail}");
    assert_eq!(f.rows.count().await, before);
    // The newer one is kept.
    assert!(replayed(&f.post(&path, "rotation", &json!({})).await));
}

#[actix_web::test]
async fn a_retry_gets_no_more_than_its_token_holds() {
    let f = Fixture::new().await;
    let issuer = f.server.app.issuer.as_str();
    let body = json!({"name": "ops", "audiences": [issuer]});
    f.post(CREDENTIALS, KEY, &body).await.json(201);
    let narrow = [("resource", issuer), ("scope", "credentials:write")];
    let token = f.server.token(&f.operator, &narrow).await;
    let request = f.server.bare("POST", CREDENTIALS).bearer_auth(token);
    let request = request.header("idempotency-key", KEY);
    let detail = send_json(request, &body).await.problem(403);
    assert!(detail.contains("more than yours"), "{detail}");
}

#[actix_web::test]
async fn a_header_that_is_no_key_is_refused() {
    let f = Fixture::new().await;
    let before = f.rows.count().await;
    let long = "k".repeat(256);
    for key in ["", "\"\"", "\"open", "a\tb", "\"a\";p=1", &long] {
        let rule = f
            .post(CREDENTIALS, key, &credential())
            .await
            .invalid("Idempotency-Key");
        assert_eq!(
            rule,
            "must be 1 to 255 printable ASCII characters, bare or as a string in quotation marks"
        );
    }
    let request = f.server.call(&f.operator, "POST", CREDENTIALS).await;
    let request = request
        .header("idempotency-key", "a")
        .header("idempotency-key", "b");
    let rule = send_json(request, &credential())
        .await
        .invalid("Idempotency-Key");
    assert_eq!(rule, "must not stand there twice");
    assert_eq!(f.rows.count().await, before);
    // Who calls comes first.
    let request = f
        .server
        .bare("POST", CREDENTIALS)
        .header("idempotency-key", "");
    send_json(request, &credential()).await.asks_for_a_token();
}

#[actix_web::test]
async fn the_database_holds_neither_the_key_nor_the_secret() {
    let f = Fixture::new().await;
    let made = client(&f.credential().await.json(201));
    let database = Database::connect(&f.server.database_url).await.expect("it");
    let query = "SELECT name || request || made || hex(sealed) FROM idempotency_key";
    let statement = Statement::from_string(database.get_database_backend(), query);
    let row = database.query_one_raw(statement).await.expect("an answer");
    let row: String = row.expect("a row").try_get_by_index(0).expect("a text");
    let hex = |text: &str| {
        let digits: Vec<String> = text.bytes().map(|byte| format!("{byte:02X}")).collect();
        digits.concat()
    };
    for hidden in [
        KEY,
        &made.secret,
        &hex(&made.secret),
        &hex(&made.secret[10..20]),
    ] {
        assert!(!row.contains(hidden), "{row}");
    }
    assert!(row.contains(&made.id) && row.len() > 200, "{row}");
}

#[actix_web::test]
async fn twenty_at_once_with_one_key_make_one_on_sqlite() {
    twenty_at_once(Engine::Sqlite).await;
}

#[actix_web::test]
async fn twenty_at_once_with_one_key_make_one_on_postgresql() {
    twenty_at_once(Engine::Postgres).await;
}

/// Over two nodes, so that it is the database that decides and no lock within a process.
async fn twenty_at_once(engine: Engine) {
    let server = TestServer::builder().engine(engine).start().await;
    let f = Fixture::on(server).await;
    let other_node = f.server.another_node().await;
    let client_before = f.rows_of_credentials().await;
    let mut requests = Vec::new();
    for node in [&f.server, &other_node] {
        let issuer = f.server.app.issuer.as_str();
        let token = node.token(&f.operator, &[("resource", issuer)]).await;
        for _ in 0..10 {
            requests.push(
                node.bare("POST", CREDENTIALS)
                    .bearer_auth(&token)
                    .header("idempotency-key", KEY)
                    .json(&credential()),
            );
        }
    }
    let answers = join_all(requests.into_iter().map(send)).await;
    let first = answers[0].json(201);
    for answer in &answers {
        assert_eq!(answer.json(201), first);
    }
    let anew = answers.iter().filter(|answer| !replayed(answer)).count();
    assert_eq!(anew, 1);
    assert_eq!(f.rows_of_credentials().await, client_before + 1);
    f.server.token(&client(&first), &[]).await;
}

impl Fixture {
    async fn rows_of_credentials(&self) -> i64 {
        self.rows.count_in("credential").await
    }
}
