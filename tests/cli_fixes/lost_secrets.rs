//! A secret is shown once. Where it does not reach anyone, the command fails and says what to do.

use std::fs;

use super::program::{Program, Ran};

const GENERATE: &str = "credentials generate --organization acme --name ci";

/// Both ways in which stdout takes nothing.
const BOTH: [fn(&Program, &str) -> Ran; 2] = [Program::run_unread, Program::run_full];

/// The command that a sentence names between single quotes and that begins so.
fn named<'a>(sentence: &'a str, beginning: &str) -> &'a str {
    sentence
        .split('\'')
        .find_map(|part| part.strip_prefix("grantd ")?.strip_prefix(beginning))
        .unwrap_or_else(|| panic!("no 'grantd {beginning}' in: {sentence}"))
}

#[test]
fn a_new_secret_that_nobody_got_can_be_made_again_as_told() {
    let program = Program::furnished();
    for run in BOTH {
        let ran = run(&program, GENERATE);
        assert_eq!(ran.code, 1, "{}", ran.err);
        assert!(ran.err.contains("The secret of credential"), "{}", ran.err);
        assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
        let rotate = named(&ran.err, "credentials rotate ");
        let revoke = named(&ran.err, "credentials revoke ");
        let printed = program.run(&format!("credentials rotate {rotate}")).ok();
        assert!(printed.contains("clientSecret"), "{printed}");
        program.run(&format!("credentials revoke {revoke}")).ok();
    }
}

#[test]
fn a_rotated_secret_that_nobody_got_is_lost_too() {
    let program = Program::furnished();
    program.run(&format!("{GENERATE} --out ci.json")).ok();
    let file = fs::read_to_string(program.path("ci.json")).expect("the file");
    let file: serde_json::Value = serde_json::from_str(&file).expect("JSON");
    let id = file["clientId"].as_str().expect("an id");

    let ran = program.run_unread(&format!("credentials rotate {id} --overlap 0s"));
    assert_eq!(ran.code, 1, "{}", ran.err);
    let rotate = named(&ran.err, "credentials rotate ");
    // This one is with two secrets alive, so a third is not to be had.
    let ran = program.run_full(&format!("credentials rotate {id} --overlap 1h"));
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(
        ran.err.contains("rotate again when it has ended"),
        "{}",
        ran.err
    );
    assert_eq!(program.run(&format!("credentials rotate {rotate}")).code, 1);
    let revoke = named(&ran.err, "credentials revoke ");
    program.run(&format!("credentials revoke {revoke}")).ok();
}

#[test]
fn a_file_that_cannot_be_written_is_printed_and_lost_only_where_that_fails_too() {
    let program = Program::furnished();
    // A folder in which nobody can make a file, not even root.
    let generate = format!("{GENERATE} --out /proc/ci.json");
    let ran = program.run(&generate);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("clientSecret"), "{}", ran.out);
    assert!(ran.err.contains("was printed instead"), "{}", ran.err);

    for run in BOTH {
        let ran = run(&program, &generate);
        assert_eq!(ran.code, 1);
        for part in ["/proc/ci.json could not be written", "is lost"] {
            assert!(ran.err.contains(part), "{}", ran.err);
        }
    }
}

#[test]
fn a_password_that_nobody_got_can_be_made_again_as_told() {
    let program = Program::furnished();
    for run in BOTH {
        let ran = run(&program, "users create u@example.com");
        assert_eq!(ran.code, 1, "{}", ran.err);
        assert!(
            ran.err.contains("The password of u@example.com is lost"),
            "{}",
            ran.err
        );
        let remove = named(&ran.err, "users remove ");
        program.run(&format!("users remove {remove}")).ok();
    }
}

#[test]
fn the_first_operator_whose_password_nobody_got_can_be_made_again_as_told() {
    let program = Program::furnished();
    let ran = program.run_unread("bootstrap --email first@example.com --organization first");
    assert_eq!(ran.code, 1, "{}", ran.err);
    let remove = named(&ran.err, "users remove ");
    program.run(&format!("users remove {remove}")).ok();
    let create = named(&ran.err, "users create ");
    let printed = program.run(&format!("users create {create}")).ok();
    assert!(printed.contains("password"), "{printed}");
    let shown = program.run("users show first@example.com").ok();
    assert!(shown.contains("org_admin"), "{shown}");
}

#[test]
fn a_trial_whose_password_nobody_got_says_so_once() {
    let program = Program::bare();
    let ran = program.run_unread("serve --dev --listen 127.0.0.1:0");
    assert_eq!(ran.code, 1, "{}", ran.err);
    let told = ran.err.lines().last().unwrap_or_default();
    assert!(
        told.ends_with(
            "The password of admin@localhost is lost: remove grantd-data to begin anew."
        ),
        "{told}"
    );
}

#[test]
fn a_listing_whose_reader_has_seen_enough_is_no_failure() {
    let program = Program::furnished();
    let ran = program.run_unread("organizations list");
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert_eq!(program.run_full("organizations list").code, 1);
}
