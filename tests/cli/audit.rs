//! `grantd audit`

use sea_orm::{ConnectionTrait, Database};
use serde_json::Value;

use crate::support::place::Place;

/// A place with an organization and another that was removed.
fn place() -> Place {
    let place = Place::on_sqlite();
    place.done(&["migrate"]);
    place.done(&["organizations", "create", "acme"]);
    place.done(&["organizations", "create", "globex"]);
    place.done(&["organizations", "remove", "globex"]);
    place
}

/// Runs a statement on the place's database beside grantd.
fn alter(place: &Place, sql: &str) {
    let url = format!("sqlite://{}", place.path("grantd.db").display());
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let beside = Database::connect(url).await.expect("the database");
        beside.execute_unprepared(sql).await.expect("it runs");
        beside.close().await.expect("it closes");
    });
}

#[test]
fn a_trail_is_checked() {
    let place = place();
    let printed = place.done(&["audit", "verify"]);
    let anchor = printed.trim_end();
    assert!(anchor.starts_with("4:") && anchor.len() == 45, "{anchor}");
    assert_eq!(
        place.done(&["audit", "verify", "--anchor", anchor]),
        printed
    );
    let complaint = place.fails(1, &["audit", "verify", "--anchor", "9:x"]);
    assert!(
        complaint.contains("row 9 is not the one of the anchor"),
        "{complaint}"
    );
    place.fails(2, &["audit", "verify", "--anchor", "x"]);
    alter(
        &place,
        "UPDATE audit_event SET actor_kind = 'system' WHERE number = 3",
    );
    let complaint = place.fails(1, &["audit", "verify"]);
    assert!(
        complaint.contains("The audit trail is not whole: row 3 is not what was recorded"),
        "{complaint}"
    );
}

#[test]
fn events_are_listed_and_exported() {
    let place = place();
    let listed = place.done_json(&["audit", "list", "--json", "--limit", "2"]);
    let actions = |events: &[Value]| -> Vec<String> {
        let action = |event: &Value| event["action"].as_str().expect("an action").to_owned();
        events.iter().map(action).collect()
    };
    let listed = listed.as_array().expect("a list");
    assert_eq!(
        actions(listed),
        ["organization.deleted", "organization.created"]
    );
    let table = place.done(&["audit", "list"]);
    assert!(table.starts_with("NUMBER "), "{table}");
    assert_eq!(table.lines().count(), 5, "{table}");

    let export = |arguments: &[&str]| -> Vec<Value> {
        let all = [&["audit", "export"], arguments].concat();
        let printed = place.done(&all);
        let lines = printed.lines();
        lines
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect()
    };
    let all = export(&["--json"]);
    assert_eq!(
        actions(&all),
        [
            "signing_key.created",
            "organization.created",
            "organization.created",
            "organization.deleted"
        ]
    );
    assert_eq!(
        actions(&export(&["--after", "3"])),
        ["organization.deleted"]
    );
    assert_eq!(export(&["--organization", "acme"]).len(), 1);
    // One that was removed is named by its id.
    let globex = all[3]["target_id"].as_str().expect("an id");
    assert_eq!(export(&["--organization", globex]).len(), 2);
    place.fails(1, &["audit", "export", "--organization", "globex"]);
    let since = all[3]["at"].as_str().expect("a time");
    assert_eq!(
        actions(&export(&["--since", since])),
        ["organization.deleted"]
    );
    assert_eq!(export(&["--since", "2100-01-01T00:00:00Z"]).len(), 0);
    place.fails(2, &["audit", "export", "--since", "yesterday"]);
    place.fails(2, &["audit", "list", "--limit", "0"]);
}
