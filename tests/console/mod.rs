//! The console, as a browser without scripts sees it.

mod frame;
mod generate;
mod management;
mod sessions;
