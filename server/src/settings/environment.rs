//! The environment, read in this one place.

use std::env;
use std::ffi::OsString;

/// What every variable of grantd's begins with.
const PREFIX: &str = "GRANTD_";

/// Variables of grantd's that are no settings: other commands read them.
const NOT_SETTINGS: [&str; 5] = [
    "GRANTD_CLIENT_ID",
    "GRANTD_CLIENT_SECRET",
    "GRANTD_CONFIG",
    "GRANTD_CREDENTIALS",
    "GRANTD_DEV_ADMIN_PASSWORD",
];

/// Variables of other products' that set one of grantd's settings, and which.
const BORROWED: [(&str, &str); 1] = [("FEATURE_USE_SUPERAPIKEY_API", "features.super_api_key")];

/// The setting that a variable of another product sets.
pub(super) fn borrowed(variable: &str) -> Option<&'static str> {
    BORROWED
        .iter()
        .find(|(name, _)| *name == variable)
        .map(|(_, setting)| *setting)
}

/// The variables that speak of settings, known and unknown.
#[derive(Clone, PartialEq, Eq)]
pub struct Variables {
    /// Name and value.
    pub readable: Vec<(String, String)>,
    /// Names whose value, or whose own rest, is not UTF-8.
    pub unreadable: Vec<String>,
}

/// The value of any one variable; `None` when it is not set or not UTF-8.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the place the rule points to"
)]
pub fn variable(name: &str) -> Option<String> {
    env::var_os(name)?.into_string().ok()
}

/// The variables of this process that speak of settings.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the place the rule points to"
)]
pub fn grantd_variables() -> Variables {
    pick(env::vars_os())
}

/// Whether a variable of this name and value speaks of a setting.
pub(super) fn speaks_of_a_setting(variable: &str, value: &str) -> bool {
    let own = variable.starts_with(PREFIX)
        && !NOT_SETTINGS.contains(&variable)
        && !is_service_link(variable, value);
    own || borrowed(variable).is_some()
}

/// Whether Kubernetes put it there: for a Service named `grantd` every pod of the namespace gets
/// `GRANTD_SERVICE_HOST`, `GRANTD_PORT` and more of the kind.
fn is_service_link(variable: &str, value: &str) -> bool {
    let rest = variable.strip_prefix(PREFIX).unwrap_or_default();
    rest == "SERVICE_HOST"
        || rest.starts_with("SERVICE_PORT")
        || (rest == "PORT" && value.contains("://"))
        || rest
            .strip_prefix("PORT_")
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// What `variable` would be called in the file: `GRANTD_A__B` is `a.b`.
pub(super) fn setting_name(variable: &str) -> String {
    variable
        .strip_prefix(PREFIX)
        .unwrap_or(variable)
        .to_lowercase()
        .replace("__", ".")
}

fn pick(variables: impl Iterator<Item = (OsString, OsString)>) -> Variables {
    let mut picked = Variables {
        readable: Vec::new(),
        unreadable: Vec::new(),
    };
    for (name, value) in variables {
        let shown = name.to_string_lossy().into_owned();
        if !speaks_of_a_setting(&shown, &value.to_string_lossy()) {
            continue;
        }
        match (name.into_string(), value.into_string()) {
            (Ok(name), Ok(value)) => picked.readable.push((name, value)),
            _ => picked.unreadable.push(shown),
        }
    }
    picked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_value_that_is_not_utf_8_is_told_apart_by_name() {
        use std::os::unix::ffi::OsStringExt;
        let broken = || OsString::from_vec(vec![b'x', 0xff]);
        let picked = pick(
            [
                (OsString::from("GRANTD_ISSUER"), broken()),
                (OsString::from("GRANTD_LISTEN"), OsString::from("here")),
                (OsString::from("GRANTD_CLIENT_SECRET"), broken()),
                (OsString::from("PATH"), broken()),
            ]
            .into_iter(),
        );
        assert_eq!(picked.unreadable, ["GRANTD_ISSUER"]);
        assert_eq!(
            picked.readable,
            [("GRANTD_LISTEN".to_owned(), "here".to_owned())]
        );
    }

    #[test]
    fn what_kubernetes_puts_there_is_no_setting() {
        for (name, value) in [
            ("GRANTD_SERVICE_HOST", "10.0.0.11"),
            ("GRANTD_SERVICE_PORT", "80"),
            ("GRANTD_SERVICE_PORT_HTTP", "80"),
            ("GRANTD_PORT", "tcp://10.0.0.11:80"),
            ("GRANTD_PORT_80_TCP_ADDR", "10.0.0.11"),
        ] {
            assert!(!speaks_of_a_setting(name, value), "{name}");
        }
        for (name, value) in [("GRANTD_PORT", "8080"), ("GRANTD_PORTS", "1")] {
            assert!(speaks_of_a_setting(name, value), "{name}");
        }
    }

    #[test]
    fn this_process_has_an_environment() {
        assert!(variable("PATH").is_some());
        assert_eq!(variable("GRANTD_SURELY_NOT_SET"), None);
    }
}
