//! What very many credentials, and very many ids that are none, may cost. How fast it is with a
//! million is measured by `tests/load/grow`.

#[path = "../load/seed/filling.rs"]
mod filling;
mod garbage;
mod memory;

use std::time::Duration;

use grantd::domain::credential::CredentialKind;
use grantd::domain::ids::CredentialId;
use grantd::store::{ConnectSettings, Store, credentials};
use sea_orm::sqlx::postgres::PgConnection;
use sea_orm::sqlx::{Connection, Row};
use sea_orm::{DbBackend, EntityTrait, QueryTrait};

use self::filling::{AUDIENCE, Seeded, fill};
use crate::support::server::{Engine, TestClient, TestServer};

/// So long a closed connection may take until what it counted is seen.
const SETTLED: Duration = Duration::from_secs(2);

/// A server on a database with so many credentials more.
async fn filled(engine: Engine, wanted: u32) -> (TestServer, Vec<Seeded>) {
    let server = TestServer::builder()
        .engine(engine)
        .without_background()
        .start()
        .await;
    let mut seeded = Vec::new();
    fill(&server.app, &server.database_url, wanted, |made| {
        seeded.extend(made.iter().cloned());
        Ok(())
    })
    .await
    .expect("the rows are taken");
    (server, seeded)
}

fn client(seeded: &Seeded) -> TestClient {
    TestClient {
        id: seeded.id.to_string(),
        secret: seeded.secret.expose().to_owned(),
    }
}

#[actix_web::test]
async fn credentials_of_the_seeding_program_are_like_any_others() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let (server, seeded) = filled(engine, 205).await;
        assert_eq!(seeded.len(), 205);
        let path = format!("/auth/verify?audience={AUDIENCE}&scope=api:read");
        for it in [&seeded[0], &seeded[109], &seeded[204]] {
            let client = client(it);
            if it.kind == CredentialKind::OauthClient {
                server.token(&client, &[]).await;
            } else {
                let key = format!("{}:{}", client.id, client.secret);
                let request = server.bare("GET", &path).header("x-api-key", key);
                assert_eq!(request.send().await.expect("an answer").status(), 200);
            }
        }
        let operator = server.operator().await;
        let list = "/v1/organizations/organization-1/credentials?limit=100";
        let answer = server.call(&operator, "GET", list).await.send().await;
        let listed: serde_json::Value = answer.expect("an answer").json().await.expect("JSON");
        let listed = listed["data"].as_array().expect("a list");
        let keys = listed.iter().filter(|it| it["kind"] == "api_key").count();
        let of_agents = listed
            .iter()
            .filter(|it| it["agent_id"].is_string())
            .count();
        assert_eq!((listed.len(), keys, of_agents), (100, 10, 50));
    }
}

/// A cold credential, and an id that there is not, cost PostgreSQL a look into an index, whatever
/// statement it is.
#[actix_web::test]
async fn a_cold_credential_is_found_by_index_on_postgres() {
    let (server, seeded) = filled(Engine::Postgres, 3_000).await;
    let scans = async || {
        let mut connection = PgConnection::connect(&server.database_url)
            .await
            .expect("it connects");
        let row = sea_orm::sqlx::query(
            "SELECT SUM(seq_scan)::bigint, SUM(idx_scan)::bigint FROM pg_stat_user_tables \
             WHERE relname IN ('credential', 'credential_secret')",
        )
        .fetch_one(&mut connection)
        .await
        .expect("it is counted");
        (row.get::<i64, _>(0), row.get::<i64, _>(1))
    };
    // A connection tells what it did when it ends, at the latest.
    server.app.store.close().await.expect("it closes");
    tokio::time::sleep(SETTLED).await;
    let before = scans().await;
    let store = Store::connect(&server.database_url, &ConnectSettings::pool_of(1))
        .await
        .expect("it connects");
    for it in seeded.iter().step_by(300) {
        let found = credentials::find(&store, it.id).await;
        assert!(found.expect("it answers").is_some());
    }
    let unknown = CredentialId::from_parts(server.app.now(), server.app.random10());
    let found = credentials::find(&store, unknown).await;
    assert!(found.expect("it answers").is_none());
    // And so do the Super API Keys that have ended, which are looked for every half minute.
    let ended = credentials::ended_super_keys(&store, server.app.now(), 100).await;
    assert!(ended.expect("it answers").is_empty());
    assert_eq!(store.statements(), 12);
    store.close().await.expect("it closes");
    tokio::time::sleep(SETTLED).await;
    let after = scans().await;
    assert_eq!(after.0, before.0, "a table was read from end to end");
    assert!(after.1 - before.1 >= 21, "{before:?}, {after:?}");
}

/// SQLite counts no scans, so it is asked what it would do with the same statement.
#[actix_web::test]
async fn a_cold_credential_is_found_by_index_on_sqlite() {
    use entity::{credential, credential_secret};
    let store = crate::store::test_store::TestStore::sqlite().await;
    let statement = credential::Entity::find_by_id(uuid::Uuid::nil())
        .find_with_related(credential_secret::Entity)
        .build(DbBackend::Sqlite);
    let plan = store
        .details(&format!("EXPLAIN QUERY PLAN {statement}"))
        .await;
    assert!(!plan.is_empty());
    assert!(!plan.iter().any(|step| step.contains("SCAN")), "{plan:?}");
    let searches = plan.iter().filter(|step| step.starts_with("SEARCH"));
    assert_eq!(searches.count(), 2, "{plan:?}");

    let ended = "SELECT id FROM credential WHERE super_key AND status <> 'revoked' \
                 AND expires_at <= '2026-11-21 12:00:00+00:00' ORDER BY id LIMIT 100";
    let plan = store.details(&format!("EXPLAIN QUERY PLAN {ended}")).await;
    assert!(plan[0].contains("credential_super_keys"), "{plan:?}");
}
