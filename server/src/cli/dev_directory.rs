//! The directory of `serve --dev`: database, master key and credentials file.

use std::fs;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::error::CliError;
use super::private_file::{Existing, plain, write_private};
use crate::crypto::master_key::MasterKey;
use crate::domain::issuer::Issuer;
use crate::domain::secret::Secret;
use crate::entropy::SystemEntropy;
use crate::settings::{Settings, environment};

/// Where the trial listens unless told otherwise.
pub const DEFAULT_LISTEN: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

/// A directory that holds a trial, or will.
#[derive(Debug, Clone)]
pub struct DevDirectory {
    path: PathBuf,
}

impl DevDirectory {
    /// Names the directory; it need not exist yet.
    pub fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
        }
    }

    /// The directory itself.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The credentials file in it.
    pub fn credentials_file(&self) -> PathBuf {
        self.path.join("credentials.json")
    }

    fn master_key_file(&self) -> PathBuf {
        self.path.join("master.key")
    }

    fn database(&self) -> PathBuf {
        self.path.join("grantd.db")
    }

    /// The settings of a trial that was started before, for a command.
    ///
    /// # Errors
    /// Where there is none.
    pub fn existing_settings(&self) -> Result<Settings, CliError> {
        if !self.database().exists() {
            return Err(CliError::failed(format!(
                "There is no database in {}: start 'grantd serve --dev' first, or name its directory with --data-dir.",
                self.path.display()
            )));
        }
        let master_key = self.read_master_key()?;
        // The file knows where the trial listened the last time.
        let issuer = self
            .recorded_issuer()
            .map_or_else(|| issuer_of(DEFAULT_LISTEN), Ok)?;
        self.settings(&issuer, DEFAULT_LISTEN, &master_key)
    }

    /// The settings of a trial that starts now: makes the directory and the master key where they
    /// are missing, once the settings are known to be good.
    ///
    /// # Errors
    /// Where the directory cannot be written, or the key of an existing database is gone; exit code
    /// 2 for wrong settings.
    pub fn prepare(&self, issuer: &Issuer, listen: SocketAddr) -> Result<Settings, CliError> {
        if self.master_key_file().exists() || self.database().exists() {
            return self.settings(issuer, listen, &self.read_master_key()?);
        }
        let master_key = fresh_master_key();
        let settings = self.settings(issuer, listen, &master_key)?;
        self.make_directory()?;
        self.save_master_key(&master_key)?;
        Ok(settings)
    }

    fn settings(
        &self,
        issuer: &Issuer,
        listen: SocketAddr,
        master_key: &Secret,
    ) -> Result<Settings, CliError> {
        let variables = environment::grantd_variables();
        let env = variables.readable.into_iter();
        Ok(Settings::dev(issuer, listen, &self.path, master_key, env)?)
    }

    fn make_directory(&self) -> Result<(), CliError> {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.path)
            .map_err(|error| self.unusable(&self.path, &error))
    }

    fn read_master_key(&self) -> Result<Secret, CliError> {
        let path = self.master_key_file();
        match fs::read_to_string(&path) {
            Ok(text) => Ok(Secret::new(text.trim().to_owned())),
            Err(error) if error.kind() == ErrorKind::NotFound => Err(CliError::failed(format!(
                "{database} is here, but the master key that it was made with, {key}, is not: put the key back, or remove {directory} to begin anew.",
                database = self.database().display(),
                key = path.display(),
                directory = self.path.display(),
            ))),
            Err(error) => Err(self.unusable(&path, &error)),
        }
    }

    fn save_master_key(&self, key: &Secret) -> Result<(), CliError> {
        let path = self.master_key_file();
        self.write(&path, key.expose(), Existing::Refuse)
    }

    /// Writes the credentials file anew.
    ///
    /// # Errors
    /// Where the directory cannot be written.
    pub fn save_credentials(&self, json: &str) -> Result<(), CliError> {
        let path = self.credentials_file();
        self.write(&path, json, Existing::Replace)
    }

    /// The credentials file, if it is there and can be read.
    pub fn credentials(&self) -> Option<Value> {
        let text = fs::read_to_string(self.credentials_file()).ok()?;
        serde_json::from_str(&text).ok()
    }

    fn recorded_issuer(&self) -> Option<Issuer> {
        Issuer::parse(self.credentials()?.get("issuer")?.as_str()?).ok()
    }

    /// Writes the present issuer into the credentials file, where the trial listened elsewhere
    /// the last time.
    ///
    /// # Errors
    /// Where the directory cannot be written.
    pub fn keep_issuer_in_step(&self, issuer: &Issuer) -> Result<(), CliError> {
        let Some(mut file) = self.credentials() else {
            return Ok(());
        };
        let Some(fields) = file.as_object_mut() else {
            return Ok(());
        };
        let endpoint = issuer.join("/oauth/token");
        let is = |name: &str, value: &str| fields.get(name).and_then(Value::as_str) == Some(value);
        if is("issuer", issuer.as_str()) && is("tokenEndpoint", &endpoint) {
            return Ok(());
        }
        fields.insert("issuer".to_owned(), issuer.as_str().into());
        fields.insert("tokenEndpoint".to_owned(), endpoint.into());
        let text = serde_json::to_string_pretty(&file).map_err(|error| {
            CliError::failed(format!("credentials.json has no JSON form: {error}."))
        })?;
        self.save_credentials(&(text + "\n"))
    }

    fn write(&self, path: &Path, text: &str, existing: Existing) -> Result<(), CliError> {
        write_private(path, text.as_bytes(), existing, &SystemEntropy::new())
            .map_err(|error| self.unusable(path, &error))
    }

    fn unusable(&self, path: &Path, error: &std::io::Error) -> CliError {
        CliError::failed(format!(
            "{} cannot be used: {}. Make {} writable, or name another directory with --data-dir.",
            path.display(),
            plain(error),
            self.path.display()
        ))
    }
}

fn fresh_master_key() -> Secret {
    let key = MasterKey::generate(&SystemEntropy::new());
    Secret::new(key.to_base64url().to_string())
}

/// The issuer URL of a trial.
///
/// # Errors
/// Never for a socket address, whose text is a good host.
pub fn issuer_of(listen: SocketAddr) -> Result<Issuer, CliError> {
    Issuer::parse(&format!("http://{listen}")).map_err(|error| {
        CliError::failed(format!(
            "The address {listen} makes no issuer URL: {error}."
        ))
    })
}
