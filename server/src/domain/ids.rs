//! Identifiers: UUIDv7 (RFC 9562 §5.7), so that the newest sort last.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// The text is no identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a UUID such as 0197f3c2-6d5e-7c3a-9b1e-2f4a6c8e0b1d")]
pub struct InvalidId;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
        )]
        #[serde(try_from = "String")]
        #[schema(value_type = String, format = Uuid, examples("0197f3c2-6d5e-7c3a-9b1e-2f4a6c8e0b1d"))]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new identifier from the present moment and random bytes.
            pub fn from_parts(now: DateTime<Utc>, random: [u8; 10]) -> Self {
                Self(uuid_v7(now, random))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                parse_hyphenated(text).map(Self)
            }
        }

        // Not `Uuid`'s own reading, which takes other spellings and repeats what it was given.
        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                text.parse()
            }
        }
    };
}

id!(
    /// Names an organization.
    OrganizationId
);
id!(
    /// Names an agent.
    AgentId
);
id!(
    /// Names a user.
    UserId
);
id!(
    /// Names a resource server.
    ResourceServerId
);
id!(
    /// Names a credential; it is the OAuth `client_id`.
    CredentialId
);
id!(
    /// Names one secret of a credential.
    SecretId
);
id!(
    /// Names a session of the console.
    SessionId
);
id!(
    /// Names a second factor of a user.
    SecondFactorId
);
id!(
    /// Names a link that is good once.
    OneTimeLinkId
);

/// A UUIDv7 of the given moment.
pub fn uuid_v7(now: DateTime<Utc>, random: [u8; 10]) -> Uuid {
    let millis = u64::try_from(now.timestamp_millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

/// When a UUIDv7 was made, to the millisecond (RFC 9562 §5.7); nothing for any other UUID.
pub fn made_at(id: Uuid) -> Option<DateTime<Utc>> {
    if id.get_version_num() != 7 {
        return None;
    }
    let millis = i64::try_from(id.as_u128() >> 80).ok()?;
    DateTime::from_timestamp_millis(millis)
}

/// Reads the hyphenated form only: ids are also looked up as text by clients, so one id has one
/// spelling. (Upper case is taken, as RFC 9562 §4 asks of readers.)
fn parse_hyphenated(text: &str) -> Result<Uuid, InvalidId> {
    if text.len() != 36 {
        return Err(InvalidId);
    }
    Uuid::try_parse(text).map_err(|_| InvalidId)
}
