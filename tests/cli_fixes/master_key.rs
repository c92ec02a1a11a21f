//! A master key that is none is refused before anything is touched.

use super::program::Program;

#[test]
fn a_placeholder_of_zeros_is_refused_by_check_and_by_serve_alike() {
    let mut program = Program::bare();
    program.set("GRANTD_ISSUER", "http://127.0.0.1:8080");
    program.set("GRANTD_DATABASE__URL", "sqlite://grantd.db?mode=rwc");
    program.set("GRANTD_MASTER_KEY", &"A".repeat(43));
    for command in ["check", "serve", "migrate up"] {
        let ran = program.run(command);
        assert_eq!(ran.code, 2, "{command}: {}", ran.err);
        assert!(
            ran.err
                .starts_with("master_key (from GRANTD_MASTER_KEY) must not be all zeros"),
            "{command}: {}",
            ran.err
        );
    }
    assert!(program.names().is_empty(), "nothing is made");
}
