//! `grantd agents`

use clap::{Args, Subcommand};

use super::error::CliError;
use super::paging::every;
use super::place::PlaceArgs;
use super::{organizations, output};
use crate::app::agents;
use crate::app::authority::Authority;
use crate::app::view::AgentView;
use crate::domain::organization::Agent;
use crate::domain::precondition::Precondition;
use crate::domain::text::{Name, Slug};

/// Arguments of `agents`.
#[derive(Debug, Args)]
pub struct AgentsArgs {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    place: PlaceArgs,
}

#[derive(Debug, Args)]
struct Owner {
    /// Id or short name of the organization
    #[arg(long, value_name = "ORGANIZATION")]
    organization: String,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Create an agent
    Create {
        /// Short name: lower-case letters, digits and hyphens
        slug: Slug,
        /// What people call it; the short name where absent
        #[arg(long)]
        name: Option<Name>,
        #[command(flatten)]
        owner: Owner,
    },
    /// List the agents of an organization
    List {
        #[command(flatten)]
        owner: Owner,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Show an agent
    Show {
        /// Id or short name
        agent: String,
        #[command(flatten)]
        owner: Owner,
    },
    /// Remove an agent that no live credential is scoped to
    Remove {
        /// Id or short name
        agent: String,
        #[command(flatten)]
        owner: Owner,
    },
}

/// Runs the action.
///
/// # Errors
/// [`CliError`].
pub async fn run(args: AgentsArgs) -> Result<(), CliError> {
    let app = args.place.open().await?;
    match args.action {
        Action::Create { slug, name, owner } => {
            let organization = organizations::find(&app, &owner.organization).await?;
            let made =
                agents::create(&app, &Authority::Command, organization.id, slug, name).await?;
            output::print_json(&AgentView::from(made))
        }
        Action::List { owner, json } => {
            let organization = organizations::find(&app, &owner.organization).await?;
            let all = every(
                |agent: &Agent| agent.id.0,
                async |page| agents::list(&app, &Authority::Command, organization.id, &page).await,
            )
            .await?;
            let columns = [
                ("ID", "id"),
                ("SLUG", "slug"),
                ("NAME", "name"),
                ("CREATED", "created_at"),
            ];
            let views: Vec<_> = all.into_iter().map(AgentView::from).collect();
            output::print_list(json, &columns, &views)
        }
        Action::Show { agent, owner } => {
            let organization = organizations::find(&app, &owner.organization).await?;
            let found = agents::find(&app, &Authority::Command, organization.id, &agent).await?;
            output::print_json(&AgentView::from(found))
        }
        Action::Remove { agent, owner } => {
            let organization = organizations::find(&app, &owner.organization).await?;
            let found = agents::find(&app, &Authority::Command, organization.id, &agent).await?;
            Ok(agents::delete(
                &app,
                &Authority::Command,
                organization.id,
                found.id,
                &Precondition::NONE,
            )
            .await?)
        }
    }
}
