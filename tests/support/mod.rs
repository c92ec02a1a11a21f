//! What the tests stand on.

pub(crate) mod audit;
pub(crate) mod browser;
pub(crate) mod client;
pub(crate) mod clock;
pub(crate) mod forwarder;
mod furnish;
pub(crate) mod jwks;
mod people;
pub(crate) mod place;
pub(crate) mod postgres;
pub(crate) mod process;
pub(crate) mod raw;
pub(crate) mod repository;
pub(crate) mod routes;
pub(crate) mod schema;
pub(crate) mod server;
