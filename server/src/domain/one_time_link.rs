//! Links with which a person sets a password, once: an invitation, or a reset.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::ids::{OneTimeLinkId, UserId};
use super::issuer::Issuer;
use super::secret::Secret;

/// What the secret of a link begins with.
pub const SECRET_PREFIX: &str = "gdl_";

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    /// The first password of an account.
    Invitation,
    /// Another password.
    PasswordReset,
}

impl LinkKind {
    /// The name as stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::PasswordReset => "password_reset",
        }
    }

    /// How long a link is good: three days for who may be away, an hour for who is waiting.
    pub const fn lifetime(self) -> TimeDelta {
        match self {
            Self::Invitation => TimeDelta::hours(72),
            Self::PasswordReset => TimeDelta::hours(1),
        }
    }
}

impl fmt::Display for LinkKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no kind of link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be one of invitation, password_reset")]
pub struct UnknownLinkKind;

impl FromStr for LinkKind {
    type Err = UnknownLinkKind;

    fn from_str(text: &str) -> Result<Self, UnknownLinkKind> {
        [Self::Invitation, Self::PasswordReset]
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or(UnknownLinkKind)
    }
}

/// A link, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneTimeLink {
    /// Never changes.
    pub id: OneTimeLinkId,
    /// What it is for.
    pub kind: LinkKind,
    /// Whose password it sets.
    pub user_id: UserId,
    /// The credential or the user that made it; absent for commands.
    pub created_by: Option<Uuid>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// From when on it is refused.
    pub expires_at: DateTime<Utc>,
}

/// The link as text, to be handed to the person. The secret stands in the fragment, which browsers
/// send to nobody (RFC 3986 §3.5, RFC 9110 §4.2.4): it reaches no log and no `Referer`.
pub fn link_text(issuer: &Issuer, secret: &Secret) -> Secret {
    Secret::new(format!(
        "{}#{}",
        issuer.join("/console/link"),
        secret.expose()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_read_by_its_name_alone() {
        for kind in [LinkKind::Invitation, LinkKind::PasswordReset] {
            assert_eq!(kind.as_str().parse(), Ok(kind));
        }
        assert_eq!("Invitation".parse::<LinkKind>(), Err(UnknownLinkKind));
    }

    #[test]
    fn the_secret_stands_behind_the_hash() {
        let issuer = Issuer::parse("https://auth.example.com/grantd").unwrap();
        let text = link_text(&issuer, &Secret::new("gdl_abc".to_owned()));
        assert_eq!(
            text.expose(),
            "https://auth.example.com/grantd/console/link#gdl_abc"
        );
        assert_eq!(format!("{text:?}"), "Secret([redacted])");
    }
}
