//! `grantd serve --dev`: a trial from nothing.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::place::{Outcome, Place, pair_in};
use crate::support::process::Process;
use crate::support::server::{claims, management_scopes};

/// The line to paste.
fn curl_line(process: &Process) -> String {
    let banner = process.printed();
    let line = banner
        .lines()
        .find(|line| line.trim_start().starts_with("curl "));
    line.expect("a curl line").trim().to_owned()
}

fn password_in(banner: &str) -> Option<&str> {
    let (_, rest) = banner.split_once("admin@localhost, password ")?;
    let (password, _) = rest.split_once("  (shown this one time)")?;
    Some(password)
}

#[actix_web::test]
async fn the_first_start_makes_three_private_files() {
    let place = Place::new();
    let process = place.serve_dev(&[]);
    assert_eq!(place.names_in("."), ["grantd-data"]);
    assert_eq!(place.mode("grantd-data"), 0o700);
    // Beside the database SQLite keeps two files of its own while it is open.
    let names = place.names_in("grantd-data");
    for name in &names {
        assert_eq!(place.mode(&format!("grantd-data/{name}")), 0o600, "{name}");
    }
    let of_sqlite = |name: &&String| *name != "grantd.db-shm" && *name != "grantd.db-wal";
    let kept: Vec<&String> = names.iter().filter(of_sqlite).collect();
    assert_eq!(kept, ["credentials.json", "grantd.db", "master.key"]);

    let file = place.json("grantd-data/credentials.json");
    let mut expected = json!({
        "email": "admin@localhost",
        "issuer": process.origin,
        "name": "demo",
        "expires": null,
        "scopes": ["api:read", "api:write"],
        "tokenEndpoint": format!("{}/oauth/token", process.origin),
    });
    for member in ["clientId", "clientSecret", "userId", "created"] {
        assert!(file[member].is_string(), "{member}");
        expected[member] = file[member].clone();
    }
    assert_eq!(file, expected);
}

#[actix_web::test]
async fn it_makes_what_a_trial_needs() {
    let place = Place::new();
    let process = place.serve_dev(&[]);
    let organizations = place.done_json(&["organizations", "list", "--dev", "--json"]);
    assert_eq!(organizations[0]["slug"], "demo");
    assert_eq!(organizations.as_array().map(Vec::len), Some(1));
    let agents = [
        "agents",
        "list",
        "--organization",
        "demo",
        "--dev",
        "--json",
    ];
    assert_eq!(place.done_json(&agents)[0]["slug"], "demo-agent");
    let admin = place.done_json(&["users", "show", "admin@localhost", "--dev"]);
    assert_eq!(admin["operator"], true);
    assert_eq!(
        admin["memberships"],
        json!([{"organization_id": organizations[0]["id"], "role": "org_admin", "agents": []}])
    );
    let api = [
        "resource-servers",
        "show",
        "https://api.example.com",
        "--dev",
    ];
    let names: Vec<Value> = place.done_json(&api)["scopes"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|scope| scope["name"].clone())
        .collect();
    assert_eq!(names, ["api:read", "api:write"]);

    let client = pair_in(&place.json("grantd-data/credentials.json"));
    let credential = place.done_json(&["credentials", "show", &client.id, "--dev"]);
    assert_eq!(
        credential["audiences"],
        json!(["https://api.example.com", process.origin])
    );
    let mut scopes = vec!["api:read".to_owned(), "api:write".to_owned()];
    scopes.extend(management_scopes());
    assert_eq!(credential["scopes"], json!(scopes));
    assert_eq!(credential["operator"], false);
    assert_eq!(credential["created_by"], admin["id"]);
}

#[actix_web::test]
async fn the_curl_line_works_when_pasted() {
    let place = Place::new();
    let process = place.serve_dev(&[]);
    let line = curl_line(&process);
    let mut shell = place.other_command("sh");
    shell.args(["-c", &line]).stdin(Stdio::null());
    let outcome = Outcome::of(shell);
    assert_eq!(outcome.code, 0, "curl must be installed: {outcome:?}");
    let answer: Value = serde_json::from_str(&outcome.stdout).expect("JSON");
    assert_eq!(answer["token_type"], "Bearer", "{answer}");
    let token = answer["access_token"].as_str().expect("a token");
    assert_eq!(claims(token)["aud"], "https://api.example.com");
    assert_eq!(process.whoami_status(token).await, 200);
}

#[actix_web::test]
async fn the_second_start_reuses_everything_and_shows_no_password() {
    let place = Place::new();
    let mut first = place.serve_dev(&[]);
    let password = password_in(&first.printed())
        .expect("a password")
        .to_owned();
    assert!(password.len() >= 20, "{password}");
    assert!(!first.log().contains(&password));
    let listen = first.origin.replace("http://", "");
    let client = pair_in(&place.json("grantd-data/credentials.json"));
    let (_, answer) = first.token_response(&client).await;
    let token = answer["access_token"].as_str().expect("a token");
    assert_eq!(first.stop(), 0);
    let files =
        ["master.key", "credentials.json"].map(|name| place.read(&format!("grantd-data/{name}")));

    let second = place.serve_dev(&["--listen", &listen]);
    assert_eq!(password_in(&second.printed()), None);
    assert!(!second.printed().contains(&password));
    assert!(
        second
            .printed()
            .contains("password as shown at the first start")
    );
    let again =
        ["master.key", "credentials.json"].map(|name| place.read(&format!("grantd-data/{name}")));
    assert_eq!(files, again);
    assert_eq!(second.token_status(&client).await, 200);
    // The signing key is the same one.
    assert_eq!(second.whoami_status(token).await, 200);
    let organizations = place.done_json(&["organizations", "list", "--dev", "--json"]);
    assert_eq!(organizations.as_array().map(Vec::len), Some(1));
}

#[actix_web::test]
async fn on_another_port_the_credentials_file_follows() {
    let place = Place::new();
    let mut first = place.serve_dev(&[]);
    let before = place.json("grantd-data/credentials.json");
    first.stop();
    let second = place.serve_dev(&[]);
    assert_ne!(first.origin, second.origin);
    let mut expected = before;
    expected["issuer"] = json!(second.origin);
    expected["tokenEndpoint"] = json!(format!("{}/oauth/token", second.origin));
    assert_eq!(place.json("grantd-data/credentials.json"), expected);
    assert_eq!(place.mode("grantd-data/credentials.json"), 0o600);
    assert_eq!(
        place.names_in("grantd-data").len(),
        5,
        "no draft stays behind"
    );
    let (status, answer) = second.token_response(&pair_in(&expected)).await;
    assert_eq!(status, 200);
    let token = answer["access_token"].as_str().expect("a token");
    assert_eq!(claims(token)["iss"], second.origin);
    // The management API is where the server is now.
    let printed = place.done(&[
        "call",
        &format!("{}/v1/organizations", second.origin),
        "--credentials",
        "grantd-data/credentials.json",
        "--audience",
        &second.origin,
    ]);
    assert!(printed.contains("\"demo\""), "{printed}");
}

#[actix_web::test]
async fn the_password_may_come_from_the_environment() {
    let place = Place::new().with("GRANTD_DEV_ADMIN_PASSWORD", "correct horse battery");
    let process = place.serve_dev(&[]);
    let banner = process.printed();
    assert!(
        banner.contains("password from GRANTD_DEV_ADMIN_PASSWORD"),
        "{banner}"
    );
    assert!(!banner.contains("correct horse"));
    assert!(!process.log().contains("correct horse"));
}

#[actix_web::test]
async fn a_directory_of_ones_own_is_used_and_commands_find_it() {
    let place = Place::new();
    let process = place.serve_dev(&["--data-dir", "a/b/trial"]);
    assert_eq!(place.names_in("."), ["a"]);
    assert_eq!(place.mode("a/b/trial"), 0o700);
    let listed = place.done(&["organizations", "list", "--dev", "--data-dir", "a/b/trial"]);
    assert!(listed.contains("demo"), "{listed}");
    assert!(process.printed().contains("a/b/trial/credentials.json"));
}

#[actix_web::test]
async fn without_its_credentials_file_it_says_how_to_make_another() {
    let place = Place::new();
    let mut first = place.serve_dev(&[]);
    first.stop();
    std::fs::remove_file(place.path("grantd-data/credentials.json")).expect("it was there");
    let second = place.serve_dev(&[]);
    let banner = second.printed();
    assert!(
        banner
            .contains("grantd credentials generate --dev --organization ORGANIZATION --name NAME"),
        "{banner}"
    );
    let file = place.done_json(&[
        "credentials",
        "generate",
        "--dev",
        "--organization",
        "demo",
        "--name",
        "again",
    ]);
    assert_eq!(second.token_status(&pair_in(&file)).await, 200);
}

#[test]
fn what_is_no_request_is_not_logged_as_an_error() {
    let place = Place::new();
    let process = place.serve_dev(&[]);
    let address = process.origin.replace("http://", "");
    let mut stream = TcpStream::connect(address).expect("it listens");
    stream
        .write_all(b"GET / HTTP/1.1\r\nhost: a\r\nx: \x01\r\n\r\n")
        .expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert!(!process.log().contains("ERROR"), "{}", process.log());
}
