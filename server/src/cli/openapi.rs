//! `grantd openapi`

use super::error::CliError;
use super::output;
use crate::http::openapi::{Described, text};
use crate::settings::Settings;

/// Prints the document of a server with the default settings. Its issuer is a placeholder.
///
/// # Errors
/// Where stdout cannot be written.
pub fn run() -> Result<(), CliError> {
    output::print(&document()?)
}

/// The document.
///
/// # Errors
/// Where it cannot be written as JSON, which does not happen.
pub fn document() -> Result<String, CliError> {
    let (issuer, token, compat) = Settings::described_by_default()?;
    text(&Described {
        issuer: &issuer,
        compat,
        ttl_seconds: (token.min_ttl_seconds, token.max_ttl_seconds),
    })
    .map_err(|error| CliError::failed(format!("The document cannot be written: {error}.")))
}
