//! The integration tests: one binary, whose modules mirror the source.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on fails there"
)]

mod architecture;
mod audit;
mod cli;
mod cli_fixes;
mod compat;
mod console;
mod domain;
mod faults;
mod feed;
mod forward_auth;
mod front;
mod generated_docs;
mod growth;
mod guides;
mod http_fixes;
mod key_hand;
mod keys;
mod management;
mod metering;
mod oauth;
mod openapi;
mod people;
mod postgres;
mod rfc;
mod store;
mod support;
mod tampering;
mod unreadable_rows;
mod warm_path;
