//! `grantd credentials generate`, and handing over what was made.

use std::io::ErrorKind;
use std::path::PathBuf;

use clap::Args;

use crate::app::authority::Authority;
use crate::app::create_credential::{self, NewCredential, WithSecret};
use crate::app::credentials_file::credentials_file;
use crate::app::{App, agents};
use crate::cli::error::CliError;
use crate::cli::private_file::{self, Existing, plain, write_private};
use crate::cli::{organizations, output};
use crate::domain::credential::{Credential, CredentialKind, MAX_LIVE_SECRETS};
use crate::domain::duration::parse_duration;
use crate::domain::resource_server::ResourceIdentifier;
use crate::domain::scope::Scope;
use crate::domain::text::Name;

/// Arguments of `credentials generate`.
#[derive(Debug, Args)]
pub(super) struct GenerateArgs {
    /// Id or short name of the organization that owns it
    #[arg(long, value_name = "ORGANIZATION")]
    organization: String,
    /// What people call it
    #[arg(long)]
    name: Name,
    /// How it is used: `oauth_client` or `api_key`
    #[arg(long, default_value_t = CredentialKind::OauthClient)]
    kind: CredentialKind,
    /// Id or short name of the one agent that it is scoped to; the whole organization where absent
    #[arg(long)]
    agent: Option<String>,
    /// Scope it is granted; may be repeated. Without it: all of its audiences
    #[arg(long = "scope", value_name = "SCOPE")]
    scopes: Vec<Scope>,
    /// Resource server it may be used at, the first being the default; may be repeated. Without it:
    /// those that the scopes belong to, or the only one there is
    #[arg(long = "audience", value_name = "URI")]
    audiences: Vec<ResourceIdentifier>,
    /// When it ends, from now: 90d, 24h, 30m, 10s. Without it: never
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    expires: Option<chrono::TimeDelta>,
    /// Lifetime of its tokens, in seconds
    #[arg(long, value_name = "SECONDS")]
    token_ttl: Option<u32>,
    /// Lets it act for the operator, over all organizations
    #[arg(long)]
    operator: bool,
    #[command(flatten)]
    pub(super) destination: Destination,
}

/// Where the credentials file goes.
#[derive(Debug, Args)]
pub(super) struct Destination {
    /// File to write, readable by you alone; stdout where absent
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Write over a file that is there already
    #[arg(long, requires = "out")]
    force: bool,
}

impl Destination {
    /// Refuses before anything is made: a secret that cannot be handed over is lost.
    pub(super) fn check(&self) -> Result<(), CliError> {
        let Some(path) = &self.out else {
            return Ok(());
        };
        if let Some(folder) = path.parent()
            && !folder.as_os_str().is_empty()
            && !folder.is_dir()
        {
            return Err(CliError::failed(format!(
                "The folder {} does not exist: make it first.",
                folder.display()
            )));
        }
        if path.as_os_str().as_encoded_bytes().ends_with(b"/") {
            return Err(CliError::failed(format!(
                "{} is the name of a folder: name a file in it.",
                path.display()
            )));
        }
        private_file::check(path, self.existing()).map_err(|error| {
            CliError::failed(match error.kind() {
                ErrorKind::AlreadyExists => format!(
                    "{} is there already: name another file, or write over it with --force.",
                    path.display()
                ),
                _ => format!(
                    "{} cannot be written: {}. Name another file, or leave out --out to print.",
                    path.display(),
                    plain(&error)
                ),
            })
        })
    }

    fn existing(&self) -> Existing {
        if self.force {
            Existing::Replace
        } else {
            Existing::Refuse
        }
    }
}

/// Makes the credential and hands it over.
pub(super) async fn run(app: &App, args: GenerateArgs) -> Result<(), CliError> {
    let organization = organizations::find(app, &args.organization).await?;
    let agent_id = match &args.agent {
        Some(agent) => Some(
            agents::find(app, &Authority::Command, organization.id, agent)
                .await?
                .id,
        ),
        None => None,
    };
    let new = NewCredential {
        agent_id,
        scopes: (!args.scopes.is_empty()).then_some(args.scopes),
        audiences: args.audiences,
        operator: args.operator,
        token_ttl_seconds: args.token_ttl,
        expires_at: args.expires.map(|expires| app.now() + expires),
        ..NewCredential::named(args.kind, args.name, organization.id)
    };
    let made = create_credential::create(app, &Authority::Command, new).await?;
    hand_over(app, &made, &args.destination).await
}

/// Writes the credentials file, or prints it where no file was named.
pub(super) async fn hand_over(
    app: &App,
    made: &WithSecret,
    destination: &Destination,
) -> Result<(), CliError> {
    let json = credentials_file(app, made).await?.to_json()?;
    let Some(path) = &destination.out else {
        return output::print_secret(&json, &lost(&made.credential));
    };
    let existing = destination.existing();
    match write_private(path, json.as_bytes(), existing, app.entropy.as_ref()) {
        Ok(()) => {
            output::hint(&format!(
                "{} {:?} is in {}.",
                made.credential.id,
                made.credential.name.as_str(),
                path.display()
            ));
            Ok(())
        }
        Err(error) => {
            let unwritten = format!(
                "{} could not be written: {}.",
                path.display(),
                plain(&error)
            );
            // It exists now, and this is the only time that its secret is known.
            output::print_secret(&json, &lost(&made.credential))
                .map_err(|error| CliError::failed(format!("{unwritten} {error}")))?;
            Err(CliError::failed(format!(
                "{unwritten} The credentials file was printed instead: save it."
            )))
        }
    }
}

/// What to say where nobody got the newest secret.
fn lost(credential: &Credential) -> String {
    let id = credential.id;
    if credential.secrets.len() < MAX_LIVE_SECRETS {
        return format!(
            "The secret of credential {id} is lost: make another with 'grantd credentials rotate {id} --overlap 0s', or end the credential with 'grantd credentials revoke {id}'."
        );
    }
    format!(
        "The new secret of credential {id} is lost, and the old one ends as was asked: rotate again when it has ended, or end the credential with 'grantd credentials revoke {id}' and generate another."
    )
}
