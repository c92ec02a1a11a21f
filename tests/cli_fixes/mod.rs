//! The program itself, run as a process: what its commands leave behind when something goes wrong.

mod destination;
mod lost_secrets;
mod master_key;
mod mistyped_path;
mod program;
mod trial;
