//! An orderly stop, alone and one node after the other behind a balancer.

mod rolling;

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::site::{Node, Site};
use super::until;
use crate::support::place::Place;
use crate::support::server::TestClient;

async fn site_and_node(delay: &str, timeout: &str) -> (Site, Node, TestClient) {
    let place = Place::on_sqlite()
        .with("GRANTD_SHUTDOWN__DELAY", delay)
        .with("GRANTD_SHUTDOWN__TIMEOUT", timeout);
    let site = Site::furnish(place);
    let node = site.node().await;
    let client = site.client("ci");
    assert_eq!(node.token(&client).await.status, 200);
    (site, node, client)
}

/// A connection over which the first half of a token request has been sent; and the other half.
async fn half_a_request(node: &Node, client: &TestClient) -> (TcpStream, String) {
    let address = node.origin.replace("http://", "");
    let form = format!(
        "grant_type=client_credentials&client_id={}&client_secret={}",
        client.id, client.secret
    );
    let head = format!(
        "POST /oauth/token HTTP/1.1\r\nHost: {address}\r\nContent-Length: {}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n\r\n",
        form.len()
    );
    let (first, second) = form.split_at(10);
    let mut stream = TcpStream::connect(&address).await.expect("it listens");
    let sent = stream.write_all(format!("{head}{first}").as_bytes()).await;
    sent.expect("it reads");
    tokio::time::sleep(Duration::from_millis(200)).await;
    (stream, second.to_owned())
}

#[actix_web::test]
async fn what_is_under_way_at_sigterm_is_finished() {
    let (_site, mut node, client) = site_and_node("0s", "20s").await;
    let (mut stream, rest) = half_a_request(&node, &client).await;
    let idle = TcpStream::connect(node.origin.replace("http://", "")).await;
    let idle = idle.expect("it listens");
    node.process.terminate();
    let address = node.origin.replace("http://", "");
    until(Duration::from_secs(5), "it accepts no more", async || {
        TcpStream::connect(&address).await.is_err()
    })
    .await;
    stream
        .write_all(rest.as_bytes())
        .await
        .expect("it still reads");
    let mut answer = String::new();
    stream
        .read_to_string(&mut answer)
        .await
        .expect("it answers");
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert!(answer.contains("access_token"), "{answer}");
    let began = Instant::now();
    assert_eq!(node.process.wait(), 0, "{}", node.process.log());
    // Whoever keeps a connection open without a word does not keep it.
    assert!(
        began.elapsed() < Duration::from_secs(5),
        "{:?}",
        began.elapsed()
    );
    drop(idle);
    let log = node.process.log();
    assert!(log.trim_end().ends_with("stopped"), "{log}");
}

#[actix_web::test]
async fn who_does_not_finish_does_not_keep_it_from_stopping() {
    let (_site, mut node, client) = site_and_node("0s", "2s").await;
    let (stuck, _) = half_a_request(&node, &client).await;
    let began = Instant::now();
    assert_eq!(node.process.stop(), 0, "{}", node.process.log());
    let took = began.elapsed();
    assert!(took > Duration::from_secs(1), "it waited: {took:?}");
    assert!(took < Duration::from_secs(6), "{took:?}");
    drop(stuck);
}

#[actix_web::test]
async fn before_it_stops_it_says_so_and_goes_on_for_a_while() {
    let (_site, mut node, client) = site_and_node("2s", "5s").await;
    node.process.terminate();
    let began = Instant::now();
    until(Duration::from_secs(1), "it says so", async || {
        node.ready().await.status == 503
    })
    .await;
    assert_eq!(node.ready().await.body["status"], "stopping");
    assert_eq!(node.get("/healthz").await.status, 200);
    assert_eq!(node.token(&client).await.status, 200);
    // Nobody is to send the next request over this connection.
    let health = node.http.get(format!("{}/healthz", node.origin));
    let token = node.http.post(format!("{}/oauth/token", node.origin));
    let token = token
        .basic_auth(&client.id, Some(&client.secret))
        .form(&[("grant_type", "client_credentials")]);
    for request in [health, token] {
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["connection"], "close");
    }
    assert!(
        began.elapsed() < Duration::from_secs(2),
        "{:?}",
        began.elapsed()
    );
    assert_eq!(node.process.wait(), 0, "{}", node.process.log());
    assert!(
        began.elapsed() > Duration::from_millis(1_900),
        "{:?}",
        began.elapsed()
    );
}
