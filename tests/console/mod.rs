//! The console, as a browser without scripts sees it.

mod account;
mod credentials;
mod frame;
mod generate;
mod management;
mod sessions;
