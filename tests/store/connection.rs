//! Opening databases, and what is said when that fails.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use grantd::store::{ConnectSettings, Store, StoreError, migrate, organizations};
use tokio::task::JoinSet;

use super::samples;
use super::test_store::{SETTINGS, TestStore};
use crate::support::audit;
use crate::support::postgres;

async fn cause_of(url: &str) -> String {
    match Store::connect(url, &SETTINGS).await {
        Err(StoreError::Unavailable(cause)) => cause,
        other => panic!("{url} gives {other:?}"),
    }
}

#[test]
fn a_sqlite_file_is_missing_only_where_there_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let there = folder.path().join("there is.db");
    fs::write(&there, "").unwrap();
    let missing = folder.path().join("no such.db");
    let url =
        |path: &Path, rest: &str| format!("sqlite://{}{rest}", path.display()).replace(' ', "%20");
    for rest in ["", "?mode=rwc"] {
        assert_eq!(Store::missing_file(&url(&there, rest)), None);
        let found = Store::missing_file(&url(&missing, rest));
        assert_eq!(found.as_deref(), Some(missing.as_path()));
    }
    let nowhere = missing.join("grantd.db");
    assert_eq!(Store::missing_file(&url(&nowhere, "")), Some(nowhere));
    for url in [
        "sqlite::memory:",
        "sqlite:none?mode=memory",
        "sqlite:x?mode=none",
        "postgres://nowhere/grantd",
        "nonsense",
    ] {
        assert_eq!(Store::missing_file(url), None, "{url}");
    }
    assert!(!missing.exists());
}

both_engines! {
    async fn statements_are_counted(store: TestStore) {
        let clone = store.store.clone();
        let before = store.statements();
        organizations::find(&*store, samples::organization().id).await.unwrap();
        assert_eq!(store.statements() - before, 1);

        let mut write = clone.begin(samples::now()).await.unwrap();
        write.audit(audit::entry());
        let begun = store.statements();
        assert!(begun - before > 1, "beginning a change is not counted");
        organizations::insert(&mut write, &samples::organization()).await.unwrap();
        assert_eq!(store.statements() - begun, 1);
        write.commit().await.unwrap();
        assert!(store.statements() - begun > 1, "recording a change is not counted");
    }

    async fn a_closed_store_does_not_answer(store: TestStore) {
        store.ping().await.unwrap();
        store.close().await.unwrap();
        let id = samples::organization().id;
        assert!(matches!(store.ping().await, Err(StoreError::Unavailable(_))));
        let found = organizations::find(&*store, id).await;
        assert!(matches!(found, Err(StoreError::Unavailable(_))), "{found:?}");
        assert!(matches!(store.begin(samples::now()).await, Err(StoreError::Unavailable(_))));
    }

    async fn what_one_process_writes_another_reads(store: TestStore) {
        let other = store.another().await;
        let (first, second) = (samples::organization(), samples::organization());
        change!(store, organizations::insert(&first)).unwrap();
        assert_eq!(organizations::find(&other, first.id).await.unwrap(), Some(first));
        let mut write = other.begin(samples::now()).await.unwrap();
        write.audit(audit::entry());
        organizations::insert(&mut write, &second).await.unwrap();
        // Reading goes on meanwhile.
        assert_eq!(organizations::find(&*store, second.id).await.unwrap(), None);
        write.commit().await.unwrap();
        assert_eq!(organizations::find(&*store, second.id).await.unwrap(), Some(second));
    }

    async fn what_cannot_be_understood_is_no_outage(store: TestStore) {
        let organization = samples::organization();
        change!(store, organizations::insert(&organization)).unwrap();
        store.execute("UPDATE organization SET slug = 'Not A Slug'").await;
        let found = organizations::find(&*store, organization.id).await;
        assert!(
            matches!(&found, Err(StoreError::Corrupt(cause)) if cause.contains("organization.slug")),
            "{found:?}"
        );
    }
}

#[tokio::test]
async fn a_sqlite_file_is_its_owners_alone() {
    let store = TestStore::empty_sqlite().await;
    migrate(&store).await.unwrap();
    change!(store, organizations::insert(&samples::organization())).unwrap();
    let file = store.url.strip_prefix("sqlite://").unwrap();
    for suffix in ["", "-wal", "-shm"] {
        let mode = fs::metadata(format!("{file}{suffix}"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{file}{suffix}");
    }
}

#[tokio::test]
async fn a_database_in_memory_lives_as_long_as_its_store() {
    let many = ConnectSettings::pool_of(9);
    let store = Store::connect("sqlite::memory:", &many).await.unwrap();
    let store = store.with_audit_chain(audit::chain());
    let other = Store::connect("sqlite::memory:", &many).await.unwrap();
    migrate(&store).await.unwrap();
    let organization = samples::organization();
    let mut write = store.begin(samples::now()).await.unwrap();
    write.audit(audit::entry());
    organizations::insert(&mut write, &organization)
        .await
        .unwrap();
    write.commit().await.unwrap();
    let found = organizations::find(&store, organization.id).await.unwrap();
    assert_eq!(found, Some(organization));
    // Each is a database of its own.
    assert_eq!(
        migrate(&other).await.unwrap().len(),
        migration::known().len()
    );
}

/// SQLite refuses, now and then, to open a new file that another process is just bringing into WAL
/// mode.
#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn many_processes_open_a_new_sqlite_file_at_once() {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..100 {
        let url = format!("sqlite://{}/{number}.db", folder.path().display());
        let mut processes = JoinSet::new();
        for _ in 0..8 {
            let url = url.clone();
            processes.spawn(async move { Store::connect(&url, &SETTINGS).await.map(|_| ()) });
        }
        for opened in processes.join_all().await {
            assert_eq!(opened, Ok(()));
        }
    }
}

#[tokio::test]
async fn sqlite_says_what_is_wrong_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::write(
        path("text"),
        "This is no database, but a text that is long enough to be read.",
    )
    .unwrap();
    let url = |name: &str| format!("sqlite://{}", path(name).display());
    for (url, expected) in [
        (url("absent/grantd.db"), "absent does not exist"),
        (url("text/grantd.db"), "cannot be made"),
        (url("text"), "does not open as a SQLite database"),
        (url(""), "Is a directory"),
        ("sqlite://".to_owned(), "names no file"),
        (url("new.db?mode=odd"), "unknown value"),
    ] {
        let cause = cause_of(&url).await;
        assert!(cause.contains(expected), "{url} gives {cause:?}");
    }
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().flatten().collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

#[tokio::test]
async fn postgres_says_what_is_wrong_without_the_password() {
    let good = postgres::new_database().await;
    let (start, database) = good.rsplit_once('/').unwrap();
    let (owner, host) = start.rsplit_once('@').unwrap();
    let password = owner.rsplit_once(':').unwrap().1;
    let closed = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    for (url, expected) in [
        (format!("{owner}@{closed}/{database}"), "cannot be reached"),
        (format!("{owner}@host.invalid/{database}"), "host.invalid"),
        (
            format!("{owner}-not@{host}/{database}"),
            "password authentication failed",
        ),
        (format!("{start}/absent"), "does not exist"),
    ] {
        let cause = cause_of(&url).await;
        assert!(cause.contains(expected), "{url} gives {cause:?}");
        assert!(!cause.contains(password), "{cause:?}");
    }
    assert!(
        cause_of("mysql://localhost/x")
            .await
            .contains("neither sqlite: nor postgres:")
    );
}

#[tokio::test]
async fn a_change_waits_for_another_process() {
    for store in [TestStore::sqlite().await, TestStore::postgres().await] {
        let other = store.another().await;
        let write = store.write().await;
        let waiting = tokio::spawn(async move {
            let mut write = other.begin(samples::now()).await?;
            write.audit(audit::entry());
            organizations::insert(&mut write, &samples::organization()).await?;
            write.commit().await
        });
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert!(!waiting.is_finished(), "it did not wait");
        write.commit().await.unwrap();
        assert_eq!(waiting.await.unwrap().map(|_| ()), Ok(()));
    }
}

/// Connections are given up when some of them may be dead. Whoever waits for one then has sent nothing
/// yet, and gets another.
#[tokio::test]
async fn who_waits_for_a_connection_gets_one_of_the_new_ones() {
    let made = TestStore::postgres().await;
    let one = Store::connect(&made.url, &ConnectSettings::pool_of(1)).await;
    let store = one.unwrap().with_audit_chain(audit::chain());
    let holds_it = store.begin(samples::now()).await.unwrap();
    let waiting = tokio::spawn({
        let store = store.clone();
        async move { organizations::find_by_slug(&store, &"nobody".parse().unwrap()).await }
    });
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(!waiting.is_finished());
    store.reconnect().await.unwrap();
    assert_eq!(waiting.await.unwrap(), Ok(None));
    drop(holds_it);
}
