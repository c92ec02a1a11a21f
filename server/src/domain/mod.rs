//! Values and rules. Pure: no async, no I/O, no clock, no randomness; time is a parameter.

pub mod access;
pub mod algorithm;
pub mod allowance;
pub mod audit;
pub mod claims;
pub mod credential;
pub mod duration;
pub mod grant;
pub mod ids;
pub mod issuer;
pub mod limit;
pub mod oauth_error;
pub mod organization;
pub mod resource_server;
pub mod scope;
pub mod secret;
pub mod signing_key;
pub mod text;
pub mod time;
pub mod usage;
pub mod user;
pub mod window;
