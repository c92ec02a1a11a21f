//! A server with a data folder of its own.

use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::programs::{Account, as_account, folder as programs_folder, other_account};

pub(crate) const USER: &str = "tester";
pub(crate) const PASSWORD: &str = "for-tests-only";

/// A running server.
#[derive(Debug)]
pub(crate) struct Cluster {
    port: u16,
    folder: PathBuf,
    programs: PathBuf,
    account: Option<Account>,
    /// Ends the server and removes its folder when the pipe to it closes, which the end of this
    /// process does at the latest.
    watchdog: Child,
}

/// What a server is to be like.
#[derive(Debug, Default)]
pub(crate) struct Builder {
    settings: Vec<(&'static str, String)>,
    files: Vec<(&'static str, String)>,
    standby_of: Option<u16>,
}

impl Builder {
    /// Sets one of PostgreSQL's settings.
    pub(crate) fn setting(mut self, name: &'static str, value: &str) -> Self {
        self.settings.push((name, value.to_owned()));
        self
    }

    /// Puts a file into the data folder, in the place of one that may be there.
    pub(crate) fn file(mut self, name: &'static str, text: &str) -> Self {
        self.files.push((name, text.to_owned()));
        self
    }

    /// Makes it, starts it and waits until it takes connections.
    pub(crate) fn start(self) -> Cluster {
        let programs = programs_folder();
        let folder = tempfile::Builder::new()
            .prefix("grantd-test-postgres-")
            .tempdir()
            .expect("a temporary folder is made")
            .keep();
        let account = other_account();
        give(&folder, account);
        match self.standby_of {
            Some(primary) => copy(&programs, &folder, account, primary),
            None => init(&programs, &folder, account),
        }
        for (name, text) in &self.files {
            let path = folder.join("data").join(name);
            fs::write(&path, text).expect("the file is written");
            // PostgreSQL takes no key that others may read.
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("it is ours");
            give(&path, account);
        }
        let port = free_port();
        let watchdog = watch(&programs, &folder, account, port, &self.settings);
        wait_until_ready(&folder);
        Cluster {
            port,
            folder,
            programs,
            account,
            watchdog,
        }
    }
}

impl Cluster {
    pub(crate) fn builder() -> Builder {
        Builder::default()
    }

    /// A standby of this one, to be started.
    pub(crate) fn standby(&self) -> Builder {
        Builder {
            standby_of: Some(self.port),
            ..Builder::default()
        }
    }

    /// Where it listens, on 127.0.0.1.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The URL by which the superuser connects.
    pub(crate) fn url(&self, database: &str) -> String {
        format!(
            "postgres://{USER}:{PASSWORD}@127.0.0.1:{}/{database}",
            self.port
        )
    }

    /// Runs a script as documented for people: by `psql`, which stops at the first error.
    pub(crate) fn psql(&self, script: &str) {
        let mut psql = as_account(&self.programs.join("psql"), self.account);
        let mut psql = psql
            .args(["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"])
            .arg(format!("--dbname={}", self.url("postgres")))
            .current_dir(&self.folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("psql runs");
        let mut pipe = psql.stdin.take().expect("a pipe");
        pipe.write_all(script.as_bytes()).expect("psql reads");
        drop(pipe);
        let output = psql.wait_with_output().expect("psql ends");
        assert!(output.status.success(), "{}", text_of(&output));
    }

    /// Makes a standby the primary, as documented for people.
    pub(crate) fn promote(&self) {
        let output = as_account(&self.programs.join("pg_ctl"), self.account)
            .current_dir(&self.folder)
            .args(["promote", "-D", "data"])
            .output()
            .expect("pg_ctl runs");
        assert!(output.status.success(), "{}", text_of(&output));
    }

    /// Kills it (SIGKILL).
    pub(crate) fn kill(mut self) {
        let mut pipe = self.watchdog.stdin.take().expect("a pipe");
        pipe.write_all(b"KILL\n").expect("the shell reads");
        drop(pipe);
        self.watchdog.wait().expect("the shell ends");
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.watchdog.stdin.take());
        let _ = self.watchdog.wait();
    }
}

pub(crate) fn give(path: &Path, account: Option<Account>) {
    if let Some(account) = account {
        chown(path, Some(account.uid), Some(account.gid)).expect("root gives files away");
    }
}

/// Makes the data folder. Passwords are asked for, so that a wrong one can be tried.
pub(crate) fn init(programs: &Path, folder: &Path, account: Option<Account>) {
    let password_file = folder.join("password");
    fs::write(&password_file, PASSWORD).expect("the password is written");
    let output = as_account(&programs.join("initdb"), account)
        .current_dir(folder)
        .arg("--pgdata=data")
        .arg(format!("--username={USER}"))
        .arg("--pwfile=password")
        .args([
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--no-locale",
            "--no-sync",
        ])
        .output()
        .expect("initdb runs, or setpriv if this is root");
    assert!(
        output.status.success(),
        "initdb failed: {}",
        text_of(&output)
    );
}

/// Copies the data folder of a running server, to follow it.
fn copy(programs: &Path, folder: &Path, account: Option<Account>, primary: u16) {
    let output = as_account(&programs.join("pg_basebackup"), account)
        .current_dir(folder)
        .env("PGPASSWORD", PASSWORD)
        .args([
            "--pgdata=data",
            "--write-recovery-conf",
            "--wal-method=stream",
        ])
        .args(["--checkpoint=fast", "--no-sync", "--host=127.0.0.1"])
        .arg(format!("--port={primary}"))
        .arg(format!("--username={USER}"))
        .output()
        .expect("pg_basebackup runs");
    assert!(output.status.success(), "{}", text_of(&output));
}

/// Starts the server under a shell that outlives this process for as long as it takes to end the
/// server, by the signal that it is sent or by QUIT. It has a process group of its own, so that
/// Ctrl-C does not end it first.
pub(crate) fn watch(
    programs: &Path,
    folder: &Path,
    account: Option<Account>,
    port: u16,
    settings: &[(&str, String)],
) -> Child {
    const SCRIPT: &str = r#"
        folder="$1"; shift
        "$@" >"$folder/log" 2>&1 </dev/null &
        server=$!
        read -r signal || signal=QUIT
        kill "-$signal" "$server"
        wait "$server"
        rm -rf "$folder"
    "#;
    let server = as_account(&programs.join("postgres"), account);
    let mut shell = Command::new("sh");
    shell
        .args(["-c", SCRIPT, "sh"])
        .arg(folder)
        .arg(server.get_program())
        .args(server.get_args())
        .arg("-D")
        .arg(folder.join("data"))
        .args(["-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1"])
        .arg("-c")
        .arg(format!("unix_socket_directories={}", folder.display()))
        // Nothing here is to survive a crash of the machine.
        .args(["-c", "fsync=off", "-c", "full_page_writes=off"])
        .args(["-c", "max_connections=200", "-c", "shared_buffers=32MB"])
        .current_dir(folder)
        .process_group(0)
        .stdin(Stdio::piped());
    for (name, value) in settings {
        shell.arg("-c").arg(format!("{name}={value}"));
    }
    shell.spawn().expect("sh runs")
}

pub(crate) fn wait_until_ready(folder: &Path) {
    let deadline = Instant::now() + Duration::from_mins(1);
    loop {
        // The last line of this file says how far the server is.
        let state = fs::read_to_string(folder.join("data/postmaster.pid")).unwrap_or_default();
        if state
            .lines()
            .nth(7)
            .is_some_and(|line| line.trim() == "ready")
        {
            return;
        }
        let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
        assert!(
            Instant::now() < deadline && !log.lines().any(is_fatal),
            "PostgreSQL does not start: {log}"
        );
        sleep(Duration::from_millis(20));
    }
}

/// A standby refuses whoever asks too early in the same words in which it says why it ends.
fn is_fatal(line: &str) -> bool {
    line.contains("FATAL") && !line.contains("the database system is starting up")
}

pub(crate) fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .expect("a port is free")
        .port()
}

fn text_of(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}
