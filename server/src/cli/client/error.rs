//! What can go wrong on the client side, each in one sentence: what, why, what to do.

use std::io;
use std::path::PathBuf;

use chrono::{DateTime, SecondsFormat, Utc};
use reqwest::StatusCode;

/// Why a token could not be had, or a call did not succeed. No message holds a secret or a token.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The command line contradicts itself or lacks something.
    #[error("{0}")]
    Usage(String),
    /// Neither the command line nor the environment names credentials.
    #[error(
        "no credentials were given: name a file with --credentials FILE or GRANTD_CREDENTIALS, or set GRANTD_CLIENT_ID and GRANTD_CLIENT_SECRET"
    )]
    NoCredentials,
    /// Of the pair of variables only one is set.
    #[error("{present} is set but {absent} is not: set both, or neither")]
    HalfAPair {
        /// The variable that is set.
        present: String,
        /// The one that belongs to it.
        absent: String,
    },
    /// The credentials say nothing about where to use them.
    #[error("{origin} does not say which server to ask: name it with --server URL")]
    NoServer {
        /// Where the credentials come from.
        origin: String,
    },
    /// The credentials file is not there or may not be read.
    #[error(
        "cannot read the credentials file {path}: {source}; check the path and its permissions"
    )]
    FileUnreadable {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// The file is no credentials file.
    #[error(
        "{path} is no credentials file: {reason}; download or generate it anew and save it as it is"
    )]
    FileMalformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, without its values.
        reason: String,
    },
    /// The credential is past its own date, so the server is not even asked.
    #[error("{origin} expired at {}: generate a new credential", at.to_rfc3339_opts(SecondsFormat::Secs, true))]
    Expired {
        /// Where the credentials come from.
        origin: String,
        /// When they expired.
        at: DateTime<Utc>,
    },
    /// A request got no answer.
    #[error("no answer from {server}: {reason}; check the URL and that the server runs")]
    Unreachable {
        /// Scheme, host and port.
        server: String,
        /// What the network or TLS says.
        reason: String,
    },
    /// TLS cannot be set up on this machine.
    #[error("cannot set up TLS: {reason}; install the CA certificates (Debian: ca-certificates)")]
    NoTls {
        /// What is missing.
        reason: String,
    },
    /// The token endpoint refused (RFC 6749 §5.2).
    #[error("server refused: {code}: {description}")]
    Refused {
        /// The code in `error`.
        code: String,
        /// The text in `error_description`.
        description: String,
    },
    /// What answered is no token endpoint, or does not behave like one.
    #[error("{endpoint} does not answer as a token endpoint does: {reason}; check --server")]
    NoTokenEndpoint {
        /// The URL asked.
        endpoint: String,
        /// What it did instead.
        reason: String,
    },
    /// The called API answered with an error; its body has been printed.
    #[error("HTTP {status} from {url}")]
    Answered {
        /// The answer's status, 400 or more.
        status: StatusCode,
        /// The URL called.
        url: String,
    },
    /// The answer could not be written.
    #[error("cannot write the answer to standard output: {0}; check that there is room for it")]
    Output(io::Error),
}

impl ClientError {
    /// Whether the command was used wrongly (exit code 2) rather than failed (exit code 1).
    pub fn is_usage(&self) -> bool {
        matches!(
            self,
            Self::Usage(_) | Self::NoCredentials | Self::HalfAPair { .. } | Self::NoServer { .. }
        )
    }
}
