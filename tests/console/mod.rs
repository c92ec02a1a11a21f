//! The console, as a browser without scripts sees it.

mod account;
mod agents;
mod cast;
mod credentials;
mod frame;
mod generate;
mod management;
mod members;
mod organizations;
mod resource_servers;
mod sessions;
mod users;
