//! Doors for clients that exist already: thin adapters over the same use cases.

pub mod kognic;
