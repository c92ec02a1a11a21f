//! `grantd bootstrap`

use clap::Args;

use super::error::CliError;
use super::output;
use super::place::{PlaceArgs, open};
use crate::app::bootstrap::bootstrap;
use crate::app::database::Database;
use crate::domain::text::{Email, Slug};

/// Arguments of `bootstrap`.
#[derive(Debug, Args)]
pub struct BootstrapArgs {
    /// Email address of the operator, who is the organization's admin too
    #[arg(long)]
    email: Email,
    /// Short name of the organization: lower-case letters, digits and hyphens
    #[arg(long, value_name = "SLUG")]
    organization: Slug,
    #[command(flatten)]
    place: PlaceArgs,
}

/// Makes the first operator and organization, on an empty database too, and prints the password.
///
/// # Errors
/// Exit code 1 where either exists.
pub async fn run(args: BootstrapArgs) -> Result<(), CliError> {
    let settings = args.place.settings()?;
    let database = Database::connect(&settings).await?;
    database.migrate().await?;
    let app = open(&settings, database).await?;
    let made = bootstrap(&app, args.email, args.organization).await?;
    let text = format!(
        "operator      {}\npassword      {}\norganization  {} ({})\n",
        made.user.email,
        made.password.expose(),
        made.organization.slug,
        made.organization.id
    );
    let again = format!(
        "run 'grantd users create {} --operator --organization {} --role org_admin'",
        made.user.email, made.organization.slug
    );
    output::print_secret(&text, &output::lost_password(&made.user.email, &again))?;
    output::hint("The password is shown this one time.");
    Ok(())
}
