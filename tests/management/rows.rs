//! How many rows each table has: what a refused request must not change.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};

use crate::support::server::TestServer;

/// The tables that a request can write to.
const TABLES: [&str; 19] = [
    "agent",
    "audit_event",
    "audit_head",
    "change",
    "change_head",
    "console_session",
    "credential",
    "credential_secret",
    "idempotency_key",
    "membership",
    "one_time_link",
    "organization",
    "recovery_code",
    "resource_scope",
    "resource_server",
    "second_factor",
    "signing_key",
    "usage_hour",
    "user_account",
];

/// Looks into a server's database beside it.
pub(crate) struct Rows(DatabaseConnection);

impl Rows {
    pub(crate) async fn of(server: &TestServer) -> Self {
        let connection = Database::connect(&server.database_url).await;
        Self(connection.expect("the database"))
    }

    /// Tables and how many rows they have.
    pub(crate) async fn count(&self) -> BTreeMap<&'static str, i64> {
        let mut counts = BTreeMap::new();
        for table in TABLES {
            counts.insert(table, self.count_in(table).await);
        }
        counts
    }

    /// The same without the audit trail, for requests that are recorded though they change nothing.
    pub(crate) async fn count_but_events(&self) -> BTreeMap<&'static str, i64> {
        let mut counts = self.count().await;
        counts.remove("audit_event");
        counts
    }

    /// How many rows this table has.
    pub(crate) async fn count_in(&self, table: &str) -> i64 {
        let query = format!("SELECT COUNT(*) FROM {table}");
        let statement = Statement::from_string(self.0.get_database_backend(), query);
        let row = self.0.query_one_raw(statement).await.expect("an answer");
        let row = row.expect("a row");
        row.try_get_by_index(0).expect("a number")
    }

    /// Every table there is, so that a new one is not forgotten here.
    pub(crate) async fn tables(&self) -> Vec<String> {
        let query = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";
        let statement = Statement::from_string(self.0.get_database_backend(), query);
        let rows = self.0.query_all_raw(statement).await.expect("an answer");
        rows.iter()
            .map(|row| row.try_get_by_index(0).expect("a name"))
            .collect()
    }
}

#[actix_web::test]
async fn no_table_is_left_out_of_the_count() {
    let server = TestServer::start().await;
    let tables = Rows::of(&server).await.tables().await;
    let counted: Vec<&String> = tables
        .iter()
        .filter(|name| !name.starts_with("sqlite_") && !name.contains("migration"))
        .collect();
    assert_eq!(counted, TABLES);
}
