//! The URL of a PostgreSQL database.

use std::fs::File;
use std::str::FromStr;

use sea_orm::sqlx::postgres::PgConnectOptions;
use url::Url;

use super::super::super::StoreError;

/// The parameters that are heeded. sqlx only logs those that it does not know, value and all, and
/// goes on without what they ask for.
const KNOWN: &[&str] = &[
    "sslmode",
    "ssl-mode",
    "sslrootcert",
    "ssl-root-cert",
    "ssl-ca",
    "sslcert",
    "ssl-cert",
    "sslkey",
    "ssl-key",
    "statement-cache-capacity",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "application_name",
    "options",
];

/// Those among them that name a file, or hold what would stand in it.
const FILES: &[&str] = &[
    "sslrootcert",
    "ssl-root-cert",
    "ssl-ca",
    "sslcert",
    "ssl-cert",
    "sslkey",
    "ssl-key",
];

/// libpq's word for which of several servers is wanted. grantd wants the primary, always.
const WANTED: &str = "target_session_attrs";

/// Reads the URL. What is said of a wrong one never holds the password.
pub(super) fn parse(text: &str) -> Result<PgConnectOptions, StoreError> {
    let mut url = Url::parse(text).map_err(|error| wrong(format!("the URL is wrong: {error}")))?;
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let hosts = pairs.iter().filter(|(key, _)| key.starts_with("host"));
    let hosts = hosts.map(|(_, host)| host.as_str());
    if hosts.chain(url.host_str()).any(|host| host.contains(',')) {
        return Err(wrong(
            "the URL names several hosts; grantd takes one, which must lead to the primary"
                .to_owned(),
        ));
    }
    for (key, value) in &pairs {
        check(key, value)?;
    }
    if pairs.iter().any(|(key, _)| key == WANTED) {
        let rest = pairs.iter().filter(|(key, _)| key != WANTED);
        url.query_pairs_mut().clear().extend_pairs(rest);
    }
    PgConnectOptions::from_str(url.as_str()).map_err(|error| wrong(error.to_string()))
}

fn check(key: &str, value: &str) -> Result<(), StoreError> {
    if key == WANTED {
        return if matches!(value, "read-write" | "primary") {
            Ok(())
        } else {
            Err(wrong(format!("the URL's {WANTED} is not read-write")))
        };
    }
    if !KNOWN.contains(&key) && !key.starts_with("options[") {
        return Err(wrong(format!("the URL's parameter {key} is not known")));
    }
    if FILES.contains(&key) && !value.starts_with("-----BEGIN") {
        // sqlx says that a file is missing, but not which.
        File::open(value).map_err(|error| {
            wrong(format!(
                "the file of the URL's {key} does not open: {error}"
            ))
        })?;
    }
    Ok(())
}

fn wrong(cause: String) -> StoreError {
    StoreError::Unavailable(cause)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(url: &str) -> String {
        match parse(url) {
            Err(StoreError::Unavailable(cause)) => cause,
            other => panic!("{url} gives {other:?}"),
        }
    }

    #[test]
    fn what_is_known_is_taken() {
        for url in [
            "postgres://u:p@db:5432/grantd",
            "postgresql://u@db/grantd?sslmode=verify-full&application_name=x",
            "postgres:///grantd?host=/run/postgresql&options[work_mem]=4MB",
            "postgres://u:p@db/grantd?sslrootcert=-----BEGIN+CERTIFICATE-----",
        ] {
            assert!(parse(url).is_ok(), "{url}");
        }
    }

    #[test]
    fn which_server_is_wanted_goes_without_saying() {
        let url = "postgres://u:p%40%2F@db:77/g?sslmode=require&target_session_attrs=read-write&options[a.b]=c%20d";
        let plain = "postgres://u:p%40%2F@db:77/g?sslmode=require&options[a.b]=c%20d";
        let (read, expected) = (parse(url).unwrap(), parse(plain).unwrap());
        assert_eq!(format!("{read:?}"), format!("{expected:?}"));
        assert!(refusal("postgres://db/g?target_session_attrs=any").contains("read-write"));
    }

    #[test]
    fn what_would_not_be_heeded_is_refused() {
        for (url, expected) in [
            ("postgres://u:hunter2@a,b/g", "several hosts"),
            ("postgres://u:hunter2@x/g?host=a,b", "several hosts"),
            (
                "postgres://u:hunter2@db/g?channel_binding=require",
                "channel_binding",
            ),
            ("postgres://u:hunter2@db/g?sslmode=best", "best"),
            (
                "postgres://u:hunter2@db/g?sslrootcert=/nowhere/ca.pem",
                "sslrootcert",
            ),
        ] {
            let cause = refusal(url);
            assert!(cause.contains(expected), "{url} gives {cause:?}");
            assert!(!cause.contains("hunter2"), "{cause}");
        }
    }
}
