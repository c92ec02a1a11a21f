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

/// The `GRANTD_` variables that speak of settings, known and unknown.
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

/// Whether a variable of this name speaks of a setting.
pub(super) fn names_a_setting(variable: &str) -> bool {
    variable.starts_with(PREFIX) && !NOT_SETTINGS.contains(&variable)
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
        if !names_a_setting(&shown) {
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
    fn this_process_has_an_environment() {
        assert!(variable("PATH").is_some());
        assert_eq!(variable("GRANTD_SURELY_NOT_SET"), None);
    }
}
