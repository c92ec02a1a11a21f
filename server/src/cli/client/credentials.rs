//! Finding a client's credentials: a file, or variables of the environment.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::error::ClientError;
use super::options::HttpUrl;
use super::secret_text;
use crate::domain::secret::Secret;

/// The families of variables, in the order in which they are asked. Kognic's clients read the
/// second, so what is set for them serves here too.
const PREFIXES: [&str; 2] = ["GRANTD_", "KOGNIC_"];

/// A client pair, and what its file says about it.
#[derive(Debug, Clone)]
pub(super) struct Credentials {
    /// The credential's public id.
    pub(super) client_id: String,
    /// Its secret.
    pub(super) client_secret: Secret,
    /// Where the file says to use it.
    token_endpoint: Option<HttpUrl>,
    /// When it ends, if its file says so.
    expires: Option<DateTime<Utc>>,
    /// Where it comes from, for messages.
    origin: String,
}

/// A credentials file, as far as it matters here. Other keys are for other readers.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct File {
    client_id: String,
    #[serde(with = "secret_text")]
    client_secret: Secret,
    token_endpoint: Option<String>,
    issuer: Option<String>,
    expires: Option<String>,
}

impl Credentials {
    /// Looks in `file` if one is named, else in the environment as `variable` tells it.
    ///
    /// # Errors
    /// No credentials anywhere, half a pair of variables, or a file that cannot be used.
    pub(super) fn find(
        file: Option<&Path>,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, ClientError> {
        if let Some(path) = file {
            return Self::from_file(path);
        }
        for prefix in PREFIXES {
            if let Some(found) = Self::from_variables(prefix, variable)? {
                return Ok(found);
            }
        }
        Err(ClientError::NoCredentials)
    }

    /// Refuses credentials that are past their date: asking the server would be a wasted failure.
    ///
    /// # Errors
    /// [`ClientError::Expired`].
    pub(super) fn must_not_have_expired(&self, now: DateTime<Utc>) -> Result<(), ClientError> {
        match self.expires {
            Some(at) if at <= now => Err(ClientError::Expired {
                origin: self.origin.clone(),
                at,
            }),
            _ => Ok(()),
        }
    }

    /// Where to get tokens: at `server` if one is named, else where the file says.
    ///
    /// # Errors
    /// [`ClientError::NoServer`] when neither says so.
    pub(super) fn token_endpoint(&self, server: Option<&HttpUrl>) -> Result<HttpUrl, ClientError> {
        server
            .map(HttpUrl::token_endpoint)
            .or_else(|| self.token_endpoint.clone())
            .ok_or_else(|| ClientError::NoServer {
                origin: self.origin.clone(),
            })
    }

    fn from_variables(
        prefix: &str,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Option<Self>, ClientError> {
        // Set to nothing is how scripts and compose files unset a variable.
        let value = |name: &str| variable(name).filter(|value| !value.is_empty());

        if let Some(path) = value(&format!("{prefix}CREDENTIALS")) {
            return Self::from_file(&PathBuf::from(path)).map(Some);
        }
        let id_name = format!("{prefix}CLIENT_ID");
        let secret_name = format!("{prefix}CLIENT_SECRET");
        match (value(&id_name), value(&secret_name).map(Secret::new)) {
            (Some(client_id), Some(client_secret)) => Ok(Some(Self {
                client_id,
                client_secret,
                token_endpoint: None,
                expires: None,
                origin: format!("the credential in {id_name}"),
            })),
            (None, None) => Ok(None),
            (Some(_), None) => Err(ClientError::HalfAPair {
                present: id_name,
                absent: secret_name,
            }),
            (None, Some(_)) => Err(ClientError::HalfAPair {
                present: secret_name,
                absent: id_name,
            }),
        }
    }

    fn from_file(path: &Path) -> Result<Self, ClientError> {
        let malformed = |reason: String| ClientError::FileMalformed {
            path: path.to_owned(),
            reason,
        };

        let text =
            fs::read(path)
                .map(Zeroizing::new)
                .map_err(|source| ClientError::FileUnreadable {
                    path: path.to_owned(),
                    source,
                })?;
        let file: File = serde_json::from_slice(&text).map_err(|error| malformed(told(&error)))?;
        if file.client_id.is_empty() || file.client_secret.expose().is_empty() {
            return Err(malformed("clientId or clientSecret is empty".to_owned()));
        }

        let url = |key: &str, text: &str| {
            text.parse::<HttpUrl>()
                .map_err(|error| malformed(format!("its {key} {error}")))
        };
        let token_endpoint = match (
            given(file.token_endpoint.as_ref()),
            given(file.issuer.as_ref()),
        ) {
            (Some(endpoint), _) => Some(url("tokenEndpoint", endpoint)?),
            (None, Some(issuer)) => Some(url("issuer", issuer)?.token_endpoint()),
            (None, None) => None,
        };
        Ok(Self {
            client_id: file.client_id,
            client_secret: file.client_secret,
            token_endpoint,
            // A date that cannot be read decides nothing here: the server has the last word.
            expires: given(file.expires.as_ref())
                .and_then(|text| DateTime::parse_from_rfc3339(text).ok())
                .map(|at| at.to_utc()),
            origin: format!("the credential in {}", path.display()),
        })
    }
}

/// A value that is there and not empty.
fn given(value: Option<&String>) -> Option<&str> {
    value.map(String::as_str).filter(|text| !text.is_empty())
}

/// What serde says, unless it would repeat a value: of a wrong type it shows what it found.
fn told(error: &serde_json::Error) -> String {
    let (line, column) = (error.line(), error.column());
    match error.classify() {
        serde_json::error::Category::Data if !error.to_string().starts_with("missing field") => {
            format!("a value has the wrong type at line {line}, column {column}")
        }
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests;
