//! `grantd serve`: the server, in production and as a trial.

use std::fmt::Write as _;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use serde_json::Value;
use tokio::time::timeout;

use super::dev_directory::{DEFAULT_LISTEN, DevDirectory, issuer_of};
use super::error::CliError;
use super::place::{PlaceArgs, open};
use super::private_file::plain;
use super::{memory, output, tls};
use crate::app::credentials_file::CredentialsFile;
use crate::app::database::Database;
use crate::app::error::AppError;
use crate::app::{App, credentials, dev, feed, usage, users};
use crate::domain::credential::CredentialStatus;
use crate::domain::ids::CredentialId;
use crate::domain::secret::Secret;
use crate::http::{HttpState, listener, server};
use crate::settings::{Settings, environment};
use crate::telemetry;

/// How long, at the end, writing down the last usage may take.
const LAST_FLUSH: Duration = Duration::from_secs(5);

/// How long closing the database may take after that.
const LAST_CLOSE: Duration = Duration::from_secs(3);

/// Arguments of `serve`.
#[derive(Debug, Args)]
pub struct ServeArgs {
    #[command(flatten)]
    place: PlaceArgs,
    /// Address to listen on, with --dev; 127.0.0.1:8080 where absent. The issuer URL follows it
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
}

/// Runs the server until SIGTERM or SIGINT.
///
/// # Errors
/// Exit code 2 for wrong settings, 1 for everything else; nothing half-made stays behind.
pub async fn run(args: ServeArgs) -> Result<(), CliError> {
    args.place.check()?;
    if args.place.dev {
        return run_dev(&args).await;
    }
    if args.listen.is_some() {
        return Err(CliError::usage(
            "--listen goes with --dev only: set 'listen' in the settings.",
        ));
    }
    let settings = args.place.settings()?;
    telemetry::start(&settings.log);
    if let Some(warning) = memory::warning(settings.limits.cached_credentials) {
        log::warn!("{warning}");
    }
    let tls = settings.tls.as_ref().map(tls::server_config).transpose()?;
    let listener = bind(settings.listen)?;
    let app = start(&settings).await?;
    log::info!(
        "grantd {} answers for {} on {}",
        env!("CARGO_PKG_VERSION"),
        settings.issuer,
        settings.listen
    );
    answer(app, &settings, listener, tls).await
}

async fn run_dev(args: &ServeArgs) -> Result<(), CliError> {
    let listen = args.listen.unwrap_or(DEFAULT_LISTEN);
    if !listen.ip().is_loopback() {
        return Err(CliError::usage(format!(
            "--dev is for this machine alone, and {} can be reached from others: listen on 127.0.0.1, or write a settings file and leave out --dev.",
            listen.ip()
        )));
    }
    let given_password = environment::variable("GRANTD_DEV_ADMIN_PASSWORD").map(Secret::new);
    if let Some(password) = &given_password {
        users::check_password(password).map_err(|error| match error {
            AppError::Invalid { rule, .. } => {
                CliError::usage(format!("GRANTD_DEV_ADMIN_PASSWORD {rule}."))
            }
            other => other.into(),
        })?;
    }
    // The socket comes first: where it is taken, nothing is made.
    let listener = bind(listen)?;
    let bound = listener
        .local_addr()
        .map_err(|error| CliError::failed(format!("The socket has no address: {error}.")))?;
    let issuer = issuer_of(bound)?;
    let directory = args.place.dev_directory();
    let settings = directory.prepare(&issuer, bound)?;
    telemetry::start(&settings.log);
    let app = start(&settings).await?;

    let password = given_password
        .clone()
        .unwrap_or_else(|| users::generate_password(&app));
    let save = |file: &CredentialsFile| directory.save_credentials(&file.to_json()?);
    let made = dev::set_up(&app, &password, save).await?;
    directory.keep_issuer_in_step(&issuer)?;
    let sign_in = match (made, given_password) {
        (true, None) => SignIn::Generated(&password),
        (true, Some(_)) => SignIn::FromEnvironment,
        (false, _) if is_there(users::find(&app, dev::ADMIN).await)? => SignIn::Earlier,
        (false, _) => SignIn::Removed,
    };
    let pair = live_pair(&app, &directory).await?;
    let banner = banner(
        &app,
        &directory,
        &sign_in,
        pair.as_ref(),
        settings.console.enabled,
    );
    match sign_in {
        SignIn::Generated(_) => output::print_secret(&banner, &lost_password(&directory))?,
        _ => output::print(&banner)?,
    }
    answer(app, &settings, listener, None).await
}

fn bind(address: SocketAddr) -> Result<TcpListener, CliError> {
    listener::bind(address).map_err(|error| {
        CliError::failed(format!(
            "grantd cannot listen on {address}: {}. Stop what listens there, or choose another address.",
            plain(&error)
        ))
    })
}

async fn start(settings: &Settings) -> Result<App, CliError> {
    let database = Database::connect(settings).await?;
    for applied in database.migrate().await? {
        log::info!("schema change applied: {applied}");
    }
    open(settings, database).await
}

async fn answer(
    app: App,
    settings: &Settings,
    listener: TcpListener,
    tls: Option<rustls::ServerConfig>,
) -> Result<(), CliError> {
    let app = Arc::new(app);
    let state = HttpState {
        app: Arc::clone(&app),
        compat: settings.compat,
        console: settings.console.enabled,
        proxy: settings.proxy.clone(),
    };
    let background = [
        tokio::spawn(feed::follow(Arc::clone(&app))),
        tokio::spawn(feed::upkeep(Arc::clone(&app))),
        tokio::spawn(usage::flush_regularly(Arc::clone(&app))),
    ];
    let failed = |error: std::io::Error| CliError::failed(format!("The server failed: {error}."));
    let server = server::start(state, listener, tls, settings.shutdown);
    let result = server.map_err(failed)?.await;
    // A flush under way ends first: cut off just then, it would be counted twice.
    app.flusher.hurry();
    let not_written = match timeout(LAST_FLUSH, usage::flush(&app)).await {
        Ok(Ok(())) => None,
        Ok(Err(error)) => Some(error.to_string()),
        Err(_) => Some("it took too long".to_owned()),
    };
    for task in background {
        task.abort();
        // It may have a step of a flush in hand until it has ended.
        let _ = task.await;
    }
    if let Some(why) = not_written {
        let (hours, uses) = app.flusher.left(&app.meters).await;
        log::warn!(
            "the last usage was not all written ({why}): {hours} hours of credentials and {uses} last uses are lost"
        );
    }
    // SQLite gathers everything in the one file then, so that a copy of it is whole.
    match timeout(LAST_CLOSE, app.store.close()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => log::warn!("the database was not closed: {error}"),
        Err(_) => log::warn!("the database was not closed in time"),
    }
    result.map_err(failed)?;
    log::info!("stopped");
    Ok(())
}

/// What to tell of the admin.
enum SignIn<'a> {
    Generated(&'a Secret),
    FromEnvironment,
    Earlier,
    Removed,
}

fn lost_password(directory: &DevDirectory) -> String {
    format!(
        "The password of {} is lost: remove {} to begin anew.",
        dev::ADMIN,
        directory.path().display()
    )
}

/// The id and the secret in the credentials file.
struct Pair {
    id: CredentialId,
    secret: Secret,
}

impl Pair {
    fn read(file: &Value) -> Option<Self> {
        Some(Self {
            id: file.get("clientId")?.as_str()?.parse().ok()?,
            secret: Secret::new(file.get("clientSecret")?.as_str()?.to_owned()),
        })
    }
}

/// The pair in the credentials file, unless its credential has been removed or revoked since.
async fn live_pair(app: &App, directory: &DevDirectory) -> Result<Option<Pair>, CliError> {
    let Some(pair) = directory.credentials().as_ref().and_then(Pair::read) else {
        return Ok(None);
    };
    let live = match credentials::find_by_id(app, pair.id).await {
        Ok(credential) => credential.status != CredentialStatus::Revoked,
        found => is_there(found)?,
    };
    Ok(live.then_some(pair))
}

fn is_there<T>(found: Result<T, AppError>) -> Result<bool, CliError> {
    match found {
        Ok(_) => Ok(true),
        Err(AppError::NotFound(_)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

fn banner(
    app: &App,
    directory: &DevDirectory,
    sign_in: &SignIn<'_>,
    pair: Option<&Pair>,
    console: bool,
) -> String {
    let issuer = app.issuer.as_str();
    let mut text = String::new();
    let sign_in = match sign_in {
        SignIn::Generated(password) => format!(
            "{}, password {}  (shown this one time)",
            dev::ADMIN,
            password.expose()
        ),
        SignIn::FromEnvironment => {
            format!("{}, password from GRANTD_DEV_ADMIN_PASSWORD", dev::ADMIN)
        }
        SignIn::Earlier => format!("{}, password as shown at the first start", dev::ADMIN),
        SignIn::Removed => format!("{} was removed", dev::ADMIN),
    };
    let file = directory.credentials_file();
    let _ = write!(
        text,
        "grantd {version}, a trial on this machine: {issuer}\n\n  \
         Console      {issuer}/console{switched_off}\n  \
         Sign-in      {sign_in}\n  \
         Credentials  {file}\n  \
         Metadata     {issuer}/.well-known/oauth-authorization-server\n\n",
        version = env!("CARGO_PKG_VERSION"),
        switched_off = if console {
            ""
        } else {
            "  (switched off by console.enabled)"
        },
        file = file.display(),
    );
    match pair {
        Some(Pair { id, secret }) => {
            let _ = write!(
                text,
                "Get an access token:\n\n  curl -u {id}:{} -d grant_type=client_credentials {issuer}/oauth/token\n\n",
                secret.expose()
            );
        }
        None => {
            let _ = write!(
                text,
                "The credentials in {} are gone. Make new ones: grantd credentials generate --dev --organization ORGANIZATION --name NAME\n\n",
                file.display(),
            );
        }
    }
    text.push_str("Stop it with Ctrl-C.\n");
    text
}
