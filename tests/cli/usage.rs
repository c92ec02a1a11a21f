//! `grantd credentials usage`, and what of it outlives the server.

use std::time::{Duration, Instant};

use serde_json::Value;

use super::credentials::generate;
use crate::support::place::{Place, pair_in};
use crate::support::postgres;
use crate::support::process::Process;
use crate::support::server::TestClient;

/// A place with an organization, an API and a client.
fn furnish(place: Place) -> (Place, TestClient) {
    place.done(&["migrate"]);
    place.done(&["organizations", "create", "acme"]);
    let create = [
        "resource-servers",
        "create",
        "https://api.example.com",
        "--scope",
        "api:read",
    ];
    place.done(&create);
    let client = pair_in(&place.done_json(&generate(&[])));
    (place, client)
}

fn usage(place: &Place, client: &TestClient) -> Value {
    place.done_json(&["credentials", "usage", &client.id, "--json"])
}

fn issued(place: &Place, client: &TestClient) -> u64 {
    let usage = usage(place, client);
    usage["total"]["tokens_issued"].as_u64().expect("a number")
}

async fn tokens(process: &Process, client: &TestClient, number: usize) {
    for _ in 0..number {
        assert_eq!(process.token_status(client).await, 200);
    }
}

#[actix_web::test]
async fn the_last_flush_comes_with_the_end() {
    let url = postgres::new_database().await;
    for place in [Place::on_sqlite(), Place::on_database(&url)] {
        let (place, client) = furnish(place.with("GRANTD_USAGE__FLUSH_EVERY", "50s"));
        let mut process = place.serve().await;
        tokens(&process, &client, 4).await;
        assert_eq!(issued(&place, &client), 0, "no flush was due");
        assert_eq!(process.stop(), 0, "{}", process.log());
        let usage = usage(&place, &client);
        assert_eq!(usage["total"]["tokens_issued"], 4);
        assert_eq!(usage["total"]["over_fetch_ratio"], 4.0);
        assert!(usage["last_used_at"].is_string(), "{usage}");
        let steps = usage["steps"].as_array().expect("steps");
        assert_eq!(steps.len(), 24);
        assert!(usage["rate_limit"].is_null() && usage["quota"].is_null());
    }
}

#[actix_web::test]
async fn a_kill_loses_what_was_counted_since_the_last_flush_and_nothing_else() {
    let url = postgres::new_database().await;
    for place in [Place::on_sqlite(), Place::on_database(&url)] {
        let (place, client) = furnish(place.with("GRANTD_USAGE__FLUSH_EVERY", "1s"));
        let mut process = place.serve().await;
        let keys = process.get("/.well-known/jwks.json").await;
        tokens(&process, &client, 3).await;
        let deadline = Instant::now() + Duration::from_secs(20);
        while issued(&place, &client) < 3 {
            assert!(Instant::now() < deadline, "no flush");
        }
        tokens(&process, &client, 2).await;
        process.kill();
        let kept = issued(&place, &client);
        assert!((3..=5).contains(&kept), "{kept}");

        let process = place.serve().await;
        assert_eq!(process.get("/.well-known/jwks.json").await, keys);
        let show = ["credentials", "show", &client.id];
        assert_eq!(place.done_json(&show)["status"], "active");
        tokens(&process, &client, 1).await;
        while issued(&place, &client) < kept + 1 {
            assert!(Instant::now() < deadline, "no flush");
        }
    }
}

#[actix_web::test]
async fn it_is_a_table_of_steps_and_their_sum() {
    let (place, client) = furnish(Place::on_sqlite());
    let mut process = place.serve().await;
    tokens(&process, &client, 3).await;
    process.stop();
    let text = place.done(&["credentials", "usage", &client.id, "--step", "day"]);
    let lines: Vec<Vec<&str>> = text
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(lines.len(), 32, "{text}");
    assert_eq!(
        lines[0],
        [
            "FROM", "ISSUED", "NEEDED", "RATIO", "VERIFIED", "REJECTED", "OVER", "LIMIT"
        ]
    );
    assert_eq!(lines[1][1..], ["0", "0", "-", "0", "0", "0"]);
    assert_eq!(lines[31], ["total", "3", "1", "3.0", "0", "0", "0"]);
}

#[test]
fn wrong_times_are_wrong_usage() {
    let (place, client) = furnish(Place::on_sqlite());
    let refused = |more: &[&str]| {
        let command = [&["credentials", "usage", &client.id], more].concat();
        place.fails(2, &command)
    };
    assert_eq!(
        refused(&[
            "--from",
            "2026-01-02T00:00:00Z",
            "--to",
            "2026-01-01T00:00:00Z"
        ]),
        "--from must be before to."
    );
    assert!(refused(&["--step", "week"]).contains("must be hour or day"));
    assert!(refused(&["--from", "yesterday"]).contains("must be a time"));
    let unknown = "0197f3c2-6d5e-7c3a-9b1e-2f4a6c8e0b1d";
    let complaint = place.fails(1, &["credentials", "usage", unknown]);
    assert!(complaint.contains("There is no credential"), "{complaint}");
}
