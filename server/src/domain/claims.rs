//! The claims of an access token (RFC 9068 §2.2).

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::ids::{AgentId, CredentialId, OrganizationId, UserId};

/// The `client_id` in tokens of people who have signed in: grantd itself is their client.
pub const SIGNED_IN_CLIENT: CredentialId =
    CredentialId(Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_0002));

/// The `typ` of an access token (RFC 9068 §2.1).
pub const ACCESS_TOKEN_TYPE: &str = "at+jwt";

/// What an access token says. Times are seconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessTokenClaims<'a> {
    /// Who issued it.
    pub iss: Cow<'a, str>,
    /// The credential: with client credentials, subject and client are one (RFC 9068 §2.2). The user,
    /// where one has signed in.
    pub sub: Uuid,
    /// The credential again (RFC 8693 §4.3), or [`SIGNED_IN_CLIENT`].
    pub client_id: CredentialId,
    /// The resource server.
    pub aud: Cow<'a, str>,
    /// When it was issued.
    pub iat: i64,
    /// From when on it is refused.
    pub exp: i64,
    /// Unique to this token.
    pub jti: Uuid,
    /// The granted scopes, separated by spaces (RFC 8693 §4.2).
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub scope: Cow<'a, str>,
    /// The organization that owns the credential, or in which the user acts. A user's token may lack
    /// it, and then says who the user is and no more; a credential's never does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub org_id: Option<OrganizationId>,
    /// The one agent that the credential is scoped to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_id: Option<AgentId>,
}

/// Why a well-signed token is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClaimsError {
    /// Another issuer's.
    #[error("the token is of another issuer")]
    Issuer,
    /// Past its `exp`.
    #[error("the token has expired")]
    Expired,
    /// For another resource server.
    #[error("the token is for another audience")]
    Audience,
}

impl AccessTokenClaims<'_> {
    /// The user whose token it is; absent for a credential's.
    pub fn user(&self) -> Option<UserId> {
        (self.client_id == SIGNED_IN_CLIENT).then_some(UserId(self.sub))
    }

    /// RFC 9068 §4: issuer, expiry and, where one is asked for, audience. No leeway: issuer and
    /// verifier are the same machine here, or machines that share a database.
    ///
    /// # Errors
    /// [`ClaimsError`] names the claim that does not hold.
    pub fn check(
        &self,
        issuer: &str,
        audience: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<(), ClaimsError> {
        if self.iss != issuer {
            return Err(ClaimsError::Issuer);
        }
        if now.timestamp() >= self.exp {
            return Err(ClaimsError::Expired);
        }
        if audience.is_some_and(|audience| self.aud != audience) {
            return Err(ClaimsError::Audience);
        }
        Ok(())
    }
}
