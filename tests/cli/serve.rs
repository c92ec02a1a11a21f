//! `grantd serve`, as in production, and `grantd health`.

use std::time::Duration;

use serde_json::json;

use crate::support::place::{Place, free_port, pair_in};
use crate::support::process::Process;
use crate::support::server::MASTER_KEY;

#[actix_web::test]
async fn it_migrates_answers_and_stops_on_sigterm() {
    let place = Place::on_sqlite();
    let mut process = place.serve().await;
    let metadata = process.get("/.well-known/oauth-authorization-server").await;
    assert_eq!(metadata["issuer"], process.origin);
    assert_eq!(place.done(&["migrate"]), "The schema is up to date.\n");
    assert_eq!(process.stop(), 0);
    let log = process.log();
    assert!(
        log.contains(&format!("answers for {}", process.origin)),
        "{log}"
    );
    assert!(log.trim_end().ends_with("stopped"), "{log}");
    assert_eq!(process.printed(), "");
}

#[actix_web::test]
async fn the_file_is_read_and_a_variable_wins_over_it() {
    let place = Place::new();
    let port = free_port();
    place.write("master.key", &format!("{MASTER_KEY}\n"));
    place.write(
        "grantd.toml",
        &format!(
            "issuer = \"http://127.0.0.1:1\"\n\
             listen = \"127.0.0.1:{port}\"\n\
             master_key_file = \"master.key\"\n\
             [database]\nurl = \"sqlite://grantd.db?mode=rwc\"\n\
             [log]\nformat = \"json\"\n"
        ),
    );
    let origin = format!("http://127.0.0.1:{port}");
    let place = place.with("GRANTD_ISSUER", &origin);
    for how in ["argument", "variable"] {
        let mut command = place.command(&["serve"]);
        if how == "argument" {
            command.args(["--config", "grantd.toml"]);
        } else {
            command.env("GRANTD_CONFIG", "grantd.toml");
        }
        let mut process = Process::start(command, origin.clone());
        process.wait_until_ready().await;
        let metadata = process.get("/.well-known/oauth-authorization-server").await;
        assert_eq!(metadata["issuer"], origin);
        assert_eq!(process.stop(), 0);
        for line in process.log().lines() {
            let line: serde_json::Value = serde_json::from_str(line).expect("a line of JSON");
            assert!(line["message"].is_string(), "{line}");
        }
    }
    assert_eq!(
        place.names_in("."),
        ["grantd.db", "grantd.toml", "master.key"]
    );
    assert_eq!(place.mode("grantd.db"), 0o600);
}

#[actix_web::test]
async fn tokens_outlive_a_restart() {
    let place = Place::on_sqlite();
    place.done(&[
        "bootstrap",
        "--email",
        "ann@example.com",
        "--organization",
        "acme",
    ]);
    place.done(&[
        "resource-servers",
        "create",
        "https://api.example.com",
        "--scope",
        "api:read",
    ]);
    let file = place.done_json(&[
        "credentials",
        "generate",
        "--organization",
        "acme",
        "--name",
        "ci",
    ]);
    let mut first = place.serve().await;
    let (status, answer) = first.token_response(&pair_in(&file)).await;
    assert_eq!(status, 200, "{answer}");
    let token = answer["access_token"].as_str().expect("a token");
    assert_eq!(first.stop(), 0);
    let second = place.serve().await;
    assert_eq!(second.whoami_status(token).await, 200);
}

#[actix_web::test]
async fn health_is_0_while_it_is_up_and_1_once_it_is_down() {
    let place = Place::on_sqlite();
    let mut process = place.serve().await;
    let origin = process.origin.clone();
    assert_eq!(place.done(&["health", "--url", &origin]), "ready\n");
    // A small container has no CA certificates, and plain HTTP needs none.
    let mut bare = place.command(&["health", "--url", &format!("{origin}/")]);
    bare.env("SSL_CERT_FILE", "/nonexistent")
        .env("SSL_CERT_DIR", "/nonexistent");
    let outcome = crate::support::place::Outcome::of(bare);
    assert_eq!(
        (outcome.code, outcome.stdout.as_str()),
        (0, "ready\n"),
        "{outcome:?}"
    );
    process.stop();
    let complaint = place.fails(1, &["health", "--url", &origin]);
    assert_eq!(
        complaint,
        format!("{origin}/readyz is not ready: nothing answers there.")
    );
    place.fails(2, &["health", "--url", "nowhere"]);
}

#[actix_web::test]
async fn health_is_1_for_a_server_that_is_none_of_ours() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        use std::io::{Read, Write};
        let (mut stream, _) = listener.accept().expect("a connection");
        let _ = stream.read(&mut [0; 1024]);
        let _ = stream.write_all(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n");
        std::thread::sleep(Duration::from_millis(100));
    });
    let complaint = Place::new().fails(1, &["health", "--url", &format!("http://{address}")]);
    assert!(complaint.contains("it answers 404"), "{complaint}");
}

#[actix_web::test]
async fn two_servers_that_start_at_once_migrate_once() {
    let place = Place::on_sqlite();
    let port = free_port();
    let origin = format!("http://127.0.0.1:{port}");
    let mut command = place.command(&["serve"]);
    command
        .env("GRANTD_LISTEN", format!("127.0.0.1:{port}"))
        .env("GRANTD_ISSUER", &origin);
    let first = Process::start(place.command(&["serve"]), place.issuer().to_owned());
    let second = Process::start(command, origin);
    first.wait_until_ready().await;
    second.wait_until_ready().await;
    let applied = |process: &Process| process.log().matches("schema change applied").count();
    let counts = [applied(&first), applied(&second)];
    assert!(
        counts.contains(&0) && counts.iter().any(|count| *count > 0),
        "{counts:?}"
    );
    // One signing key, and both publish it.
    let keys = [
        first.get("/.well-known/jwks.json").await,
        second.get("/.well-known/jwks.json").await,
    ];
    assert_eq!(keys[0], keys[1]);
    assert_eq!(
        keys[0]["keys"].as_array().map(Vec::len),
        Some(1),
        "{}",
        json!(keys)
    );
}
