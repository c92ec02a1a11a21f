//! SQLite: a file that its owner alone can read, in WAL mode.

use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use sea_orm::DbErr;
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};

use super::super::connection::PATIENCE;
use super::super::error::plain;
use super::super::{ConnectSettings, StoreError};
use super::{Connections, open, pool_options};

/// How often, and how far apart, opening is tried while another process brings the same new file
/// into WAL mode: SQLite does not wait for that by itself, whatever its busy timeout.
const OPENING_TRIES: u32 = 100;
const OPENING_PAUSE: Duration = Duration::from_millis(50);

/// Opens the database that `url` names; makes the file where there is none.
pub(super) async fn connect(
    url: &str,
    settings: &ConnectSettings,
) -> Result<Connections, StoreError> {
    let options = SqliteConnectOptions::from_str(url)
        .map_err(|error| StoreError::Unavailable(error.to_string()))?
        .foreign_keys(true)
        .busy_timeout(PATIENCE);
    if is_in_memory(url) {
        return connect_in_memory(options, settings).await;
    }
    // In WAL mode only `FULL` writes each commit through to the disk.
    let options = options
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    let path = options.get_filename().to_path_buf();
    if !names_an_existing_file(url) {
        make_file(&path)?;
    }
    connect_file(options, settings).await.map_err(|error| {
        StoreError::Unavailable(format!(
            "the file {} does not open as a SQLite database: {}",
            path.display(),
            plain(&error)
        ))
    })
}

/// A database in memory lives as long as its one connection.
async fn connect_in_memory(
    options: SqliteConnectOptions,
    settings: &ConnectSettings,
) -> Result<Connections, StoreError> {
    let one = ConnectSettings {
        max_connections: 1,
        ..*settings
    };
    let mut pool = pool_options("sqlite::memory:", &one);
    pool.min_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .map_sqlx_sqlite_opts(move |_| options.clone());
    Ok(Connections::new(open(pool).await?, None))
}

async fn connect_file(
    options: SqliteConnectOptions,
    settings: &ConnectSettings,
) -> Result<Connections, DbErr> {
    let mut pool = pool_options("sqlite::memory:", settings);
    pool.test_before_acquire(false)
        .map_sqlx_sqlite_opts(move |_| options.clone());
    for _ in 1..OPENING_TRIES {
        match open(pool.clone()).await {
            Err(error) if is_locked(&error) => tokio::time::sleep(OPENING_PAUSE).await,
            result => return Ok(Connections::new(result?, None).with_others(pool)),
        }
    }
    Ok(Connections::new(open(pool.clone()).await?, None).with_others(pool))
}

fn is_locked(error: &DbErr) -> bool {
    error.to_string().contains("database is locked")
}

/// Whether the URL says that the file is there: a new one in its place would hide a wrong path.
fn names_an_existing_file(url: &str) -> bool {
    let parameters = url.split_once('?').map_or("", |(_, parameters)| parameters);
    parameters
        .split('&')
        .any(|pair| pair == "mode=rw" || pair == "mode=ro")
}

/// Whether the URL, as sqlx reads it, names no file.
fn is_in_memory(url: &str) -> bool {
    let rest = url.trim_start_matches("sqlite:").trim_start_matches("//");
    let (name, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    name == ":memory:" || parameters.split('&').any(|pair| pair == "mode=memory")
}

/// The file that `url` names, where there is none. `None` also where that cannot be told: then
/// connecting says why.
pub(super) fn missing_file(url: &str) -> Option<PathBuf> {
    if is_in_memory(url) {
        return None;
    }
    let options = SqliteConnectOptions::from_str(url).ok()?;
    let path = options.get_filename();
    matches!(path.try_exists(), Ok(false)).then(|| path.to_path_buf())
}

/// Makes the file, for its owner alone, where there is none; SQLite itself would let everyone read
/// it. The files that it puts beside take over the mode. One that is there is not even opened:
/// closing it would drop the locks that SQLite holds on it in this process.
fn make_file(path: &Path) -> Result<(), StoreError> {
    if path.as_os_str().is_empty() {
        return Err(StoreError::Unavailable("the URL names no file".to_owned()));
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let Err(error) = options.open(path) else {
        return Ok(());
    };
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    match (error.kind(), folder) {
        (ErrorKind::AlreadyExists, _) => Ok(()),
        (ErrorKind::NotFound, Some(folder)) => Err(StoreError::Unavailable(format!(
            "the folder {} does not exist",
            folder.display()
        ))),
        _ => Err(StoreError::Unavailable(format!(
            "the file {} cannot be made: {error}",
            path.display()
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_memory_databases_are_told_from_files() {
        for url in [
            "sqlite::memory:",
            "sqlite://:memory:",
            "sqlite:x?cache=shared&mode=memory",
        ] {
            assert!(is_in_memory(url), "{url}");
        }
        for url in [
            "sqlite:memory",
            "sqlite://data/grantd.db",
            "sqlite:/a/:memory:",
            "sqlite:x?mode=rw",
        ] {
            assert!(!is_in_memory(url), "{url}");
        }
    }
}
