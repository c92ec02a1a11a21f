//! A mistyped path of a database makes no new one where none is meant to be made.

use super::program::Program;

fn program() -> Program {
    let mut program = Program::furnished();
    program.set("GRANTD_DATABASE__URL", "sqlite://grandt.db?mode=rwc");
    program
}

#[test]
fn commands_on_what_is_there_make_no_database() {
    let program = program();
    for command in [
        "organizations list",
        "organizations create other",
        "agents list --organization acme",
        "users create u@example.com",
        "resource-servers list",
        "credentials list --organization acme",
        "keys list",
        "migrate status",
    ] {
        let ran = program.run(command);
        assert_eq!(ran.code, 1, "{command}: {}", ran.err);
        assert_eq!(
            ran.err,
            "There is no database at grandt.db: correct the setting database.url, \
             or make the database with 'grantd migrate'.\n",
            "{command}"
        );
        assert!(!program.path("grandt.db").exists(), "{command}");
    }
}

#[test]
fn migrate_and_bootstrap_make_one() {
    for command in [
        "migrate up",
        "bootstrap --email a@example.com --organization a",
    ] {
        let program = program();
        program.run(command).ok();
        assert!(program.path("grandt.db").exists(), "{command}");
        program.run("organizations list").ok();
    }
}
