//! Commands while a server runs on the same database: the server shows each change within a second.

use serde_json::json;

use crate::support::place::{Place, pair_in};
use crate::support::postgres;
use crate::support::process::Process;
use crate::support::server::TestClient;

const GENERATE: [&str; 6] = [
    "credentials",
    "generate",
    "--organization",
    "acme",
    "--name",
    "ci",
];

async fn serving(place: &Place) -> Process {
    place.done(&[
        "bootstrap",
        "--email",
        "ann@example.com",
        "--organization",
        "acme",
    ]);
    let process = place.serve().await;
    let create = [
        "resource-servers",
        "create",
        "https://api.example.com",
        "--scope",
        "api:read",
    ];
    place.done(&create);
    process
}

#[actix_web::test]
async fn each_change_is_seen_on_sqlite() {
    each_change_is_seen(&Place::on_sqlite()).await;
}

#[actix_web::test]
async fn each_change_is_seen_on_postgresql() {
    let url = postgres::new_database().await;
    each_change_is_seen(&Place::on_database(&url)).await;
}

async fn each_change_is_seen(place: &Place) {
    let process = serving(place).await;
    let accepts =
        async |process: &Process, client: &TestClient| process.token_status(client).await == 200;

    let client = pair_in(&place.done_json(&GENERATE));
    process
        .within_a_second(async |process| accepts(process, &client).await)
        .await;
    let (_, answer) = process.token_response(&client).await;
    let token = answer["access_token"].as_str().expect("a token");
    assert_eq!(process.whoami_status(token).await, 200);

    place.done(&["credentials", "disable", &client.id]);
    process
        .within_a_second(async |process| !accepts(process, &client).await)
        .await;
    process
        .within_a_second(async |process| process.whoami_status(token).await == 401)
        .await;
    place.done(&["credentials", "enable", &client.id]);
    process
        .within_a_second(async |process| accepts(process, &client).await)
        .await;

    let rotate = ["credentials", "rotate", &client.id, "--overlap", "0s"];
    let rotated = pair_in(&place.done_json(&rotate));
    process
        .within_a_second(async |process| accepts(process, &rotated).await)
        .await;
    process
        .within_a_second(async |process| !accepts(process, &client).await)
        .await;

    place.done(&["credentials", "revoke", &client.id]);
    process
        .within_a_second(async |process| !accepts(process, &rotated).await)
        .await;
    assert_eq!(process.whoami_status(token).await, 401);
}

#[actix_web::test]
async fn scopes_keys_and_organizations_follow_too() {
    let place = Place::on_sqlite();
    let process = serving(&place).await;
    let client = pair_in(&place.done_json(&GENERATE));
    let scope = async |process: &Process| process.token_response(&client).await.1["scope"].clone();
    process
        .within_a_second(async |process| scope(process).await == "api:read")
        .await;
    let update = [
        "resource-servers",
        "update",
        "https://api.example.com",
        "--scope",
        "api:list",
    ];
    place.done(&update);
    process
        .within_a_second(async |process| scope(process).await != "api:read")
        .await;

    place.done(&["keys", "rotate", "--now"]);
    let jwks = "/.well-known/jwks.json";
    process
        .within_a_second(async |process| {
            process.get(jwks).await["keys"].as_array().map(Vec::len) == Some(2)
        })
        .await;
    let exported: serde_json::Value = place.done_json(&["keys", "export"]);
    assert_eq!(exported, process.get(jwks).await);

    place.done(&["organizations", "remove", "acme"]);
    process
        .within_a_second(async |process| process.token_status(&client).await == 401)
        .await;
    assert_eq!(
        place.done_json(&["organizations", "list", "--json"]),
        json!([])
    );
}
