//! Credentials: a public id and one or more secrets.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::ids::{AgentId, CredentialId, OrganizationId, ResourceServerId, SecretId, UserId};
use super::limit::{Quota, RateLimit};
use super::limits::Limits;
use super::scope::Scope;
use super::text::{Description, Name};

/// How many secrets of one credential may live at once. Two are enough for a rotation.
pub const MAX_LIVE_SECRETS: usize = 2;

/// How a credential is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CredentialKind {
    /// A client id and secret for the token endpoint.
    OauthClient,
    /// A key sent with each call, or exchanged for a token.
    ApiKey,
}

impl CredentialKind {
    /// The name as stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OauthClient => "oauth_client",
            Self::ApiKey => "api_key",
        }
    }

    /// What its secrets begin with.
    pub const fn secret_prefix(self) -> &'static str {
        match self {
            Self::OauthClient => "gds_",
            Self::ApiKey => "gdk_",
        }
    }
}

impl fmt::Display for CredentialKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no kind of credential.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be oauth_client or api_key")]
pub struct UnknownKind;

impl FromStr for CredentialKind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        [Self::OauthClient, Self::ApiKey]
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or(UnknownKind)
    }
}

/// A grant that a credential may use at the token endpoint (RFC 7591 §2 `grant_types`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum GrantType {
    /// RFC 6749 §4.4.
    ClientCredentials,
}

impl GrantType {
    /// The name as it stands in a token request.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClientCredentials => "client_credentials",
        }
    }
}

/// Whether a credential may be used at present. Expiry is not a status: it is told by the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CredentialStatus {
    /// In use.
    Active,
    /// Switched off; can be switched on again.
    Disabled,
    /// Dead for good. It has no secret any more, so it is refused as an unknown one is.
    Revoked,
}

impl CredentialStatus {
    /// The name as stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
            Self::Revoked => "revoked",
        }
    }
}

impl fmt::Display for CredentialStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no status.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be one of active, disabled, revoked")]
pub struct UnknownStatus;

impl FromStr for CredentialStatus {
    type Err = UnknownStatus;

    fn from_str(text: &str) -> Result<Self, UnknownStatus> {
        [Self::Active, Self::Disabled, Self::Revoked]
            .into_iter()
            .find(|status| status.as_str() == text)
            .ok_or(UnknownStatus)
    }
}

/// What is kept of one secret. The fingerprint stays in the store and the cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretRecord {
    /// Names the secret.
    pub id: SecretId,
    /// Its last characters, to tell secrets apart.
    pub hint: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// From when on it is refused; never where absent.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was last used, at most a minute behind.
    pub last_used_at: Option<DateTime<Utc>>,
}

impl SecretRecord {
    /// Whether the secret is still accepted.
    pub fn is_live(&self, now: DateTime<Utc>) -> bool {
        self.expires_at.is_none_or(|expiry| now < expiry)
    }
}

/// A credential as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// The public id, which is the OAuth `client_id`.
    pub id: CredentialId,
    /// How it is used. Never changes.
    pub kind: CredentialKind,
    /// What people call it.
    pub name: Name,
    /// What it is for, in the words of whoever made it.
    pub description: Option<Description>,
    /// The owner. Never changes.
    pub organization_id: OrganizationId,
    /// The one agent it is scoped to, or the whole organization. Never changes.
    pub agent_id: Option<AgentId>,
    /// The id of the user or credential that made it; absent when made by command.
    pub created_by: Option<Uuid>,
    /// The user whose own it is, and with whose place in the organization it ends; absent where it
    /// is the organization's. Never changes.
    pub user_id: Option<UserId>,
    /// What it was granted, over all its audiences. Never changes.
    pub scopes: Vec<Scope>,
    /// Where it may be used; the first is the default.
    pub audiences: Vec<ResourceServerId>,
    /// The grants it may use at the token endpoint.
    pub grant_types: Vec<GrantType>,
    /// Whether it acts for the operator, over all organizations.
    pub operator: bool,
    /// Lifetime of its tokens in seconds; the resource server's or the general one where absent.
    pub token_ttl_seconds: Option<u32>,
    /// Whether it may be used.
    pub status: CredentialStatus,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// From when on it is refused; never where absent.
    pub expires_at: Option<DateTime<Utc>>,
    /// How fast it may be used.
    pub rate_limit: Option<RateLimit>,
    /// How much it may be used a day or a month.
    pub quota: Option<Quota>,
    /// Whether it is a Super API Key: of short life, and outside the organization's limit.
    pub super_key: bool,
    /// When it was last used, at most a minute behind.
    pub last_used_at: Option<DateTime<Utc>>,
    /// Its secrets, oldest first.
    pub secrets: Vec<SecretRecord>,
}

/// Why a credential whose secret is right is refused all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unusable {
    /// Switched off.
    Disabled,
    /// Past its expiry.
    Expired,
    /// Revoked.
    Revoked,
}

impl Unusable {
    /// What to tell whoever holds the secret: what is wrong, and what to do.
    pub const fn description(self) -> &'static str {
        match self {
            Self::Disabled => {
                "This credential is disabled. Ask an admin of its organization to enable it."
            }
            Self::Expired => "This credential has expired. Generate a new one.",
            Self::Revoked => "This credential has been revoked. Generate a new one.",
        }
    }
}

impl Credential {
    /// How fast and how much it may be used.
    pub const fn limits(&self) -> Limits {
        Limits {
            rate_limit: self.rate_limit,
            quota: self.quota,
        }
    }

    /// Whether the credential may be used at this moment.
    ///
    /// # Errors
    /// [`Unusable`] says why not.
    pub fn usable(&self, now: DateTime<Utc>) -> Result<(), Unusable> {
        match self.status {
            CredentialStatus::Revoked => Err(Unusable::Revoked),
            CredentialStatus::Disabled => Err(Unusable::Disabled),
            CredentialStatus::Active if self.expires_at.is_some_and(|expiry| now >= expiry) => {
                Err(Unusable::Expired)
            }
            CredentialStatus::Active => Ok(()),
        }
    }
}
