//! The client side of grantd: `grantd token` and `grantd call`.
//!
//! Nothing here knows the server's insides; it speaks HTTP as any other client does.

mod cache;
mod call;
mod credentials;
mod error;
mod fetch;
mod options;
#[cfg(test)]
mod scripted_server;
mod secret_text;
mod token;
mod transport;

pub use call::{CallArgs, Header, call};
pub use error::ClientError;
pub use options::{HttpUrl, InvalidHttpUrl, TokenOptions};
pub use token::{TokenArgs, token};
