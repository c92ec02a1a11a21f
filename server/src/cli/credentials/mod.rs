//! `grantd credentials`

mod generate;
mod usage;

use clap::{Args, Subcommand};

use self::generate::GenerateArgs;
use self::usage::UsageArgs;
use super::error::CliError;
use super::paging::every;
use super::place::PlaceArgs;
use super::{organizations, output};
use crate::app::authority::Authority;
use crate::app::credentials::{self, DEFAULT_OVERLAP, Filter, Update};
use crate::app::error::AppError;
use crate::app::view::CredentialView;
use crate::app::{App, agents};
use crate::domain::credential::{Credential, CredentialKind};
use crate::domain::duration::parse_duration;
use crate::domain::ids::CredentialId;
use crate::domain::precondition::Precondition;
use crate::domain::text::Name;

/// Arguments of `credentials`.
#[derive(Debug, Args)]
pub struct CredentialsArgs {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    place: PlaceArgs,
}

/// The columns of a listing.
const COLUMNS: [(&str, &str); 6] = [
    ("ID", "id"),
    ("KIND", "kind"),
    ("NAME", "name"),
    ("STATUS", "status"),
    ("SCOPES", "scopes"),
    ("EXPIRES", "expires_at"),
];

#[derive(Debug, Subcommand)]
enum Action {
    /// Make a credential and write its credentials file, this one time
    Generate(GenerateArgs),
    /// List the credentials of an organization
    List(ListArgs),
    /// Show a credential, never its secret
    Show {
        /// Id of the credential
        id: CredentialId,
    },
    /// Show what a credential was used for, by hour or by day
    Usage(UsageArgs),
    /// Give a credential another name
    Rename {
        /// Id of the credential
        id: CredentialId,
        /// The new name
        name: Name,
    },
    /// Make a second secret and write the new credentials file; the old secret lives on for a while
    Rotate {
        /// Id of the credential
        id: CredentialId,
        /// How long the old secret lives on, such as 24h; 0s ends it at once
        #[arg(long, value_parser = parse_duration, value_name = "DURATION")]
        overlap: Option<chrono::TimeDelta>,
        #[command(flatten)]
        destination: generate::Destination,
    },
    /// Refuse a credential until it is enabled again
    Disable {
        /// Id of the credential
        id: CredentialId,
    },
    /// Accept a disabled credential again
    Enable {
        /// Id of the credential
        id: CredentialId,
    },
    /// Refuse a credential for good
    Revoke {
        /// Id of the credential
        id: CredentialId,
    },
}

#[derive(Debug, Args)]
struct ListArgs {
    /// Id or short name of the organization
    #[arg(long, value_name = "ORGANIZATION")]
    organization: String,
    /// Only those scoped to this agent: id or short name
    #[arg(long)]
    agent: Option<String>,
    /// Only of this kind: `oauth_client` or `api_key`
    #[arg(long)]
    kind: Option<CredentialKind>,
    /// Revoked ones as well
    #[arg(long)]
    revoked: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Runs the action.
///
/// # Errors
/// [`CliError`].
pub async fn run(args: CredentialsArgs) -> Result<(), CliError> {
    if let Action::Generate(args) = &args.action {
        args.destination.check()?;
    }
    if let Action::Rotate { destination, .. } = &args.action {
        destination.check()?;
    }
    let app = args.place.open().await?;
    match args.action {
        Action::Generate(args) => generate::run(&app, args).await,
        Action::List(args) => list(&app, args).await,
        Action::Show { id } => {
            let found = find(&app, id).await?;
            output::print_json(&CredentialView::new(&app, found))
        }
        Action::Usage(args) => usage::run(&app, args).await,
        Action::Rename { id, name } => {
            let update = Update {
                name: Some(name),
                ..Update::default()
            };
            change(&app, id, update).await
        }
        Action::Disable { id } => {
            change(
                &app,
                id,
                Update {
                    enabled: Some(false),
                    ..Update::default()
                },
            )
            .await
        }
        Action::Enable { id } => {
            change(
                &app,
                id,
                Update {
                    enabled: Some(true),
                    ..Update::default()
                },
            )
            .await
        }
        Action::Rotate {
            id,
            overlap,
            destination,
        } => {
            let found = find(&app, id).await?;
            let overlap = overlap.unwrap_or(DEFAULT_OVERLAP);
            let made = credentials::rotate(
                &app,
                &Authority::Command,
                found.organization_id,
                id,
                overlap,
                &Precondition::NONE,
            )
            .await?;
            generate::hand_over(&app, &made, &destination).await
        }
        Action::Revoke { id } => {
            let found = find(&app, id).await?;
            Ok(credentials::revoke(
                &app,
                &Authority::Command,
                found.organization_id,
                id,
                &Precondition::NONE,
            )
            .await?)
        }
    }
}

async fn list(app: &App, args: ListArgs) -> Result<(), CliError> {
    let organization = organizations::find(app, &args.organization).await?;
    let agent_id = match args.agent {
        Some(agent) => Some(
            agents::find(app, &Authority::Command, organization.id, &agent)
                .await?
                .id,
        ),
        None => None,
    };
    let filter = Filter {
        agent_id,
        kind: args.kind,
        include_revoked: args.revoked,
        ..Filter::default()
    };
    let all = every(
        |credential: &Credential| credential.id.0,
        async |page| {
            credentials::list(
                app,
                &Authority::Command,
                organization.id,
                filter.clone(),
                &page,
            )
            .await
        },
    )
    .await?;
    let all: Vec<_> = all
        .into_iter()
        .map(|credential| CredentialView::new(app, credential))
        .collect();
    output::print_list(args.json, &COLUMNS, &all)
}

async fn find(app: &App, id: CredentialId) -> Result<Credential, CliError> {
    credentials::find_by_id(app, id)
        .await
        .map_err(|error| match error {
            AppError::NotFound(_) => CliError::failed(format!(
                "There is no credential {id}: see 'grantd credentials list'."
            )),
            other => other.into(),
        })
}

async fn change(app: &App, id: CredentialId, update: Update) -> Result<(), CliError> {
    let found = find(app, id).await?;
    let changed = credentials::update(
        app,
        &Authority::Command,
        found.organization_id,
        id,
        update,
        &Precondition::NONE,
    )
    .await?;
    output::print_json(&CredentialView::new(app, changed))
}
