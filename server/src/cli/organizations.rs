//! `grantd organizations`

use clap::{Args, Subcommand};

use super::error::CliError;
use super::output;
use super::paging::every;
use super::place::PlaceArgs;
use crate::app::authority::Authority;
use crate::app::organizations::Update;
use crate::app::view::OrganizationView;
use crate::app::{App, organizations};
use crate::domain::organization::{MAX_CREDENTIAL_LIMIT, Organization};
use crate::domain::precondition::Precondition;
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
    /// Set how many credentials an organization may have; what is not named stays as it is
    SetLimits {
        /// Id or short name
        organization: String,
        /// How many API keys: a number, or `default` for what the setting says
        #[arg(
            long,
            value_name = "LIMIT",
            value_parser = parse_limit,
            required_unless_present = "oauth_clients"
        )]
        api_keys: Option<CredentialLimit>,
        /// How many OAuth clients: a number, or `default` for what the setting says
        #[arg(long, value_name = "LIMIT", value_parser = parse_limit)]
        oauth_clients: Option<CredentialLimit>,
    },
    /// Remove an organization with its agents, memberships and credentials
    Remove {
        /// Id or short name
        organization: String,
    },
}

/// A limit of the organization's own, or none.
#[derive(Debug, Clone, Copy)]
struct CredentialLimit(Option<u32>);

fn parse_limit(text: &str) -> Result<CredentialLimit, String> {
    if text == "default" {
        return Ok(CredentialLimit(None));
    }
    text.parse()
        .ok()
        .filter(|limit| *limit <= MAX_CREDENTIAL_LIMIT)
        .map(|limit| CredentialLimit(Some(limit)))
        .ok_or_else(|| format!("must be 0 to {MAX_CREDENTIAL_LIMIT}, or default"))
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
        Action::SetLimits {
            organization,
            api_keys,
            oauth_clients,
        } => {
            let found = find(&app, &organization).await?;
            let update = Update {
                api_key_limit: api_keys.map(|limit| limit.0),
                oauth_client_limit: oauth_clients.map(|limit| limit.0),
                ..Update::default()
            };
            let changed = organizations::update(
                &app,
                &Authority::Command,
                found.id,
                update,
                &Precondition::NONE,
            )
            .await?;
            output::print_json(&OrganizationView::from(changed))
        }
        Action::Remove { organization } => {
            let found = find(&app, &organization).await?;
            Ok(
                organizations::delete(&app, &Authority::Command, found.id, &Precondition::NONE)
                    .await?,
            )
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
