//! Second factors and recovery codes.

use chrono::TimeDelta;
use grantd::crypto::fingerprint::Fingerprint;
use grantd::domain::ids::SecondFactorId;
use grantd::domain::user::User;
use grantd::store::second_factors::{self, StoredFactor};
use grantd::store::{StoreError, recovery_codes};
use uuid::Uuid;

use super::samples;
use super::test_store::TestStore;

async fn user(store: &TestStore) -> User {
    let new = samples::user();
    change!(store, users::insert(&new)).unwrap();
    new.user
}

fn factor(user: &User, number: u128) -> StoredFactor {
    StoredFactor {
        id: SecondFactorId(Uuid::from_u128(number)),
        user_id: user.id,
        sealed: vec![0, 1, 255],
        last_step: 0,
        created_at: samples::now(),
        confirmed_at: None,
    }
}

fn code(number: u8) -> Fingerprint {
    Fingerprint::from_slice(&[number; 32]).unwrap()
}

both_engines! {
    async fn a_factor_is_begun_confirmed_used_and_removed(store: TestStore) {
        let user = user(&store).await;
        let (first, second) = (factor(&user, 1), factor(&user, 2));
        change!(store, second_factors::begin(&first)).unwrap();
        change!(store, second_factors::begin(&second)).unwrap();
        let found = second_factors::find(&*store, user.id).await.unwrap();
        assert_eq!(found.as_ref(), Some(&second));
        let gone = Err(StoreError::NotFound);
        assert_eq!(change!(store, second_factors::confirm(&first, 5, samples::now())), gone);
        assert_eq!(change!(store, second_factors::take_step(&second, 6)), gone);
        let head = store.head().await;
        change!(store, second_factors::confirm(&second, 5, samples::now())).unwrap();
        store.assert_recorded(head, &[("user", user.id.to_string())]).await;
        assert_eq!(change!(store, second_factors::confirm(&second, 9, samples::now())), gone);
        for (step, expected) in [(5, gone.clone()), (6, Ok(())), (6, gone.clone()), (4, gone.clone()), (7, Ok(()))] {
            assert_eq!(change!(store, second_factors::take_step(&second, step)), expected, "{step}");
        }
        let found = second_factors::find(&*store, user.id).await.unwrap();
        let expected = StoredFactor { last_step: 7, confirmed_at: Some(samples::now()), ..second };
        assert_eq!(found, Some(expected));
        // What is asked for stays.
        assert!(change!(store, second_factors::begin(&first)).is_err());
        assert_eq!(second_factors::prune(&store, samples::now()).await.unwrap(), 0);
        change!(store, second_factors::delete(user.id)).unwrap();
        assert_eq!(change!(store, second_factors::delete(user.id)), gone);
    }

    async fn what_waits_too_long_is_pruned(store: TestStore) {
        let user = user(&store).await;
        change!(store, second_factors::begin(&factor(&user, 1))).unwrap();
        let before = samples::now() - TimeDelta::seconds(1);
        assert_eq!(second_factors::prune(&store, before).await.unwrap(), 0);
        assert_eq!(second_factors::prune(&store, samples::now()).await.unwrap(), 1);
    }

    async fn a_recovery_code_is_taken_once(store: TestStore) {
        let (pat, sam) = (user(&store).await, user(&store).await);
        change!(store, recovery_codes::replace(pat.id, &[code(1), code(2), code(3)])).unwrap();
        change!(store, recovery_codes::replace(sam.id, &[code(1)])).unwrap();
        let taken = change!(store, recovery_codes::take(pat.id, &code(1)));
        assert_eq!(taken, Ok(()));
        let again = change!(store, recovery_codes::take(pat.id, &code(1)));
        assert_eq!(again, Err(StoreError::NotFound));
        assert_eq!(recovery_codes::count(&*store, pat.id).await.unwrap(), 2);
        assert_eq!(recovery_codes::count(&*store, sam.id).await.unwrap(), 1);
        change!(store, recovery_codes::replace(pat.id, &[code(4)])).unwrap();
        assert_eq!(recovery_codes::count(&*store, pat.id).await.unwrap(), 1);
    }

    async fn both_go_with_their_user(store: TestStore) {
        let user = user(&store).await;
        change!(store, second_factors::begin(&factor(&user, 1))).unwrap();
        change!(store, recovery_codes::replace(user.id, &[code(1)])).unwrap();
        change!(store, users::delete(user.id)).unwrap();
        assert_eq!(store.count_rows("second_factor").await, 0);
        assert_eq!(store.count_rows("recovery_code").await, 0);
    }
}
