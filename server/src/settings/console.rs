//! The console.

use chrono::TimeDelta;

use super::reader::Reader;
use super::registry::{Kind, Setting};
use crate::domain::session::SessionPolicy;

pub(super) const ENABLED: Setting = Setting {
    name: "console.enabled",
    kind: Kind::Flag,
    default: Some("true"),
    example: None,
    secret: false,
    doc: "Whether there is a console below `/console`. Without it, those paths answer 404.",
};

pub(super) const IDLE_TIMEOUT: Setting = Setting {
    name: "console.idle_timeout",
    kind: Kind::Duration { min: "1m" },
    default: Some("1h"),
    example: None,
    secret: false,
    doc: "How long someone who is signed in to the console may do nothing before they have to sign \
          in again, to the minute. At most `console.session_lifetime`.",
};

pub(super) const SESSION_LIFETIME: Setting = Setting {
    name: "console.session_lifetime",
    kind: Kind::Duration { min: "5m" },
    default: Some("12h"),
    example: None,
    secret: false,
    doc: "How long after signing in to the console one has to sign in again in any case. At most \
          `30d`.",
};

/// The longest that a session lasts.
const LONGEST: TimeDelta = TimeDelta::days(30);

/// The console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConsoleSettings {
    /// Whether there is one.
    pub enabled: bool,
    /// How long people stay signed in.
    pub sessions: SessionPolicy,
}

impl ConsoleSettings {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let enabled = reader.flag(&ENABLED);
        let idle_timeout = reader.duration(&IDLE_TIMEOUT);
        let lifetime = reader.duration(&SESSION_LIFETIME);
        let (idle_timeout, lifetime) = (idle_timeout?, lifetime?);
        if lifetime > LONGEST {
            reader.problem(&SESSION_LIFETIME, "must be at most 30d");
        }
        if idle_timeout > lifetime {
            reader.problem(&IDLE_TIMEOUT, "must be at most console.session_lifetime");
        }
        Some(Self {
            enabled: enabled?,
            sessions: SessionPolicy {
                idle_timeout,
                lifetime,
            },
        })
    }
}
