//! Signing keys.

use chrono::TimeDelta;
use grantd::domain::signing_key::KeyState;
use grantd::store::{ConflictOn, StoreError, signing_keys};

use super::samples;

both_engines! {
    async fn what_is_kept_is_what_was_given(store: TestStore) {
        let mut first = samples::signing_key(KeyState::Active);
        first.key.removes_at = Some(samples::now() + TimeDelta::days(1));
        let second = samples::signing_key(KeyState::Next);
        change!(store, signing_keys::insert(&second)).unwrap();
        change!(store, signing_keys::insert(&first)).unwrap();
        assert_eq!(signing_keys::all(&*store).await.unwrap(), [first.clone(), second.clone()]);
        assert_eq!(signing_keys::all_live(&*store).await.unwrap(), [first.clone(), second]);
        assert_eq!(
            change!(store, signing_keys::insert(&first)),
            Err(StoreError::Conflict(ConflictOn::SigningKey))
        );
    }

    async fn states_follow_each_other(store: TestStore) {
        let mut given = samples::signing_key(KeyState::Next);
        let kid = given.key.kid.clone();
        let absent = change!(store, signing_keys::set_state(&kid, KeyState::Active, None, None));
        assert_eq!(absent, Err(StoreError::NotFound));
        change!(store, signing_keys::insert(&given)).unwrap();

        let at = samples::now() + TimeDelta::hours(1);
        change!(store, signing_keys::set_state(&kid, KeyState::Active, Some(at), None)).unwrap();
        given.key.state = KeyState::Active;
        given.key.activates_at = at;
        assert_eq!(signing_keys::all_live(&*store).await.unwrap(), [given.clone()]);

        let removed = samples::now() + TimeDelta::hours(2);
        change!(store, signing_keys::set_state(&kid, KeyState::Retiring, None, Some(removed))).unwrap();
        given.key.state = KeyState::Retiring;
        given.key.removes_at = Some(removed);
        assert_eq!(signing_keys::all_live(&*store).await.unwrap(), [given.clone()]);
    }

    async fn the_longest_lifetime_is_noted(store: TestStore) {
        let mut given = samples::signing_key(KeyState::Active);
        change!(store, signing_keys::insert(&given)).unwrap();
        let longer = TimeDelta::days(30);
        change!(store, signing_keys::set_max_token_ttl(&given.key.kid, longer)).unwrap();
        given.key.max_token_ttl = longer;
        assert_eq!(signing_keys::all_live(&*store).await.unwrap(), [given]);
        let absent = change!(store, signing_keys::set_max_token_ttl("none", longer));
        assert_eq!(absent, Err(StoreError::NotFound));
    }

    async fn a_retired_key_has_no_private_part(store: TestStore) {
        let (mut gone, stays) =
            (samples::signing_key(KeyState::Retiring), samples::signing_key(KeyState::Active));
        let mut also_gone = samples::signing_key(KeyState::Retiring);
        for key in [&gone, &stays, &also_gone] {
            change!(store, signing_keys::insert(key)).unwrap();
        }
        change!(store, signing_keys::retire(&gone.key.kid)).unwrap();
        // By whichever way it retires.
        let kid = also_gone.key.kid.clone();
        change!(store, signing_keys::set_state(&kid, KeyState::Retired, None, None)).unwrap();
        for key in [&mut gone, &mut also_gone] {
            key.key.state = KeyState::Retired;
            key.sealed = None;
        }
        assert_eq!(signing_keys::all_live(&*store).await.unwrap(), std::slice::from_ref(&stays));
        assert_eq!(signing_keys::all(&*store).await.unwrap(), [gone, stays, also_gone]);
        let back = change!(store, signing_keys::set_state(&kid, KeyState::Active, None, None));
        assert_eq!(back, Err(StoreError::NotFound));
    }
}

#[test]
fn a_stored_key_does_not_show_its_private_part() {
    let mut stored = samples::signing_key(KeyState::Active);
    stored.sealed = Some(b"\x07\x08\x09".to_vec());
    let shown = format!("{stored:?}");
    assert!(
        !shown.contains("7, 8, 9") && !shown.contains("sealed"),
        "{shown}"
    );
}
