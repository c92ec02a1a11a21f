//! Runs `grantd` in a folder of its own, with nothing of the user's environment.

use std::fs::OpenOptions;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::support::server::MASTER_KEY;

const GRANTD: &str = env!("CARGO_BIN_EXE_grantd");

/// How long a command may take. The machine may be busy.
const PATIENCE: Duration = Duration::from_mins(1);

/// A folder to run in, and the variables to run with.
pub(super) struct Program {
    folder: TempDir,
    variables: Vec<(String, String)>,
}

impl Program {
    /// Nothing but the folder.
    pub(super) fn bare() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a folder"),
            variables: Vec::new(),
        }
    }

    /// A database with the organization `acme`, its admin, and one API with one scope.
    pub(super) fn furnished() -> Self {
        let mut program = Self::bare();
        program.set("GRANTD_ISSUER", "http://127.0.0.1:8080");
        program.set("GRANTD_DATABASE__URL", "sqlite://grantd.db?mode=rwc");
        program.set("GRANTD_MASTER_KEY", MASTER_KEY);
        for command in [
            "bootstrap --email admin@example.com --organization acme",
            "resource-servers create https://api.example.com --scope api:read",
        ] {
            program.run(command).ok();
        }
        program
    }

    /// Sets a variable for every run from now on.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        self.variables.push((name.to_owned(), value.to_owned()));
    }

    /// A file in the folder.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The names in the folder, sorted.
    pub(super) fn names(&self) -> Vec<String> {
        names(self.folder.path())
    }

    /// A command that is not started yet; `arguments` are parted by spaces.
    pub(super) fn command(&self, arguments: &str) -> Command {
        let mut command = self.process(GRANTD);
        command.args(arguments.split_whitespace());
        command
    }

    /// A line for `sh`, in which `$GRANTD` is the program.
    pub(super) fn shell(&self, line: &str) -> Command {
        let mut command = self.process("/bin/sh");
        command.args(["-c", line]).env("GRANTD", GRANTD);
        command
    }

    fn process(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.folder.path())
            .env_clear()
            .env("HOME", self.folder.path())
            .envs(self.variables.iter().cloned())
            .stdin(Stdio::null());
        command
    }

    /// Runs a command whose stdout nobody reads: a pipe that is closed at the other end.
    pub(super) fn run_unread(&self, arguments: &str) -> Ran {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        self.run_into(arguments, writer.into())
    }

    /// Runs a command whose stdout has no room: the device that is always full.
    pub(super) fn run_full(&self, arguments: &str) -> Ran {
        let full = OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .expect("the device");
        self.run_into(arguments, full.into())
    }

    fn run_into(&self, arguments: &str, stdout: Stdio) -> Ran {
        let mut command = self.command(arguments);
        command.stdout(stdout).stderr(Stdio::piped());
        let mut child = command.spawn().expect("grantd starts");
        let deadline = Instant::now() + PATIENCE;
        // It writes less than a pipe holds, so it does not wait for a reader.
        while child.try_wait().expect("it can be asked").is_none() {
            if Instant::now() > deadline {
                let _ = child.kill();
                let _ = child.wait();
                panic!("'grantd {arguments}' did not end within {PATIENCE:?}");
            }
            sleep(Duration::from_millis(5));
        }
        Ran::from(child.wait_with_output().expect("it has ended"))
    }

    /// Starts `serve --dev` and waits for what it prints.
    pub(super) fn trial(&self) -> Trial {
        let mut server = self
            .command("serve --dev --listen 127.0.0.1:0")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("grantd starts");
        let mut banner = String::new();
        for line in BufReader::new(server.stdout.take().expect("its output")).lines() {
            banner += &(line.expect("UTF-8") + "\n");
            if banner.ends_with("Ctrl-C.\n") {
                return Trial { server, banner };
            }
        }
        let output = server.wait_with_output().expect("it ends");
        panic!("no banner: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Runs a command to its end.
    pub(super) fn run(&self, arguments: &str) -> Ran {
        self.run_into(arguments, Stdio::piped())
    }
}

/// A running `serve --dev`; it is killed at the end.
pub(super) struct Trial {
    server: Child,
    /// What it printed.
    pub(super) banner: String,
}

impl Drop for Trial {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// The names in a folder, sorted.
pub(super) fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = folder
        .read_dir()
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().display().to_string())
        .collect();
    names.sort();
    names
}

/// What a command did.
#[derive(Debug)]
pub(super) struct Ran {
    pub(super) code: i32,
    pub(super) out: String,
    pub(super) err: String,
}

impl Ran {
    /// It must have succeeded; gives what it printed.
    pub(super) fn ok(self) -> String {
        assert_eq!(self.code, 0, "{}", self.err);
        self.out
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().expect("no signal ended it"),
            out: String::from_utf8(output.stdout).expect("UTF-8"),
            err: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }
}
