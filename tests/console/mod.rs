//! The console, as a browser without scripts sees it.

mod frame;
mod management;
mod sessions;
