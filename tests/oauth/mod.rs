//! The OAuth endpoints, over HTTP.

mod issuer_path;
mod token;
