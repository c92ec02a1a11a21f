//! Whether a credential that somebody shows opens an API: asked by the API itself, or by the proxy
//! before it.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::claims::AccessTokenClaims;
use super::credential::{Credential, Unusable};
use super::grant::{Grant, GrantedCredential};
use super::resource_server::ResourceServer;
use super::scope::{self, MAX_SCOPES, Scope};

/// What must hold of a credential.
///
/// The management API is no audience here. What is good for managing grantd must never open a
/// customer's API.
#[derive(Debug, Clone)]
pub struct Demand {
    /// The API; none where there is no such, which no credential satisfies.
    audience: Option<Arc<ResourceServer>>,
    /// All of these are needed.
    scopes: Vec<Scope>,
}

/// A demand makes no sense. The texts are rules: "audience: is required…".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadDemand {
    /// There are several APIs, and none is named.
    #[error("is required, since there is more than one resource server")]
    Audience,
    /// More scopes than one credential can hold.
    #[error("must be at most 100 scopes")]
    Scopes,
}

/// Why a credential does not open the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// It is none, or not a good one; says what is wrong in words for a challenge.
    Invalid(&'static str),
    /// The credential is switched off.
    Disabled,
    /// The credential is past its expiry.
    Expired,
    /// It is for another API.
    WrongAudience,
    /// It lacks a scope.
    InsufficientScope,
}

impl Refused {
    /// The reason in one word, for programs.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Invalid(_) => "invalid",
            Self::Disabled => "disabled",
            Self::Expired => "expired",
            Self::WrongAudience => "wrong_audience",
            Self::InsufficientScope => "insufficient_scope",
        }
    }
}

impl From<Unusable> for Refused {
    fn from(why: Unusable) -> Self {
        match why {
            Unusable::Disabled => Self::Disabled,
            Unusable::Expired => Self::Expired,
            Unusable::Revoked => Self::Invalid("The credential has been revoked"),
        }
    }
}

impl Demand {
    /// A demand for `audience`, the identifier of one of these resource servers. Without it: the
    /// only one that there is beside the management API.
    ///
    /// # Errors
    /// [`BadDemand`].
    pub fn new(
        servers: &[Arc<ResourceServer>],
        audience: Option<&str>,
        scopes: Vec<Scope>,
    ) -> Result<Self, BadDemand> {
        if scopes.len() > MAX_SCOPES {
            return Err(BadDemand::Scopes);
        }
        let mut apis = servers.iter().filter(|server| !server.is_management());
        let audience = match audience {
            Some(identifier) => apis.find(|server| server.identifier.as_str() == identifier),
            None => match (apis.next(), apis.next()) {
                (_, Some(_)) => return Err(BadDemand::Audience),
                (only, None) => only,
            },
        };
        Ok(Self {
            audience: audience.cloned(),
            scopes,
        })
    }

    /// The scopes that are needed, as a `scope` value.
    pub fn scope_text(&self) -> String {
        scope::join(&self.scopes)
    }

    /// Whether an API key of this credential satisfies it. Gives what the credential was granted
    /// there.
    ///
    /// # Errors
    /// [`Refused`] says why not.
    pub fn of_key<'a>(
        &self,
        holder: &'a GrantedCredential,
        now: DateTime<Utc>,
    ) -> Result<&'a Grant, Refused> {
        holder.credential.usable(now)?;
        let audience = self.audience.as_ref().ok_or(Refused::WrongAudience)?;
        let grant = holder
            .grants
            .iter()
            .find(|grant| grant.resource_server.id == audience.id)
            .ok_or(Refused::WrongAudience)?;
        self.needs(|needed| grant.scopes.contains(needed))?;
        Ok(grant)
    }

    /// Whether a token with these claims, of this credential, satisfies it. Signature, issuer and
    /// expiry have been checked.
    ///
    /// # Errors
    /// [`Refused`] says why not.
    pub fn of_token(
        &self,
        claims: &AccessTokenClaims<'_>,
        credential: &Credential,
        now: DateTime<Utc>,
    ) -> Result<(), Refused> {
        credential.usable(now)?;
        let audience = self.audience.as_ref().ok_or(Refused::WrongAudience)?;
        if claims.aud != audience.identifier.as_str() {
            return Err(Refused::WrongAudience);
        }
        self.needs(|needed| scope::split(&claims.scope).any(|held| held == needed.as_str()))
    }

    fn needs(&self, held: impl Fn(&Scope) -> bool) -> Result<(), Refused> {
        if self.scopes.iter().all(held) {
            Ok(())
        } else {
            Err(Refused::InsufficientScope)
        }
    }
}
