//! `grantd completions`

use clap::Args;
use clap_complete::Shell;

use super::error::CliError;
use super::{command, output};

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Prints the script.
///
/// # Errors
/// Where stdout cannot be written.
pub fn run(args: &CompletionsArgs) -> Result<(), CliError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command(), "grantd", &mut script);
    output::print(&String::from_utf8_lossy(&script))
}
