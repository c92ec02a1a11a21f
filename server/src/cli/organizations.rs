//! `grantd organizations`

use clap::{Args, Subcommand};

use super::error::CliError;
use super::output;
use super::paging::every;
use super::place::PlaceArgs;
use crate::app::authority::Authority;
use crate::app::view::OrganizationView;
use crate::app::{App, organizations};
use crate::domain::organization::Organization;
use crate::domain::text::{Name, Slug};

/// Arguments of `organizations`.
#[derive(Debug, Args)]
pub struct OrganizationsArgs {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    place: PlaceArgs,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Create an organization
    Create {
        /// Short name: lower-case letters, digits and hyphens
        slug: Slug,
        /// What people call it; the short name where absent
        #[arg(long)]
        name: Option<Name>,
    },
    /// List organizations
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Show an organization
    Show {
        /// Id or short name
        organization: String,
    },
    /// Remove an organization with its agents, memberships and credentials
    Remove {
        /// Id or short name
        organization: String,
    },
}

/// Runs the action.
///
/// # Errors
/// [`CliError`].
pub async fn run(args: OrganizationsArgs) -> Result<(), CliError> {
    let app = args.place.open().await?;
    match args.action {
        Action::Create { slug, name } => {
            let made = organizations::create(&app, &Authority::Command, slug, name).await?;
            output::print_json(&OrganizationView::from(made))
        }
        Action::List { json } => {
            let all = every(
                |organization: &Organization| organization.id.0,
                async |page| organizations::list(&app, &Authority::Command, &page).await,
            )
            .await?;
            let columns = [
                ("ID", "id"),
                ("SLUG", "slug"),
                ("NAME", "name"),
                ("CREATED", "created_at"),
            ];
            let views: Vec<_> = all.into_iter().map(OrganizationView::from).collect();
            output::print_list(json, &columns, &views)
        }
        Action::Show { organization } => {
            let found = find(&app, &organization).await?;
            output::print_json(&OrganizationView::from(found))
        }
        Action::Remove { organization } => {
            let found = find(&app, &organization).await?;
            Ok(organizations::delete(&app, &Authority::Command, found.id).await?)
        }
    }
}

/// Finds the organization that an id or a short name means.
pub(super) async fn find(app: &App, reference: &str) -> Result<Organization, CliError> {
    organizations::find(app, &Authority::Command, reference)
        .await
        .map_err(|error| match error {
            crate::app::error::AppError::NotFound(_) => CliError::failed(format!(
                "There is no organization {reference:?}: see 'grantd organizations list'."
            )),
            other => other.into(),
        })
}
