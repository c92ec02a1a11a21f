//! What the tests stand on.

pub(crate) mod clock;
pub(crate) mod jwks;
pub(crate) mod place;
pub(crate) mod postgres;
pub(crate) mod process;
pub(crate) mod raw;
pub(crate) mod repository;
pub(crate) mod server;
