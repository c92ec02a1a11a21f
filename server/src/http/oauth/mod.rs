//! The OAuth endpoints.

pub mod client_authentication;
pub mod error;
pub mod form;
pub mod token;
