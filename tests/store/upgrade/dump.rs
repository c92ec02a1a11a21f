//! A dump, and reading whatever schema a database has.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::super::test_store::TestStore;
use crate::support::repository;
use crate::support::server::{Engine, TestClient};

const FOLDER: &str = "tests/store/upgrade";

/// The table of the changes that were applied, the only one that an upgrade adds rows to.
pub(super) const RECORD: &str = "seaql_migrations";

/// The database of a release on one engine, and what is known of it.
pub(super) struct Dump {
    /// As `first_sqlite`.
    pub(super) name: String,
    engine: Engine,
    sql: String,
    pub(super) made_at: DateTime<Utc>,
    pub(super) issuer: String,
    pub(super) master_key: String,
    pub(super) secrets: Vec<KnownSecret>,
    /// Email address and password.
    pub(super) passwords: Vec<(String, String)>,
}

/// A secret in the clear, and what a token request gets for it.
pub(super) struct KnownSecret {
    pub(super) what: String,
    pub(super) client: TestClient,
    expect: String,
}

/// Columns by table, each in their order.
pub(super) type Columns = BTreeMap<String, Vec<String>>;

impl Dump {
    /// Every dump there is, as many of one engine as of the other.
    pub(super) fn all() -> Vec<Self> {
        let found: Vec<Self> = repository::files_under(FOLDER, ".sql")
            .iter()
            .map(|file| Self::read(file.trim_end_matches(".sql")))
            .collect();
        let of_sqlite = found.iter().filter(|dump| dump.engine == Engine::Sqlite);
        assert!(!found.is_empty(), "the dumps were not found");
        assert_eq!(of_sqlite.count() * 2, found.len());
        found
    }

    fn read(path: &str) -> Self {
        let (_, name) = path.rsplit_once('/').expect("a folder");
        let engine = match name.rsplit_once('_') {
            Some((_, "sqlite")) => Engine::Sqlite,
            Some((_, "postgres")) => Engine::Postgres,
            _ => panic!("{path} is of no engine"),
        };
        let beside: Value =
            serde_json::from_str(&repository::read(&format!("{path}.json"))).expect("JSON");
        let list = |name: &str| beside[name].as_array().expect("a list").iter();
        Self {
            name: name.to_owned(),
            engine,
            sql: repository::read(&format!("{path}.sql")),
            made_at: text(&beside, "made_at").parse().expect("a moment"),
            issuer: text(&beside, "issuer"),
            master_key: text(&beside, "master_key"),
            secrets: list("secrets").map(KnownSecret::read).collect(),
            passwords: list("passwords")
                .map(|user| (text(user, "email"), text(user, "password")))
                .collect(),
        }
    }

    /// A database as the release left it.
    pub(super) async fn load(&self) -> TestStore {
        let store = self.empty().await;
        store.execute(&self.sql).await;
        store
    }

    /// A database of the same engine without a schema.
    pub(super) async fn empty(&self) -> TestStore {
        match self.engine {
            Engine::Sqlite => TestStore::empty_sqlite().await,
            Engine::Postgres => TestStore::empty_postgres().await,
        }
    }

    /// The credential that `make_dump` calls so.
    pub(super) fn client(&self, what: &str) -> &TestClient {
        let found = self.secrets.iter().find(|secret| secret.what == what);
        &found.unwrap_or_else(|| panic!("there is no {what}")).client
    }
}

impl KnownSecret {
    fn read(value: &Value) -> Self {
        Self {
            what: text(value, "what"),
            client: TestClient {
                id: text(value, "id"),
                secret: text(value, "secret"),
            },
            expect: text(value, "expect"),
        }
    }

    /// What stands in the description of the refusal; `None` where it gets a token.
    pub(super) fn refusal(&self) -> Option<&str> {
        (self.expect != "token").then_some(self.expect.as_str())
    }
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().expect(name).to_owned()
}

/// The values of a column of text, sorted.
pub(super) async fn texts_of(store: &TestStore, table: &str, column: &str) -> Vec<String> {
    let sql = format!("SELECT {column} AS text FROM {table} ORDER BY {column}");
    store.texts(&sql).await
}

/// Every table and column there is.
pub(super) async fn columns(store: &TestStore) -> Columns {
    let sql = if is_sqlite(store) {
        "SELECT tables.name || '.' || columns.name AS text
         FROM sqlite_master AS tables JOIN pragma_table_info(tables.name) AS columns
         WHERE tables.type = 'table' ORDER BY tables.name, columns.cid"
    } else {
        "SELECT table_name || '.' || column_name AS text FROM information_schema.columns
         WHERE table_schema = 'public' ORDER BY table_name, ordinal_position"
    };
    let mut columns = Columns::new();
    for found in store.texts(sql).await {
        let (table, column) = found.split_once('.').expect("a table and a column");
        columns
            .entry(table.to_owned())
            .or_default()
            .push(column.to_owned());
    }
    columns
}

/// The rows of these tables, each with these columns as one text, sorted.
pub(super) async fn rows(store: &TestStore, columns: &Columns) -> BTreeMap<String, Vec<String>> {
    let mut found = BTreeMap::new();
    for (table, columns) in columns {
        let row = if is_sqlite(store) {
            let quoted: Vec<_> = columns
                .iter()
                .map(|it| format!("quote(\"{it}\")"))
                .collect();
            quoted.join(" || ', ' || ")
        } else {
            let quoted: Vec<_> = columns.iter().map(|it| format!("\"{it}\"")).collect();
            format!("ROW({})::text", quoted.join(", "))
        };
        let mut rows = store
            .texts(&format!("SELECT {row} AS text FROM \"{table}\""))
            .await;
        rows.sort();
        found.insert(table.clone(), rows);
    }
    found
}

/// Every part of the schema, each as one text: tables with their columns, keys, indexes, triggers,
/// functions.
pub(super) async fn schema(store: &TestStore) -> Vec<String> {
    let sql = if is_sqlite(store) {
        "SELECT type || ' ' || name || ' on ' || tbl_name || ': ' || coalesce(sql, '') AS text
         FROM sqlite_master"
    } else {
        "SELECT 'column ' || ROW(table_name, ordinal_position, column_name, udt_name,
             character_maximum_length, numeric_precision, numeric_scale, datetime_precision,
             is_nullable, column_default, is_identity, generation_expression)::text AS text
         FROM information_schema.columns WHERE table_schema = 'public'
         UNION ALL
         SELECT 'key ' || conrelid::regclass || ' ' || conname || ': ' || pg_get_constraintdef(oid)
         FROM pg_constraint WHERE connamespace = 'public'::regnamespace
         UNION ALL
         SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
         UNION ALL
         SELECT 'object ' || relkind::text || ' ' || relname
         FROM pg_class WHERE relnamespace = 'public'::regnamespace
         UNION ALL
         SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
         UNION ALL
         SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
    };
    store.texts(sql).await
}

fn is_sqlite(store: &TestStore) -> bool {
    store.url.starts_with("sqlite:")
}
