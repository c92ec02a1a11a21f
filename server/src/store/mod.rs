//! The database: the only place that names `sea_orm` and `entity`. It speaks domain types.
//!
//! The same queries run on SQLite and on PostgreSQL; what must differ is in `engine`. Reading takes
//! a [`Handle`], which a [`Store`] and a [`Write`] both are; changing takes a [`Write`].

pub mod agents;
mod announcements;
pub mod audit;
pub mod changes;
mod columns;
mod connection;
pub mod console_sessions;
pub mod credentials;
mod engine;
mod error;
mod handle;
pub mod idempotency;
pub mod memberships;
pub mod one_time_links;
pub mod organization_usage;
pub mod organizations;
pub mod recovery_codes;
pub mod resource_servers;
mod schema;
pub mod second_factors;
pub mod signing_keys;
pub mod usage;
pub mod users;
mod write;

pub use announcements::Announcements;
pub use connection::{ConnectSettings, Store};
pub use error::{ConflictOn, StoreError};
pub use handle::Handle;
pub use schema::{SchemaError, migrate, status};
pub use write::Write;

use uuid::Uuid;

/// A part of a list. Lists go by id, and ids begin with the time, so the oldest come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// What comes after this id; from the beginning where absent.
    pub after: Option<Uuid>,
    /// At most so many.
    pub limit: u64,
}

impl Page {
    /// The first `limit` of a list.
    pub const fn first(limit: u64) -> Self {
        Self { after: None, limit }
    }
}
