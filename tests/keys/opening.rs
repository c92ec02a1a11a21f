//! The master key: without the right one grantd does not start, and changes nothing.

use std::sync::Arc;

use grantd::app::App;
use grantd::app::error::OpenError;
use grantd::entropy::SystemEntropy;
use grantd::settings::Settings;
use grantd::store::{ConnectSettings, Store, changes, signing_keys};

use crate::support::clock::FixedClock;
use crate::support::server::{Engine, MASTER_KEY, TestServer, start_of_time};

/// Another 32 bytes, base64url.
const OTHER_KEY: &str = "_-4SIjNEVWZ3iJmqu8zd7v8AESIzRFVmd4iZqrvM3e4";

/// Starts a node on a database as `serve` does, with this master key and these settings.
pub(super) async fn open(
    database_url: &str,
    master_key: &str,
    settings: &[(&str, &str)],
) -> Result<App, OpenError> {
    let mut env = vec![
        ("GRANTD_ISSUER", "https://auth.example.com"),
        ("GRANTD_DATABASE__URL", database_url),
        ("GRANTD_MASTER_KEY", master_key),
    ];
    env.extend_from_slice(settings);
    let env = env
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let settings = Settings::from_sources(None, env).expect("good settings");
    let connect = ConnectSettings::pool_of(3);
    let store = Store::connect(database_url, &connect)
        .await
        .expect("a database");
    App::open(
        &settings,
        store,
        Arc::new(FixedClock::at(start_of_time())),
        Arc::new(SystemEntropy::new()),
    )
    .await
}

#[actix_web::test]
async fn another_master_key_is_refused_and_nothing_is_changed() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let server = TestServer::builder()
            .engine(engine)
            .without_background()
            .start()
            .await;
        let state = async || {
            let keys = signing_keys::all(&server.app.store).await;
            let head = changes::head(&server.app.store).await;
            (keys.expect("keys"), head.expect("a head"))
        };
        let before = state().await;
        assert_eq!(before.0.len(), 1);
        // With another algorithm it would even have a reason to make a key.
        for settings in [&[][..], &[("GRANTD_TOKEN__ALGORITHM", "EdDSA")]] {
            let refused = open(&server.database_url, OTHER_KEY, settings).await;
            let error = refused.err().expect("it does not open");
            assert!(matches!(error, OpenError::WrongMasterKey { .. }), "{error}");
            let text = error.to_string();
            assert!(text.contains("put the right key back"), "{text}");
            assert!(!text.contains(OTHER_KEY), "{text}");
            assert_eq!(state().await, before, "{engine:?}");
        }
        let opened = open(&server.database_url, MASTER_KEY, &[]).await;
        assert!(opened.is_ok());
        assert_eq!(state().await, before, "{engine:?}");
    }
}

#[actix_web::test]
async fn another_algorithm_by_setting_gets_its_key_at_the_start() {
    let server = TestServer::builder().without_background().start().await;
    let settings = [("GRANTD_TOKEN__ALGORITHM", "EdDSA")];
    for _ in 0..2 {
        let app = open(&server.database_url, MASTER_KEY, &settings).await;
        let app = app.expect("it opens");
        assert_eq!(app.keyring().keys().len(), 2, "the old one verifies still");
    }
}
