//! `grantd resource-servers`

use clap::{Args, Subcommand};

use super::error::CliError;
use super::output;
use super::place::PlaceArgs;
use crate::app::authority::Authority;
use crate::app::resource_servers::{self, NewResourceServer, Update};
use crate::app::view::ResourceServerView;
use crate::domain::algorithm::Algorithm;
use crate::domain::precondition::Precondition;
use crate::domain::resource_server::{ResourceIdentifier, ResourceScope};
use crate::domain::scope::{InvalidScope, Scope};
use crate::domain::text::Name;

/// Arguments of `resource-servers`.
#[derive(Debug, Args)]
pub struct ResourceServersArgs {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    place: PlaceArgs,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Create a resource server
    Create {
        /// The 'aud' of its tokens: an absolute URI without a fragment
        identifier: ResourceIdentifier,
        /// What people call it; the identifier where absent
        #[arg(long)]
        name: Option<Name>,
        /// Scope, and what it allows after a '=': --scope "api:read=Read things"; may be repeated
        #[arg(long = "scope", value_name = "SCOPE[=TEXT]", value_parser = parse_scope)]
        scopes: Vec<ResourceScope>,
        /// Lifetime of its tokens, in seconds
        #[arg(long, value_name = "SECONDS")]
        token_ttl: Option<u32>,
        /// Signature algorithm of its tokens: ES256, `EdDSA`, RS256 or PS256
        #[arg(long)]
        algorithm: Option<Algorithm>,
    },
    /// Change a resource server; what is not named stays as it is
    Update {
        /// Id or identifier
        resource_server: String,
        /// What people call it
        #[arg(long)]
        name: Option<Name>,
        /// All its scopes, anew; credentials lose those that are gone
        #[arg(long = "scope", value_name = "SCOPE[=TEXT]", value_parser = parse_scope)]
        scopes: Vec<ResourceScope>,
        /// Lifetime of its tokens, in seconds
        #[arg(long, value_name = "SECONDS")]
        token_ttl: Option<u32>,
        /// Signature algorithm of its tokens: ES256, `EdDSA`, RS256 or PS256
        #[arg(long)]
        algorithm: Option<Algorithm>,
    },
    /// List resource servers
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Show a resource server
    Show {
        /// Id or identifier
        resource_server: String,
    },
    /// Remove a resource server that no live credential names
    Remove {
        /// Id or identifier
        resource_server: String,
    },
}

fn parse_scope(text: &str) -> Result<ResourceScope, InvalidScope> {
    let (name, description) = text.split_once('=').unwrap_or((text, ""));
    Ok(ResourceScope {
        name: name.parse::<Scope>()?,
        description: description.to_owned(),
    })
}

/// Runs the action.
///
/// # Errors
/// [`CliError`].
pub async fn run(args: ResourceServersArgs) -> Result<(), CliError> {
    let app = args.place.open().await?;
    match args.action {
        Action::Create {
            identifier,
            name,
            scopes,
            token_ttl,
            algorithm,
        } => {
            let name = match name {
                Some(name) => name,
                None => identifier.as_str().parse().map_err(|_| {
                    CliError::usage(
                        "The identifier is too long to be the name as well: give one with --name.",
                    )
                })?,
            };
            let new = NewResourceServer {
                identifier,
                name,
                scopes,
                token_ttl_seconds: token_ttl,
                algorithm,
            };
            let made = resource_servers::create(&app, &Authority::Command, new).await?;
            output::print_json(&ResourceServerView::from(&made))
        }
        Action::Update {
            resource_server,
            name,
            scopes,
            token_ttl,
            algorithm,
        } => {
            let found = resource_servers::find(&app, &resource_server)?;
            let update = Update {
                name,
                scopes: (!scopes.is_empty()).then_some(scopes),
                token_ttl_seconds: token_ttl.map(Some),
                algorithm: algorithm.map(Some),
            };
            let changed = resource_servers::update(
                &app,
                &Authority::Command,
                found.id,
                update,
                &Precondition::NONE,
            )
            .await?;
            output::print_json(&ResourceServerView::from(&changed))
        }
        Action::List { json } => {
            let all: Vec<_> = resource_servers::list(&app)
                .iter()
                .map(|server| ResourceServerView::from(server.as_ref()))
                .collect();
            let columns = [
                ("ID", "id"),
                ("IDENTIFIER", "identifier"),
                ("NAME", "name"),
                ("ALGORITHM", "algorithm"),
            ];
            output::print_list(json, &columns, &all)
        }
        Action::Show { resource_server } => {
            let found = resource_servers::find(&app, &resource_server)?;
            output::print_json(&ResourceServerView::from(found.as_ref()))
        }
        Action::Remove { resource_server } => {
            let found = resource_servers::find(&app, &resource_server)?;
            Ok(
                resource_servers::delete(&app, &Authority::Command, found.id, &Precondition::NONE)
                    .await?,
            )
        }
    }
}
