//! How use cases fail. Public text and private cause are apart: a cause goes to the log only.

use std::path::PathBuf;

use crate::domain::access::Denied;
use crate::domain::allowance::TooManyRequests;
use crate::domain::oauth_error::OAuthError;
use crate::domain::precondition::PreconditionFailed;
use crate::store::{ConflictOn, SchemaError, StoreError};

/// A use case of the management API, or a command, did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// A value breaks its rule.
    #[error("{field}: {rule}.")]
    Invalid {
        /// The field, as the caller names it.
        field: String,
        /// The rule that it breaks.
        rule: String,
    },
    /// The caller did not prove who it is; the text is for the challenge.
    #[error("{0}")]
    Unauthenticated(&'static str),
    /// The caller may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// There is no such thing, or none that the caller may see.
    #[error("There is no such {0}.")]
    NotFound(&'static str),
    /// The present state does not allow it.
    #[error("{0}")]
    Conflict(String),
    /// The caller asks too often, or its authentication has failed too often.
    #[error("{}", .0.description)]
    TooManyRequests(TooManyRequests),
    /// What an earlier request has made is not there any more.
    #[error(
        "This was done before, and the {0} that it made is gone since. Use a new Idempotency-Key."
    )]
    Gone(&'static str),
    /// What was to be made has an id that was given out for it, and is there: this came twice.
    #[error("This was done already. A secret is shown this one time only.")]
    DoneBefore,
    /// Another request was sent with the same idempotency key.
    #[error(
        "This Idempotency-Key came with another request before. Use a new one for a new request."
    )]
    KeyReused,
    /// The thing is not what the caller expects (RFC 9110 §13.1).
    #[error(transparent)]
    PreconditionFailed(#[from] PreconditionFailed),
    /// The database does not answer.
    #[error("The database does not answer. Try again in a moment.")]
    Unavailable(String),
    /// The database takes no changes.
    #[error(
        "The database takes no changes at present: its disk may be full or read-only. Tell whoever runs this server."
    )]
    NoChanges(String),
    /// Too many wait already.
    #[error("The server has too much to do. Try again in a moment.")]
    Overloaded,
    /// Something that should not happen.
    #[error("The server failed. Try again, and report the request id if it stays so.")]
    Internal(String),
}

impl AppError {
    /// A value that breaks its rule.
    pub fn invalid(field: impl Into<String>, rule: impl std::fmt::Display) -> Self {
        Self::Invalid {
            field: field.into(),
            rule: rule.to_string(),
        }
    }
}

impl From<TooManyRequests> for AppError {
    fn from(refusal: TooManyRequests) -> Self {
        Self::TooManyRequests(refusal)
    }
}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(on) => Self::Conflict(conflict(on).to_owned()),
            StoreError::NotFound => Self::NotFound("thing"),
            StoreError::Unavailable(cause) => Self::Unavailable(cause),
            StoreError::NoChanges(cause) => Self::NoChanges(cause),
            StoreError::Corrupt(cause) => Self::Internal(cause),
            StoreError::Unaudited => Self::Internal(error.to_string()),
        }
    }
}

/// Names what was not found, where the store only knows that it was not.
pub fn not_found(what: &'static str) -> impl Fn(StoreError) -> AppError {
    move |error| match error {
        StoreError::NotFound => AppError::NotFound(what),
        other => other.into(),
    }
}

fn conflict(on: ConflictOn) -> &'static str {
    match on {
        ConflictOn::OrganizationSlug => {
            "There is an organization with this slug already. Choose another slug."
        }
        ConflictOn::AgentSlug => {
            "The organization has an agent with this slug already. Choose another slug."
        }
        ConflictOn::UserEmail => "There is a user with this email address already.",
        ConflictOn::ResourceServerIdentifier => {
            "There is a resource server with this identifier already. Choose another identifier."
        }
        ConflictOn::AgentInUse => "Credentials are scoped to this agent. Revoke them first.",
        ConflictOn::ResourceServerInUse => {
            "Credentials have this resource server among their audiences. Revoke them first."
        }
        ConflictOn::OneTimeLink => {
            "This link was made already, and shown then. Make another one if it is lost."
        }
        _ => "This exists already.",
    }
}

/// grantd cannot start, or a command cannot reach what it works on.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The text is no master key.
    #[error("The master key cannot be used: {0}.")]
    MasterKeyFormat(String),
    /// The keys in the database were sealed under another master key.
    #[error(
        "The master key does not open the signing keys in the database, so it is not the one that they were sealed with: put the right key back. (Key {kid}.)"
    )]
    WrongMasterKey {
        /// The first key that could not be opened.
        kid: String,
    },
    /// The schema is of another version.
    #[error("{0}")]
    Schema(#[from] SchemaError),
    /// The SQLite file is not there, and what is to be done does not make it.
    #[error(
        "There is no database at {}: correct the setting database.url, or make the database with 'grantd migrate'.",
        .0.display()
    )]
    NoDatabase(PathBuf),
    /// Migrations are due.
    #[error(
        "The database's schema is not up to date: run 'grantd migrate', or start 'grantd serve', which migrates too."
    )]
    NotMigrated,
    /// The database does not answer or makes no sense.
    #[error(
        "The database cannot be used: {0}. Check the setting database.url and the database itself."
    )]
    Store(String),
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

impl From<StoreError> for OpenError {
    fn from(error: StoreError) -> Self {
        Self::Store(match error {
            StoreError::Unavailable(cause)
            | StoreError::NoChanges(cause)
            | StoreError::Corrupt(cause) => cause,
            other => other.to_string(),
        })
    }
}

impl From<OpenError> for AppError {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Store(cause) => Self::Unavailable(cause),
            other => Self::Internal(other.to_string()),
        }
    }
}

impl From<AppError> for OpenError {
    fn from(error: AppError) -> Self {
        match error {
            AppError::Unavailable(cause) | AppError::NoChanges(cause) => Self::Store(cause),
            AppError::Internal(cause) => {
                Self::Other(format!("grantd failed: {}.", cause.trim_end_matches('.')))
            }
            other => Self::Other(other.to_string()),
        }
    }
}

impl From<OAuthError> for AppError {
    /// For what the token endpoint and the management API share.
    fn from(error: OAuthError) -> Self {
        match error {
            OAuthError::TemporarilyUnavailable(cause) => Self::Unavailable(cause),
            OAuthError::ServerError(cause) => Self::Internal(cause),
            OAuthError::TooManyRequests(refusal) => Self::TooManyRequests(refusal),
            other => Self::Conflict(other.description().to_owned()),
        }
    }
}

/// The database failed under a token request: 503 when it may come back, 500 when not.
pub(crate) fn token_path_failure(error: StoreError) -> OAuthError {
    match error {
        StoreError::Unavailable(cause) | StoreError::NoChanges(cause) => {
            OAuthError::TemporarilyUnavailable(cause)
        }
        StoreError::Corrupt(cause) => OAuthError::ServerError(cause),
        other => OAuthError::ServerError(other.to_string()),
    }
}
