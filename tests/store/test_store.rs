//! A store on a database of its own.

use std::ops::Deref;

use grantd::store::{ConnectSettings, Store, Write, changes};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};
use tempfile::TempDir;

use super::samples;
use crate::support::{audit, postgres, schema};

/// What a test connects with.
pub(crate) const SETTINGS: ConnectSettings = ConnectSettings::pool_of(5);

pub(crate) struct TestStore {
    pub(crate) store: Store,
    pub(crate) url: String,
    _folder: Option<TempDir>,
}

impl TestStore {
    /// A SQLite file whose schema is up to date.
    pub(crate) async fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder is made");
        let url = schema::on_sqlite(folder.path()).await;
        Self::open(url, Some(folder)).await
    }

    /// A PostgreSQL database whose schema is up to date.
    pub(crate) async fn postgres() -> Self {
        Self::open(schema::on_postgres().await, None).await
    }

    /// A SQLite file without a schema.
    pub(crate) async fn empty_sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder is made");
        let url = format!("sqlite://{}", folder.path().join("grantd.db").display());
        Self::open(url, Some(folder)).await
    }

    /// A PostgreSQL database without a schema.
    pub(crate) async fn empty_postgres() -> Self {
        Self::open(postgres::new_database().await, None).await
    }

    async fn open(url: String, folder: Option<TempDir>) -> Self {
        let store = Store::connect(&url, &SETTINGS).await.expect("it connects");
        let store = store.with_audit_chain(audit::chain());
        Self {
            store,
            url,
            _folder: folder,
        }
    }

    /// Another store on the same database, as another process would have it.
    pub(crate) async fn another(&self) -> Store {
        Store::connect(&self.url, &SETTINGS)
            .await
            .expect("it connects")
            .with_audit_chain(audit::chain())
    }

    /// Four stores on the same database, which stand for four processes.
    pub(crate) async fn processes(&self) -> [Store; 4] {
        [
            self.another().await,
            self.another().await,
            self.another().await,
            self.another().await,
        ]
    }

    /// Begins a change.
    pub(crate) async fn write(&self) -> Write {
        let mut write = self.store.begin(samples::now()).await.expect("it begins");
        write.audit(audit::entry());
        write
    }

    /// The number of the last change.
    pub(crate) async fn head(&self) -> i64 {
        changes::head(&self.store).await.expect("it is read")
    }

    /// Fails unless exactly these kinds and subjects were recorded after `number`.
    pub(crate) async fn assert_recorded(&self, number: i64, expected: &[(&str, String)]) {
        let recorded = changes::since(&self.store, number, 1000)
            .await
            .expect("it is read");
        let recorded: Vec<_> = recorded
            .iter()
            .map(|change| (change.kind.as_str(), change.subject.clone()))
            .collect();
        assert_eq!(recorded, expected);
    }

    /// Runs a statement behind the store's back.
    pub(crate) async fn execute(&self, sql: &str) {
        let connection = self.beside().await;
        connection.execute_unprepared(sql).await.expect("it runs");
        connection.close().await.expect("it closes");
    }

    /// The column `text` of what a query finds, asked behind the store's back.
    pub(crate) async fn texts(&self, sql: &str) -> Vec<String> {
        let connection = self.beside().await;
        let backend = connection.get_database_backend();
        let rows = connection
            .query_all_raw(Statement::from_string(backend, sql))
            .await
            .expect("it runs");
        connection.close().await.expect("it closes");
        rows.iter()
            .map(|row| row.try_get("", "text").expect("it is a text"))
            .collect()
    }

    /// The column `detail` of what a query finds, asked behind the store's back.
    pub(crate) async fn details(&self, sql: &str) -> Vec<String> {
        let connection = self.beside().await;
        let backend = connection.get_database_backend();
        let rows = connection
            .query_all_raw(Statement::from_string(backend, sql))
            .await
            .expect("it runs");
        connection.close().await.expect("it closes");
        rows.iter()
            .map(|row| row.try_get("", "detail").expect("it is a text"))
            .collect()
    }

    /// How many rows a table has, asked behind the store's back.
    pub(crate) async fn count_rows(&self, table: &str) -> i64 {
        let connection = self.beside().await;
        let backend = connection.get_database_backend();
        let sql = format!("SELECT COUNT(*) AS rows_there FROM {table}");
        let row = connection
            .query_one_raw(Statement::from_string(backend, sql))
            .await
            .expect("it runs")
            .expect("there is a row");
        connection.close().await.expect("it closes");
        row.try_get("", "rows_there").expect("it is a number")
    }

    /// Whether there is such a table, asked behind the store's back.
    pub(crate) async fn has_table(&self, table: &str) -> bool {
        let connection = self.beside().await;
        let sql = format!("SELECT 1 FROM {table}");
        let found = connection.execute_unprepared(&sql).await.is_ok();
        connection.close().await.expect("it closes");
        found
    }

    async fn beside(&self) -> DatabaseConnection {
        Database::connect(&self.url).await.expect("it connects")
    }
}

impl Deref for TestStore {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}
