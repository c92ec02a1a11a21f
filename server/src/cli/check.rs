//! `grantd check`

use clap::Args;

use super::error::CliError;
use super::place::PlaceArgs;
use super::{output, tls};

/// Arguments of `check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    #[command(flatten)]
    place: PlaceArgs,
}

/// Reads the settings and says what is wrong; touches no database.
///
/// # Errors
/// Exit code 2 with every problem there is.
pub fn run(args: &CheckArgs) -> Result<(), CliError> {
    let settings = args.place.settings()?;
    if let Some(files) = &settings.tls {
        tls::server_config(files)?;
    }
    output::print("The settings are fine.\n")
}
