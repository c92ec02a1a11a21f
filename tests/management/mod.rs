//! The management API, over HTTP.

pub(crate) mod access;
mod agents;
pub(crate) mod answer;
mod api_keys;
mod bad_input;
mod credential_changes;
mod credentials;
mod envelope;
mod granting;
mod hand_out;
mod limits;
mod minting;
mod organizations;
mod pagination;
mod resource_servers;
mod revocation;
pub(crate) mod rows;
mod secrets;
mod signing_keys;
mod whoami;
