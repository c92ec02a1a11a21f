//! PostgreSQL servers of the tests' own, made from the installed programs. One is shared: it starts
//! with the first test that asks for a database, and is gone with the process, however that ends.

mod cluster;
mod programs;

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use sea_orm::sqlx::postgres::PgConnection;
use sea_orm::sqlx::{AssertSqlSafe, Connection, Executor};

pub(crate) use self::cluster::{
    Cluster, PASSWORD, USER, free_port, give, init, wait_until_ready, watch,
};
pub(crate) use self::programs::{folder as programs, other_account};

/// The URL of a new, empty database.
pub(crate) async fn new_database() -> String {
    make_database("template1").await
}

/// The URL of a new database like this one, which nobody may be connected to.
pub(super) async fn new_copy_of(url: &str) -> String {
    let name = url.rsplit('/').next().expect("a URL");
    make_database(name).await
}

async fn make_database(template: &str) -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(1);
    let name = format!("test_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    execute(
        &shared().url("postgres"),
        &format!("CREATE DATABASE {name} TEMPLATE {template}"),
    )
    .await;
    shared().url(&name)
}

/// Runs a statement in the database that `url` names.
pub(crate) async fn execute(url: &str, sql: &str) {
    let mut connection = PgConnection::connect(url)
        .await
        .expect("the server lets its owner in");
    connection
        .execute(AssertSqlSafe(sql.to_owned()))
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
    connection.close().await.expect("the connection closes");
}

fn shared() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(|| {
        Cluster::builder()
            .setting("synchronous_commit", "off")
            .start()
    })
}
