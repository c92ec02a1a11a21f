//! What the warm path reads: in memory, bounded, and kept fresh by the change feed.

pub mod credentials;
pub mod document;
pub mod keyring;
pub mod metadata;
pub mod resource_servers;
