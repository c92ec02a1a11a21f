//! The commands on PostgreSQL.

use crate::support::place::{Outcome, Place, pair_in};
use crate::support::postgres;
use crate::support::server::claims;

#[actix_web::test]
async fn from_nothing_to_a_token() {
    let url = postgres::new_database().await;
    let place = Place::on_database(&url);
    assert_eq!(place.run(&["migrate", "status"]).code, 1);
    place.done(&[
        "bootstrap",
        "--email",
        "ann@example.com",
        "--organization",
        "acme",
    ]);
    place.fails(
        1,
        &[
            "bootstrap",
            "--email",
            "ann@example.com",
            "--organization",
            "acme",
        ],
    );
    assert_eq!(place.done(&["migrate"]), "The schema is up to date.\n");
    let process = place.serve().await;
    let create = [
        "resource-servers",
        "create",
        "https://api.example.com",
        "--scope",
        "api:read",
    ];
    place.done(&create);
    let generate = [
        "credentials",
        "generate",
        "--organization",
        "acme",
        "--name",
        "ci",
        "--out",
        "c.json",
    ];
    place.done(&generate);
    let file = place.json("c.json");
    process
        .within_a_second(async |process| process.token_status(&pair_in(&file)).await == 200)
        .await;
    let mut token = place.command(&["token", "--credentials", "c.json"]);
    token.env_remove("GRANTD_DATABASE__URL");
    let outcome = Outcome::of(token);
    assert_eq!(outcome.code, 0, "{outcome:?}");
    assert_eq!(claims(&outcome.stdout)["iss"], place.issuer());
    let listed = place.done_json(&["credentials", "list", "--organization", "acme", "--json"]);
    assert_eq!(listed[0]["id"], file["clientId"]);
    assert_eq!(listed.as_array().map(Vec::len), Some(1));
    assert_eq!(place.names_in("."), ["c.json"]);
    assert_eq!(
        place.done_json(&["keys", "export"]),
        process.get("/.well-known/jwks.json").await
    );
}

#[actix_web::test]
async fn a_password_that_is_refused_is_not_shown() {
    let url = postgres::new_database().await;
    let wrong = url.replace("for-tests-only", "hunter2hunter2");
    assert_ne!(url, wrong);
    for command in [&["serve"][..], &["migrate"], &["organizations", "list"]] {
        let complaint = Place::on_database(&wrong).fails(1, command);
        assert!(
            complaint.starts_with("The database cannot be used: "),
            "{complaint}"
        );
        assert!(!complaint.contains("hunter2"), "{complaint}");
    }
}
