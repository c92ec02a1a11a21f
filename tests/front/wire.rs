//! Requests whose parts come one after the other, or do not come.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread::sleep;
use std::time::Duration;

use actix_web::web;

use crate::support::server::{TestClient, TestServer};

/// A connection to the server, which is not waited for without end.
fn connect(origin: &str) -> TcpStream {
    let connection = TcpStream::connect(origin.replace("http://", "")).expect("it listens");
    let patience = Some(Duration::from_secs(20));
    connection.set_read_timeout(patience).expect("it is set");
    connection
}

/// What it says until it has said this.
fn read_until(connection: &mut TcpStream, end: &str) -> String {
    let mut answer = String::new();
    while !answer.contains(end) {
        let mut part = [0; 4_096];
        let length = connection.read(&mut part).expect("it answers");
        assert_ne!(length, 0, "{answer}");
        answer.push_str(&String::from_utf8_lossy(&part[..length]));
    }
    answer
}

fn head(length: usize) -> String {
    format!(
        "POST /oauth/token HTTP/1.1\r\nhost: a\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: {length}\r\n\r\n"
    )
}

/// A body that is not there at once, or comes in parts, is the router's to wait for.
#[actix_web::test]
async fn a_body_in_parts_is_waited_for() {
    let server = TestServer::builder().without_background().start().await;
    let client = server.client().await;
    server.token(&client, &[]).await;
    let TestClient { id, secret, .. } = &client;
    let form = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
    let head = head(form.len());
    let wire = format!("{head}{form}");
    let origin = server.origin.clone();
    let conversation = web::block(move || {
        let mut connection = connect(&origin);
        // In one piece, the head alone, and within the body.
        for cut in [wire.len(), head.len(), head.len() + 1, wire.len() - 1] {
            let (first, second) = wire.split_at(cut);
            connection.write_all(first.as_bytes()).expect("it reads");
            sleep(Duration::from_millis(50));
            connection.write_all(second.as_bytes()).expect("it reads");
            let answer = read_until(&mut connection, "}");
            assert!(answer.starts_with("HTTP/1.1 200 "), "{cut}: {answer}");
            assert!(answer.contains("access_token"), "{cut}: {answer}");
        }
    });
    conversation.await.expect("it goes well");
}

/// Also where it stands behind another request, and nothing more comes that would make anybody look.
#[actix_web::test]
async fn a_body_that_never_comes_is_given_up() {
    let server = TestServer::builder().without_background().start().await;
    let origin = server.origin.clone();
    let conversation = web::block(move || {
        let mut connection = connect(&origin);
        let wire = format!("GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n{}", head(10));
        connection.write_all(wire.as_bytes()).expect("it reads");
        let answers = read_until(&mut connection, "HTTP/1.1 408 ");
        assert!(answers.starts_with("HTTP/1.1 200 "), "{answers}");
    });
    conversation.await.expect("it goes well");
}
