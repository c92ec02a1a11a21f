//! The OAuth endpoints, over HTTP.

mod algorithms;
pub(crate) mod answer;
mod authentication;
mod credential_states;
mod fuzz;
mod issuer_path;
mod lifetimes;
mod metadata;
mod refusals;
mod resources;
mod same_answer;
mod scopes;
mod token;
