//! PostgreSQL's programs, and the account that they run under.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// An account that PostgreSQL agrees to run under.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Account {
    pub(super) uid: u32,
    pub(super) gid: u32,
}

/// The folder that holds `initdb` and `postgres`: one of PATH, or Debian's for the newest version.
pub(crate) fn folder() -> PathBuf {
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
        // The others lie where these really are, links or not.
        .and_then(|folder| folder.join("postgres").canonicalize().ok())
        .and_then(|program| program.parent().map(Path::to_path_buf))
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
pub(super) fn as_account(program: &Path, account: Option<Account>) -> Command {
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
