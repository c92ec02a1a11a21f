//! Limits.

use super::reader::Reader;
use super::registry::{Kind, Setting};

pub(super) const API_KEYS_PER_ORGANIZATION: Setting = Setting {
    name: "limits.api_keys_per_organization",
    kind: Kind::Number {
        min: 0,
        max: 1_000_000,
    },
    default: Some("10"),
    example: None,
    secret: false,
    doc: "How many API keys an organization may have.",
};

pub(super) const OAUTH_CLIENTS_PER_ORGANIZATION: Setting = Setting {
    name: "limits.oauth_clients_per_organization",
    kind: Kind::Number {
        min: 0,
        max: 1_000_000,
    },
    default: Some("100"),
    example: None,
    secret: false,
    doc: "How many OAuth clients an organization may have.",
};

pub(super) const CACHED_CREDENTIALS: Setting = Setting {
    name: "limits.cached_credentials",
    kind: Kind::Number {
        min: 1,
        max: 10_000_000,
    },
    default: Some("100000"),
    example: None,
    secret: false,
    doc: "How many credentials are kept in memory. One that is kept gets its token without a \
          question to the database.",
};

pub(super) const FAILED_AUTHENTICATIONS: Setting = Setting {
    name: "limits.failed_authentications",
    kind: Kind::Number {
        min: 0,
        max: 1_000_000,
    },
    default: Some("10"),
    example: None,
    secret: false,
    doc: "How many authentications may fail in a minute as one client id or email from one address, \
          before more are refused unseen (429). One address, and one id, may fail ten times as \
          often. 0 throttles nothing. A client that is known and right is answered all the same.",
};

/// Limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LimitSettings {
    /// API keys that an organization may have.
    pub api_keys_per_organization: u32,
    /// OAuth clients that an organization may have.
    pub oauth_clients_per_organization: u32,
    /// Credentials kept in memory; at least 1.
    pub cached_credentials: u32,
    /// Authentications that may fail in a minute, of one id from one address; 0 for no bound.
    pub failed_authentications: u32,
}

impl LimitSettings {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let api_keys = reader.number(&API_KEYS_PER_ORGANIZATION);
        let oauth_clients = reader.number(&OAUTH_CLIENTS_PER_ORGANIZATION);
        let cached = reader.number(&CACHED_CREDENTIALS);
        let failed = reader.number(&FAILED_AUTHENTICATIONS);
        Some(Self {
            api_keys_per_organization: api_keys?,
            oauth_clients_per_organization: oauth_clients?,
            cached_credentials: cached?,
            failed_authentications: failed?,
        })
    }
}
