//! The database itself: connecting to it, and bringing its schema up to date.

use std::sync::Arc;

use chrono::TimeDelta;

use super::App;
use super::error::OpenError;
use crate::clock::Clock;
use crate::entropy::Entropy;
use crate::settings::{DatabaseSettings, Settings};
use crate::store::{self, ConnectSettings, Store};

/// A database that is connected to, and whose schema may be of any age.
#[derive(Debug)]
pub struct Database {
    store: Store,
}

impl Database {
    /// Connects to the database that the settings name. A SQLite file that is missing is made.
    ///
    /// # Errors
    /// [`OpenError::Store`] with the reason.
    pub async fn connect(settings: &Settings) -> Result<Self, OpenError> {
        let connect = connect_settings(&settings.database);
        let store = Store::connect(settings.database.url.expose(), &connect).await?;
        Ok(Self { store })
    }

    /// Connects to a database that is there, and makes none: a mistyped path would leave an empty
    /// one behind.
    ///
    /// # Errors
    /// [`OpenError::NoDatabase`] where it is a SQLite file that is missing; otherwise as
    /// [`connect`](Self::connect).
    pub async fn connect_existing(settings: &Settings) -> Result<Self, OpenError> {
        match Store::missing_file(settings.database.url.expose()) {
            Some(path) => Err(OpenError::NoDatabase(path)),
            None => Self::connect(settings).await,
        }
    }

    /// Brings the schema up to date. Returns the names of the changes that it made.
    ///
    /// # Errors
    /// [`OpenError::Schema`], also for a schema that is newer than this build.
    pub async fn migrate(&self) -> Result<Vec<String>, OpenError> {
        Ok(store::migrate(&self.store).await?)
    }

    /// Every change of the schema in order, and whether the database has it.
    ///
    /// # Errors
    /// As [`migrate`](Self::migrate).
    pub async fn status(&self) -> Result<Vec<(String, bool)>, OpenError> {
        Ok(store::status(&self.store).await?)
    }

    /// Opens grantd on it for a command, beside a server that may run. The schema must be up to date.
    ///
    /// # Errors
    /// As [`App::attach`].
    pub async fn attach(
        self,
        settings: &Settings,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<App, OpenError> {
        App::attach(settings, self.store, clock, entropy).await
    }

    /// Opens grantd on it to serve. The schema must be up to date.
    ///
    /// # Errors
    /// As [`App::open`].
    pub async fn open(
        self,
        settings: &Settings,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<App, OpenError> {
        App::open(settings, self.store, clock, entropy).await
    }
}

/// How to connect, as the settings have it.
pub fn connect_settings(settings: &DatabaseSettings) -> ConnectSettings {
    let or_default = |chosen: TimeDelta, default| chosen.to_std().unwrap_or(default);
    let defaults = ConnectSettings::pool_of(settings.max_connections);
    ConnectSettings {
        connect_timeout: or_default(settings.connect_timeout, defaults.connect_timeout),
        statement_timeout: or_default(settings.statement_timeout, defaults.statement_timeout),
        ..defaults
    }
}
