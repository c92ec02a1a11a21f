//! `grantd migrate`

use clap::{Args, ValueEnum};

use super::error::CliError;
use super::output;
use super::place::PlaceArgs;
use crate::app::database::Database;

/// Arguments of `migrate`.
#[derive(Debug, Args)]
pub struct MigrateArgs {
    /// What to do
    #[arg(value_enum, default_value_t = Action::Up)]
    action: Action,
    #[command(flatten)]
    place: PlaceArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Action {
    /// Apply what is missing
    Up,
    /// Say what is applied and what is missing; exit 1 where something is
    Status,
}

/// Brings the schema up to date, or says whether it is.
///
/// # Errors
/// Exit code 1 for a newer schema, and for `status` where something is missing.
pub async fn run(args: MigrateArgs) -> Result<(), CliError> {
    let settings = args.place.settings()?;
    match args.action {
        Action::Up => {
            let database = Database::connect(&settings).await?;
            let applied = database.migrate().await?;
            if applied.is_empty() {
                return output::print("The schema is up to date.\n");
            }
            for name in applied {
                output::print(&format!("applied {name}\n"))?;
            }
            Ok(())
        }
        Action::Status => {
            let database = Database::connect_existing(&settings).await?;
            let status = database.status().await?;
            let mut missing = 0;
            for (name, applied) in status {
                missing += usize::from(!applied);
                output::print(&format!(
                    "{}  {name}\n",
                    if applied { "applied" } else { "missing" }
                ))?;
            }
            if missing == 0 {
                return Ok(());
            }
            Err(CliError::failed(format!(
                "{missing} schema changes are missing: run 'grantd migrate'."
            )))
        }
    }
}
