//! `grantd keys`

use serde_json::Value;

use crate::support::place::Place;

fn place() -> Place {
    let place = Place::on_sqlite();
    place.done(&["migrate"]);
    place
}

fn states(place: &Place) -> Vec<String> {
    let keys = place.done_json(&["keys", "list", "--json"]);
    let state = |key: &Value| key["state"].as_str().expect("a state").to_owned();
    keys.as_array().expect("a list").iter().map(state).collect()
}

#[test]
fn they_are_listed_rotated_and_exported() {
    let place = place();
    assert_eq!(states(&place), ["active"]);
    let table = place.done(&["keys", "list"]);
    assert!(table.starts_with("KEY ID "), "{table}");

    let printed = place.done(&["keys", "rotate"]);
    assert!(
        printed.contains("(ES256) is published and signs from "),
        "{printed}"
    );
    assert_eq!(states(&place), ["next", "active"]);
    // The one that waits is brought forward.
    let printed = place.done(&["keys", "rotate", "--now", "--algorithm", "ES256"]);
    assert!(printed.contains("(ES256) signs from now on"), "{printed}");
    assert_eq!(states(&place), ["active", "retiring"]);

    let exported = place.done_json(&["keys", "export"]);
    let keys = exported["keys"].as_array().expect("a list");
    assert_eq!(keys.len(), 2);
    for key in keys {
        let mut names: Vec<&String> = key.as_object().expect("an object").keys().collect();
        names.sort();
        // Nothing private: no `d`.
        assert_eq!(names, ["alg", "crv", "kid", "kty", "use", "x", "y"]);
    }
}

#[test]
fn an_algorithm_that_nothing_signs_with_is_not_rotated() {
    let place = place();
    let complaint = place.fails(2, &["keys", "rotate", "--algorithm", "PS256"]);
    assert!(
        complaint.contains("neither the setting token.algorithm nor a resource server names PS256"),
        "{complaint}"
    );
    place.fails(2, &["keys", "rotate", "--algorithm", "HS256"]);
    assert_eq!(states(&place), ["active"]);
}
