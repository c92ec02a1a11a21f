//! `grantd token` and `grantd call` against a real server.

use serde_json::Value;

use crate::support::place::{Outcome, Place, pair_in};
use crate::support::process::Process;
use crate::support::server::claims;

const FILE: &str = "grantd-data/credentials.json";

fn trial() -> (Place, Process) {
    let place = Place::new();
    let process = place.serve_dev(&[]);
    (place, process)
}

#[actix_web::test]
async fn token_prints_a_token_and_nothing_else() {
    let (place, process) = trial();
    let printed = place.done(&["token", "--credentials", FILE]);
    assert_eq!(printed.lines().count(), 1, "{printed}");
    assert_eq!(process.whoami_status(printed.trim_end()).await, 200);
    let printed = place.done(&["token", "--credentials", FILE, "--scope", "api:read"]);
    assert_eq!(claims(&printed)["scope"], "api:read");
    let printed = place.done(&[
        "token",
        "--credentials",
        FILE,
        "--audience",
        &process.origin,
    ]);
    assert_eq!(claims(&printed)["aud"], process.origin);
    let whole = place.done_json(&["token", "--credentials", FILE, "--json"]);
    assert_eq!(whole["token_type"], "Bearer");
    assert_eq!(whole["expires_in"], 900);
}

#[test]
fn credentials_are_found_where_they_are_named() {
    let (place, process) = trial();
    let client = pair_in(&place.json(FILE));
    let file = place.path(FILE);
    let file = file.to_str().expect("UTF-8");
    let token = |variables: &[(&str, &str)], arguments: &[&str]| {
        let mut command = place.command(&["token"]);
        command.args(arguments).envs(variables.iter().copied());
        Outcome::of(command)
    };
    let server = ["--server", process.origin.as_str()];
    for prefix in ["GRANTD", "KOGNIC"] {
        let [by_file, id, secret] =
            ["CREDENTIALS", "CLIENT_ID", "CLIENT_SECRET"].map(|name| format!("{prefix}_{name}"));
        assert_eq!(token(&[(&by_file, file)], &[]).code, 0);
        let pair = [
            (id.as_str(), client.id.as_str()),
            (secret.as_str(), client.secret.as_str()),
        ];
        assert_eq!(token(&pair, &server).code, 0);
        let complaint = token(&pair, &[]).failed(2);
        assert!(complaint.contains("--server URL"), "{complaint}");
        let complaint = token(&pair[..1], &server).failed(2);
        assert!(
            complaint.contains(&format!("{secret} is not")),
            "{complaint}"
        );
    }
    // A file before a pair, grantd's names before Kognic's.
    let wrong = ("KOGNIC_CREDENTIALS", "missing.json");
    assert_eq!(token(&[wrong, ("GRANTD_CREDENTIALS", file)], &[]).code, 0);
    let complaint = token(&[], &[]).failed(2);
    assert!(
        complaint.starts_with("no credentials were given"),
        "{complaint}"
    );
}

#[test]
fn a_refusal_is_said_in_a_sentence_without_the_secret() {
    let (place, process) = trial();
    let client = pair_in(&place.json(FILE));
    place.done(&["credentials", "disable", &client.id, "--dev"]);
    let complaint = place.fails(1, &["token", "--credentials", FILE]);
    assert!(
        complaint.starts_with("server refused: invalid_client: "),
        "{complaint}"
    );
    assert_eq!(complaint.lines().count(), 1, "{complaint}");
    assert!(!complaint.contains(&client.secret), "{complaint}");
    drop(process);
    let complaint = place.fails(1, &["token", "--credentials", FILE]);
    assert!(
        complaint.starts_with("no answer from http://127.0.0.1:"),
        "{complaint}"
    );
    place.fails(1, &["token", "--credentials", "missing.json"]);
    place.write(
        "broken.json",
        "{\"clientId\": 7, \"clientSecret\": \"gds_s3cret\"}",
    );
    let complaint = place.fails(1, &["token", "--credentials", "broken.json"]);
    assert!(!complaint.contains("s3cret"), "{complaint}");
}

#[test]
fn call_makes_one_request_and_keeps_its_token_to_itself() {
    let (place, process) = trial();
    let whoami = format!("{}/v1/whoami", process.origin);
    let answer = place.done_json(&["call", &whoami, "--credentials", FILE]);
    assert_eq!(
        answer["credential_id"],
        pair_in(&place.json(FILE)).id.as_str()
    );

    assert_eq!(place.mode(".cache/grantd"), 0o700);
    let kept = place.names_in(".cache/grantd");
    assert_eq!(kept.len(), 1, "{kept:?}");
    let kept = format!(".cache/grantd/{}", kept[0]);
    assert_eq!(place.mode(&kept), 0o600);
    let before = place.read(&kept);
    place.done(&["call", &whoami, "--credentials", FILE]);
    assert_eq!(
        place.read(&kept),
        before,
        "the token is used until it expires"
    );
    // Another audience is another token.
    let agents = format!("{}/v1/organizations/demo/agents", process.origin);
    let made = place.done_json(&[
        "call",
        "POST",
        &agents,
        "-d",
        "{\"slug\": \"new\"}",
        "--audience",
        &process.origin,
        "--credentials",
        FILE,
    ]);
    assert_eq!(made["slug"], "new");
    assert_eq!(place.names_in(".cache/grantd").len(), 2);
}

#[test]
fn call_fetches_anew_when_its_token_is_refused_once() {
    let (place, process) = trial();
    let whoami = format!("{}/v1/whoami", process.origin);
    place.done(&["call", &whoami, "--credentials", FILE]);
    let kept = format!(".cache/grantd/{}", place.names_in(".cache/grantd")[0]);
    let mut value: Value = serde_json::from_str(&place.read(&kept)).expect("JSON");
    value["access_token"] = "a.b.c".into();
    place.write(&kept, &value.to_string());
    place.done(&["call", &whoami, "--credentials", FILE]);
    assert!(!place.read(&kept).contains("a.b.c"));
}

#[test]
fn call_prints_a_refusal_and_fails() {
    let (place, process) = trial();
    let url = format!("{}/v1/organizations/nowhere", process.origin);
    let outcome = place.run(&[
        "call",
        &url,
        "--audience",
        &process.origin,
        "--credentials",
        FILE,
    ]);
    assert_eq!(outcome.code, 1);
    let body: Value = serde_json::from_str(&outcome.stdout).expect("the answer's body");
    assert_eq!(body["status"], 404);
    assert_eq!(
        outcome.stderr.trim_end(),
        format!("HTTP 404 Not Found from {url}")
    );
    let outcome = place.run(&["call", "-i", &url, "--credentials", FILE]);
    assert!(
        outcome.stdout.starts_with("HTTP/1.1 401 Unauthorized\r\n"),
        "{outcome:?}"
    );
    place.fails(
        2,
        &["call", "http://api.example.com/", "--credentials", FILE],
    );
    place.fails(
        2,
        &[
            "call",
            &url,
            "-H",
            "Authorization: Bearer x",
            "--credentials",
            FILE,
        ],
    );
}
