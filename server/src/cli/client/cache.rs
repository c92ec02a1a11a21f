//! Tokens kept between calls, in files that only their owner can read.

use std::fs::{self, DirBuilder, OpenOptions, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::PathBuf;
use std::process;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use ring::digest;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::fetch::{TokenRequest, TokenResponse, is_token};
use super::secret_text;
use crate::domain::secret::Secret;

/// A token is not used in its last seconds: it would expire on its way.
const MARGIN: TimeDelta = TimeDelta::seconds(30);

/// The folder of kept tokens: `$XDG_CACHE_HOME/grantd`, else `~/.cache/grantd`.
#[derive(Debug, Clone)]
pub(super) struct TokenCache {
    folder: PathBuf,
}

/// Which token: tokens for different requests never stand in for one another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key(String);

/// One kept token as its file holds it; times are Unix seconds.
#[derive(Serialize, Deserialize)]
struct Kept {
    #[serde(with = "secret_text")]
    access_token: Secret,
    fetched_at: i64,
    expires_at: i64,
}

impl TokenCache {
    /// The user's own folder; `None` where the environment names no home.
    pub(super) fn of_user(variable: &dyn Fn(&str) -> Option<String>) -> Option<Self> {
        // The XDG specification: a path that is not absolute is to be ignored.
        let absolute = |name: &str| {
            variable(name)
                .map(PathBuf::from)
                .filter(|p| p.is_absolute())
        };
        absolute("XDG_CACHE_HOME")
            .or_else(|| absolute("HOME").map(|home| home.join(".cache")))
            .map(|base| Self {
                folder: base.join("grantd"),
            })
    }

    /// The kept token, if it is still good. Whatever cannot be read is as good as absent.
    pub(super) fn load(&self, key: &Key, now: DateTime<Utc>) -> Option<Secret> {
        let text = fs::read(self.path(key)).map(Zeroizing::new).ok()?;
        let kept: Kept = serde_json::from_slice(&text).ok()?;
        (kept.is_fresh(now) && is_token(kept.access_token.expose())).then_some(kept.access_token)
    }

    /// Keeps the token of `response`, asked for at `fetched_at`. One that does not say how long it
    /// lives is not kept.
    ///
    /// # Errors
    /// The folder or the file cannot be written.
    pub(super) fn save(
        &self,
        key: &Key,
        response: &TokenResponse,
        fetched_at: DateTime<Utc>,
    ) -> io::Result<()> {
        let Some(lifetime) = response.expires_in else {
            return Ok(());
        };
        let kept = Kept {
            access_token: response.access_token.clone(),
            fetched_at: fetched_at.timestamp(),
            expires_at: fetched_at.timestamp() + i64::from(lifetime),
        };
        let text = Zeroizing::new(serde_json::to_vec(&kept)?);

        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.folder)?;
        // It may have been there before, with other permissions.
        fs::set_permissions(&self.folder, Permissions::from_mode(0o700))?;

        // Renamed into place, so that another process reads the old file or the new one whole.
        let draft = self.folder.join(format!(".{}.{}", key.0, process::id()));
        let _ = fs::remove_file(&draft);
        let written = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&draft)
            .and_then(|mut file| file.write_all(&text))
            .and_then(|()| fs::rename(&draft, self.path(key)));
        if written.is_err() {
            let _ = fs::remove_file(&draft);
        }
        written
    }

    /// Forgets the token, if it is kept.
    pub(super) fn remove(&self, key: &Key) {
        // A file that stays behind is found out at its next use, like any other refused token.
        let _ = fs::remove_file(self.path(key));
    }

    fn path(&self, key: &Key) -> PathBuf {
        self.folder.join(format!("{}.json", key.0))
    }
}

impl Key {
    /// The key of what `request` asks for: SHA-256 over endpoint, client, scopes and resource.
    pub(super) fn of(request: &TokenRequest<'_>) -> Self {
        // The order of scopes carries no meaning (RFC 6749 §3.3).
        let mut scopes: Vec<&str> = request
            .scopes
            .iter()
            .flat_map(|scope| scope.split_whitespace())
            .collect();
        scopes.sort_unstable();
        scopes.dedup();
        let scopes = scopes.join(" ");

        let mut context = digest::Context::new(&digest::SHA256);
        for part in [
            request.endpoint.as_url().as_str(),
            &request.credentials.client_id,
            &scopes,
            request.resource.unwrap_or_default(),
        ] {
            // With its length before it, no part can be mistaken for the end of another.
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part.as_bytes());
        }
        Self(URL_SAFE_NO_PAD.encode(context.finish()))
    }
}

impl Kept {
    /// Whether it may be used: up to the margin before its end, or up to the last tenth of its
    /// life if that is shorter. A clock that went back makes nothing fresh.
    fn is_fresh(&self, now: DateTime<Utc>) -> bool {
        let moment = |seconds| DateTime::from_timestamp(seconds, 0);
        let (Some(fetched), Some(expires)) = (moment(self.fetched_at), moment(self.expires_at))
        else {
            return false;
        };
        let margin = MARGIN.min((expires - fetched) / 10);
        fetched <= now && now < expires - margin
    }
}

#[cfg(test)]
mod tests;
