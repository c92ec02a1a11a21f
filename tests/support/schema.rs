//! New databases with the schema in them. It is made once an engine and copied from then on: every
//! test wants one, and making it takes longer than most tests do.

use std::path::Path;

use grantd::app::database;
use grantd::settings::Settings;
use grantd::store::{Store, migrate};
use tokio::sync::OnceCell;

use super::postgres;
use super::server::MASTER_KEY;

/// The URL of a new SQLite file in `folder`.
pub(crate) async fn on_sqlite(folder: &Path) -> String {
    static TEMPLATE: OnceCell<Vec<u8>> = OnceCell::const_new();
    let template = TEMPLATE
        .get_or_init(|| async {
            let folder = tempfile::tempdir().expect("a temporary folder");
            let file = folder.path().join("template.db");
            make(&format!("sqlite://{}?mode=rwc", file.display())).await;
            assert!(
                !folder.path().join("template.db-wal").exists(),
                "all of it is in the one file"
            );
            std::fs::read(file).expect("the file is there")
        })
        .await;
    let file = folder.join("grantd.db");
    std::fs::write(&file, template).expect("the file is written");
    format!("sqlite://{}?mode=rwc", file.display())
}

/// The URL of a new PostgreSQL database.
pub(crate) async fn on_postgres() -> String {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    let template = TEMPLATE
        .get_or_init(|| async {
            let url = postgres::new_database().await;
            make(&url).await;
            url
        })
        .await;
    postgres::new_copy_of(template).await
}

async fn make(url: &str) {
    let env = [
        ("GRANTD_ISSUER", "http://127.0.0.1"),
        ("GRANTD_DATABASE__URL", url),
        ("GRANTD_MASTER_KEY", MASTER_KEY),
    ];
    let env = env.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let settings = Settings::from_sources(None, env.into_iter()).expect("good settings");
    let connect = database::connect_settings(&settings.database);
    let store = Store::connect(url, &connect).await.expect("a database");
    migrate(&store).await.expect("a schema");
    store.close().await.expect("it closes");
}
