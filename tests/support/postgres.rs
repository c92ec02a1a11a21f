//! A private PostgreSQL server for this test process, made from the installed programs. It starts
//! with the first test that asks for a database, and is gone with the process, however that ends.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use sea_orm::sqlx::postgres::PgConnection;
use sea_orm::sqlx::{AssertSqlSafe, Connection, Executor};

pub(crate) const USER: &str = "tester";
pub(crate) const PASSWORD: &str = "for-tests-only";

/// The running server.
struct Cluster {
    port: u16,
    /// Ends the server and removes its folder when the pipe to it closes, which the end of this
    /// process does at the latest.
    _watchdog: Child,
}

/// An account that PostgreSQL agrees to run under.
#[derive(Clone, Copy)]
pub(crate) struct Account {
    uid: u32,
    gid: u32,
}

impl Account {
    /// Makes the folder the account's own, which root alone can.
    pub(crate) fn takes(self, folder: &Path) {
        chown(folder, Some(self.uid), Some(self.gid)).expect("root gives folders away");
    }
}

/// The URL of a new, empty database.
pub(crate) async fn new_database() -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(1);
    let name = format!("test_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    let mut connection = PgConnection::connect(&cluster().url("postgres"))
        .await
        .expect("the server lets its owner in");
    connection
        .execute(AssertSqlSafe(format!("CREATE DATABASE {name}")))
        .await
        .expect("a database is made");
    connection.close().await.expect("the connection closes");
    cluster().url(&name)
}

fn cluster() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(Cluster::start)
}

impl Cluster {
    fn url(&self, database: &str) -> String {
        format!(
            "postgres://{USER}:{PASSWORD}@127.0.0.1:{}/{database}",
            self.port
        )
    }

    fn start() -> Self {
        let programs = programs();
        let folder = tempfile::Builder::new()
            .prefix("grantd-test-postgres-")
            .tempdir()
            .expect("a temporary folder is made")
            .keep();
        let account = other_account();
        if let Some(account) = account {
            account.takes(&folder);
        }
        init(&programs, &folder, account);
        let port = free_port();
        let watchdog = watch(&programs, &folder, account, port);
        wait_until_ready(&folder);
        Self {
            port,
            _watchdog: watchdog,
        }
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

/// Starts the server under a shell that outlives this process for as long as it takes to end the
/// server. It has a process group of its own, so that Ctrl-C does not end it first.
pub(crate) fn watch(programs: &Path, folder: &Path, account: Option<Account>, port: u16) -> Child {
    const SCRIPT: &str = r#"
        folder="$1"; shift
        "$@" >"$folder/log" 2>&1 </dev/null &
        server=$!
        cat >/dev/null
        kill -QUIT "$server"
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
        // Nothing here is to survive a crash.
        .args([
            "-c",
            "fsync=off",
            "-c",
            "synchronous_commit=off",
            "-c",
            "full_page_writes=off",
        ])
        .args(["-c", "max_connections=200", "-c", "shared_buffers=32MB"])
        .current_dir(folder)
        .process_group(0)
        .stdin(Stdio::piped());
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
            Instant::now() < deadline && !log.contains("FATAL"),
            "PostgreSQL does not start: {log}"
        );
        sleep(Duration::from_millis(20));
    }
}

/// The folder that holds `initdb` and `postgres`: one of PATH, or Debian's for the newest version.
pub(crate) fn programs() -> PathBuf {
    #[expect(
        clippy::disallowed_methods,
        reason = "where programs are is the environment's to say"
    )]
    let path = std::env::var_os("PATH").unwrap_or_default();
    let complete =
        |folder: &PathBuf| folder.join("initdb").exists() && folder.join("postgres").exists();
    let mut debian: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    debian.sort();
    std::env::split_paths(&path)
        .chain(debian.into_iter().rev().map(|(_, folder)| folder))
        .find(complete)
        .expect(
            "these tests start a PostgreSQL server of their own, and its programs initdb and postgres \
             are neither in PATH nor in /usr/lib/postgresql: install them (apt-get install postgresql)",
        )
}

/// PostgreSQL refuses to run as root: root runs it as `postgres`, or else as `nobody`.
pub(crate) fn other_account() -> Option<Account> {
    (id_of(&["-u"]) == Some(0)).then(|| {
        ["postgres", "nobody"]
            .into_iter()
            .find_map(|name| {
                Some(Account {
                    uid: id_of(&["-u", name])?,
                    gid: id_of(&["-g", name])?,
                })
            })
            .expect("there is a user postgres or nobody to run PostgreSQL as")
    })
}

fn id_of(arguments: &[&str]) -> Option<u32> {
    let output = Command::new("id").args(arguments).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

/// The program, to be run as the account. (`setpriv` is part of util-linux, which Debian cannot be
/// without.)
fn as_account(program: &Path, account: Option<Account>) -> Command {
    let Some(Account { uid, gid }) = account else {
        return Command::new(program);
    };
    let mut command = Command::new("setpriv");
    command
        .arg(format!("--reuid={uid}"))
        .arg(format!("--regid={gid}"))
        .args(["--clear-groups", "--"])
        .arg(program);
    command
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
