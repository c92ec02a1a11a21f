//! How the server stops.

use chrono::TimeDelta;

use super::reader::Reader;
use super::registry::{Kind, Setting};

pub(super) const DELAY: Setting = Setting {
    name: "shutdown.delay",
    kind: Kind::Duration { min: "0s" },
    default: Some("0s"),
    example: None,
    secret: false,
    doc: "How long after SIGTERM the server goes on answering while `/readyz` says 503, so that a \
          balancer sends nothing more to it before it stops. Longer than the balancer takes to \
          notice; `0s` where there is one node.",
};

pub(super) const TIMEOUT: Setting = Setting {
    name: "shutdown.timeout",
    kind: Kind::Duration { min: "1s" },
    default: Some("20s"),
    example: None,
    secret: false,
    doc: "How long, after the delay, requests under way may take to finish.",
};

/// How the server stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShutdownSettings {
    /// From the signal until nothing more is accepted.
    pub delay: TimeDelta,
    /// From then until connections are cut; at least a second.
    pub timeout: TimeDelta,
}

impl ShutdownSettings {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let delay = reader.duration(&DELAY);
        let timeout = reader.duration(&TIMEOUT);
        Some(Self {
            delay: delay?,
            timeout: timeout?,
        })
    }
}
