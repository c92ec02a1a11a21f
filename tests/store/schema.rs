//! Making the schema.

use std::sync::Arc;

use grantd::store::{SchemaError, Store, changes, migrate, status};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::test_store::{SETTINGS, TestStore};

const RECORD: &str = "CREATE TABLE seaql_migrations (version VARCHAR NOT NULL PRIMARY KEY, applied_at BIGINT NOT NULL)";
const NEWER: &str =
    "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m29991231_000001_later', 0)";

/// An empty database of each engine.
async fn empty() -> [TestStore; 2] {
    [
        TestStore::empty_sqlite().await,
        TestStore::empty_postgres().await,
    ]
}

#[tokio::test]
async fn it_is_made_once() {
    for store in empty().await {
        let made = migrate(&store).await.unwrap();
        assert_eq!(
            made.first().map(String::as_str),
            Some("m20261121_000001_organizations")
        );
        assert_eq!(migrate(&store).await.unwrap(), [""; 0]);
        let expected: Vec<_> = made.into_iter().map(|name| (name, true)).collect();
        assert_eq!(status(&store).await.unwrap(), expected);
        assert_eq!(changes::head(&*store).await.unwrap(), 0);
    }
}

#[tokio::test]
async fn its_status_touches_nothing() {
    for store in empty().await {
        let found = status(&store).await.unwrap();
        assert!(
            !found.is_empty() && found.iter().all(|(_, applied)| !applied),
            "{found:?}"
        );
        assert!(!store.has_table("seaql_migrations").await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eight_processes_at_once_make_one() {
    let folder = tempfile::tempdir().unwrap();
    let file = format!("sqlite://{}", folder.path().join("grantd.db").display());
    for url in [file, crate::support::postgres::new_database().await] {
        let start = Arc::new(Barrier::new(8));
        let mut processes = JoinSet::new();
        for _ in 0..8 {
            let (url, start) = (url.clone(), Arc::clone(&start));
            processes.spawn(async move {
                let store = Store::connect(&url, &SETTINGS).await.unwrap();
                start.wait().await;
                let made = migrate(&store).await.unwrap();
                // Whoever is done finds all of it.
                assert!(
                    status(&store)
                        .await
                        .unwrap()
                        .iter()
                        .all(|(_, applied)| *applied)
                );
                assert_eq!(changes::head(&store).await.unwrap(), 0);
                made.len()
            });
        }
        let mut made = processes.join_all().await;
        made.sort_unstable();
        assert_eq!(
            made,
            [0, 0, 0, 0, 0, 0, 0, migration::known().len()],
            "{url}"
        );
    }
}

#[tokio::test]
async fn a_newer_one_is_left_alone() {
    for store in empty().await {
        store.execute(RECORD).await;
        store.execute(NEWER).await;
        let newer = SchemaError::Newer(vec!["m29991231_000001_later".to_owned()]);
        assert_eq!(migrate(&store).await, Err(newer.clone()));
        assert_eq!(status(&store).await, Err(newer.clone()));
        assert!(!store.has_table("organization").await);
        let text = newer.to_string();
        assert!(
            text.contains("newer than this grantd") && text.contains("m29991231"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn it_is_made_whole_or_not_at_all() {
    for store in empty().await {
        // In the way of one of the last changes.
        store
            .execute("CREATE TABLE signing_key (kid INTEGER)")
            .await;
        let failed = migrate(&store).await;
        assert!(matches!(failed, Err(SchemaError::Store(_))), "{failed:?}");
        assert!(!store.has_table("organization").await);
        assert!(!store.has_table("seaql_migrations").await);
        store.execute("DROP TABLE signing_key").await;
        assert_eq!(
            migrate(&store).await.unwrap().len(),
            migration::known().len()
        );
    }
}
