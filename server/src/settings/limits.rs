//! Limits.

use chrono::TimeDelta;

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
    default: Some("1000000"),
    example: None,
    secret: false,
    doc: "How many credentials are kept in memory. One that is kept gets its token without a \
          question to the database; another costs one indexed statement. So this bounds the memory, \
          however many credentials there are: each takes up to about 6 KiB once it is used, and one \
          with a great many scopes counts for several.",
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

pub(super) const MAX_CONCURRENT_REQUESTS: Setting = Setting {
    name: "limits.max_concurrent_requests",
    kind: Kind::Number {
        min: 1,
        max: 100_000,
    },
    default: Some("256"),
    example: None,
    secret: false,
    doc: "How many requests may wait at once for the database or for a password to be checked. One \
          more is refused at once (503, `Retry-After`). What is answered from memory does not wait \
          and is never refused for it; nor are `/healthz` and `/readyz`. A client that takes its \
          time to send a body takes no place.",
};

pub(super) const STALE_AFTER: Setting = Setting {
    name: "limits.stale_after",
    kind: Kind::Duration { min: "10s" },
    default: Some("5m"),
    example: None,
    secret: false,
    doc: "How long a node that cannot reach the database goes on by what it has in memory. So long \
          may a credential that was revoked on another node meanwhile still get tokens here. After \
          that the node refuses tokens and verification (503, `Retry-After`) until it has caught \
          up.",
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
    /// Requests that may wait at once; at least 1.
    pub max_concurrent_requests: u32,
    /// How long caches are good without the database; at least 10 seconds.
    pub stale_after: TimeDelta,
}

impl LimitSettings {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let api_keys = reader.number(&API_KEYS_PER_ORGANIZATION);
        let oauth_clients = reader.number(&OAUTH_CLIENTS_PER_ORGANIZATION);
        let cached = reader.number(&CACHED_CREDENTIALS);
        let failed = reader.number(&FAILED_AUTHENTICATIONS);
        let concurrent = reader.number(&MAX_CONCURRENT_REQUESTS);
        let stale_after = reader.duration(&STALE_AFTER);
        Some(Self {
            api_keys_per_organization: api_keys?,
            oauth_clients_per_organization: oauth_clients?,
            cached_credentials: cached?,
            failed_authentications: failed?,
            max_concurrent_requests: concurrent?,
            stale_after: stale_after?,
        })
    }
}
