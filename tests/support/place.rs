//! A folder to run the real binary in, as people run it.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value;
use tempfile::TempDir;

use super::process::{Collected, Process, wait};
use super::server::{MASTER_KEY, TestClient};

/// A folder to run commands in. They see it as their home, and nothing of the user's environment.
pub(crate) struct Place {
    folder: TempDir,
    variables: Vec<(String, String)>,
}

/// What a command did.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Place {
    /// An empty folder.
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
            variables: Vec::new(),
        }
    }

    /// An empty folder, and the settings of a server on the database that `url` names.
    pub(crate) fn on_database(url: &str) -> Self {
        let port = free_port();
        Self::new()
            .with("GRANTD_ISSUER", &format!("http://127.0.0.1:{port}"))
            .with("GRANTD_LISTEN", &format!("127.0.0.1:{port}"))
            .with("GRANTD_DATABASE__URL", url)
            .with("GRANTD_MASTER_KEY", MASTER_KEY)
    }

    /// An empty folder, and the settings of a server on a SQLite file in it.
    pub(crate) fn on_sqlite() -> Self {
        Self::on_database("sqlite://grantd.db?mode=rwc")
    }

    /// Sets a variable for every command from here on.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.retain(|(known, _)| known != name);
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The issuer URL, where the place has settings.
    pub(crate) fn issuer(&self) -> &str {
        let found = self
            .variables
            .iter()
            .find(|(name, _)| name == "GRANTD_ISSUER");
        &found.expect("a place with settings").1
    }

    /// A path in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The names in the folder or a folder below it, sorted.
    pub(crate) fn names_in(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(folder)).expect("a folder");
        let name = |entry: fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
        let mut names: Vec<String> = entries
            .map(|entry| name(entry.expect("an entry")))
            .collect();
        names.sort();
        names
    }

    /// The permissions of a file, less its kind.
    pub(crate) fn mode(&self, name: &str) -> u32 {
        let metadata = fs::metadata(self.path(name)).expect("a file");
        metadata.permissions().mode() & 0o7777
    }

    /// A file's text.
    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("a file")
    }

    /// A file's JSON.
    pub(crate) fn json(&self, name: &str) -> Value {
        serde_json::from_str(&self.read(name)).expect("JSON")
    }

    /// Writes a file.
    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("the file is written");
    }

    /// `grantd` with these arguments, not started yet.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.other_command(env!("CARGO_BIN_EXE_grantd"));
        command.args(arguments);
        command
    }

    /// Another program, in the same surroundings.
    pub(crate) fn other_command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .env("HOME", self.folder.path())
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
        command
    }

    /// Runs `grantd` to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Outcome {
        Outcome::of(self.command(arguments))
    }

    /// Runs `grantd` to its end, which must be a good one; gives what it printed.
    #[track_caller]
    pub(crate) fn done(&self, arguments: &[&str]) -> String {
        let outcome = self.run(arguments);
        assert_eq!(outcome.code, 0, "{arguments:?}: {outcome:?}");
        outcome.stdout
    }

    /// Runs `grantd` to its good end and reads the JSON that it printed.
    #[track_caller]
    pub(crate) fn done_json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.done(arguments)).expect("JSON")
    }

    /// Runs `grantd`, which must fail with this exit code and say why on stderr, and nothing on
    /// stdout. Gives the complaint.
    #[track_caller]
    pub(crate) fn fails(&self, code: i32, arguments: &[&str]) -> String {
        Outcome::of(self.command(arguments)).failed(code)
    }

    /// Starts `serve` with this place's settings and waits until it is ready.
    pub(crate) async fn serve(&self) -> Process {
        let process = Process::start(self.command(&["serve"]), self.issuer().to_owned());
        process.wait_until_ready().await;
        process
    }

    /// Starts `serve --dev` on a free port with these arguments and waits for its banner.
    pub(crate) fn serve_dev(&self, arguments: &[&str]) -> Process {
        let mut command = self.command(&["serve", "--dev"]);
        if !arguments.contains(&"--listen") {
            command.args(["--listen", "127.0.0.1:0"]);
        }
        command.args(arguments);
        let mut process = Process::start(command, String::new());
        let banner = process.wait_for_banner();
        let first = banner.lines().next().expect("a line");
        let (_, issuer) = first
            .split_once(": ")
            .expect("the issuer in the first line");
        issuer.clone_into(&mut process.origin);
        process.wait_for_an_answer();
        process
    }
}

impl Outcome {
    /// Runs a command to its end.
    pub(crate) fn of(mut command: Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let stdout = Collected::from(child.stdout.take().expect("a pipe"));
        let stderr = Collected::from(child.stderr.take().expect("a pipe"));
        let status = wait(&mut child);
        Self {
            code: status.code().expect("an exit code"),
            stdout: stdout.whole(),
            stderr: stderr.whole(),
        }
    }

    /// It must have failed with this exit code, and have said why on stderr alone.
    #[track_caller]
    pub(crate) fn failed(self, code: i32) -> String {
        assert_eq!((self.code, self.stdout.as_str()), (code, ""), "{self:?}");
        let complaint = self.stderr.trim_end().to_owned();
        assert!(!complaint.is_empty());
        assert!(!complaint.contains("panicked"), "{complaint}");
        complaint
    }
}

/// The pair in a credentials file.
pub(crate) fn pair_in(file: &Value) -> TestClient {
    TestClient {
        id: file["clientId"].as_str().expect("an id").to_owned(),
        secret: file["clientSecret"].as_str().expect("a secret").to_owned(),
    }
}

/// A free port below those that the system gives to whoever asks for any, so that no other test is
/// given it before a server listens there.
pub(crate) fn free_port() -> u16 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    // Test processes that run at once begin at different places.
    let first = std::process::id() % 100 * 100;
    let listens = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    (0..10_000)
        .map(|_| first + NEXT.fetch_add(1, Ordering::Relaxed))
        .map(|number| u16::try_from(20_000 + number % 10_000).expect("a port"))
        .find(listens)
        .expect("a port is free")
}

/// A path as an argument.
pub(crate) fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}
