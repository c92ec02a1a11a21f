//! The console, as a browser without scripts sees it.

mod credentials;
mod frame;
mod management;
mod sessions;
