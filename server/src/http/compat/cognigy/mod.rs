//! Cognigy's paths, as `@cognigy/rest-api-client` calls them and its pages describe them.

mod keys;
mod page;
pub mod problem;
pub mod super_key;
pub mod token;
pub mod v2_0;
pub mod v2_1;
