//! When `serve --dev` does not start: one sentence, an exit code, nothing half-made.

use std::fs;

use grantd::crypto::master_key::MasterKey;
use grantd::entropy::SystemEntropy;
use sea_orm::{ConnectionTrait, Database};

use crate::support::place::Place;

const SERVE: [&str; 4] = ["serve", "--dev", "--listen", "127.0.0.1:0"];

fn sentence(complaint: &str) {
    assert_eq!(complaint.lines().count(), 1, "{complaint}");
    assert!(complaint.ends_with(['.', ')']), "{complaint}");
}

/// What is in the directory, less what SQLite keeps beside a database.
fn kept(place: &Place) -> Vec<String> {
    let mut names = place.names_in("grantd-data");
    names.retain(|name| !name.ends_with("-wal") && !name.ends_with("-shm"));
    names
}

/// A place where a trial ran, and what is in its directory.
fn used_place() -> (Place, Vec<String>) {
    let place = Place::new();
    place.serve_dev(&[]).stop();
    let names = kept(&place);
    assert_eq!(names, ["credentials.json", "grantd.db", "master.key"]);
    (place, names)
}

#[test]
fn an_address_that_others_can_reach_is_refused() {
    let place = Place::new();
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:8080"] {
        let complaint = place.fails(2, &["serve", "--dev", "--listen", address]);
        sentence(&complaint);
        assert!(
            complaint.contains("--dev is for this machine alone"),
            "{complaint}"
        );
    }
    assert_eq!(place.names_in("."), [""; 0]);
}

#[test]
fn what_is_no_address_is_refused() {
    let place = Place::new();
    for address in ["8080", "localhost:8080", "127.0.0.1", "127.0.0.1:99999"] {
        let complaint = place.fails(2, &["serve", "--dev", "--listen", address]);
        assert!(complaint.contains("--listen"), "{complaint}");
    }
}

#[test]
fn a_busy_port_is_refused_before_anything_is_made() {
    let place = Place::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("an address").to_string();
    let complaint = place.fails(1, &["serve", "--dev", "--listen", &address]);
    sentence(&complaint);
    assert!(
        complaint.starts_with(&format!("grantd cannot listen on {address}: ")),
        "{complaint}"
    );
    assert_eq!(place.names_in("."), [""; 0]);
}

#[test]
fn a_wrong_setting_is_refused_before_anything_is_made() {
    let place = Place::new()
        .with("GRANTD_COLOUR", "red")
        .with("GRANTD_LOG__LEVEL", "loud");
    let complaint = place.fails(2, &SERVE);
    assert!(complaint.contains("GRANTD_COLOUR"), "{complaint}");
    assert!(complaint.contains("log.level"), "{complaint}");
    assert_eq!(place.names_in("."), [""; 0]);
}

#[test]
fn a_short_password_is_refused_and_not_repeated() {
    let place = Place::new().with("GRANTD_DEV_ADMIN_PASSWORD", "hunter2");
    let complaint = place.fails(2, &SERVE);
    sentence(&complaint);
    assert_eq!(
        complaint,
        "GRANTD_DEV_ADMIN_PASSWORD must be 12 to 1000 characters."
    );
    assert_eq!(place.names_in("."), [""; 0]);
}

#[test]
fn without_its_master_key_a_database_stays_shut() {
    let (place, _) = used_place();
    fs::remove_file(place.path("grantd-data/master.key")).expect("it was there");
    let complaint = place.fails(1, &SERVE);
    sentence(&complaint);
    assert!(complaint.contains("put the key back"), "{complaint}");
    assert_eq!(
        place.names_in("grantd-data"),
        ["credentials.json", "grantd.db"]
    );
    // Commands neither.
    let complaint = place.fails(1, &["organizations", "list", "--dev"]);
    assert!(complaint.contains("put the key back"), "{complaint}");
}

#[test]
fn under_another_master_key_it_stays_shut_too() {
    let (place, names) = used_place();
    let right = place.read("grantd-data/master.key");
    let wrong = MasterKey::generate(&SystemEntropy::new()).to_base64url();
    place.write("grantd-data/master.key", &wrong);
    for arguments in [&SERVE[..], &["organizations", "list", "--dev"]] {
        let complaint = place.fails(1, arguments);
        sentence(&complaint);
        assert!(
            complaint.starts_with("The master key does not open the signing keys"),
            "{complaint}"
        );
        assert!(!complaint.contains(wrong.as_str()), "{complaint}");
    }
    // No key was made in the place of those that do not open, and the right one still opens them.
    assert_eq!(kept(&place), names);
    place.write("grantd-data/master.key", &right);
    let keys = place.done_json(&["keys", "list", "--dev", "--json"]);
    assert_eq!(keys.as_array().map(Vec::len), Some(1));
}

#[test]
fn a_damaged_master_key_is_refused_and_not_repeated() {
    let (place, _) = used_place();
    place.write("grantd-data/master.key", "no-master-key");
    let complaint = place.fails(2, &SERVE);
    assert!(complaint.contains("43 characters"), "{complaint}");
    assert!(!complaint.contains("no-master-key"), "{complaint}");
}

#[test]
fn a_folder_that_cannot_be_written_is_refused() {
    let place = Place::new();
    place.write("file", "");
    for directory in ["file", "file/below", "/proc/grantd-data"] {
        let complaint = place.fails(1, &[&SERVE[..], &["--data-dir", directory]].concat());
        sentence(&complaint);
        assert!(complaint.starts_with(directory), "{complaint}");
        assert!(complaint.contains("--data-dir"), "{complaint}");
    }
    assert_eq!(place.names_in("."), ["file"]);
}

#[actix_web::test]
async fn a_database_of_a_newer_schema_is_left_as_it_is() {
    let (place, names) = used_place();
    let url = format!("sqlite://{}", place.path("grantd-data/grantd.db").display());
    let connection = Database::connect(&url).await.expect("the database");
    connection
        .execute_unprepared("INSERT INTO seaql_migrations (version, applied_at) VALUES ('m30000101_000001_future', 0)")
        .await
        .expect("a row");
    connection.close().await.expect("it closes");
    let before = fs::read(place.path("grantd-data/grantd.db")).expect("a file");
    for arguments in [
        &SERVE[..],
        &["migrate", "up", "--dev"],
        &["migrate", "status", "--dev"],
        &["organizations", "list", "--dev"],
    ] {
        let complaint = place.fails(1, arguments);
        sentence(&complaint);
        assert!(
            complaint.contains("newer than this grantd (it has m30000101_000001_future)"),
            "{complaint}"
        );
    }
    assert_eq!(kept(&place), names);
    assert!(fs::read(place.path("grantd-data/grantd.db")).expect("a file") == before);
}

#[test]
fn options_that_do_not_go_together_are_refused() {
    let place = Place::new();
    for arguments in [
        &["serve", "--dev", "--config", "grantd.toml"][..],
        &["serve", "--data-dir", "x"],
        &["serve", "--listen", "127.0.0.1:0"],
    ] {
        sentence(&place.fails(2, arguments));
    }
    assert_eq!(place.names_in("."), [""; 0]);
}

#[test]
fn a_command_says_where_a_trial_would_be() {
    let place = Place::new();
    let complaint = place.fails(
        1,
        &["credentials", "list", "--organization", "demo", "--dev"],
    );
    sentence(&complaint);
    assert!(
        complaint.contains("start 'grantd serve --dev' first"),
        "{complaint}"
    );
    assert_eq!(place.names_in("."), [""; 0]);
}
