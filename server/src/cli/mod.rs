//! The commands, one file each. Each reads its arguments, calls a use case, and prints.

pub mod agents;
pub mod audit;
pub mod bootstrap;
pub mod check;
pub mod client;
pub mod completions;
pub mod credentials;
pub mod dev_directory;
pub mod error;
pub mod health;
pub mod keys;
mod memory;
pub mod migrate;
pub mod openapi;
pub mod organizations;
pub mod output;
pub mod paging;
pub mod place;
pub mod private_file;
pub mod resource_servers;
pub mod serve;
pub mod tls;
pub mod users;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use self::error::CliError;
use crate::clock::SystemClock;

/// Self-hosted server for machine credentials: OAuth 2.0 client credentials and API keys
#[derive(Debug, Parser)]
#[command(
    name = "grantd",
    version,
    propagate_version = true,
    max_term_width = 100
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server
    Serve(serve::ServeArgs),
    /// Bring the database's schema up to date, or say whether it is
    Migrate(migrate::MigrateArgs),
    /// Make the first operator and the first organization
    Bootstrap(bootstrap::BootstrapArgs),
    /// Create, list, show and remove organizations
    Organizations(organizations::OrganizationsArgs),
    /// Create, list, show and remove agents of an organization
    Agents(agents::AgentsArgs),
    /// Create, invite, list, show and remove users, and help those who cannot sign in
    Users(users::UsersArgs),
    /// Create, list, show and remove resource servers: the APIs that accept tokens
    ResourceServers(resource_servers::ResourceServersArgs),
    /// Generate, list, show, rename, rotate, disable, enable and revoke credentials
    Credentials(credentials::CredentialsArgs),
    /// List, rotate and export signing keys
    Keys(keys::KeysArgs),
    /// Check, list and export the audit trail
    Audit(audit::AuditArgs),
    /// Get an access token and print it
    Token(client::TokenArgs),
    /// Make one authenticated request: a lightweight curl
    Call(client::CallArgs),
    /// Read the settings and say what is wrong with them
    Check(check::CheckArgs),
    /// Exit 0 when a server is ready: for containers and scripts
    Health(health::HealthArgs),
    /// Print the reference of all settings
    ConfigReference,
    /// Print the OpenAPI document of the HTTP API, as a server with the default settings serves it
    Openapi,
    /// Print a shell's completion script
    Completions(completions::CompletionsArgs),
}

/// Reads the arguments, runs the command, and says what went wrong in one sentence on stderr.
pub async fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version come this way too, with exit code 0 and on stdout.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    // The commands' futures are large, and one of them runs.
    match Box::pin(run(cli.command)).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::complain(&error);
            error.exit_code()
        }
    }
}

async fn run(command: Command) -> Result<(), CliError> {
    match command {
        Command::Serve(args) => serve::run(args).await,
        Command::Migrate(args) => migrate::run(args).await,
        Command::Bootstrap(args) => bootstrap::run(args).await,
        Command::Organizations(args) => organizations::run(args).await,
        Command::Agents(args) => agents::run(args).await,
        Command::Users(args) => users::run(args).await,
        Command::ResourceServers(args) => resource_servers::run(args).await,
        Command::Credentials(args) => credentials::run(args).await,
        Command::Keys(args) => keys::run(args).await,
        Command::Audit(args) => audit::run(args).await,
        Command::Token(args) => Ok(client::token(args, &SystemClock).await?),
        Command::Call(args) => Ok(client::call(args, &SystemClock).await?),
        Command::Check(args) => check::run(&args),
        Command::Health(args) => health::run(args).await,
        Command::ConfigReference => output::print(&crate::settings::reference_markdown()),
        Command::Openapi => openapi::run(),
        Command::Completions(args) => completions::run(&args),
    }
}

/// The whole command line, for completions and for the reference in docs/.
pub fn command() -> clap::Command {
    Cli::command()
}
