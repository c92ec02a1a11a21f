//! grantd's settings: a TOML file, then the environment, checked as a whole.
//!
//! ```text
//! registry (names, kinds, defaults)
//!    ↓
//! layers (default ← file ← environment; unknown names)  →  reader  →  one file a section  →  Settings
//! ```
//!
//! Nothing stops at the first mistake: every problem is gathered and told at once.
//! No problem and no `Debug` repeats a value that may be a secret, not even one in a wrong place.

mod compat;
mod console;
mod database;
pub mod environment;
mod files;
mod idempotency;
mod keys;
mod layers;
mod limits;
mod log;
mod master_key;
mod problems;
mod proxy;
mod reader;
mod reference;
pub mod registry;
mod server;
mod shutdown;
mod suggestion;
#[cfg(test)]
mod tests;
mod tls;
mod token;
mod usage;

use std::net::SocketAddr;
use std::path::Path;

use crate::domain::issuer::Issuer;
use crate::domain::secret::Secret;

pub use self::compat::CompatSettings;
pub use self::console::ConsoleSettings;
pub use self::database::DatabaseSettings;
pub use self::idempotency::IdempotencySettings;
pub use self::keys::KeySettings;
pub use self::limits::LimitSettings;
pub use self::log::{LogFormat, LogSettings};
pub use self::problems::Problems;
pub use self::proxy::ProxySettings;
pub use self::reference::reference_markdown;
pub use self::shutdown::ShutdownSettings;
pub use self::tls::TlsSettings;
pub use self::token::TokenSettings;
pub use self::usage::UsageSettings;

use self::layers::Layers;
use self::reader::Reader;

/// Everything that a running grantd is told from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The URL that names this grantd.
    pub issuer: Issuer,
    /// Where the HTTP server listens.
    pub listen: SocketAddr,
    /// The database.
    pub database: DatabaseSettings,
    /// 32 bytes in base64url without padding, checked; every other key is derived from it.
    pub master_key: Secret,
    /// Access tokens.
    pub token: TokenSettings,
    /// Signing keys.
    pub keys: KeySettings,
    /// Limits.
    pub limits: LimitSettings,
    /// How the server stops.
    pub shutdown: ShutdownSettings,
    /// What credentials are used for.
    pub usage: UsageSettings,
    /// The proxies in front.
    pub proxy: ProxySettings,
    /// Requests that are sent again.
    pub idempotency: IdempotencySettings,
    /// The certificate for HTTPS; `None` when grantd speaks plain HTTP, behind a proxy that does it.
    pub tls: Option<TlsSettings>,
    /// The log.
    pub log: LogSettings,
    /// Doors for clients of other products.
    pub compat: CompatSettings,
    /// The console.
    pub console: ConsoleSettings,
}

impl Settings {
    /// Reads the file, if one is given, and this process's environment.
    ///
    /// # Errors
    /// Every [problem](Problems) there is, at once.
    pub fn load(config: Option<&Path>) -> Result<Self, Problems> {
        let mut layers = Layers::new();
        if let Some(path) = config {
            match files::read_text(path) {
                Ok(text) => layers.file(path, &text),
                Err(why) => {
                    layers.problem(format!("The settings file {} {why}.", path.display()));
                }
            }
        }
        let variables = environment::grantd_variables();
        layers.unreadable_variables(variables.unreadable);
        layers.variables(variables.readable);
        Self::read(layers)
    }

    /// Reads a settings file's text and the given environment variables, and nothing ambient but
    /// the files that settings name. `path` only serves to say where a problem is.
    ///
    /// # Errors
    /// Every [problem](Problems) there is, at once.
    pub fn from_sources(
        file: Option<(&Path, &str)>,
        env: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, Problems> {
        let mut layers = Layers::new();
        if let Some((path, text)) = file {
            layers.file(path, text);
        }
        layers.variables(env);
        Self::read(layers)
    }

    /// The settings of `serve --dev`: defaults, over them the given environment variables, and over
    /// those the database `grantd.db` in `data_dir` and what else the trial needs.
    ///
    /// # Errors
    /// [`Problems`] when the master key is none, `data_dir` is not UTF-8, or a variable sets what a
    /// trial does not do: HTTPS.
    pub fn dev(
        issuer: &Issuer,
        listen: SocketAddr,
        data_dir: &Path,
        master_key: &Secret,
        env: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, Problems> {
        let mut layers = Layers::new();
        layers.variables(env);
        match database::sqlite_url(&data_dir.join("grantd.db")) {
            Some(url) => layers.given(
                "--dev",
                &[
                    (&server::ISSUER, issuer.as_str()),
                    (&server::LISTEN, &listen.to_string()),
                    (&database::URL, &url),
                    (&master_key::MASTER_KEY, master_key.expose()),
                ],
            ),
            None => layers.problem(
                "The data directory's path is not UTF-8: choose another with --data-dir."
                    .to_owned(),
            ),
        }
        let mut reader = layers.into_reader()?;
        tls::refuse_for_a_trial(&mut reader);
        Self::read_from(reader)
    }

    /// The part of the settings that stands in the API's description, as a server has it that was
    /// told nothing; the issuer is a placeholder.
    ///
    /// # Errors
    /// [`Problems`], which does not happen: defaults keep their rules.
    pub fn described_by_default() -> Result<(Issuer, TokenSettings, CompatSettings), Problems> {
        let mut layers = Layers::new();
        let placeholder = server::ISSUER.example.unwrap_or_default();
        layers.given("the example", &[(&server::ISSUER, placeholder)]);
        let mut reader = layers.into_reader()?;
        let issuer = server::issuer(&mut reader);
        let token = TokenSettings::read(&mut reader);
        let compat = CompatSettings::read(&mut reader);
        match (issuer, token, compat) {
            (Some(issuer), Some(token), Some(compat)) => Ok((issuer, token, compat)),
            _ => Err(reader.into_problems()),
        }
    }

    fn read(layers: Layers) -> Result<Self, Problems> {
        Self::read_from(layers.into_reader()?)
    }

    fn read_from(mut reader: Reader) -> Result<Self, Problems> {
        let settings = Self::sections(&mut reader);
        let problems = reader.into_problems();
        match settings {
            Some(settings) if problems.is_empty() => Ok(settings),
            _ => Err(problems),
        }
    }

    /// Asks every section before giving up on any, so that all problems come together.
    fn sections(reader: &mut Reader) -> Option<Self> {
        let issuer = server::issuer(reader);
        let listen = server::listen(reader);
        let master_key = master_key::read(reader);
        let database = DatabaseSettings::read(reader);
        let token = TokenSettings::read(reader);
        let keys = KeySettings::read(reader);
        let limits = LimitSettings::read(reader);
        let shutdown = ShutdownSettings::read(reader);
        let usage = UsageSettings::read(reader);
        let proxy = ProxySettings::read(reader);
        let idempotency = IdempotencySettings::read(reader);
        let tls = TlsSettings::read(reader);
        let log = LogSettings::read(reader);
        let compat = CompatSettings::read(reader);
        let console = ConsoleSettings::read(reader);
        Some(Self {
            issuer: issuer?,
            listen: listen?,
            database: database?,
            master_key: master_key?,
            token: token?,
            keys: keys?,
            limits: limits?,
            shutdown: shutdown?,
            usage: usage?,
            proxy: proxy?,
            idempotency: idempotency?,
            tls,
            log: log?,
            compat: compat?,
            console: console?,
        })
    }
}
