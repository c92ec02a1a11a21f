//! `serve --dev`: what it refuses, and what it makes of a trial that is there already.

use std::fs;
use std::os::unix::process::ExitStatusExt;

use super::program::{Program, names};

#[test]
fn a_certificate_that_a_trial_would_not_use_is_refused() {
    let mut program = Program::bare();
    program.set("GRANTD_TLS__CERT_FILE", "cert.pem");
    program.set("GRANTD_TLS__KEY_FILE", "key.pem");
    let ran = program.run("serve --dev --listen 127.0.0.1:0");
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
