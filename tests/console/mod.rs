//! The console, as a browser without scripts sees it.

mod account;
mod agents;
mod audit;
mod cast;
mod credentials;
mod frame;
mod generate;
mod health;
mod management;
mod members;
mod organizations;
mod resource_servers;
mod seeing;
mod sessions;
mod signing_keys;
mod usage;
mod users;
