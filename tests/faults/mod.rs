//! What holds while things break: processes that are killed, a database that goes away, more requests
//! than can be served, clients that take their time. Real processes on real databases.
//!
//! The numbers here are small, for every run of the tests. `tests/faults/soak` runs the same with
//! larger ones, by environment variables.

mod clock;
mod connections;
mod database;
mod disk;
mod forwarder;
mod kill;
mod overload;
mod own_postgres;
mod read_only;
mod revocation;
mod site;
mod slow;
mod stopping;

use std::path::PathBuf;
use std::time::{Duration, Instant};

/// A number of this size, or as the environment says.
fn size(variable: &str, default: usize) -> usize {
    chosen(variable).unwrap_or(default)
}

/// The number that the environment says.
#[expect(
    clippy::disallowed_methods,
    reason = "how long a test may take is the environment's to say"
)]
fn chosen(variable: &str) -> Option<usize> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().expect("a number"))
}

/// A folder that the environment names.
#[expect(
    clippy::disallowed_methods,
    reason = "where a small file system is, the environment says"
)]
fn folder(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).map(PathBuf::from)
}

/// Says what was measured; shown with `--nocapture`.
#[expect(clippy::print_stdout, reason = "a test's own output")]
fn report(figures: &str) {
    println!("{figures}");
}

/// Waits until `condition` holds; gives how long that took.
async fn until(limit: Duration, what: &str, mut condition: impl AsyncFnMut() -> bool) -> Duration {
    let started = Instant::now();
    while !condition().await {
        assert!(started.elapsed() < limit, "{what}: not within {limit:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    started.elapsed()
}
