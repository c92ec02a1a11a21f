//! The console, as a browser without scripts sees it.

mod account;
mod audit;
mod frame;
mod health;
mod management;
mod seeing;
mod sessions;
mod signing_keys;
mod usage;
