//! Which database a command works on.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::dev_directory::DevDirectory;
use super::error::CliError;
use crate::app::App;
use crate::app::database::Database;
use crate::app::error::OpenError;
use crate::clock::SystemClock;
use crate::entropy::SystemEntropy;
use crate::settings::{Settings, environment};

/// Where the settings come from.
#[derive(Debug, Clone, Args)]
pub struct PlaceArgs {
    /// Settings file (TOML). Without it: the one named by `GRANTD_CONFIG`, else the environment alone
    #[arg(long, value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,
    /// Work on the database of `serve --dev`
    #[arg(long, global = true)]
    pub dev: bool,
    /// The directory of `serve --dev`; ./grantd-data where absent
    #[arg(long, value_name = "DIR", global = true)]
    pub data_dir: Option<PathBuf>,
}

impl PlaceArgs {
    /// Refuses options that do not go together.
    ///
    /// # Errors
    /// Exit code 2.
    pub fn check(&self) -> Result<(), CliError> {
        if self.dev && self.config.is_some() {
            return Err(CliError::usage(
                "--dev takes no settings file: leave out --dev or --config.",
            ));
        }
        if !self.dev && self.data_dir.is_some() {
            return Err(CliError::usage("--data-dir goes with --dev only."));
        }
        Ok(())
    }

    /// The directory of the trial.
    pub fn dev_directory(&self) -> DevDirectory {
        let path = self.data_dir.as_deref().unwrap_or(Path::new("grantd-data"));
        DevDirectory::new(path)
    }

    /// Reads the settings.
    ///
    /// # Errors
    /// Exit code 2 with every problem there is; 1 where the trial's directory was never made.
    pub fn settings(&self) -> Result<Settings, CliError> {
        self.check()?;
        if self.dev {
            return self.dev_directory().existing_settings();
        }
        let config = self
            .config
            .clone()
            .or_else(|| environment::variable("GRANTD_CONFIG").map(PathBuf::from));
        Ok(Settings::load(config.as_deref())?)
    }

    /// Opens grantd on its database, which must be there with its schema up to date.
    ///
    /// # Errors
    /// [`CliError`].
    pub async fn open(&self) -> Result<App, CliError> {
        let settings = self.settings()?;
        let database = Database::connect_existing(&settings).await?;
        if database.status().await?.iter().any(|(_, applied)| !applied) {
            return Err(OpenError::NotMigrated.into());
        }
        let clock = Arc::new(SystemClock);
        let entropy = Arc::new(SystemEntropy::new());
        Ok(database.attach(&settings, clock, entropy).await?)
    }
}

/// Opens grantd to serve, with the machine's clock and randomness.
///
/// # Errors
/// [`CliError`], most of all for a wrong master key.
pub async fn open(settings: &Settings, database: Database) -> Result<App, CliError> {
    let clock = Arc::new(SystemClock);
    let entropy = Arc::new(SystemEntropy::new());
    Ok(database.open(settings, clock, entropy).await?)
}
