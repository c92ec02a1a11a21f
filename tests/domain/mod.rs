//! The rules without I/O: values in, decisions out.

mod claims;
mod duration;
mod grant;
mod idempotency;
mod oauth_error;
mod precondition;
mod samples;
mod secret;
mod signing_key;
