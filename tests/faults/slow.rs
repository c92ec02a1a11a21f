//! Clients that take their time, or all of it: the others are served.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::site::Site;
use super::size;
use crate::support::place::Place;

/// What a slow client does.
#[derive(Debug, Clone, Copy)]
enum Manner {
    /// A character of the head now and then, without end.
    Head,
    /// The head at once, then a character of the body now and then.
    Body,
    /// Asks for much and reads nothing of it.
    Read,
    /// Connects and says nothing.
    Silent,
    /// Announces a body and sends nothing of it.
    NoBody,
}

/// Behaves like this until the server ends it, or for as long as the test lives. Gives how long that
/// took.
async fn slowly(address: String, manner: Manner) -> Duration {
    let began = Instant::now();
    let Ok(mut stream) = TcpStream::connect(&address).await else {
        return began.elapsed();
    };
    let form = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 8000\r\n\r\n";
    let first = match manner {
        Manner::Head => format!("GET / HTTP/1.1\r\nHost: {address}\r\nX: "),
        Manner::Body | Manner::NoBody => {
            format!("POST /oauth/token HTTP/1.1\r\nHost: {address}\r\n{form}")
        }
        Manner::Read => format!("GET /openapi.json HTTP/1.1\r\nHost: {address}\r\n\r\n").repeat(20),
        Manner::Silent => String::new(),
    };
    let _ = stream.write_all(first.as_bytes()).await;
    let mut buffer = [0; 1024];
    loop {
        match manner {
            Manner::Head | Manner::Body => {
                tokio::select! {
                    () = tokio::time::sleep(Duration::from_millis(500)) => {
                        if stream.write_all(b"x").await.is_err() {
                            return began.elapsed();
                        }
                    }
                    read = stream.read(&mut buffer) => {
                        if matches!(read, Ok(0) | Err(_)) {
                            return began.elapsed();
                        }
                    }
                }
            }
            Manner::Read => tokio::time::sleep(Duration::from_secs(1)).await,
            Manner::Silent | Manner::NoBody => {
                if matches!(stream.read(&mut buffer).await, Ok(0) | Err(_)) {
                    return began.elapsed();
                }
            }
        }
    }
}

#[actix_web::test]
async fn slow_clients_and_silent_ones_keep_nobody_from_being_served() {
    let many = size("GRANTD_FAULTS_SLOW", 100);
    let silent = size("GRANTD_FAULTS_IDLE", 500);
    // Fewer places than there are slow clients of any kind.
    let place = Place::on_sqlite().with("GRANTD_LIMITS__MAX_CONCURRENT_REQUESTS", "20");
    let site = Site::furnish(place);
    let node = site.node().await;
    let address = node.origin.replace("http://", "");
    let (warm, cold) = (site.client("warm"), site.client("cold"));
    assert_eq!(node.token(&warm).await.status, 200);
    let mut ended = Vec::new();
    for (manner, number) in [
        (Manner::Silent, silent),
        (Manner::Head, many),
        (Manner::Body, many),
        (Manner::NoBody, many),
        (Manner::Read, many),
    ] {
        for _ in 0..number {
            let running = actix_web::rt::spawn(slowly(address.clone(), manner));
            if matches!(manner, Manner::Head | Manner::Body | Manner::NoBody) {
                ended.push((manner, running));
            }
        }
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    let management = node.management_token(&site.operator).await;
    let mut slowest = Duration::ZERO;
    // Over a new connection each time.
    let http = reqwest::Client::builder().pool_max_idle_per_host(0).build();
    let http = http.expect("a client");
    for _ in 0..20 {
        let began = Instant::now();
        let answer = super::site::token(&http, &node.origin, &warm).await;
        assert_eq!(answer.expect("an answer").status, 200);
        assert_eq!(node.create(&management, "made").await.status, 201);
        slowest = slowest.max(began.elapsed());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(node.token(&cold).await.status, 200);
    println!("{silent} silent ones, {many} of each slow kind: slowest answer {slowest:?}");
    assert!(slowest < Duration::from_secs(3), "{slowest:?}");
    // Who does not come to an end is cut off.
    for (manner, running) in ended {
        let took = tokio::time::timeout(Duration::from_secs(25), running).await;
        let took = took.unwrap_or_else(|_| panic!("{manner:?} goes on"));
        let took = took.expect("it ends");
        assert!(took > Duration::from_secs(5), "{manner:?} {took:?}");
    }
    assert_eq!(node.token(&warm).await.status, 200);
}
