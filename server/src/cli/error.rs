//! How a command fails: one sentence on stderr, and an exit code.

use std::fmt;
use std::process::ExitCode;

use super::client::ClientError;
use crate::app::error::{AppError, OpenError};
use crate::settings::Problems;

/// What went wrong: what, why, what to do.
#[derive(Debug)]
pub struct CliError {
    message: String,
    usage: bool,
}

impl CliError {
    /// The command was used wrongly, or a setting is wrong: exit code 2.
    pub fn usage(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            usage: true,
        }
    }

    /// The command failed: exit code 1.
    pub fn failed(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            usage: false,
        }
    }

    /// 2 for wrong usage or settings, 1 for everything else.
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(if self.usage { 2 } else { 1 })
    }
}

impl fmt::Display for CliError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl From<Problems> for CliError {
    fn from(problems: Problems) -> Self {
        Self::usage(problems.to_string())
    }
}

impl From<AppError> for CliError {
    fn from(error: AppError) -> Self {
        match error {
            AppError::Invalid { field, rule } => {
                Self::usage(format!("{} {rule}.", option_of(&field)))
            }
            AppError::Unavailable(cause) | AppError::NoChanges(cause) => {
                Self::failed(format!("The database cannot be used: {}.", clause(&cause)))
            }
            AppError::Internal(cause) => {
                Self::failed(format!("grantd failed: {}.", clause(&cause)))
            }
            other => Self::failed(other.to_string()),
        }
    }
}

impl From<OpenError> for CliError {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::MasterKeyFormat(_) => Self::usage(error.to_string()),
            other => Self::failed(other.to_string()),
        }
    }
}

impl From<ClientError> for CliError {
    fn from(error: ClientError) -> Self {
        if error.is_usage() {
            Self::usage(error.to_string())
        } else {
            Self::failed(error.to_string())
        }
    }
}

/// What a field of a use case is called on the command line: `scopes[1]` is the second `--scope`.
fn option_of(field: &str) -> String {
    let (name, rest) = field.split_once('[').unwrap_or((field, ""));
    let option = match name {
        "agent_id" => "--agent",
        "algorithm" => "--algorithm",
        "audiences" => "--audience",
        "expires_at" => "--expires",
        "from" => "--from",
        "overlap" => "--overlap",
        "scopes" => "--scope",
        "to" => "--to",
        "token_ttl_seconds" => "--token-ttl",
        _ => return format!("The value of {field}"),
    };
    let index = rest.split(']').next().and_then(|index| index.parse().ok());
    match index.and_then(|index: usize| index.checked_add(1)) {
        Some(number) => format!("{option} (number {number})"),
        None => option.to_owned(),
    }
}

/// A cause as a part of a sentence. Some are sentences themselves.
fn clause(cause: &str) -> &str {
    cause.trim_end_matches('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(error: AppError) -> String {
        CliError::from(error).to_string()
    }

    #[test]
    fn only_the_database_is_blamed_on_the_database() {
        assert_eq!(
            told(AppError::Unavailable("it is locked".to_owned())),
            "The database cannot be used: it is locked."
        );
        for cause in ["no key fits", "no key fits."] {
            assert_eq!(
                told(AppError::Internal(cause.to_owned())),
                "grantd failed: no key fits."
            );
            let open = OpenError::from(AppError::Internal(cause.to_owned()));
            assert_eq!(
                CliError::from(open).to_string(),
                "grantd failed: no key fits."
            );
        }
    }

    #[test]
    fn a_rule_speaks_of_the_option_that_was_given() {
        for (field, option) in [
            ("audiences", "--audience"),
            ("audiences[0]", "--audience (number 1)"),
            ("scopes[9]", "--scope (number 10)"),
            ("scopes[1].name", "--scope (number 2)"),
            ("token_ttl_seconds", "--token-ttl"),
            ("expires_at", "--expires"),
            ("overlap", "--overlap"),
            ("agent_id", "--agent"),
            ("algorithm", "--algorithm"),
            ("password", "The value of password"),
        ] {
            assert_eq!(
                told(AppError::invalid(field, "must be named")),
                format!("{option} must be named.")
            );
        }
    }

    #[test]
    fn a_wrong_value_is_wrong_usage_and_all_else_a_failure() {
        let code = |error: AppError| format!("{:?}", CliError::from(error).exit_code());
        let usage = code(AppError::invalid("name", "must be shorter"));
        assert_eq!(usage, format!("{:?}", ExitCode::from(2)));
        for error in [
            AppError::Unavailable(String::new()),
            AppError::Internal(String::new()),
            AppError::NotFound("agent"),
            AppError::Conflict(String::new()),
        ] {
            assert_eq!(code(error), format!("{:?}", ExitCode::from(1)));
        }
    }
}
