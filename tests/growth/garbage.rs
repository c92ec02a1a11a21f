//! A flood of ids that there are not.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use grantd::crypto::secret;
use grantd::entropy::SystemEntropy;

use crate::support::place::{Place, pair_in};
use crate::support::server::{Engine, TestClient, TestServer};

/// What one address may get wrong in a minute, with the default settings.
const TRIES: u64 = 100;

/// Somebody whom nobody knows, with a secret that could be one.
fn stranger(number: u128) -> TestClient {
    TestClient {
        id: unknown_id(number).to_string(),
        secret: secret::generate("gds_", &SystemEntropy::new())
            .expose()
            .to_owned(),
    }
}

#[actix_web::test]
async fn a_flood_of_unknown_ids_is_refused_before_the_database() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let server = TestServer::builder()
            .engine(engine)
            .without_background()
            .start()
            .await;
        let known = server.client().await;
        server.token(&known, &[]).await;
        let before = server.app.store.statements();
        let mut refused = 0;
        for number in 0..3 * TRIES {
            let asked = server.app.store.statements();
            let stranger = stranger(number.into());
            let status = server.token_response(&stranger, &[]).await.status();
            let cost = server.app.store.statements() - asked;
            match status.as_u16() {
                401 => assert_eq!(cost, 1),
                429 => {
                    assert_eq!(cost, 0);
                    refused += 1;
                }
                other => panic!("{other}"),
            }
            if number % 50 == 0 {
                server.token(&known, &[]).await;
            }
        }
        // The minute may have turned meanwhile.
        assert!(refused >= TRIES, "{refused} of {}", 3 * TRIES);
        assert!(server.app.store.statements() - before <= 2 * TRIES);
        assert_eq!(server.app.credentials.count(), 1);
    }
}

/// Sends many token requests of strangers one after the other; gives how many were answered by each
/// of two statuses.
fn flood(origin: &str, numbers: std::ops::Range<u128>) -> [usize; 2] {
    const AT_ONCE: usize = 100;
    let address = origin.replace("http://", "");
    let mut stream = TcpStream::connect(&address).expect("it listens");
    let patience = Some(Duration::from_mins(1));
    stream.set_read_timeout(patience).expect("it is set");
    let secret = stranger(0).secret;
    let mut counts = [0; 2];
    let numbers: Vec<u128> = numbers.collect();
    for numbers in numbers.chunks(AT_ONCE) {
        let mut requests = String::new();
        for number in numbers {
            let id = unknown_id(*number);
            let form =
                format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
            requests.push_str("POST /oauth/token HTTP/1.1\r\nhost: x\r\n");
            requests.push_str("content-type: application/x-www-form-urlencoded\r\n");
            requests.push_str("content-length: ");
            requests.push_str(&form.len().to_string());
            requests.push_str("\r\n\r\n");
            requests.push_str(&form);
        }
        stream.write_all(requests.as_bytes()).expect("it reads");
        let mut answered = String::new();
        let mut buffer = vec![0; 65_536];
        while answered.matches("HTTP/1.1 ").count() < numbers.len() || !answered.ends_with('}') {
            let read = stream.read(&mut buffer).expect("it answers");
            assert!(read > 0, "it hung up");
            answered.push_str(&String::from_utf8_lossy(&buffer[..read]));
        }
        for (count, status) in counts.iter_mut().zip(["401", "429"]) {
            *count += answered.matches(&format!("HTTP/1.1 {status} ")).count();
        }
    }
    counts
}

fn unknown_id(number: u128) -> uuid::Uuid {
    uuid::Uuid::from_u128((0x0197 << 112) + (7 << 76) + (8 << 60) + number)
}

/// Whether they are refused unseen or looked up each, nothing is kept of them.
#[actix_web::test]
async fn garbage_takes_no_memory() {
    const FIRST: u128 = 4_000;
    const MORE: u128 = 16_000;
    /// Two hundred bytes kept of each would be more; an allocator's own ups and downs are less.
    const SLACK: u64 = 3_000;
    for (throttled, failures) in [(false, "0"), (true, "10")] {
        let place = Place::new()
            .with("GRANTD_LIMITS__FAILED_AUTHENTICATIONS", failures)
            .with("GRANTD_LOG__LEVEL", "error");
        let program = place.serve_dev(&[]);
        let pair = pair_in(&place.json("grantd-data/credentials.json"));
        assert_eq!(program.token_status(&pair).await, 200);
        flood(&program.origin, 0..FIRST);
        let before = program.resident();
        let [unknown, refused] = flood(&program.origin, FIRST..FIRST + MORE);
        let after = program.resident();
        if throttled {
            assert!(unknown <= 500 && refused > 0, "{unknown}, {refused}");
        } else {
            assert_eq!((unknown, refused), (16_000, 0));
        }
        assert!(after < before + SLACK, "{before} KiB, then {after} KiB");
        assert_eq!(program.token_status(&pair).await, 200);
    }
}
