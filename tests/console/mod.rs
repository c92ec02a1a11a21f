//! The console, as a browser without scripts sees it.

mod agents;
mod cast;
mod frame;
mod management;
mod members;
mod organizations;
mod resource_servers;
mod sessions;
mod users;
