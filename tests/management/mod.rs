//! The management API, over HTTP.

pub(crate) mod access;
mod agents;
pub(crate) mod answer;
mod api_keys;
mod bad_input;
mod bound;
mod credential_changes;
mod credentials;
mod envelope;
mod granting;
mod hand_out;
mod key_verification;
mod limits;
mod members;
mod minting;
mod organizations;
mod own_credentials;
mod pagination;
mod resource_servers;
mod revocation;
mod roles;
mod rows;
mod secrets;
mod sign_in;
mod signing_keys;
mod whoami;
