//! `serve --dev`: what it refuses, and what it makes of a trial that is there already.

use super::program::Program;

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
