//! `credentials generate --out`: what is written over, and what is never touched.

use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;

use serde_json::Value;

use super::program::{Program, names};

const GENERATE: &str = "credentials generate --organization acme --name ci --out";

fn credentials(program: &Program) -> usize {
    let listed = program
        .run("credentials list --organization acme --json")
        .ok();
    let listed: Value = serde_json::from_str(&listed).expect("JSON");
    listed.as_array().expect("a list").len()
}

#[test]
fn writing_over_a_file_touches_no_other_and_follows_a_link() {
    let program = Program::furnished();
    fs::create_dir(program.path("out")).expect("a folder");
    for name in ["out/real.json", "out/real.json.new", "out/link.json.new"] {
        fs::write(program.path(name), "mine").expect("a file");
    }
    symlink("real.json", program.path("out/link.json")).expect("a link");

    let refused = program.run(&format!("{GENERATE} out/link.json"));
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("is there already"), "{}", refused.err);
    assert_eq!(credentials(&program), 0, "nothing is made");

    let before = names(&program.path("out"));
    program
        .run(&format!("{GENERATE} out/link.json --force"))
        .ok();
    assert_eq!(names(&program.path("out")), before, "no draft stays");
    assert!(program.path("out/link.json").is_symlink());
    let written = fs::read(program.path("out/real.json")).expect("the file");
    let written: Value = serde_json::from_slice(&written).expect("a credentials file");
    assert_eq!(written["name"], "ci");
    for neighbour in ["out/real.json.new", "out/link.json.new"] {
        assert_eq!(
            fs::read_to_string(program.path(neighbour)).expect("it is there"),
            "mine"
        );
    }
}

#[test]
fn what_is_no_file_is_refused_before_a_secret_is_made() {
    let program = Program::furnished();
    fs::create_dir(program.path("folder")).expect("a folder");
    symlink("nowhere", program.path("dangling")).expect("a link");
    // Not a device of the machine's own: a mistake here must not cost it that.
    let socket = UnixListener::bind(program.path("socket")).expect("a socket");
    symlink("/proc/self/fd/1", program.path("stdout")).expect("a link");
    for destination in [
        "stdout --force",
        "socket --force",
        "folder --force",
        "dangling --force",
        "stdout",
        "socket",
        "dangling",
        "folder",
        "folder/",
        "new/",
        "new/credentials.json",
    ] {
        let ran = program.run(&format!("{GENERATE} {destination}"));
        assert_eq!(ran.code, 1, "{destination}: {}", ran.err);
        assert_eq!(ran.out, "", "{destination}");
    }
    assert_eq!(credentials(&program), 0, "nothing is made");
    drop(socket);
}
