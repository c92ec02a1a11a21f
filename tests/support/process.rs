//! The real binary as a process: a server that runs until the test is over.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle, sleep};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::server::TestClient;

/// How long anything may take that is a matter of a second. The machine may be busy.
const PATIENCE: Duration = Duration::from_mins(1);

/// A running server. It is killed where a test ends before it does.
pub(crate) struct Process {
    child: Child,
    stdout: Collected,
    stderr: Collected,
    /// Its issuer URL, which is also where it listens.
    pub(crate) origin: String,
    http: reqwest::Client,
}

impl Process {
    pub(crate) fn start(mut command: Command, origin: String) -> Self {
        // Fails only where another test has done it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        Self {
            stdout: Collected::from(child.stdout.take().expect("a pipe")),
            stderr: Collected::from(child.stderr.take().expect("a pipe")),
            child,
            origin,
            http: reqwest::Client::new(),
        }
    }

    pub(crate) async fn wait_until_ready(&self) {
        let url = format!("{}/readyz", self.origin);
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Ok(response) = self.http.get(&url).send().await
                && response.status() == 200
            {
                return;
            }
            assert!(Instant::now() < deadline, "not ready: {}", self.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// What it printed when it was ready.
    pub(crate) fn wait_for_banner(&self) -> String {
        let deadline = Instant::now() + PATIENCE;
        while !self.printed().contains("Stop it with Ctrl-C.") {
            assert!(Instant::now() < deadline, "no banner: {}", self.log());
            sleep(Duration::from_millis(10));
        }
        self.printed()
    }

    /// Once it answers, it has also begun to heed signals.
    pub(super) fn wait_for_an_answer(&self) {
        let address = self.origin.replace("http://", "");
        let mut stream = TcpStream::connect(&address).expect("it listens");
        let request =
            format!("GET /healthz HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    }

    /// The memory that it takes at this moment, in KiB.
    pub(crate) fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let number = line.and_then(|line| line.split_whitespace().next());
        number
            .and_then(|number| number.parse().ok())
            .expect("a number")
    }

    /// What it has printed on stdout so far.
    pub(crate) fn printed(&self) -> String {
        self.stdout.so_far()
    }

    /// What it has logged so far.
    pub(crate) fn log(&self) -> String {
        self.stderr.so_far()
    }

    /// Sends SIGTERM and waits for the end; gives the exit code.
    pub(crate) fn stop(&mut self) -> i32 {
        self.terminate();
        self.wait()
    }

    /// Sends SIGTERM.
    pub(crate) fn terminate(&self) {
        let script = format!("kill -TERM {}", self.child.id());
        let sent = Command::new("sh").args(["-c", &script]).status();
        assert!(sent.expect("sh runs").success());
    }

    /// Whether it is over.
    pub(crate) fn has_ended(&mut self) -> bool {
        let status = self.child.try_wait();
        status.expect("the process can be asked").is_some()
    }

    /// Waits for the end; gives the exit code.
    pub(crate) fn wait(&mut self) -> i32 {
        wait(&mut self.child).code().expect("an exit code")
    }

    /// Ends it without warning (SIGKILL).
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("it can be killed");
        wait(&mut self.child);
    }

    /// A token request; gives status and body.
    pub(crate) async fn token_response(&self, client: &TestClient) -> (u16, Value) {
        let response = self
            .http
            .post(format!("{}/oauth/token", self.origin))
            .basic_auth(&client.id, Some(&client.secret))
            .form(&[("grant_type", "client_credentials")])
            .send()
            .await
            .expect("an answer");
        let status = response.status().as_u16();
        (status, response.json().await.expect("JSON"))
    }

    /// The status of a token request.
    pub(crate) async fn token_status(&self, client: &TestClient) -> u16 {
        self.token_response(client).await.0
    }

    /// The status of `/v1/whoami` for this token.
    pub(crate) async fn whoami_status(&self, token: &str) -> u16 {
        let url = format!("{}/v1/whoami", self.origin);
        let request = self.http.get(url).bearer_auth(token);
        request.send().await.expect("an answer").status().as_u16()
    }

    /// A GET; gives the body, which must be JSON of a 200.
    pub(crate) async fn get(&self, path: &str) -> Value {
        let response = self.http.get(format!("{}{path}", self.origin)).send().await;
        let response = response.expect("an answer");
        assert_eq!(response.status(), 200);
        response.json().await.expect("JSON")
    }

    /// How long it takes until `condition` holds, which must be within the second that a running
    /// server may take to see what a command changed.
    pub(crate) async fn within_a_second(&self, mut condition: impl AsyncFnMut(&Self) -> bool) {
        let started = Instant::now();
        while !condition(self).await {
            let waited = started.elapsed();
            assert!(
                waited < Duration::from_secs(1),
                "still not after {waited:?}"
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits for the end of a process, which must come.
pub(super) fn wait(child: &mut Child) -> ExitStatus {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(status) = child.try_wait().expect("the process can be asked") {
            return status;
        }
        if Instant::now() > deadline {
            let _ = child.kill();
            panic!("the process did not end within {PATIENCE:?}");
        }
        sleep(Duration::from_millis(5));
    }
}

/// What comes out of a pipe, read as it comes so that the writer never waits.
pub(super) struct Collected {
    text: Arc<Mutex<String>>,
    reader: JoinHandle<()>,
}

impl Collected {
    pub(super) fn from(pipe: impl Read + Send + 'static) -> Self {
        let text = Arc::new(Mutex::new(String::new()));
        let shared = Arc::clone(&text);
        let reader = thread::spawn(move || {
            let mut pipe = BufReader::new(pipe);
            let mut line = Vec::new();
            while pipe.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
                let mut text = shared.lock().expect("no reader panics");
                text.push_str(&String::from_utf8_lossy(&line));
                line.clear();
            }
        });
        Self { text, reader }
    }

    fn so_far(&self) -> String {
        self.text.lock().expect("no reader panics").clone()
    }

    pub(super) fn whole(self) -> String {
        self.reader.join().expect("it reads to the end");
        self.text.lock().expect("no reader panics").clone()
    }
}
