//! `grantd credentials list|show|rename|rotate|disable|enable|revoke`

use serde_json::json;

use super::credentials::{count, generate, place};
use crate::support::place::pair_in;

#[test]
fn listed_shown_renamed_and_rotated() {
    let place = place();
    let file = place.done_json(&generate(&[]));
    let client = pair_in(&file);
    place.done(&generate(&["--kind", "api_key", "--agent", "bot"]));
    let list = |more: &[&str]| {
        let list = ["credentials", "list", "--organization", "acme", "--json"];
        place
            .done_json(&[&list[..], more].concat())
            .as_array()
            .expect("a list")
            .len()
    };
    assert_eq!(
        (
            list(&[]),
            list(&["--kind", "api_key"]),
            list(&["--agent", "bot"])
        ),
        (2, 1, 1)
    );
    let text = place.done(&["credentials", "list", "--organization", "acme"]);
    assert!(text.starts_with("ID "), "{text}");
    assert!(!text.contains("gds_") && !text.contains(&client.secret));

    let renamed = place.done_json(&["credentials", "rename", &client.id, "new name"]);
    assert_eq!(renamed["name"], "new name");
    let rotated = place.done_json(&["credentials", "rotate", &client.id, "--overlap", "1h"]);
    assert_eq!(
        (&rotated["clientId"], &rotated["name"]),
        (&json!(client.id), &json!("new name"))
    );
    assert_ne!(rotated["clientSecret"], file["clientSecret"]);
    let shown = place.done_json(&["credentials", "show", &client.id]);
    assert_eq!(shown["secrets"].as_array().map(Vec::len), Some(2));

    let complaint = place.fails(1, &["credentials", "rotate", &client.id]);
    assert!(complaint.contains("two live secrets"), "{complaint}");
    place.fails(
        2,
        &["credentials", "rotate", &client.id, "--overlap", "91d"],
    );
    place.write("there.json", "mine");
    place.fails(
        1,
        &["credentials", "rotate", &client.id, "--out", "there.json"],
    );
    assert_eq!(place.read("there.json"), "mine");
}

#[test]
fn what_is_revoked_stays_revoked() {
    let place = place();
    let client = pair_in(&place.done_json(&generate(&[])));
    assert_eq!(
        place.done_json(&["credentials", "disable", &client.id])["status"],
        "disabled"
    );
    assert_eq!(
        place.done_json(&["credentials", "enable", &client.id])["status"],
        "active"
    );
    assert_eq!(place.done(&["credentials", "revoke", &client.id]), "");
    for command in ["enable", "disable", "revoke", "rotate"] {
        let complaint = place.fails(1, &["credentials", command, &client.id]);
        assert!(complaint.contains("has been revoked"), "{complaint}");
    }
    let shown = place.done_json(&["credentials", "show", &client.id]);
    assert_eq!(
        (&shown["status"], &shown["secrets"]),
        (&json!("revoked"), &json!([]))
    );
    let list = ["credentials", "list", "--organization", "acme", "--json"];
    assert_eq!(place.done_json(&list), json!([]));
    assert_eq!(count(&place), 1);
}

#[test]
fn one_that_is_not_there_is_named() {
    let place = place();
    let id = "0197f3c2-6d5e-7c3a-9b1e-2f4a6c8e0b1d";
    for command in ["show", "rotate", "disable", "enable", "revoke"] {
        let complaint = place.fails(1, &["credentials", command, id]);
        assert_eq!(
            complaint,
            format!("There is no credential {id}: see 'grantd credentials list'.")
        );
        place.fails(2, &["credentials", command, "no-id"]);
    }
}
