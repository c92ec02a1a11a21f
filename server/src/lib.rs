//! grantd: a self-hosted server for machine credentials.
//!
//! Layers, an arrow pointing at what may be imported, never the other way:
//!
//! ```text
//! domain  ←  crypto, store  ←  metering  ←  cache  ←  app  ←  http, cli
//! ```
//!
//! `tests/architecture.rs` reads the sources and fails when a layer imports what it may not.

pub mod app;
pub mod cache;
pub mod cli;
pub mod clock;
pub mod crypto;
pub mod domain;
pub mod entropy;
pub mod http;
pub mod metering;
pub mod settings;
pub mod store;
pub mod telemetry;
