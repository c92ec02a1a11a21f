//! The doors for other products' clients, as far as those clients themselves (tests/clients) cannot
//! see it: moved clocks, counted statements, hostile input.

mod cogniac;
mod cogniac_keys;
mod cognigy;
pub(crate) mod people;
mod super_key;
