//! How the store fails.

use std::fmt;

use sea_orm::sqlx::Error as SqlxError;
use sea_orm::sqlx::error::DatabaseError;
use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr, SqlErr};

/// What a change collided with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConflictOn {
    /// Another organization has the slug.
    OrganizationSlug,
    /// Another agent of the organization has the slug.
    AgentSlug,
    /// A credential that is not revoked is scoped to the agent.
    AgentInUse,
    /// Another user has the email address.
    UserEmail,
    /// Another resource server has the identifier.
    ResourceServerIdentifier,
    /// A resource server lists one scope twice.
    ResourceScope,
    /// A credential that is not revoked has the resource server among its audiences.
    ResourceServerInUse,
    /// A credential or a secret of the same id exists.
    Credential,
    /// A credential is revoked by revoking it, not by setting its status.
    CredentialStatus,
    /// A signing key of the same id exists.
    SigningKey,
    /// A link of the same id exists.
    OneTimeLink,
}

impl fmt::Display for ConflictOn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OrganizationSlug => "another organization has this slug",
            Self::AgentSlug => "another agent of the organization has this slug",
            Self::AgentInUse => "the agent still has credentials that are not revoked",
            Self::UserEmail => "another user has this email address",
            Self::ResourceServerIdentifier => "another resource server has this identifier",
            Self::ResourceScope => "the resource server names one scope twice",
            Self::ResourceServerInUse => {
                "credentials that are not revoked still have the resource server among their audiences"
            }
            Self::Credential => "a credential or a secret of this id exists",
            Self::CredentialStatus => "a status of revoked is not set but comes of revoking",
            Self::SigningKey => "a signing key of this id exists",
            Self::OneTimeLink => "a link of this id exists",
        })
    }
}

/// Why the store did not do as it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// What is there already forbids it.
    #[error("{0}")]
    Conflict(ConflictOn),
    /// What is to be changed, or what it belongs to, does not exist.
    #[error("it does not exist")]
    NotFound,
    /// The database did not do its part; it may when asked again. The cause is for the log and for
    /// whoever runs this grantd.
    #[error("the database is not available")]
    Unavailable(String),
    /// The database answers, but takes no changes: its disk is full or read-only, or it is a standby.
    /// The cause is for the log and for whoever runs this grantd.
    #[error("the database takes no changes")]
    NoChanges(String),
    /// The database holds what it should not. The cause is for the log.
    #[error("the database holds something that cannot be understood")]
    Corrupt(String),
    /// A change was to be committed that no audit event tells of: a mistake in the program.
    #[error("a change without an audit event is not committed")]
    Unaudited,
}

impl StoreError {
    /// What lies behind it, in a clause without a full stop: for the log and for whoever runs this
    /// grantd, never for clients.
    pub fn cause(&self) -> Option<&str> {
        match self {
            Self::Unavailable(cause) | Self::NoChanges(cause) | Self::Corrupt(cause) => Some(cause),
            Self::Conflict(_) | Self::NotFound | Self::Unaudited => None,
        }
    }
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        // A row refers to one that is not there: what the change belongs to is gone.
        if let Some(SqlErr::ForeignKeyConstraintViolation(_)) = error.sql_err() {
            return Self::NotFound;
        }
        match &error {
            DbErr::ConnectionAcquire(ConnAcquireErr::Timeout) => {
                Self::Unavailable(
                    "no connection to the database was had in time: none can be made, or all are in use"
                        .to_owned(),
                )
            }
            DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed) => {
                Self::Unavailable("the connection to the database was closed".to_owned())
            }
            DbErr::Conn(RuntimeErr::SqlxError(cause))
            | DbErr::Exec(RuntimeErr::SqlxError(cause))
            | DbErr::Query(RuntimeErr::SqlxError(cause)) => from_sqlx(cause),
            DbErr::Type(_) | DbErr::Json(_) | DbErr::TryIntoErr { .. } => {
                Self::Corrupt(error.to_string())
            }
            _ => Self::Unavailable(error.to_string()),
        }
    }
}

/// What the database itself says, without the words that every layer puts in front.
pub(super) fn plain(error: &DbErr) -> String {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(cause))
        | DbErr::Exec(RuntimeErr::SqlxError(cause))
        | DbErr::Query(RuntimeErr::SqlxError(cause)) => plain_sqlx(cause),
        _ => error.to_string(),
    }
}

fn plain_sqlx(error: &SqlxError) -> String {
    error
        .as_database_error()
        .map_or_else(|| error.to_string(), |error| error.message().to_owned())
}

fn from_sqlx(error: &SqlxError) -> StoreError {
    match error {
        SqlxError::ColumnDecode { .. }
        | SqlxError::Decode(_)
        | SqlxError::ColumnNotFound(_)
        | SqlxError::ColumnIndexOutOfBounds { .. }
        | SqlxError::TypeNotFound { .. } => StoreError::Corrupt(error.to_string()),
        SqlxError::Database(_) if says_read_only(error) => StoreError::NoChanges(plain_sqlx(error)),
        _ => StoreError::Unavailable(plain_sqlx(error)),
    }
}

/// Whether the database says that it cannot write.
pub(super) fn takes_no_changes(error: &DbErr) -> bool {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(cause))
        | DbErr::Exec(RuntimeErr::SqlxError(cause))
        | DbErr::Query(RuntimeErr::SqlxError(cause)) => says_read_only(cause),
        _ => false,
    }
}

fn says_read_only(error: &SqlxError) -> bool {
    let code = error.as_database_error().and_then(DatabaseError::code);
    matches!(
        code.as_deref(),
        // SQLite: SQLITE_FULL; SQLITE_READONLY and its kinds; SQLITE_IOERR_ of writing, of syncing
        // and of making the file beside it that readers and writers share grow.
        Some(
            "13" | "8" | "264" | "520" | "776" | "1032" | "1288" | "1544" | "778" | "1034" | "4874"
                // PostgreSQL: disk_full, read_only_sql_transaction.
                | "53100" | "25006"
        )
    )
}

/// Reads a violated uniqueness as a conflict on `on`.
pub(super) fn conflict(on: ConflictOn) -> impl Fn(DbErr) -> StoreError {
    move |error| match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => StoreError::Conflict(on),
        _ => error.into(),
    }
}

/// Nothing was touched by a statement that had one row to change or remove.
pub(super) fn found(rows_affected: u64) -> Result<(), StoreError> {
    if rows_affected == 0 {
        Err(StoreError::NotFound)
    } else {
        Ok(())
    }
}
