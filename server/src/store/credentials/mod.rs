//! Credentials and their secrets.

mod changing;
mod filtering;
mod reading;
mod secrets;
mod sorted;
mod used;

pub use changing::{insert, revoke, update};
pub use filtering::{CredentialFilter, Mine};
pub use reading::{count, count_live_super_keys, ended_super_keys, find, list, list_of_user};
pub use secrets::{add_secret, delete_secret, set_secret_expiry};
pub use sorted::{count_up_to, least_used, sorted};
pub use used::{USES_A_CHANGE, credentials_used, secrets_used};

use chrono::{DateTime, Utc};

use crate::crypto::fingerprint::Fingerprint;
use crate::domain::credential::{Credential, CredentialStatus, SecretRecord};
use crate::domain::ids::CredentialId;
use crate::domain::limit::{Quota, RateLimit};
use crate::domain::text::{Description, Name};

/// A credential with what its secrets are checked against.
#[derive(Debug, Clone)]
pub struct StoredCredential {
    /// The credential.
    pub credential: Credential,
    /// One fingerprint for each of `credential.secrets`, in the same order.
    pub fingerprints: Vec<Fingerprint>,
}

/// A secret to be added.
#[derive(Debug, Clone)]
pub struct NewSecret {
    /// What is shown of it.
    pub record: SecretRecord,
    /// What it is checked against.
    pub fingerprint: Fingerprint,
}

/// What is to become different about a credential; what is absent stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialChange {
    /// The credential.
    pub id: CredentialId,
    /// Another name.
    pub name: Option<Name>,
    /// Switched on or off. Revoking is [`revoke`]'s alone: here it is refused.
    pub status: Option<CredentialStatus>,
    /// Another expiry, or `Some(None)` for none.
    pub expires_at: Option<Option<DateTime<Utc>>>,
    /// Another description, or `Some(None)` for none.
    pub description: Option<Option<Description>>,
    /// Another rate limit, or `Some(None)` for none.
    pub rate_limit: Option<Option<RateLimit>>,
    /// Another quota, or `Some(None)` for none.
    pub quota: Option<Option<Quota>>,
}

impl CredentialChange {
    /// A change of this credential that changes nothing yet.
    pub const fn of(id: CredentialId) -> Self {
        Self {
            id,
            name: None,
            status: None,
            expires_at: None,
            description: None,
            rate_limit: None,
            quota: None,
        }
    }
}
