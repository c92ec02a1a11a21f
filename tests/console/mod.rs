//! The console, as a browser without scripts sees it.

mod account;
mod audit;
mod credentials;
mod frame;
mod generate;
mod health;
mod management;
mod seeing;
mod sessions;
mod signing_keys;
mod usage;
