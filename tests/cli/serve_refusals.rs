//! When `serve` does not start, and what `check` says: every problem at once, nothing half-made.

use sea_orm::{ConnectionTrait, Database};

use crate::support::place::{Place, free_port};
use crate::support::server::MASTER_KEY;

#[test]
fn all_problems_come_at_once_and_no_value_is_repeated() {
    let place = Place::new()
        .with("GRANTD_ISSUER", "http://auth.example.com")
        .with("GRANTD_LISTEN", "8080")
        .with("GRANTD_MASTER_KEY", "gds_not-a-key")
        .with("GRANTD_TOKEN__TTL_SECONDS", "soon")
        .with("GRANTD_TOKEN__TLL", "1")
        .with("GRANTD_DATABASE__URL", "mysql://me:hunter2@db/grantd");
    place.write("grantd.toml", "colour = \"red\"\n[limits]\nkeys = 3\n");
    for command in ["serve", "check", "migrate"] {
        let complaint = place.fails(2, &[command, "--config", "grantd.toml"]);
        for name in [
            "colour",
            "limits.keys",
            "GRANTD_TOKEN__TLL",
            "issuer",
            "listen",
            "master_key",
            "database.url",
            "token.ttl_seconds",
        ] {
            assert!(complaint.contains(name), "{name} is missing: {complaint}");
        }
        assert_eq!(complaint.lines().count(), 8, "{complaint}");
        for secret in ["hunter2", "gds_not-a-key"] {
            assert!(!complaint.contains(secret), "{complaint}");
        }
    }
    assert_eq!(place.names_in("."), ["grantd.toml"]);
}

#[test]
fn without_settings_it_says_what_is_missing() {
    let place = Place::new();
    let complaint = place.fails(2, &["serve"]);
    for name in ["issuer", "master_key", "database.url"] {
        assert!(
            complaint.contains(&format!("{name} is not set")),
            "{complaint}"
        );
    }
    for bad in ["missing.toml", "."] {
        let complaint = place.fails(2, &["serve", "--config", bad]);
        assert!(
            complaint.contains(&format!("The settings file {bad} ")),
            "{complaint}"
        );
    }
    place.write("broken.toml", "issuer = \n");
    let complaint = place.fails(2, &["serve", "--config", "broken.toml"]);
    assert!(complaint.contains("broken.toml"), "{complaint}");
}

#[test]
fn a_missing_master_key_is_refused_before_a_database_is_made() {
    let place = Place::on_sqlite().with("GRANTD_MASTER_KEY", "");
    let complaint = place.fails(2, &["serve"]);
    assert!(complaint.contains("master_key"), "{complaint}");
    assert_eq!(place.names_in("."), [""; 0]);
}

#[test]
fn a_busy_port_is_refused_before_a_database_is_made() {
    let place = Place::on_sqlite();
    let address = place.issuer().replace("http://", "");
    let _taken = std::net::TcpListener::bind(&address).expect("a free port");
    let complaint = place.fails(1, &["serve"]);
    assert!(
        complaint.starts_with(&format!("grantd cannot listen on {address}: ")),
        "{complaint}"
    );
    assert_eq!(place.names_in("."), [""; 0]);
}

#[test]
fn a_wrong_master_key_is_refused() {
    let place = Place::on_sqlite();
    place.done(&[
        "bootstrap",
        "--email",
        "ann@example.com",
        "--organization",
        "acme",
    ]);
    let wrong = MASTER_KEY.replace('A', "B");
    let place = place.with("GRANTD_MASTER_KEY", &wrong);
    for command in [
        &["serve"][..],
        &["keys", "list"],
        &["organizations", "list"],
    ] {
        let complaint = place.fails(1, command);
        assert!(complaint.contains("put the right key back"), "{complaint}");
    }
    let place = place.with("GRANTD_MASTER_KEY", MASTER_KEY);
    assert_eq!(
        place
            .done_json(&["keys", "list", "--json"])
            .as_array()
            .map(Vec::len),
        Some(1)
    );
}

#[test]
fn a_database_that_cannot_be_opened_is_refused_without_its_password() {
    let port = free_port();
    for url in [
        "sqlite://missing-folder/grantd.db?mode=rwc".to_owned(),
        "sqlite://missing.db?mode=rw".to_owned(),
        format!("postgres://me:hunter2@127.0.0.1:{port}/grantd"),
    ] {
        let place = Place::on_database(&url);
        let complaint = place.fails(1, &["serve"]);
        assert!(
            complaint.starts_with("The database cannot be used: "),
            "{complaint}"
        );
        assert!(complaint.ends_with("Check the setting database.url and the database itself."));
        assert!(!complaint.contains("hunter2"), "{complaint}");
        assert_eq!(complaint.lines().count(), 1, "{complaint}");
        assert_eq!(place.names_in("."), [""; 0]);
    }
}

#[test]
fn a_file_that_is_no_database_is_left_as_it_is() {
    let place = Place::on_sqlite();
    let text = "not a database at all\n".repeat(100);
    place.write("grantd.db", &text);
    let complaint = place.fails(1, &["serve"]);
    assert_eq!(complaint.lines().count(), 1, "{complaint}");
    assert_eq!(place.read("grantd.db"), text);
}

#[actix_web::test]
async fn a_database_of_a_newer_schema_is_refused() {
    let place = Place::on_sqlite();
    place.done(&["migrate"]);
    let url = format!("sqlite://{}", place.path("grantd.db").display());
    let connection = Database::connect(&url).await.expect("the database");
    connection
        .execute_unprepared("INSERT INTO seaql_migrations (version, applied_at) VALUES ('m30000101_000001_future', 0)")
        .await
        .expect("a row");
    connection.close().await.expect("it closes");
    let complaint = place.fails(1, &["serve"]);
    assert!(complaint.contains("newer than this grantd"), "{complaint}");
    assert_eq!(complaint.lines().count(), 1, "{complaint}");
}

#[test]
fn good_settings_are_fine_and_touch_no_database() {
    let place = Place::on_sqlite();
    assert_eq!(place.done(&["check"]), "The settings are fine.\n");
    assert_eq!(place.names_in("."), [""; 0]);
}
