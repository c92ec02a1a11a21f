//! The console, as a browser without scripts sees it.

mod cast;
mod frame;
mod management;
mod organizations;
mod sessions;
