//! The commands: the real binary, run as people run it.

mod audit;
mod bootstrap;
mod client;
mod credential_changes;
mod credentials;
mod dev;
mod dev_refusals;
mod keys;
mod live;
mod migrate;
mod objects;
mod postgres;
mod secrecy;
mod serve;
mod serve_refusals;
mod shell;
mod tls;
mod usage;
