//! What a credential was used for, counted by the hour.

use chrono::{DateTime, DurationRound, TimeDelta, Utc};

use super::allowance::LimitKind;

/// Why a request of a known credential was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rejection {
    /// The secret was none of the credential's.
    WrongSecret,
    /// The credential is switched off.
    Disabled,
    /// The credential is past its expiry.
    Expired,
    /// A scope was malformed or not granted.
    Scope,
    /// The audience was malformed or not granted.
    Audience,
    /// The rate limit was used up.
    RateLimit,
    /// The quota was used up.
    Quota,
}

impl From<LimitKind> for Rejection {
    fn from(kind: LimitKind) -> Self {
        match kind {
            LimitKind::Rate => Self::RateLimit,
            LimitKind::Quota => Self::Quota,
        }
    }
}

/// One of the things that are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Counter {
    /// Tokens given out.
    TokensIssued,
    /// Tokens given out that a client which keeps its tokens would have asked for too.
    TokensNeeded,
    /// Calls of the credential that were found good.
    CallsVerified,
    /// Requests refused.
    Rejected(Rejection),
    /// Requests let pass although they exceeded a limit that only counts.
    WouldReject(LimitKind),
}

impl Counter {
    /// Every counter, in the order of [`Self::index`].
    pub const ALL: [Self; COUNTERS] = [
        Self::TokensIssued,
        Self::TokensNeeded,
        Self::CallsVerified,
        Self::Rejected(Rejection::WrongSecret),
        Self::Rejected(Rejection::Disabled),
        Self::Rejected(Rejection::Expired),
        Self::Rejected(Rejection::Scope),
        Self::Rejected(Rejection::Audience),
        Self::Rejected(Rejection::RateLimit),
        Self::Rejected(Rejection::Quota),
        Self::WouldReject(LimitKind::Rate),
        Self::WouldReject(LimitKind::Quota),
    ];

    /// Its place in [`Counts`].
    pub const fn index(self) -> usize {
        match self {
            Self::TokensIssued => 0,
            Self::TokensNeeded => 1,
            Self::CallsVerified => 2,
            Self::Rejected(Rejection::WrongSecret) => 3,
            Self::Rejected(Rejection::Disabled) => 4,
            Self::Rejected(Rejection::Expired) => 5,
            Self::Rejected(Rejection::Scope) => 6,
            Self::Rejected(Rejection::Audience) => 7,
            Self::Rejected(Rejection::RateLimit) => 8,
            Self::Rejected(Rejection::Quota) => 9,
            Self::WouldReject(LimitKind::Rate) => 10,
            Self::WouldReject(LimitKind::Quota) => 11,
        }
    }
}

/// How many counters there are.
pub const COUNTERS: usize = 12;

/// All counters of one credential over some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts([u64; COUNTERS]);

impl Counts {
    /// The number of one counter.
    pub const fn get(&self, counter: Counter) -> u64 {
        self.0[counter.index()]
    }

    /// Sets one counter.
    pub const fn set(&mut self, counter: Counter, number: u64) {
        self.0[counter.index()] = number;
    }

    /// Adds another time's counters.
    pub fn add(&mut self, other: &Self) {
        for (sum, number) in self.0.iter_mut().zip(other.0) {
            *sum = sum.saturating_add(number);
        }
    }

    /// Whether nothing was counted.
    pub fn is_zero(&self) -> bool {
        self.0.iter().all(|number| *number == 0)
    }

    /// What counts against the limits: tokens given out and calls found good.
    pub const fn requests(&self) -> u64 {
        self.get(Counter::TokensIssued)
            .saturating_add(self.get(Counter::CallsVerified))
    }

    /// Tokens given out for each one needed: 1 for a client that keeps its tokens, far above for one
    /// that asks anew for every call. Absent where no token was needed in that time.
    #[expect(
        clippy::cast_precision_loss,
        reason = "a ratio for people; counts stay far below 2^52"
    )]
    pub fn over_fetch(&self) -> Option<f64> {
        let needed = self.get(Counter::TokensNeeded);
        (needed > 0).then(|| self.get(Counter::TokensIssued) as f64 / needed as f64)
    }
}

/// What was counted in the stretch that begins at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsageStep {
    /// When the hour or the day begins.
    pub from: DateTime<Utc>,
    /// What was counted in it.
    pub counts: Counts,
}

/// The beginning of the hour that a moment lies in.
pub fn hour_of(moment: DateTime<Utc>) -> DateTime<Utc> {
    moment.duration_trunc(TimeDelta::hours(1)).unwrap_or(moment)
}

/// The most seconds before its end at which a client may renew a token and still be one that keeps
/// its tokens: 60 s, which most libraries take, or a tenth of a long lifetime, which the others do.
/// Never more than half of the lifetime, or short tokens would always count as needed.
pub fn renewal_margin(lifetime_seconds: u32) -> u32 {
    (lifetime_seconds / 10).max(60).min(lifetime_seconds / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn issued(number: u64) -> Counts {
        let mut counts = Counts::default();
        counts.set(Counter::TokensIssued, number);
        counts
    }

    #[test]
    fn every_counter_has_a_place_of_its_own() {
        for (index, counter) in Counter::ALL.into_iter().enumerate() {
            assert_eq!(counter.index(), index, "{counter:?}");
        }
    }

    #[test]
    fn a_client_that_never_keeps_a_token_shows_itself() {
        let mut counts = issued(900);
        assert_eq!(counts.over_fetch(), None);
        counts.set(Counter::TokensNeeded, 3);
        assert_eq!(counts.over_fetch(), Some(300.0));
        counts.set(Counter::CallsVerified, 100);
        assert_eq!(counts.requests(), 1_000);
    }

    #[test]
    fn the_margin_suits_short_and_long_tokens() {
        assert_eq!(renewal_margin(60), 30);
        assert_eq!(renewal_margin(300), 60);
        assert_eq!(renewal_margin(900), 90);
        assert_eq!(renewal_margin(86_400), 8_640);
        assert_eq!(renewal_margin(1), 0);
    }
}
