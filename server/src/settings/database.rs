//! Which database, and how many connections to it.

use std::path::Path;

use chrono::TimeDelta;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use url::Url;

use super::reader::Reader;
use super::registry::{Kind, Setting};
use crate::domain::secret::Secret;

pub(super) const URL: Setting = Setting {
    name: "database.url",
    kind: Kind::Text {
        rule: "a URL that begins with sqlite:, postgres:// or postgresql:// and names a database",
    },
    default: None,
    example: Some("sqlite:///var/lib/grantd/grantd.db?mode=rwc"),
    secret: true,
    doc: "The database. `sqlite:///var/lib/grantd/grantd.db?mode=rwc` is a file, which \
          `?mode=rwc` makes when it is missing; `postgres://user:password@host:5432/grantd` is \
          PostgreSQL. Exactly one of `database.url` and `database.url_file` is given.",
};

pub(super) const URL_FILE: Setting = Setting {
    name: "database.url_file",
    kind: Kind::File,
    default: None,
    example: None,
    secret: false,
    doc: "A file that holds what `database.url` would, so that the password need not stand in the \
          settings. A line feed at its end is ignored.",
};

pub(super) const MAX_CONNECTIONS: Setting = Setting {
    name: "database.max_connections",
    kind: Kind::Number { min: 1, max: 1_000 },
    default: Some("10"),
    example: None,
    secret: false,
    doc: "How many connections to the database are open at most. A server on PostgreSQL has one more, \
          on which it hears of other nodes' changes.",
};

pub(super) const CONNECT_TIMEOUT: Setting = Setting {
    name: "database.connect_timeout",
    kind: Kind::Duration { min: "1s" },
    default: Some("5s"),
    example: None,
    secret: false,
    doc: "How long a request waits for a connection to the database, be it that all are in use or \
          that none can be made, before it is refused (503); at most 1m.",
};

pub(super) const STATEMENT_TIMEOUT: Setting = Setting {
    name: "database.statement_timeout",
    kind: Kind::Duration { min: "1s" },
    default: Some("10s"),
    example: None,
    secret: false,
    doc: "How long one statement may take before PostgreSQL gives it up and the request is refused \
          (503); at most 10m. Changes of the schema may take longer. SQLite knows no such limit.",
};

/// Nobody waits longer for an answer.
const LONGEST_CONNECT: TimeDelta = TimeDelta::minutes(1);

/// A statement of grantd's touches a few rows by their index.
const LONGEST_STATEMENT: TimeDelta = TimeDelta::minutes(10);

/// The database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseSettings {
    /// `sqlite:…`, `postgres://…` or `postgresql://…`; a secret, since it may hold a password.
    pub url: Secret,
    /// Connections open at most.
    pub max_connections: u32,
    /// How long anything waits for a connection: 1 to 60 seconds.
    pub connect_timeout: TimeDelta,
    /// How long a statement may take on PostgreSQL: 1 second to 10 minutes.
    pub statement_timeout: TimeDelta,
}

impl DatabaseSettings {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let url = reader.secret(&URL, &URL_FILE, parse_url);
        let max_connections = reader.number(&MAX_CONNECTIONS);
        let connect_timeout = reader.duration(&CONNECT_TIMEOUT);
        if connect_timeout.is_some_and(|timeout| timeout > LONGEST_CONNECT) {
            reader.problem(&CONNECT_TIMEOUT, "must be at most 1m");
        }
        let statement_timeout = reader.duration(&STATEMENT_TIMEOUT);
        if statement_timeout.is_some_and(|timeout| timeout > LONGEST_STATEMENT) {
            reader.problem(&STATEMENT_TIMEOUT, "must be at most 10m");
        }
        Some(Self {
            url: url?,
            max_connections: max_connections?,
            connect_timeout: connect_timeout?,
            statement_timeout: statement_timeout?,
        })
    }
}

fn parse_url(text: &str) -> Result<Secret, String> {
    let names_a_database = match text.strip_prefix("sqlite:") {
        // Without a name SQLite would make a temporary database and lose every credential.
        Some(rest) => !rest
            .trim_start_matches("//")
            .split('?')
            .next()
            .unwrap_or_default()
            .is_empty(),
        None => ["postgres://", "postgresql://"]
            .iter()
            .any(|scheme| text.starts_with(scheme)),
    };
    if names_a_database && names_several_hosts(text) {
        return Err("must name one host, which leads to the primary".to_owned());
    }
    if names_a_database && Url::parse(text).is_ok() {
        Ok(Secret::new(text.to_owned()))
    } else {
        Err(format!("must be {}", URL.kind.rule()))
    }
}

/// Whether several hosts stand where libpq would try one after the other.
fn names_several_hosts(text: &str) -> bool {
    let authority = text.split_once("://").map_or("", |(_, rest)| rest);
    let authority = authority.split(['/', '?', '#']).next().unwrap_or_default();
    let hosts = authority.rsplit('@').next().unwrap_or_default();
    text.starts_with("postgres") && hosts.contains(',')
}

/// Characters that end the path in a SQLite URL, or begin an escape in it.
const NOT_IN_A_PATH: &AsciiSet = &CONTROLS.add(b' ').add(b'%').add(b'?').add(b'#');

/// The URL of the SQLite file at `path`, which is made when it is missing. `None` when the path is
/// not UTF-8.
pub(super) fn sqlite_url(path: &Path) -> Option<String> {
    let encoded = utf8_percent_encode(path.to_str()?, NOT_IN_A_PATH);
    let slashes = if path.is_absolute() { "//" } else { "" };
    Some(format!("sqlite:{slashes}{encoded}?mode=rwc"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_of_both_databases_and_no_others() {
        for text in [
            "sqlite:///var/lib/grantd/grantd.db?mode=rwc",
            "sqlite://grantd.db",
            "sqlite:./grantd-data/grantd.db",
            "sqlite::memory:",
            "postgres://grantd:secret@db:5432/grantd",
            "postgresql://db/grantd?sslmode=require",
        ] {
            assert_eq!(parse_url(text).unwrap().expose(), text);
        }
        for text in [
            "",
            "sqlite:",
            "sqlite://",
            "sqlite:?mode=rwc",
            "sqlite://?mode=memory",
            "SQLITE:///x.db",
            "postgres:",
            "postgres:/db/grantd",
            "postgres://a:b:c@:x/",
            "mysql://db/grantd",
            "/var/lib/grantd.db",
        ] {
            assert!(parse_url(text).is_err(), "{text}");
        }
    }

    #[test]
    fn several_hosts_are_told_from_a_comma_elsewhere() {
        for text in [
            "postgres://u:p@a:5432,b:5432/grantd",
            "postgresql://a,b/grantd?target_session_attrs=read-write",
        ] {
            assert!(parse_url(text).unwrap_err().contains("one host"), "{text}");
        }
        for text in [
            "postgres://u:p,q@a/grantd",
            "postgres://a/x,y?options=-c%20search_path=x,y",
        ] {
            assert!(parse_url(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn a_path_becomes_a_url() {
        for (path, url) in [
            ("/tmp/x/grantd.db", "sqlite:///tmp/x/grantd.db?mode=rwc"),
            ("./a b/grantd.db", "sqlite:./a%20b/grantd.db?mode=rwc"),
            (
                "/50%?/#1/é.db",
                "sqlite:///50%25%3F/%231/%C3%A9.db?mode=rwc",
            ),
        ] {
            assert_eq!(sqlite_url(Path::new(path)).as_deref(), Some(url));
            assert!(parse_url(url).is_ok());
        }
    }
}
