//! Lists of credentials: in which order, from where on, and which state each one shows.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, TimeDelta, Utc};
use utoipa::ToSchema;
use uuid::Uuid;

use super::credential::{Credential, CredentialStatus};
use super::ids::CredentialId;
use super::search::fold;

#[cfg(test)]
mod tests;

/// The one state in which a credential is at a moment, for those who look at it. A revoked one is in
/// none: it is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ToSchema)]
#[schema(rename_all = "snake_case", as = CredentialStanding)]
pub enum Standing {
    /// Accepted.
    Active,
    /// Switched off, whether it is past its expiry or not.
    Disabled,
    /// Past its expiry, and not switched off.
    Expired,
}

impl Standing {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Active, Self::Disabled, Self::Expired];

    /// The name as it is shown and asked for.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
            Self::Expired => "expired",
        }
    }

    /// How a credential stands; none where it is revoked.
    pub fn of(credential: &Credential, now: DateTime<Utc>) -> Option<Self> {
        match credential.status {
            CredentialStatus::Revoked => None,
            CredentialStatus::Disabled => Some(Self::Disabled),
            CredentialStatus::Active if credential.expires_at.is_some_and(|end| end <= now) => {
                Some(Self::Expired)
            }
            CredentialStatus::Active => Some(Self::Active),
        }
    }
}

/// The text names no state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be active, disabled or expired")]
pub struct UnknownStanding;

impl FromStr for Standing {
    type Err = UnknownStanding;

    fn from_str(text: &str) -> Result<Self, UnknownStanding> {
        let mut all = Self::ALL.into_iter();
        all.find(|standing| standing.as_str() == text)
            .ok_or(UnknownStanding)
    }
}

/// What a list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SortBy {
    /// The name, without the difference of upper and lower case.
    Name,
    /// When it was made.
    #[default]
    CreatedAt,
    /// When it was last used. One that never was comes before all that were.
    LastUsedAt,
    /// When it expires. One that never does comes after all that do.
    ExpiresAt,
}

impl SortBy {
    /// Every one.
    pub const ALL: [Self; 4] = [
        Self::Name,
        Self::CreatedAt,
        Self::LastUsedAt,
        Self::ExpiresAt,
    ];

    /// The name as it is shown and asked for.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::CreatedAt => "created_at",
            Self::LastUsedAt => "last_used_at",
            Self::ExpiresAt => "expires_at",
        }
    }
}

/// The order of a list. Those of which it says nothing follow their ids, in the same direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sort {
    /// What it goes by.
    pub by: SortBy,
    /// From the greatest to the least.
    pub descending: bool,
}

/// The text names no order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be name, created_at, last_used_at or expires_at, with a hyphen before it for the other direction"
)]
pub struct UnknownSort;

impl FromStr for Sort {
    type Err = UnknownSort;

    fn from_str(text: &str) -> Result<Self, UnknownSort> {
        let (name, descending) = match text.strip_prefix('-') {
            Some(name) => (name, true),
            None => (text, false),
        };
        let by = SortBy::ALL.into_iter().find(|by| by.as_str() == name);
        by.map(|by| Self { by, descending }).ok_or(UnknownSort)
    }
}

impl fmt::Display for Sort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.descending { "-" } else { "" };
        write!(f, "{sign}{}", self.by.as_str())
    }
}

/// Where one that was never used stands among the times of last use.
pub const NEVER_USED: DateTime<Utc> = DateTime::UNIX_EPOCH;

/// Where one that never expires stands among the times of expiry: the year 9999. Expiry lies within
/// a hundred years.
pub const NEVER_EXPIRES: DateTime<Utc> = match DateTime::from_timestamp(253_370_764_800, 0) {
    Some(moment) => moment,
    None => DateTime::<Utc>::MAX_UTC,
};

/// What a credential is sorted by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SortKey {
    /// Its id alone, which begins with the time at which it was made.
    Id,
    /// Its name, folded.
    Text(String),
    /// A time; never is a time of its own.
    Moment(DateTime<Utc>),
}

/// The place of a credential in a sorted list. It stays, whatever becomes of the credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// What it is sorted by.
    pub key: SortKey,
    /// Its id, which tells apart those of one key.
    pub id: CredentialId,
}

impl Place {
    /// Where a credential stands.
    pub fn of(credential: &Credential, by: SortBy) -> Self {
        let key = match by {
            SortBy::Name => SortKey::Text(fold(credential.name.as_str())),
            SortBy::CreatedAt => SortKey::Id,
            SortBy::LastUsedAt => SortKey::Moment(credential.last_used_at.unwrap_or(NEVER_USED)),
            SortBy::ExpiresAt => SortKey::Moment(credential.expires_at.unwrap_or(NEVER_EXPIRES)),
        };
        let id = credential.id;
        Self { key, id }
    }
}

/// Which part of a sorted list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Stretch {
    /// Its beginning.
    #[default]
    First,
    /// What follows this place.
    After(Place),
    /// What leads up to this place.
    Before(Place),
}

impl Stretch {
    /// As bytes, for a cursor; none for the beginning.
    pub fn to_bytes(&self) -> Option<Vec<u8>> {
        let (side, place) = match self {
            Self::First => return None,
            Self::After(place) => (0, place),
            Self::Before(place) => (1, place),
        };
        let mut bytes = vec![side];
        bytes.extend_from_slice(place.id.0.as_bytes());
        match &place.key {
            SortKey::Id => {}
            SortKey::Text(text) => bytes.extend_from_slice(text.as_bytes()),
            SortKey::Moment(moment) => {
                bytes.extend_from_slice(&moment.timestamp_micros().to_be_bytes());
            }
        }
        Some(bytes)
    }

    /// Reads such bytes, for a list in this order.
    pub fn from_bytes(bytes: &[u8], by: SortBy) -> Option<Self> {
        let (side, rest) = bytes.split_first()?;
        let (id, key) = rest.split_first_chunk::<16>()?;
        let key = match by {
            SortBy::CreatedAt => key.is_empty().then_some(SortKey::Id)?,
            SortBy::Name => SortKey::Text(String::from_utf8(key.to_vec()).ok()?),
            SortBy::LastUsedAt | SortBy::ExpiresAt => {
                let micros = i64::from_be_bytes(key.try_into().ok()?);
                SortKey::Moment(DateTime::from_timestamp_micros(micros)?)
            }
        };
        let id = CredentialId(Uuid::from_bytes(*id));
        let place = Place { key, id };
        match side {
            0 => Some(Self::After(place)),
            1 => Some(Self::Before(place)),
            _ => None,
        }
    }
}

/// Whether something whose last use this is was used within the time before `now`.
pub fn was_used_within(
    last_used_at: Option<DateTime<Utc>>,
    time: TimeDelta,
    now: DateTime<Utc>,
) -> bool {
    let since = now.checked_sub_signed(time);
    let since = since.unwrap_or(DateTime::<Utc>::MIN_UTC);
    last_used_at.is_some_and(|used| used > since)
}
