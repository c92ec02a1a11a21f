//! The database tables, one file each. Named by the server's `store` alone; everything else speaks
//! domain types.
//!
//! Ids are UUIDs, times are in UTC. Lists that are read as a whole are JSON arrays in a text column:
//! both SQLite and PostgreSQL keep them the same way.

pub mod agent;
pub mod audit_event;
pub mod audit_head;
pub mod change;
pub mod change_head;
pub mod console_session;
pub mod credential;
pub mod credential_secret;
pub mod idempotency_key;
pub mod membership;
pub mod one_time_link;
pub mod organization;
pub mod recovery_code;
pub mod resource_scope;
pub mod resource_server;
pub mod second_factor;
pub mod signing_key;
pub mod usage_hour;
pub mod user_account;
