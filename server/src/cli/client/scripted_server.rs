//! For the tests beside it: a server that gives answers from a list and keeps what it was asked.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::thread;

use chrono::{DateTime, Utc};
use tempfile::TempDir;

use super::options::HttpUrl;
use crate::clock::Clock;

/// A clock that stands still, in the spring of 2027.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct FixedClock;

impl Clock for FixedClock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(1_805_000_000, 0).unwrap()
    }
}

/// A whole answer of this status (`200 OK`) with a JSON body.
pub(super) fn answer(status: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// Listens on a free port until its answers are used up.
#[derive(Debug)]
pub(super) struct ScriptedServer {
    /// Its URL, with nothing after the port.
    pub(super) url: HttpUrl,
    /// A folder of the test's own.
    pub(super) folder: TempDir,
    requests: Arc<Mutex<Vec<String>>>,
}

impl ScriptedServer {
    /// Starts it; it answers one request a connection, in this order.
    pub(super) fn start(answers: impl IntoIterator<Item = String>) -> Self {
        // As the process does at its start; a second time changes nothing.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let answers: Vec<String> = answers.into_iter().collect();
        let kept = Arc::clone(&requests);
        if !answers.is_empty() {
            thread::spawn(move || {
                for answer in answers {
                    let (mut stream, _) = listener.accept().unwrap();
                    let request = read_request(&stream);
                    kept.lock().unwrap().push(request);
                    let answer = answer.replacen("\r\n", "\r\nConnection: close\r\n", 1);
                    stream.write_all(answer.as_bytes()).unwrap();
                }
            });
        }
        let server = Self {
            url: url.parse().unwrap(),
            folder: TempDir::new().unwrap(),
            requests,
        };
        server.write_credentials("null");
        server
    }

    /// The requests so far, each with its head and body as received.
    pub(super) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    /// A credentials file for this server.
    pub(super) fn credentials_file(&self) -> PathBuf {
        self.folder.path().join("credentials.json")
    }

    /// Lets the credentials file say when it expires.
    pub(super) fn set_expiry(&self, at: &str) {
        self.write_credentials(&format!("\"{at}\""));
    }

    fn write_credentials(&self, expires: &str) {
        let content = format!(
            r#"{{"clientId":"id","clientSecret":"hush","issuer":"{}","expires":{expires}}}"#,
            self.url
        );
        fs::write(self.credentials_file(), content).unwrap();
    }
}

fn read_request(stream: &TcpStream) -> String {
    let mut reader = BufReader::new(stream);
    let mut request = String::new();
    while !request.ends_with("\r\n\r\n") {
        assert_ne!(reader.read_line(&mut request).unwrap(), 0, "{request}");
    }
    let length = request
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    request + &String::from_utf8(body).unwrap()
}
