//! The schedule of signing keys.

use chrono::{DateTime, TimeDelta, Utc};
use grantd::domain::algorithm::Algorithm::{self, ES256, EdDSA, RS256};
use grantd::domain::signing_key::KeyState::{self, Active, Next, Retired, Retiring};
use grantd::domain::signing_key::{RotationPolicy, SigningKey, Step, plan};

const DAY: TimeDelta = TimeDelta::days(1);
const SECOND: TimeDelta = TimeDelta::seconds(1);

const POLICY: RotationPolicy = RotationPolicy {
    rotate_every: TimeDelta::days(30),
    publish_before: DAY,
    retain_after: TimeDelta::hours(1),
    max_token_ttl: TimeDelta::hours(24),
};

fn start() -> DateTime<Utc> {
    "2026-11-21T10:20:30Z".parse().unwrap()
}

fn key(
    kid: &str,
    algorithm: Algorithm,
    state: KeyState,
    activates_at: DateTime<Utc>,
) -> SigningKey {
    SigningKey {
        kid: kid.to_owned(),
        algorithm,
        state,
        created_at: activates_at,
        activates_at,
        removes_at: None,
        max_token_ttl: POLICY.max_token_ttl,
    }
}

fn create(algorithm: Algorithm, state: KeyState, activates_at: DateTime<Utc>) -> Step {
    Step::Create {
        algorithm,
        state,
        activates_at,
    }
}

fn promote(kid: &str) -> Step {
    let kid = kid.to_owned();
    Step::Promote { kid }
}

fn retire(kid: &str) -> Step {
    let kid = kid.to_owned();
    Step::Retire { kid }
}

#[test]
fn the_first_key_of_each_algorithm_signs_at_once() {
    let now = start();
    assert_eq!(
        plan(&[], &[ES256, EdDSA], &POLICY, now),
        [create(ES256, Active, now), create(EdDSA, Active, now)]
    );
    let there = [key("a", ES256, Active, now)];
    assert_eq!(
        plan(&there, &[ES256, EdDSA], &POLICY, now),
        [create(EdDSA, Active, now)]
    );
    let gone = [
        key("a", ES256, Retiring, now),
        key("b", ES256, Retired, now),
    ];
    assert_eq!(
        plan(&gone, &[ES256], &POLICY, now),
        [create(ES256, Active, now)]
    );
    assert_eq!(plan(&[], &[], &POLICY, now), []);
}

#[test]
fn the_next_key_is_made_in_time_and_signs_on_time() {
    let due = start() + POLICY.rotate_every;
    let one = [key("a", ES256, Active, start())];
    let of_one = |now| plan(&one, &[ES256], &POLICY, now);
    assert_eq!(of_one(start()), []);
    assert_eq!(of_one(due - DAY - SECOND), []);
    assert_eq!(of_one(due - DAY), [create(ES256, Next, due)]);

    let two = [one[0].clone(), key("b", ES256, Next, due)];
    let of_two = |now| plan(&two, &[ES256], &POLICY, now);
    assert_eq!(of_two(due - DAY), []);
    assert_eq!(of_two(due - SECOND), []);
    assert_eq!(of_two(due), [promote("b")]);
    assert_eq!(of_two(due + DAY * 400), [promote("b")]);
}

#[test]
fn however_late_it_is_a_key_is_published_first() {
    let one = [key("a", ES256, Active, start())];
    for late in [TimeDelta::hours(1), DAY, DAY * 400] {
        let now = start() + POLICY.rotate_every - DAY + late;
        assert_eq!(
            plan(&one, &[ES256], &POLICY, now),
            [create(ES256, Next, now + DAY)]
        );
    }
}

#[test]
fn where_none_signs_the_next_one_does_at_once() {
    let next = [key("b", ES256, Next, start() + DAY)];
    assert_eq!(plan(&next, &[ES256], &POLICY, start()), [promote("b")]);
}

#[test]
fn a_retiring_key_leaves_on_time_whatever_its_algorithm() {
    let now = start();
    let mut old = key("a", RS256, Retiring, now - DAY);
    old.removes_at = Some(now);
    let mut unknown = key("c", RS256, Retiring, now - DAY);
    unknown.removes_at = None;
    let keys = [old, key("b", ES256, Active, now), unknown];
    assert_eq!(plan(&keys, &[ES256], &POLICY, now - SECOND), []);
    assert_eq!(plan(&keys, &[ES256], &POLICY, now), [retire("a")]);
}

#[test]
fn a_key_stays_for_the_longest_token_that_it_may_have_signed() {
    let mut key = key("a", ES256, Active, start());
    let hours = TimeDelta::hours;
    assert_eq!(POLICY.removal(&key, start()), start() + hours(25));
    // Tokens of an earlier, longer setting may still live.
    key.max_token_ttl = hours(48);
    assert_eq!(POLICY.removal(&key, start()), start() + hours(49));
    key.max_token_ttl = hours(1);
    assert_eq!(POLICY.removal(&key, start()), start() + hours(25));
    let lengthen = Step::Lengthen {
        kid: "a".to_owned(),
    };
    assert_eq!(plan(&[key], &[ES256], &POLICY, start()), [lengthen]);
}

#[test]
fn a_key_that_nothing_needs_ends_with_its_turn() {
    let due = start() + POLICY.rotate_every;
    let keys = [key("a", RS256, Active, start()), key("b", RS256, Next, due)];
    let mut signs = key("c", ES256, Active, due);
    signs.created_at = start();
    let keys = [keys[0].clone(), keys[1].clone(), signs];
    let plan = |now| plan(&keys, &[ES256], &POLICY, now);
    assert_eq!(plan(start()), []);
    assert_eq!(plan(due - SECOND), []);
    let demote = Step::Demote {
        kid: "a".to_owned(),
    };
    assert_eq!(plan(due), [demote, retire("b")]);
}

#[test]
fn states_are_written_and_read_alike() {
    for state in [Next, Active, Retiring, Retired] {
        assert_eq!(state.as_str().parse(), Ok(state));
    }
    for other in ["", "Next", "actives"] {
        assert!(other.parse::<KeyState>().is_err(), "{other}");
    }
}
