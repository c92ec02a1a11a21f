//! `serve --dev`: what it refuses, and what it makes of a trial that is there already.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;

use serde_json::{Value, json};

use super::program::{Program, names};

const SERVE: &str = "serve --dev --listen 127.0.0.1:0";

#[test]
fn a_certificate_that_a_trial_would_not_use_is_refused() {
    let mut program = Program::bare();
    program.set("GRANTD_TLS__CERT_FILE", "cert.pem");
    program.set("GRANTD_TLS__KEY_FILE", "key.pem");
    let ran = program.run(SERVE);
    assert_eq!(ran.code, 2, "{}", ran.err);
    for setting in ["tls.cert_file", "tls.key_file"] {
        let refused = ran
            .err
            .lines()
            .find(|line| line.starts_with(setting))
            .expect("a line about it");
        assert!(refused.contains("does not go with --dev"), "{refused}");
    }
    assert!(program.names().is_empty(), "nothing is made");
}

#[test]
fn a_start_that_is_killed_while_it_writes_leaves_no_half_a_key() {
    let program = Program::bare();
    // The first byte that it writes to any file ends it.
    let status = program
        .shell(r#"ulimit -f 0; exec "$GRANTD" serve --dev --listen 127.0.0.1:0"#)
        .status()
        .expect("sh runs");
    assert!(status.signal().is_some(), "{status}");
    let left = names(&program.path("grantd-data"));
    assert!(!left.contains(&"master.key".to_owned()), "{left:?}");
    // So the next one makes a key, and nothing has to be put right by hand.
    drop(program.trial());
    assert_eq!(
        fs::read(program.path("grantd-data/master.key"))
            .expect("a key")
            .len(),
        43
    );
}

#[test]
fn what_was_removed_from_a_trial_stays_removed_and_it_starts_all_the_same() {
    for (removed, admin, pair) in [
        ("organizations remove demo", true, false),
        ("users remove admin@localhost", false, true),
    ] {
        let program = Program::bare();
        let first = program.trial().banner.clone();
        assert!(first.contains("admin@localhost, password "), "{first}");
        let file = program.path("grantd-data/credentials.json");
        let before = pair_in(&file);
        program.run(&format!("{removed} --dev")).ok();

        for _ in 0..2 {
            let banner = program.trial().banner.clone();
            assert_eq!(
                banner.contains("admin@localhost, password as shown at the first start"),
                admin,
                "{removed}: {banner}"
            );
            assert_eq!(banner.contains("curl -u"), pair, "{removed}: {banner}");
            assert_eq!(
                pair_in(&file),
                before,
                "{removed}: the file is written anew"
            );
        }
        let organizations = program.run("organizations list --dev --json").ok();
        assert_eq!(organizations.contains("demo"), pair, "{organizations}");
        let users = program.run("users list --dev --json").ok();
        assert_eq!(users.contains("admin@localhost"), admin, "{users}");
    }
}

fn pair_in(file: &Path) -> (Value, Value) {
    let file: Value = serde_json::from_slice(&fs::read(file).expect("the file")).expect("JSON");
    (file["clientId"].clone(), file["clientSecret"].clone())
}

#[test]
fn a_credentials_file_that_is_gone_is_said_to_be() {
    let program = Program::bare();
    let first = program.trial().banner.clone();
    assert!(first.contains("curl -u"), "{first}");
    fs::remove_file(program.path("grantd-data/credentials.json")).expect("it was there");
    let second = program.trial().banner.clone();
    assert!(!second.contains("curl -u"), "{second}");
    assert!(second.contains("are gone. Make new ones"), "{second}");
}

#[test]
fn a_trial_that_a_limit_forbids_writes_no_credentials_file() {
    let mut program = Program::bare();
    program.set("GRANTD_LIMITS__OAUTH_CLIENTS_PER_ORGANIZATION", "0");
    let ran = program.run(SERVE);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.err.contains("limit of 0 OAuth clients"), "{}", ran.err);
    assert!(!program.path("grantd-data/credentials.json").exists());

    program.set("GRANTD_LIMITS__OAUTH_CLIENTS_PER_ORGANIZATION", "1");
    let banner = program.trial().banner.clone();
    assert!(
        banner.contains("curl -u"),
        "it is set up after all: {banner}"
    );
}

#[test]
fn a_credentials_file_that_cannot_be_written_is_what_is_complained_of() {
    let program = Program::bare();
    fs::create_dir_all(program.path("grantd-data/credentials.json")).expect("a folder");
    let ran = program.run(SERVE);
    assert_eq!(ran.code, 1, "{}", ran.err);
    // The log comes before it.
    let complaint = ran.err.lines().last().unwrap_or_default();
    assert!(
        complaint.starts_with("grantd-data/credentials.json cannot be used: it is a folder."),
        "{complaint}"
    );
    fs::remove_dir(program.path("grantd-data/credentials.json")).expect("it is empty");
    let banner = program.trial().banner.clone();
    assert!(
        banner.contains("(shown this one time)") && banner.contains("curl -u"),
        "nothing was made before: {banner}"
    );
}

#[test]
fn a_trial_whose_parts_were_all_removed_is_set_up_anew() {
    let program = Program::bare();
    drop(program.trial());
    for command in [
        "organizations remove demo --dev",
        "users remove admin@localhost --dev",
        "resource-servers update https://api.example.com --scope api:read --scope other --dev",
    ] {
        program.run(command).ok();
    }
    let banner = program.trial().banner.clone();
    assert!(banner.contains("(shown this one time)"), "{banner}");
    let file = fs::read(program.path("grantd-data/credentials.json")).expect("the file");
    let file: Value = serde_json::from_slice(&file).expect("JSON");
    assert_eq!(
        file["scopes"],
        json!(["api:read"]),
        "what is left of the API"
    );
}
