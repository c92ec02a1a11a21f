//! A PostgreSQL server of a test's own, which the test may stop, kill, stall and start again.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use crate::support::postgres::{
    PASSWORD, USER, free_port, give, init, other_account, programs, wait_until_ready, watch,
};

/// The server. Its folder goes with the end of this process at the latest.
pub(super) struct OwnPostgres {
    folder: PathBuf,
    port: u16,
    /// One for each time that it was started.
    watchdogs: Vec<Child>,
}

impl OwnPostgres {
    /// Makes it and starts it.
    pub(super) fn start() -> Self {
        let folder = tempfile::Builder::new()
            .prefix("grantd-test-faults-")
            .tempdir()
            .expect("a temporary folder is made")
            .keep();
        let account = other_account();
        give(&folder, account);
        init(&programs(), &folder, account);
        let mut own = Self {
            folder,
            port: free_port(),
            watchdogs: Vec::new(),
        };
        own.start_again();
        own
    }

    /// Starts it again after a stop.
    pub(super) fn start_again(&mut self) {
        // Whoever waits for it to be ready takes what stands there for the beginning of its end.
        let _ = fs::remove_file(self.folder.join("log"));
        let watchdog = watch(&programs(), &self.folder, other_account(), self.port, &[]);
        self.watchdogs.push(watchdog);
        wait_until_ready(&self.folder);
    }

    /// Where it listens.
    pub(super) fn address(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.port))
    }

    /// The URL of its first database, by way of `address`.
    pub(super) fn url_by(address: SocketAddr) -> String {
        format!("postgres://{USER}:{PASSWORD}@{address}/postgres")
    }

    /// `pg_ctl stop -m fast` (SIGINT) or `-m immediate` (SIGQUIT), and waits for the end.
    pub(super) fn stop(&self, signal: &str) {
        let server = self.server();
        signal_to(&[server], signal);
        let deadline = Instant::now() + Duration::from_mins(1);
        while self.folder.join("data/postmaster.pid").exists() && is_running(server) {
            assert!(Instant::now() < deadline, "PostgreSQL does not stop");
            std::thread::sleep(Duration::from_millis(10));
        }
        // Left behind by SIGKILL; the next start would wait for it to say "ready".
        let _ = fs::remove_file(self.folder.join("data/postmaster.pid"));
        let lock = format!(".s.PGSQL.{}.lock", self.port);
        let _ = fs::remove_file(self.folder.join(lock));
    }

    /// SIGSTOP or SIGCONT to the server and all that it has started.
    pub(super) fn signal_all(&self, signal: &str) {
        let server = self.server();
        let mut all = children_of(server);
        all.push(server);
        signal_to(&all, signal);
    }

    fn server(&self) -> u32 {
        let state = fs::read_to_string(self.folder.join("data/postmaster.pid"));
        let state = state.expect("it runs");
        let first = state.lines().next().expect("a line");
        first.trim().parse().expect("a number")
    }
}

fn signal_to(processes: &[u32], signal: &str) {
    let numbers: Vec<String> = processes.iter().map(u32::to_string).collect();
    let script = format!("kill -{signal} {}", numbers.join(" "));
    // One of them may have ended meanwhile.
    let _ = Command::new("sh").args(["-c", &script]).status();
}

fn is_running(process: u32) -> bool {
    // A zombie has ended; its watchdog has only not waited for it yet.
    fs::read_to_string(format!("/proc/{process}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
}

fn children_of(process: u32) -> Vec<u32> {
    let path = format!("/proc/{process}/task/{process}/children");
    let children = fs::read_to_string(path).unwrap_or_default();
    children
        .split_whitespace()
        .filter_map(|number| number.parse().ok())
        .collect()
}
