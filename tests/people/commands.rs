//! What the operator does for people at the machine itself.

use crate::support::place::Place;

fn place() -> Place {
    let place = Place::on_sqlite();
    place.done(&["migrate"]);
    place.done(&["organizations", "create", "acme"]);
    place
}

/// What stands behind this word.
#[track_caller]
fn line<'a>(text: &'a str, word: &str) -> &'a str {
    let found = text.lines().find_map(|line| line.strip_prefix(word));
    found
        .unwrap_or_else(|| panic!("no {word} in {text}"))
        .trim()
}

const INVITE: [&str; 6] = [
    "users",
    "invite",
    "--organization",
    "acme",
    "--email",
    "Pat@Example.com",
];

#[test]
fn a_person_is_invited_and_helped() {
    let place = place();
    let outcome = place.run(&[&INVITE[..], &["--role", "org_admin"]].concat());
    assert_eq!(outcome.code, 0, "{outcome:?}");
    assert!(
        outcome.stderr.contains("shown this one time"),
        "{outcome:?}"
    );
    let link = line(&outcome.stdout, "link ");
    let begins = format!("{}/console/link#gdl_", place.issuer());
    assert!(link.starts_with(&begins), "{link}");
    assert!(line(&outcome.stdout, "ends ").ends_with('Z'));
    let shown = place.done_json(&["users", "show", "pat@example.com"]);
    assert_eq!(shown["memberships"][0]["role"], "org_admin");
    let complaint = place.fails(1, &[&INVITE[..], &["--role", "member"]].concat());
    assert!(complaint.contains("member already"), "{complaint}");

    let second = place.done(&["users", "reset-password", "pat@example.com"]);
    assert_ne!(line(&second, "link "), link);
    let complaint = place.fails(1, &["users", "reset-password", "nobody@example.com"]);
    assert_eq!(complaint, "There is no such user.");
    let complaint = place.fails(1, &["users", "reset-second-factor", "pat@example.com"]);
    assert_eq!(complaint, "There is no such second factor.");
}

#[test]
fn who_has_a_password_gets_a_place_and_no_link() {
    let place = place();
    place.done(&["users", "create", "pat@example.com"]);
    let outcome = place.run(&[&INVITE[..], &["--role", "member"]].concat());
    assert_eq!(outcome.code, 0, "{outcome:?}");
    assert!(!outcome.stdout.contains("link"), "{outcome:?}");
    assert!(outcome.stderr.contains("there is no link"), "{outcome:?}");
}

#[test]
fn an_agent_is_named_for_an_agent_admin_alone() {
    let place = place();
    place.done(&["agents", "create", "bot", "--organization", "acme"]);
    place.fails(2, &[&INVITE[..], &["--role", "agent_admin"]].concat());
    place.fails(
        2,
        &[&INVITE[..], &["--role", "member", "--agent", "bot"]].concat(),
    );
    place.fails(2, &INVITE);
    place.done(&[&INVITE[..], &["--role", "agent_admin", "--agent", "bot"]].concat());
}
