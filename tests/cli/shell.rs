//! What a shell sees: exit codes, where text goes, completions, and the generated reference.

use grantd::settings::reference_markdown;

use crate::support::place::{Outcome, Place};

#[test]
fn help_and_version_go_to_stdout_and_are_no_failure() {
    let place = Place::new();
    let version = place.done(&["--version"]);
    assert_eq!(version, concat!("grantd ", env!("CARGO_PKG_VERSION"), "\n"));
    let help = place.done(&["--help"]);
    for command in [
        "serve",
        "migrate",
        "bootstrap",
        "organizations",
        "agents",
        "users",
        "resource-servers",
        "credentials",
        "keys",
        "token",
        "call",
        "check",
        "health",
        "config-reference",
        "openapi",
        "completions",
    ] {
        assert!(
            help.contains(&format!("  {command} ")),
            "{command} is missing: {help}"
        );
        assert!(
            place.done(&[command, "--help"]).contains("Usage: grantd"),
            "{command}"
        );
    }
}

#[test]
fn wrong_usage_is_2_on_stderr() {
    let place = Place::new();
    for wrong in [
        &[][..],
        &["sevre"],
        &["serve", "--port", "1"],
        &["credentials"],
        &["credentials", "generate"],
        &["completions", "tcsh"],
        &["migrate", "sideways"],
    ] {
        place.fails(2, wrong);
    }
    let complaint = place.fails(2, &["sevre"]);
    assert!(
        complaint.contains("'serve'"),
        "a typo is understood: {complaint}"
    );
}

#[test]
fn the_reference_of_settings_is_printed() {
    assert_eq!(
        Place::new().done(&["config-reference"]),
        reference_markdown()
    );
}

#[test]
fn the_openapi_document_is_printed() {
    let document = grantd::cli::openapi::document().expect("a document");
    assert_eq!(Place::new().done(&["openapi"]), document);
}

#[test]
fn every_shell_has_completions() {
    let place = Place::new();
    for (shell, sign) in [
        ("bash", "complete -F"),
        ("zsh", "#compdef grantd"),
        ("fish", "complete -c grantd"),
        ("elvish", "edit:completion:arg-completer[grantd]"),
        ("powershell", "Register-ArgumentCompleter"),
    ] {
        let script = place.done(&["completions", shell]);
        assert!(script.contains(sign), "{shell}");
        assert!(script.contains("config-reference"), "{shell}");
    }
}

#[test]
fn the_script_for_bash_is_one_that_bash_reads() {
    let place = Place::new();
    let script = place.done(&["completions", "bash"]);
    place.write("completions.bash", &script);
    let mut bash = place.other_command("bash");
    bash.args(["-c", "source completions.bash && complete -p grantd"]);
    let outcome = Outcome::of(bash);
    assert_eq!(
        (outcome.code, outcome.stderr.as_str()),
        (0, ""),
        "{outcome:?}"
    );
    assert!(outcome.stdout.contains("grantd"), "{outcome:?}");
}
