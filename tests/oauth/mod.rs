//! The OAuth endpoints, over HTTP.

mod token;
