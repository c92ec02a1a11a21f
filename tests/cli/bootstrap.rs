//! `grantd bootstrap`

use serde_json::json;

use crate::support::place::Place;

const BOOTSTRAP: [&str; 5] = [
    "bootstrap",
    "--email",
    "Ann@Example.com",
    "--organization",
    "acme",
];

#[test]
fn it_makes_the_operator_and_the_organization_on_an_empty_database() {
    let place = Place::on_sqlite();
    let outcome = place.run(&BOOTSTRAP);
    assert_eq!(outcome.code, 0, "{outcome:?}");
    assert_eq!(outcome.stderr, "The password is shown this one time.\n");
    let organization = place.done_json(&["organizations", "show", "acme"]);
    let lines: Vec<&str> = outcome.stdout.lines().collect();
    assert_eq!(lines[0], "operator      ann@example.com");
    let password = lines[1].strip_prefix("password      ").expect("a password");
    assert!(password.len() >= 20, "{password}");
    assert_eq!(
        lines[2],
        format!(
            "organization  acme ({})",
            organization["id"].as_str().expect("an id")
        )
    );
    let user = place.done_json(&["users", "show", "ann@example.com"]);
    assert_eq!(user["operator"], true);
    assert_eq!(
        user["memberships"],
        json!([{"organization_id": organization["id"], "role": "org_admin", "agents": []}])
    );
}

#[test]
fn again_is_a_conflict_and_makes_neither_half() {
    let place = Place::on_sqlite();
    place.done(&BOOTSTRAP);
    let complaint = place.fails(1, &BOOTSTRAP);
    assert!(
        complaint.contains("organization with this slug already"),
        "{complaint}"
    );
    // Only one of the two is taken: the other is not made.
    let complaint = place.fails(
        1,
        &[
            "bootstrap",
            "--email",
            "ann@example.com",
            "--organization",
            "globex",
        ],
    );
    assert!(
        complaint.contains("user with this email address already"),
        "{complaint}"
    );
    place.fails(
        1,
        &[
            "bootstrap",
            "--email",
            "bob@example.com",
            "--organization",
            "acme",
        ],
    );
    let organizations = place.done_json(&["organizations", "list", "--json"]);
    let users = place.done_json(&["users", "list", "--json"]);
    assert_eq!(organizations.as_array().map(Vec::len), Some(1));
    assert_eq!(users.as_array().map(Vec::len), Some(1));
}

#[test]
fn what_is_no_address_or_no_slug_is_wrong_usage() {
    let place = Place::on_sqlite();
    place.fails(
        2,
        &["bootstrap", "--email", "ann", "--organization", "acme"],
    );
    place.fails(
        2,
        &[
            "bootstrap",
            "--email",
            "ann@example.com",
            "--organization",
            "Acme Inc",
        ],
    );
    place.fails(2, &["bootstrap", "--email", "ann@example.com"]);
    assert_eq!(place.names_in("."), [""; 0]);
}
