//! Whatever is done to the trail without the master key is found.

use grantd::app::audit::{Anchor, Broken, verify};
use grantd::app::authority::Authority;
use grantd::app::organizations;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use serde_json::json;

use super::{assert_whole, head, since};
use crate::management::answer::send_json;
use crate::support::server::{Engine, TestServer};

/// A server with a trail, and its database beside it.
struct World {
    server: TestServer,
    beside: DatabaseConnection,
    /// The number of a row in the middle in which every column has a value.
    full: i64,
}

impl World {
    async fn on(engine: Engine) -> Self {
        let server = TestServer::builder().engine(engine).start().await;
        let admin = server.admin().await;
        let request = server.call(&admin, "PATCH", "/v1/organizations/acme").await;
        let answer = send_json(request, &json!({"name": "New"})).await;
        assert_eq!(answer.status, 200);
        let full = head(&server.app).await;
        for slug in ["one", "two", "three"] {
            server.organization(slug).await;
        }
        let beside = Database::connect(&server.database_url).await;
        let world = Self {
            server,
            beside: beside.expect("the database"),
            full,
        };
        for table in ["audit_event", "audit_head"] {
            world
                .run(&format!(
                    "CREATE TABLE {table}_was AS SELECT * FROM {table}"
                ))
                .await;
        }
        world
    }

    async fn run(&self, sql: &str) {
        let done = self.beside.execute_unprepared(sql).await;
        done.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    async fn put_back(&self) {
        for table in ["audit_event", "audit_head"] {
            self.run(&format!("DELETE FROM {table}")).await;
            self.run(&format!("INSERT INTO {table} SELECT * FROM {table}_was"))
                .await;
        }
        assert_whole(&self.server.app).await;
    }

    /// What a check finds after these statements. Puts everything back.
    async fn finds(&self, statements: &[String]) -> Broken {
        for sql in statements {
            self.run(sql).await;
        }
        let found = verify(&self.server.app, None).await.expect("rows");
        let found = found.err();
        self.put_back().await;
        found.unwrap_or_else(|| panic!("{statements:?} was not found"))
    }
}

async fn worlds() -> [World; 2] {
    [
        World::on(Engine::Sqlite).await,
        World::on(Engine::Postgres).await,
    ]
}

#[actix_web::test]
async fn an_altered_column_is_found() {
    for world in worlds().await {
        let full = world.full;
        let events = since(&world.server.app, full - 1).await;
        let event = &events[0];
        assert!(event.organization_id.is_some() && event.actor_id.is_some());
        assert!(event.address.is_some() && event.request_id.is_some());
        assert!(event.before.is_some() && event.after.is_some());
        for change in [
            "at = '2020-01-01T00:00:00+00:00'",
            "organization_id = actor_id",
            "organization_id = NULL",
            "action = 'credential.created'",
            "actor_kind = 'user'",
            "actor_id = organization_id",
            "actor_id = NULL",
            "address = '127.0.0.2'",
            "address = NULL",
            "request_id = 'another'",
            "request_id = NULL",
            "target_kind = 'agent'",
            "target_id = 'another'",
            "before = after",
            "before = NULL",
            "after = before",
            "after = NULL",
            "hash = 'another'",
            "hash = (SELECT hash FROM audit_event_was WHERE number = 1)",
        ] {
            let sql = format!("UPDATE audit_event SET {change} WHERE number = {full}");
            assert_eq!(world.finds(&[sql]).await, Broken::Altered(full), "{change}");
        }
        let sql = format!("UPDATE audit_event SET number = 1000 WHERE number = {full}");
        assert_eq!(world.finds(&[sql]).await, Broken::Removed(full));
        let sql = format!("UPDATE audit_event SET number = -7 WHERE number = {full}");
        assert_eq!(world.finds(&[sql]).await, Broken::Inserted(-7));
    }
}

#[actix_web::test]
async fn a_removed_row_is_found() {
    for world in worlds().await {
        let (full, last) = (world.full, head(&world.server.app).await);
        let remove = |number: i64| format!("DELETE FROM audit_event WHERE number = {number}");
        assert_eq!(world.finds(&[remove(full)]).await, Broken::Removed(full));
        assert_eq!(world.finds(&[remove(1)]).await, Broken::Removed(1));
        let found = world.finds(&[remove(last)]).await;
        assert_eq!(found, Broken::Shortened(last - 1));
        // With the others moved up, one by one, since a number is there once.
        let mut statements = vec![remove(full)];
        statements.extend((full + 1..=last).map(|number| {
            let up = number - 1;
            format!("UPDATE audit_event SET number = {up} WHERE number = {number}")
        }));
        let found = world.finds(&statements).await;
        assert_eq!(found, Broken::Altered(full));
        // With the head moved to the row before, whose hash everyone can read.
        let before = last - 1;
        let head = format!(
            "UPDATE audit_head SET number = {before}, hash = \
             (SELECT hash FROM audit_event WHERE number = {before})"
        );
        let found = world.finds(&[remove(last), head]).await;
        assert_eq!(found, Broken::Head);
        // All of it, with the head as it was made.
        let nothing = [
            "DELETE FROM audit_event".to_owned(),
            "UPDATE audit_head SET number = 0, hash = '', seal = ''".to_owned(),
        ];
        assert_eq!(world.finds(&nothing).await, Broken::Empty);
    }
}

#[actix_web::test]
async fn an_inserted_row_is_found() {
    for world in worlds().await {
        let (full, last) = (world.full, head(&world.server.app).await);
        let insert = |number: i64| {
            format!(
                "INSERT INTO audit_event SELECT {number}, at, organization_id, action, actor_kind, \
                 actor_id, address, request_id, target_kind, target_id, before, after, hash \
                 FROM audit_event_was WHERE number = {full}"
            )
        };
        let found = world.finds(&[insert(last + 1)]).await;
        assert_eq!(found, Broken::Inserted(last + 1));
        assert_eq!(world.finds(&[insert(0)]).await, Broken::Inserted(0));
        // In the middle, with the others moved down.
        let mut statements: Vec<_> = (full..=last)
            .rev()
            .map(|number| {
                let down = number + 1;
                format!("UPDATE audit_event SET number = {down} WHERE number = {number}")
            })
            .collect();
        statements.push(insert(full));
        // It is a copy, so the one it is a copy of is the one that is too many.
        let found = world.finds(&statements).await;
        assert_eq!(found, Broken::Altered(full + 1));
    }
}

#[actix_web::test]
async fn swapped_rows_are_found() {
    for world in worlds().await {
        let full = world.full;
        let next = full + 1;
        let statements = [
            format!("UPDATE audit_event SET number = 1000 WHERE number = {full}"),
            format!("UPDATE audit_event SET number = {full} WHERE number = {next}"),
            format!("UPDATE audit_event SET number = {next} WHERE number = 1000"),
        ];
        assert_eq!(world.finds(&statements).await, Broken::Altered(full));
    }
}

#[actix_web::test]
async fn an_altered_head_is_found() {
    for world in worlds().await {
        for change in [
            "number = number + 1",
            "hash = 'another'",
            "seal = 'another'",
        ] {
            let sql = format!("UPDATE audit_head SET {change}");
            let found = world.finds(&[sql]).await;
            assert_eq!(found, Broken::Head, "{change}");
        }
        let sql = "UPDATE audit_head SET number = number - 1".to_owned();
        assert_eq!(world.finds(&[sql]).await, Broken::Head);
    }
}

#[actix_web::test]
async fn a_value_that_is_none_is_found() {
    let world = World::on(Engine::Sqlite).await;
    let full = world.full;
    for change in [
        "at = 'yesterday'",
        "organization_id = 'x'",
        "action = x'ff'",
    ] {
        let sql = format!("UPDATE audit_event SET {change} WHERE number = {full}");
        let found = world.finds(&[sql]).await;
        assert_eq!(found, Broken::Unreadable(full - 1), "{change}");
    }
}

/// Whoever kept a copy of the head's row can put the trail back to that state. What an earlier check
/// printed, kept elsewhere, tells.
#[actix_web::test]
async fn an_earlier_state_that_was_put_back_is_found_by_an_anchor() {
    for world in worlds().await {
        let app = &world.server.app;
        let before = head(app).await;
        world.server.organization("four").await;
        let whole = verify(app, None).await.expect("rows").expect("whole");
        let anchor: Anchor = whole.to_string().parse().expect("an anchor");
        let now = verify(app, Some(&anchor)).await.expect("rows");
        assert_eq!(now, Ok(whole.clone()));
        world.server.organization("five").await;
        let later = verify(app, Some(&anchor)).await.expect("rows");
        assert_eq!(later.expect("whole").number, whole.number + 1);

        world.put_back().await;
        assert_eq!(head(app).await, before);
        let found = verify(app, Some(&anchor)).await.expect("rows");
        assert_eq!(found, Err(Broken::NotTheAnchor(whole.number)));
        // And when it went on from there.
        for slug in ["six", "seven"] {
            let slug = slug.parse().expect("a slug");
            organizations::create(app, &Authority::Command, slug, None)
                .await
                .expect("it is made");
        }
        let found = verify(app, Some(&anchor)).await.expect("rows");
        assert_eq!(found, Err(Broken::NotTheAnchor(whole.number)));
        assert_whole(app).await;
    }
}

#[test]
fn an_anchor_is_a_number_and_a_hash() {
    for bad in ["", "1", ":", "1:", "x:y", "0:y", "-1:y"] {
        assert!(bad.parse::<Anchor>().is_err(), "{bad:?}");
    }
}
