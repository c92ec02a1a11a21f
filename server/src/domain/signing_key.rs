//! The life of a signing key: next, active, retiring, retired.
//!
//! A key is published (`next`) before it signs (`active`), and stays published (`retiring`) until
//! the last token that it signed has expired. `plan` is the whole schedule, as a pure function.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::algorithm::Algorithm;

/// Where a signing key is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum KeyState {
    /// Published, does not sign yet.
    Next,
    /// Signs. One a time for each algorithm.
    Active,
    /// Signs no more; published while tokens that it signed may live.
    Retiring,
    /// Neither signs nor is published. Its private part is gone.
    Retired,
}

impl KeyState {
    /// The name as stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Active => "active",
            Self::Retiring => "retiring",
            Self::Retired => "retired",
        }
    }
}

impl fmt::Display for KeyState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no state.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be one of next, active, retiring, retired")]
pub struct UnknownKeyState;

impl FromStr for KeyState {
    type Err = UnknownKeyState;

    fn from_str(text: &str) -> Result<Self, UnknownKeyState> {
        [Self::Next, Self::Active, Self::Retiring, Self::Retired]
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or(UnknownKeyState)
    }
}

/// What the schedule needs to know of a key, and what people are shown of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigningKey {
    /// The key id in JWTs and in the JWKS: the RFC 7638 thumbprint.
    pub kid: String,
    /// What it signs with.
    pub algorithm: Algorithm,
    /// Where it is in its life.
    pub state: KeyState,
    /// When it was made, and so published.
    pub created_at: DateTime<Utc>,
    /// When it begins to sign, or began.
    pub activates_at: DateTime<Utc>,
    /// When it leaves the JWKS; set when it stops signing.
    pub removes_at: Option<DateTime<Utc>>,
    /// The longest that a token which it signed may live. It only grows: lowering the setting does
    /// not shorten tokens that are out already.
    pub max_token_ttl: TimeDelta,
}

/// How long keys serve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RotationPolicy {
    /// How long a key signs.
    pub rotate_every: TimeDelta,
    /// How long a key is published before it signs.
    pub publish_before: TimeDelta,
    /// How much longer than the longest-lived token a key stays published.
    pub retain_after: TimeDelta,
    /// The longest lifetime that any token may have.
    pub max_token_ttl: TimeDelta,
}

impl RotationPolicy {
    /// When a key that stops signing at `now` leaves the JWKS.
    pub fn removal(&self, key: &SigningKey, now: DateTime<Utc>) -> DateTime<Utc> {
        now + key.max_token_ttl.max(self.max_token_ttl) + self.retain_after
    }
}

/// One thing to do to the key set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Make a key.
    Create {
        /// Of this algorithm.
        algorithm: Algorithm,
        /// In this state.
        state: KeyState,
        /// To sign from then on.
        activates_at: DateTime<Utc>,
    },
    /// Let this `next` key sign, and the `active` one of its algorithm retire.
    Promote {
        /// The next key.
        kid: String,
    },
    /// Let this `active` key sign no more, with none in its place: nothing names its algorithm.
    Demote {
        /// The active key.
        kid: String,
    },
    /// Take this key out of the JWKS.
    Retire {
        /// A `retiring` key whose tokens have expired, or a `next` one that nothing waits for.
        kid: String,
    },
    /// Note that tokens of this key may live longer than was noted until now.
    Lengthen {
        /// The key.
        kid: String,
    },
}

/// What is due at `now`, when tokens are signed with these algorithms.
pub fn plan(
    keys: &[SigningKey],
    algorithms: &[Algorithm],
    policy: &RotationPolicy,
    now: DateTime<Utc>,
) -> Vec<Step> {
    let due = algorithms
        .iter()
        .filter_map(|algorithm| next_step(keys, *algorithm, policy, now));
    let others = keys
        .iter()
        .filter(|key| !algorithms.contains(&key.algorithm))
        .filter_map(|key| out_of_use(key, policy, now));
    let expired = keys
        .iter()
        .filter(|key| key.state == KeyState::Retiring)
        .filter(|key| key.removes_at.is_some_and(|at| now >= at))
        .map(|key| Step::Retire {
            kid: key.kid.clone(),
        });
    let lengthened = keys
        .iter()
        .filter(|key| matches!(key.state, KeyState::Next | KeyState::Active))
        .filter(|key| key.max_token_ttl < policy.max_token_ttl)
        .map(|key| Step::Lengthen {
            kid: key.kid.clone(),
        });
    // First, since a key that is demoted in the same run must stay long enough.
    lengthened.chain(due).chain(others).chain(expired).collect()
}

fn next_step(
    keys: &[SigningKey],
    algorithm: Algorithm,
    policy: &RotationPolicy,
    now: DateTime<Utc>,
) -> Option<Step> {
    let find = |state| {
        keys.iter()
            .find(|key| key.algorithm == algorithm && key.state == state)
    };
    match (find(KeyState::Active), find(KeyState::Next)) {
        (active, Some(next)) => (active.is_none() || now >= next.activates_at).then(|| {
            let kid = next.kid.clone();
            Step::Promote { kid }
        }),
        // The first key of an algorithm signs at once: there is no other that could meanwhile.
        (None, None) => Some(Step::Create {
            algorithm,
            state: KeyState::Active,
            activates_at: now,
        }),
        (Some(active), None) => {
            let due = active.activates_at + policy.rotate_every;
            (now >= due - policy.publish_before).then(|| Step::Create {
                algorithm,
                state: KeyState::Next,
                activates_at: due.max(now + policy.publish_before),
            })
        }
    }
}

/// A key of an algorithm that nothing names any more lives until its turn would have ended. It does
/// not go sooner, so that nodes whose settings differ for a while do not make keys in turn.
fn out_of_use(key: &SigningKey, policy: &RotationPolicy, now: DateTime<Utc>) -> Option<Step> {
    let kid = key.kid.clone();
    match key.state {
        KeyState::Active if now >= key.activates_at + policy.rotate_every => {
            Some(Step::Demote { kid })
        }
        KeyState::Next if now >= key.activates_at => Some(Step::Retire { kid }),
        _ => None,
    }
}
