//! What is left of a credential's limits, and how that is told: the `RateLimit` fields of
//! draft-ietf-httpapi-ratelimit-headers-11.

use std::fmt::Write;

/// Which limit it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LimitKind {
    /// [`RateLimit`](super::limit::RateLimit).
    Rate,
    /// [`Quota`](super::limit::Quota).
    Quota,
}

impl LimitKind {
    /// The name of the policy in the `RateLimit` fields.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rate => "rate",
            Self::Quota => "quota",
        }
    }
}

/// How one limit stands after a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Which limit.
    pub kind: LimitKind,
    /// Requests that it allows a window.
    pub requests: u32,
    /// Length of its window in seconds.
    pub window_seconds: u32,
    /// Requests that are left in this window.
    pub remaining: u32,
    /// Seconds until the window ends; at least 1.
    pub resets_in: u32,
    /// Whether what exceeds it is refused.
    pub enforced: bool,
}

/// How the limits of a credential stand after a request that they let pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Allowance {
    /// The rate limit, where there is one.
    pub rate: Option<Standing>,
    /// The quota, where there is one.
    pub quota: Option<Standing>,
}

/// A request exceeds a limit of its credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exceeded {
    /// The limit that refuses it; where both do, the one that refuses for longer.
    pub kind: LimitKind,
    /// Seconds after which the same request may succeed; at least 1.
    pub retry_after: u32,
    /// How the limits stand.
    pub allowance: Allowance,
}

/// The values of the two response fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateLimitFields {
    /// `RateLimit-Policy` (§3): what is allowed.
    pub policy: String,
    /// `RateLimit` (§4): what is left.
    pub limit: String,
}

/// A refusal for now: the same request may succeed later (RFC 6585 §4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TooManyRequests {
    /// Which limit of the credential refuses; none where it is failed authentications.
    pub limit: Option<LimitKind>,
    /// What to tell the caller.
    pub description: &'static str,
    /// Seconds after which it may succeed; at least 1.
    pub retry_after: u32,
    /// How the credential's limits stand, where they are what refuses.
    pub fields: Option<RateLimitFields>,
}

impl TooManyRequests {
    /// Too many authentications have failed.
    pub const fn failures(retry_after: u32) -> Self {
        Self {
            limit: None,
            description: "Too many authentications have failed. Check id and secret, and wait as long as Retry-After says.",
            retry_after,
            fields: None,
        }
    }
}

impl From<&Exceeded> for TooManyRequests {
    fn from(exceeded: &Exceeded) -> Self {
        Self {
            limit: Some(exceeded.kind),
            description: match exceeded.kind {
                LimitKind::Rate => {
                    "This credential is over its rate limit. Keep tokens until they expire, and wait as long as Retry-After says."
                }
                LimitKind::Quota => {
                    "This credential has used up its quota. Wait as long as Retry-After says, or ask an admin of its organization for more."
                }
            },
            retry_after: exceeded.retry_after,
            fields: exceeded.allowance.fields(),
        }
    }
}

impl Allowance {
    /// The response fields; none where no limit is enforced. A limit that only counts is not told:
    /// clients that heed the fields would slow down for it.
    pub fn fields(&self) -> Option<RateLimitFields> {
        let mut fields = RateLimitFields {
            policy: String::new(),
            limit: String::new(),
        };
        for standing in [self.rate, self.quota].into_iter().flatten() {
            if standing.enforced {
                fields.add(&standing);
            }
        }
        (!fields.policy.is_empty()).then_some(fields)
    }
}

impl RateLimitFields {
    /// A list of strings with parameters (RFC 9651 §3.1, §3.1.2).
    fn add(&mut self, standing: &Standing) {
        let name = standing.kind.as_str();
        let separator = if self.policy.is_empty() { "" } else { ", " };
        // Writing to a String cannot fail.
        let _ = write!(
            self.policy,
            "{separator}\"{name}\";q={};w={}",
            standing.requests, standing.window_seconds
        );
        let _ = write!(
            self.limit,
            "{separator}\"{name}\";r={};t={}",
            standing.remaining, standing.resets_in
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Standing = Standing {
        kind: LimitKind::Rate,
        requests: 100,
        window_seconds: 60,
        remaining: 50,
        resets_in: 30,
        enforced: true,
    };

    const QUOTA: Standing = Standing {
        kind: LimitKind::Quota,
        requests: 5_000,
        window_seconds: 86_400,
        remaining: 0,
        resets_in: 7,
        enforced: true,
    };

    #[test]
    fn the_fields_are_structured_lists() {
        let both = Allowance {
            rate: Some(RATE),
            quota: Some(QUOTA),
        };
        let fields = both.fields().unwrap();
        assert_eq!(
            fields.policy,
            r#""rate";q=100;w=60, "quota";q=5000;w=86400"#
        );
        assert_eq!(fields.limit, r#""rate";r=50;t=30, "quota";r=0;t=7"#);
        let one = Allowance {
            rate: None,
            quota: Some(QUOTA),
        };
        assert_eq!(one.fields().unwrap().limit, r#""quota";r=0;t=7"#);
    }

    #[test]
    fn a_limit_that_only_counts_is_not_told() {
        let counted = Standing {
            enforced: false,
            ..RATE
        };
        let allowance = Allowance {
            rate: Some(counted),
            quota: None,
        };
        assert_eq!(allowance.fields(), None);
        assert_eq!(Allowance::default().fields(), None);
    }
}
