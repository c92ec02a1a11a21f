//! Real processes that begin on an empty database at the same time.

use std::thread::{self, ScopedJoinHandle};

use crate::support::place::{Outcome, Place};
use crate::support::postgres;

/// Runs `grantd migrate` so many times at once. Each change is made by one of them, and all end well.
fn migrate_at_once(place: &Place, processes: usize) {
    let outcomes: Vec<Outcome> = thread::scope(|threads| {
        let running: Vec<_> = (0..processes)
            .map(|_| threads.spawn(|| place.run(&["migrate"])))
            .collect();
        let ended = running.into_iter().map(ScopedJoinHandle::join);
        ended.map(|outcome| outcome.expect("it runs")).collect()
    });
    assert!(
        outcomes.iter().all(|outcome| outcome.code == 0),
        "{outcomes:?}"
    );
    let applied: Vec<&str> = outcomes
        .iter()
        .flat_map(|outcome| outcome.stdout.lines())
        .filter_map(|line| line.strip_prefix("applied "))
        .collect();
    assert_eq!(applied, migration::known(), "{outcomes:?}");
    assert_eq!(place.done(&["migrate"]), "The schema is up to date.\n");
}

#[test]
fn two_on_sqlite_make_one_schema() {
    migrate_at_once(&Place::on_sqlite(), 2);
}

#[tokio::test]
async fn eight_on_postgres_make_one_schema() {
    migrate_at_once(&Place::on_database(&postgres::new_database().await), 8);
}
