//! `grantd migrate`

use crate::support::place::Place;

#[test]
fn up_applies_what_is_missing_and_status_says_what_that_is() {
    let place = Place::on_sqlite();
    // Asking makes no database.
    for arguments in [&["migrate", "status"][..], &["organizations", "list"]] {
        let complaint = place.fails(1, arguments);
        assert!(
            complaint.starts_with("There is no database at "),
            "{complaint}"
        );
        assert!(complaint.contains("'grantd migrate'"), "{complaint}");
    }
    assert_eq!(place.names_in("."), [""; 0]);

    // An empty file is a database without a schema.
    place.write("grantd.db", "");
    let outcome = place.run(&["migrate", "status"]);
    assert_eq!(outcome.code, 1, "{outcome:?}");
    let changes: Vec<&str> = outcome
        .stdout
        .lines()
        .map(|line| line.strip_prefix("missing  ").expect("a missing change"))
        .collect();
    assert!(changes.len() >= 6, "{changes:?}");
    assert_eq!(
        outcome.stderr,
        format!(
            "{} schema changes are missing: run 'grantd migrate'.\n",
            changes.len()
        )
    );
    // Nothing else works before.
    let complaint = place.fails(1, &["organizations", "list"]);
    assert!(complaint.contains("run 'grantd migrate'"), "{complaint}");

    let lines = |before: &str| format!("{before}{}\n", changes.join(&format!("\n{before}")));
    assert_eq!(place.done(&["migrate", "up"]), lines("applied "));
    assert_eq!(place.done(&["migrate"]), "The schema is up to date.\n");
    assert_eq!(place.done(&["migrate", "status"]), lines("applied  "));
    place.done(&["organizations", "list"]);
    place.fails(2, &["migrate", "down"]);
}
