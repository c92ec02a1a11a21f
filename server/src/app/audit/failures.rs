//! Failed sign-ins, of which the trail is told at most once a minute and user by each node:
//! whoever guesses is not to fill the database.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::ids::UserId;

/// How long nothing more is told of a user's failures after one was told.
const SILENCE: TimeDelta = TimeDelta::minutes(1);

/// Of how many users failures are told within that time. Beyond it, of none.
const MOST: usize = 1_000;

/// When the trail was last told of each user's failures.
#[derive(Debug, Default)]
pub(in crate::app) struct Failures(Mutex<HashMap<UserId, DateTime<Utc>>>);

impl Failures {
    /// Whether the trail is to be told of a failure now; the next ones are silent then.
    pub(in crate::app) fn is_to_be_told(&self, user: UserId, now: DateTime<Utc>) -> bool {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let recent = |at: &DateTime<Utc>| (now - *at).abs() < SILENCE;
        if told.get(&user).is_some_and(recent) {
            return false;
        }
        if told.len() >= MOST {
            told.retain(|_, at| recent(at));
        }
        if told.len() >= MOST {
            return false;
        }
        told.insert(user, now);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(number: usize) -> UserId {
        UserId(uuid::Uuid::from_u128(number as u128))
    }

    #[test]
    fn one_is_told_a_minute_and_user() {
        let failures = Failures::default();
        let start = DateTime::UNIX_EPOCH;
        let at = |seconds| start + TimeDelta::seconds(seconds);
        assert!(failures.is_to_be_told(user(1), at(0)));
        assert!(failures.is_to_be_told(user(2), at(1)));
        assert!(!failures.is_to_be_told(user(1), at(59)));
        assert!(failures.is_to_be_told(user(1), at(60)));
        assert!(!failures.is_to_be_told(user(1), at(61)));
    }

    #[test]
    fn the_memory_is_bounded() {
        let failures = Failures::default();
        let now = DateTime::UNIX_EPOCH;
        let told = (0..3 * MOST).filter(|number| failures.is_to_be_told(user(*number), now));
        assert_eq!(told.count(), MOST);
        assert!(failures.is_to_be_told(user(3 * MOST), now + SILENCE));
    }
}
