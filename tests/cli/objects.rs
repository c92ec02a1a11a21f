//! `grantd organizations|agents|users|resource-servers`: create, list, show, remove.

use serde_json::{Value, json};

use crate::support::place::Place;

/// A place with the organization `acme` and nothing else.
fn place() -> Place {
    let place = Place::on_sqlite();
    place.done(&["migrate"]);
    place.done(&["organizations", "create", "acme"]);
    place
}

/// The lines of a table, each as its words.
fn table(text: &str) -> Vec<Vec<&str>> {
    text.lines()
        .map(|line| {
            line.split("  ")
                .map(str::trim)
                .filter(|cell| !cell.is_empty())
                .collect()
        })
        .collect()
}

#[track_caller]
fn has(value: &Value, members: &[(&str, Value)]) {
    for (name, expected) in members {
        assert_eq!(&value[*name], expected, "{name} in {value}");
    }
}

#[test]
fn organizations() {
    let place = place();
    let made = place.done_json(&["organizations", "create", "globex", "--name", "Globex Inc."]);
    has(
        &made,
        &[("slug", json!("globex")), ("name", json!("Globex Inc."))],
    );
    let id = made["id"].as_str().expect("an id");
    for reference in ["globex", id] {
        assert_eq!(place.done_json(&["organizations", "show", reference]), made);
    }
    let listed = place.done_json(&["organizations", "list", "--json"]);
    assert_eq!((&listed[0]["slug"], &listed[1]), (&json!("acme"), &made));
    let text = place.done(&["organizations", "list"]);
    let rows = table(&text);
    assert_eq!(rows[0], ["ID", "SLUG", "NAME", "CREATED"]);
    assert_eq!(rows[2][..3], [id, "globex", "Globex Inc."]);
    assert_eq!(place.done(&["organizations", "remove", "globex"]), "");
    let complaint = place.fails(1, &["organizations", "show", "globex"]);
    assert_eq!(
        complaint,
        "There is no organization \"globex\": see 'grantd organizations list'."
    );
    let complaint = place.fails(1, &["organizations", "create", "acme"]);
    assert!(complaint.contains("Choose another slug."), "{complaint}");
    place.fails(2, &["organizations", "create", "Acme"]);
}

#[test]
fn limits_of_organizations() {
    let place = place();
    let set = |limits: &[&str]| {
        let command = ["organizations", "set-limits", "acme"];
        place.done_json(&[&command, limits].concat())
    };
    let limits = |keys, clients| [("api_key_limit", keys), ("oauth_client_limit", clients)];
    let changed = set(&["--api-keys", "3", "--oauth-clients", "0"]);
    has(&changed, &limits(json!(3), json!(0)));
    has(
        &set(&["--api-keys", "default"]),
        &limits(json!(null), json!(0)),
    );
    let shown = place.done_json(&["organizations", "show", "acme"]);
    has(&shown, &limits(json!(null), json!(0)));
    let generate = [
        "credentials",
        "generate",
        "--organization",
        "acme",
        "--name",
        "a",
        "--audience",
    ];
    let complaint = place.fails(1, &[&generate[..], &[place.issuer()]].concat());
    assert!(
        complaint.contains("limit of 0 OAuth clients"),
        "{complaint}"
    );
    for wrong in ["100001", "-1", "many", ""] {
        let limit = format!("--api-keys={wrong}");
        let complaint = place.fails(2, &["organizations", "set-limits", "acme", &limit]);
        assert!(
            complaint.contains("must be 0 to 100000, or default"),
            "{complaint}"
        );
    }
    place.fails(2, &["organizations", "set-limits", "acme"]);
    place.fails(
        1,
        &["organizations", "set-limits", "globex", "--api-keys", "1"],
    );
}

#[test]
fn agents() {
    let place = place();
    let create = ["agents", "create", "bot", "--organization", "acme"];
    let made = place.done_json(&create);
    has(&made, &[("slug", json!("bot")), ("name", json!("bot"))]);
    let id = made["id"].as_str().expect("an id");
    for reference in ["bot", id] {
        let show = ["agents", "show", reference, "--organization", "acme"];
        assert_eq!(place.done_json(&show), made);
    }
    let list = ["agents", "list", "--organization", "acme"];
    assert_eq!(
        place.done_json(&[&list[..], &["--json"]].concat()),
        json!([made])
    );
    let text = place.done(&list);
    assert_eq!(table(&text)[1][..3], [id, "bot", "bot"]);
    place.fails(1, &create);
    place.fails(1, &["agents", "list", "--organization", "nowhere"]);
    place.fails(2, &["agents", "list"]);
    assert_eq!(
        place.done(&["agents", "remove", "bot", "--organization", "acme"]),
        ""
    );
    let complaint = place.fails(1, &["agents", "remove", "bot", "--organization", "acme"]);
    assert_eq!(complaint, "There is no such agent.");
}

#[test]
fn users() {
    let place = place();
    let agent = place.done_json(&["agents", "create", "bot", "--organization", "acme"]);
    let organization = place.done_json(&["organizations", "show", "acme"]);
    let outcome = place.run(&[
        "users",
        "create",
        "Bob@Example.com",
        "--organization",
        "acme",
        "--role",
        "agent_admin",
        "--agent",
        "bot",
    ]);
    assert_eq!(outcome.code, 0, "{outcome:?}");
    assert!(
        outcome.stderr.contains("shown this one time"),
        "{outcome:?}"
    );
    let password = outcome.stdout.lines().nth(1).expect("a line");
    let password = password.strip_prefix("password  ").expect("a password");
    let shown = place.done_json(&["users", "show", "bob@example.com"]);
    has(
        &shown,
        &[
            ("email", json!("bob@example.com")),
            ("operator", json!(false)),
        ],
    );
    assert_eq!(
        shown["memberships"],
        json!([{"organization_id": organization["id"], "role": "agent_admin", "agents": [agent["id"]]}])
    );
    assert!(!shown.to_string().contains(password));
    let listed = place.done_json(&["users", "list", "--json"]);
    assert_eq!(listed.as_array().map(Vec::len), Some(1));
    assert_eq!(
        table(&place.done(&["users", "list"]))[0],
        ["ID", "EMAIL", "OPERATOR", "CREATED"]
    );

    let set = place.run(&["users", "set-password", "bob@example.com"]);
    assert_eq!(set.code, 0, "{set:?}");
    let second = set.stdout.lines().nth(1).expect("a line");
    let second = second.strip_prefix("password  ").expect("a password");
    assert_ne!(second, password);
    place.fails(1, &["users", "set-password", "nobody@example.com"]);

    place.fails(1, &["users", "create", "bob@example.com"]);
    for wrong in [
        &["--organization", "acme"][..],
        &["--role", "member"],
        &["--organization", "acme", "--role", "owner"],
        &["--organization", "acme", "--role", "agent_admin"],
        &[
            "--organization",
            "acme",
            "--role",
            "member",
            "--agent",
            "bot",
        ],
    ] {
        place.fails(
            2,
            &[&["users", "create", "carol@example.com"], wrong].concat(),
        );
    }
    let missing = [
        "--organization",
        "acme",
        "--role",
        "agent_admin",
        "--agent",
        "nobody",
    ];
    place.fails(
        1,
        &[&["users", "create", "carol@example.com"], &missing[..]].concat(),
    );
    assert_eq!(place.done_json(&["users", "list", "--json"]), listed);
    assert_eq!(place.done(&["users", "remove", "bob@example.com"]), "");
    assert_eq!(
        place.fails(1, &["users", "show", "bob@example.com"]),
        "There is no such user."
    );
}

#[test]
fn resource_servers() {
    let place = place();
    let made = place.done_json(&[
        "resource-servers",
        "create",
        "https://api.example.com",
        "--name",
        "Example",
        "--scope",
        "api:read=Read things",
        "--scope",
        "api:write",
        "--token-ttl",
        "300",
        "--algorithm",
        "RS256",
    ]);
    has(
        &made,
        &[
            ("identifier", json!("https://api.example.com")),
            ("name", json!("Example")),
            (
                "scopes",
                json!([{"name": "api:read", "description": "Read things"}, {"name": "api:write", "description": ""}]),
            ),
            ("token_ttl_seconds", json!(300)),
            ("algorithm", json!("RS256")),
            ("built_in", json!(false)),
        ],
    );
    let id = made["id"].as_str().expect("an id");
    for reference in ["https://api.example.com", id] {
        assert_eq!(
            place.done_json(&["resource-servers", "show", reference]),
            made
        );
    }
    let changed = place.done_json(&[
        "resource-servers",
        "update",
        id,
        "--name",
        "Renamed",
        "--token-ttl",
        "600",
    ]);
    let mut expected = made.clone();
    expected["name"] = json!("Renamed");
    expected["token_ttl_seconds"] = json!(600);
    assert_eq!(changed, expected);
    let listed = place.done_json(&["resource-servers", "list", "--json"]);
    assert_eq!(
        (&listed[0]["built_in"], &listed[1]),
        (&json!(true), &expected)
    );
    let issuer = place.issuer().to_owned();
    for refused in [
        &["resource-servers", "remove", &issuer][..],
        &["resource-servers", "update", &issuer, "--name", "Mine"],
        &["resource-servers", "create", "https://api.example.com"],
        &["resource-servers", "remove", "https://nowhere.example.com"],
    ] {
        place.fails(1, refused);
    }
    for wrong in [
        &["resource-servers", "create", "api.example.com"][..],
        &[
            "resource-servers",
            "create",
            "urn:a",
            "--algorithm",
            "HS256",
        ],
        &["resource-servers", "create", "urn:a", "--token-ttl", "1"],
        &["resource-servers", "create", "urn:a", "--token-ttl", "-1"],
        &["resource-servers", "create", "urn:a", "--scope", "a b"],
        &[
            "resource-servers",
            "create",
            "urn:a",
            "--scope",
            "a",
            "--scope",
            "a",
        ],
    ] {
        place.fails(2, wrong);
    }
    assert_eq!(
        place.done_json(&["resource-servers", "list", "--json"]),
        listed
    );
    assert_eq!(place.done(&["resource-servers", "remove", id]), "");
}

#[test]
fn a_listing_that_nobody_reads_to_the_end_is_no_failure() {
    let place = place();
    let mut shell = place.other_command("sh");
    shell.args([
        "-c",
        "\"$0\" organizations list --json | true",
        env!("CARGO_BIN_EXE_grantd"),
    ]);
    let outcome = crate::support::place::Outcome::of(shell);
    assert_eq!(
        (outcome.code, outcome.stderr.as_str()),
        (0, ""),
        "{outcome:?}"
    );
}
