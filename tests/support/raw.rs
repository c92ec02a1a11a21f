//! HTTP/1.1 by hand, for what a proper client refuses to send.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

/// Longer than any answer takes; a test that waits for so long has found a hang.
const PATIENCE: Duration = Duration::from_secs(20);

/// A request, byte by byte.
#[derive(Debug, Clone)]
pub(crate) struct RawRequest {
    method: String,
    target: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
    framing: Framing,
}

/// How the end of the body is told.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Framing {
    /// `Content-Length` with the body's length.
    Length,
    /// `Transfer-Encoding: chunked`, in chunks of this many bytes.
    Chunked(usize),
    /// Whatever the test put in headers and body itself.
    AsGiven,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RawResponse {
    pub(crate) status: u16,
    /// In the order in which they came, names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl RawRequest {
    pub(crate) fn new(method: &str, target: &str) -> Self {
        Self {
            method: method.to_owned(),
            target: target.to_owned(),
            headers: vec![("Host".to_owned(), b"localhost".to_vec())],
            body: Vec::new(),
            framing: Framing::Length,
        }
    }

    /// A token request with this form as its body.
    pub(crate) fn form(body: impl AsRef<[u8]>) -> Self {
        Self::new("POST", "/oauth/token")
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body(body)
    }

    /// Adds a header; the same name may stand there more than once.
    pub(crate) fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers
            .push((name.to_owned(), value.as_ref().to_vec()));
        self
    }

    /// Takes headers of this name away.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers
            .retain(|(given, _)| !given.eq_ignore_ascii_case(name));
        self
    }

    /// Has an `Authorization` header.
    pub(crate) fn has_authorization(&self) -> bool {
        self.headers
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case("authorization"))
    }

    pub(crate) fn target(mut self, target: &str) -> Self {
        target.clone_into(&mut self.target);
        self
    }

    pub(crate) fn method(mut self, method: &str) -> Self {
        method.clone_into(&mut self.method);
        self
    }

    pub(crate) fn body(mut self, body: impl AsRef<[u8]>) -> Self {
        self.body = body.as_ref().to_vec();
        self
    }

    /// Sends the body in chunks of `size` bytes.
    pub(crate) fn chunked(mut self, size: usize) -> Self {
        self.framing = Framing::Chunked(size);
        self
    }

    /// Says nothing about the body's length; the test does, or does not.
    pub(crate) fn unframed(mut self) -> Self {
        self.framing = Framing::AsGiven;
        self
    }

    fn bytes(&self) -> Vec<u8> {
        let mut bytes = format!("{} {} HTTP/1.1\r\n", self.method, self.target).into_bytes();
        for (name, value) in &self.headers {
            bytes.extend_from_slice(name.as_bytes());
            bytes.extend_from_slice(b": ");
            bytes.extend_from_slice(value);
            bytes.extend_from_slice(b"\r\n");
        }
        match self.framing {
            Framing::Length => {
                let line = format!("Content-Length: {}\r\n\r\n", self.body.len());
                bytes.extend_from_slice(line.as_bytes());
                bytes.extend_from_slice(&self.body);
            }
            Framing::Chunked(size) => {
                bytes.extend_from_slice(b"Transfer-Encoding: chunked\r\n\r\n");
                for chunk in self.body.chunks(size) {
                    bytes.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
                    bytes.extend_from_slice(chunk);
                    bytes.extend_from_slice(b"\r\n");
                }
                bytes.extend_from_slice(b"0\r\n\r\n");
            }
            Framing::AsGiven => {
                bytes.extend_from_slice(b"\r\n");
                bytes.extend_from_slice(&self.body);
            }
        }
        bytes
    }

    /// Sends it over a connection of its own and reads the answer.
    pub(crate) async fn send(&self, origin: &str) -> RawResponse {
        let answer = self.beside(origin, false).await;
        RawResponse::parse(&answer)
            .unwrap_or_else(|| panic!("no answer to {self:?} but {answer:?}"))
    }

    /// Like [`send`](Self::send), but ends the sending side after the request, so that a body that
    /// is shorter than announced does not keep the server waiting. `None` when the server hung up.
    pub(crate) async fn send_and_close(&self, origin: &str) -> Option<RawResponse> {
        RawResponse::parse(&self.beside(origin, true).await)
    }

    /// Off the test's own thread, on which parts of the server live too.
    async fn beside(&self, origin: &str, close: bool) -> Vec<u8> {
        let (request, origin) = (self.clone(), origin.to_owned());
        actix_web::rt::task::spawn_blocking(move || request.exchange(&origin, close))
            .await
            .expect("an exchange")
    }

    /// Sends and reads until a whole answer is there or the server hangs up.
    fn exchange(&self, origin: &str, close: bool) -> Vec<u8> {
        let address = origin.trim_start_matches("http://");
        let mut stream = TcpStream::connect(address).expect("the server listens");
        stream
            .set_read_timeout(Some(PATIENCE))
            .expect("a time limit");
        // A server that has answered early may close before it has read all.
        let sent = stream.write_all(&self.bytes());
        if close && sent.is_ok() {
            let _ = stream.shutdown(Shutdown::Write);
        }
        let mut answer = Vec::new();
        let mut buffer = [0; 4096];
        loop {
            match stream.read(&mut buffer) {
                Ok(0) => return answer,
                Ok(count) => answer.extend_from_slice(&buffer[..count]),
                Err(error) if error.kind() == ErrorKind::ConnectionReset => return answer,
                Err(error) => {
                    panic!("no answer within {PATIENCE:?} ({error}) to {self:?}, only {answer:?}")
                }
            }
            if is_whole(&answer, self.method == "HEAD") {
                return answer;
            }
        }
    }
}

/// Whether the head is there, and the body as long as the head says. The answer to HEAD announces a
/// body that does not come (RFC 9110 §9.3.2).
fn is_whole(answer: &[u8], to_head: bool) -> bool {
    let Some((head, body)) = split(answer) else {
        return false;
    };
    let head = String::from_utf8_lossy(head).to_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"))
        .and_then(|text| text.trim().parse::<usize>().ok());
    to_head || length.is_none_or(|length| body.len() >= length)
}

fn split(answer: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
    Some((&answer[..end], &answer[end + 4..]))
}

impl RawResponse {
    fn parse(answer: &[u8]) -> Option<Self> {
        let (head, body) = split(answer)?;
        let head = String::from_utf8(head.to_vec()).expect("a head in ASCII");
        let mut lines = head.split("\r\n");
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let headers = lines
            .map(|line| {
                let (name, value) = line.split_once(": ").expect("a header");
                (name.to_lowercase(), value.to_owned())
            })
            .collect();
        Some(Self {
            status,
            headers,
            body: body.to_vec(),
        })
    }

    /// The one header of this name; fails where there are several.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut values = self
            .headers
            .iter()
            .filter(|(given, _)| given == name)
            .map(|(_, value)| value.as_str());
        let first = values.next();
        assert_eq!(values.next(), None, "{name} stands there twice");
        first
    }

    /// The body as text.
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("a body in UTF-8")
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {:?}", String::from_utf8_lossy(&self.body)))
    }

    /// Everything but what differs from one answer to the next: `Date`, `X-Request-Id`, and the
    /// order of the headers, which the HTTP library draws by lot.
    pub(crate) fn without_the_moment(mut self) -> Self {
        self.headers
            .retain(|(name, _)| name != "date" && name != "x-request-id");
        self.headers.sort();
        self
    }
}
