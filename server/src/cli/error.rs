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
                Self::usage(format!("The value of {field} {rule}."))
            }
            AppError::Unavailable(cause) | AppError::Internal(cause) => {
                Self::failed(format!("The database cannot be used: {cause}."))
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
