//! Requests that may come again.

use chrono::TimeDelta;
use grantd::domain::ids::CredentialId;
use grantd::store::StoreError;
use grantd::store::idempotency::{self, Remembered};
use uuid::Uuid;

use super::samples;
use super::test_store::TestStore;

fn remembered(name: &str, minutes: i64) -> Remembered {
    Remembered {
        name: name.to_owned(),
        caller: Uuid::from_u128(7),
        request: "request".to_owned(),
        made: "made".to_owned(),
        credential_id: None,
        sealed: None,
        created_at: samples::now() + TimeDelta::minutes(minutes),
    }
}

async fn credential(store: &TestStore) -> CredentialId {
    let organization = samples::organization();
    change!(store, organizations::insert(&organization)).unwrap();
    let credential = samples::credential(organization.id);
    change!(
        store,
        credentials::insert(&credential, &[samples::secret(9)])
    )
    .unwrap();
    credential.id
}

/// The names that are kept, of those given.
async fn kept(store: &TestStore, names: &str) -> String {
    let mut kept = String::new();
    for name in names.chars() {
        let found = idempotency::find(&**store, &name.to_string())
            .await
            .unwrap();
        kept.extend(found.map(|_| name));
    }
    kept
}

both_engines! {
    async fn what_is_kept_is_read_back_whole(store: TestStore) {
        let of_secret = Remembered {
            credential_id: Some(credential(&store).await),
            sealed: Some(vec![0, 1, 255]),
            ..remembered("a", 0)
        };
        let plain = remembered("b", 1);
        for given in [&of_secret, &plain] {
            change!(store, idempotency::insert(given, 10)).unwrap();
            let found = idempotency::find(&*store, &given.name).await.unwrap();
            assert_eq!(found.as_ref(), Some(given));
        }
        assert_eq!(idempotency::find(&*store, "c").await.unwrap(), None);
        // The name is taken over.
        let newer = remembered("a", 5);
        change!(store, idempotency::insert(&newer, 10)).unwrap();
        assert_eq!(idempotency::find(&*store, "a").await.unwrap(), Some(newer));
        assert_eq!(store.count_rows("idempotency_key").await, 2);
        let without = Remembered {
            credential_id: Some(samples::credential(samples::organization().id).id),
            ..remembered("d", 0)
        };
        assert_eq!(change!(store, idempotency::insert(&without, 10)), Err(StoreError::NotFound));
    }

    async fn of_one_caller_the_oldest_go(store: TestStore) {
        let other = Remembered { caller: Uuid::from_u128(8), ..remembered("o", -9) };
        change!(store, idempotency::insert(&other, 3)).unwrap();
        for (minutes, name) in [(2, "c"), (0, "a"), (1, "b"), (3, "d"), (4, "e")] {
            change!(store, idempotency::insert(&remembered(name, minutes), 3)).unwrap();
        }
        assert_eq!(kept(&store, "oabcde").await, "ocde");
        // The same again takes no room.
        change!(store, idempotency::insert(&remembered("c", 5), 3)).unwrap();
        assert_eq!(kept(&store, "oabcde").await, "ocde");
        // A lower bound is caught up with.
        change!(store, idempotency::insert(&remembered("f", 6), 1)).unwrap();
        assert_eq!(kept(&store, "oabcdef").await, "of");
    }

    async fn what_is_old_is_pruned(store: TestStore) {
        for (minutes, name) in [(0, "a"), (1, "b"), (2, "c")] {
            change!(store, idempotency::insert(&remembered(name, minutes), 10)).unwrap();
        }
        let until = samples::now() + TimeDelta::minutes(1);
        assert_eq!(idempotency::prune(&store, until).await.unwrap(), 2);
        assert_eq!(kept(&store, "abc").await, "c");
    }

    async fn a_secret_that_is_replaced_or_gone_is_not_kept(store: TestStore) {
        for way in 0..3 {
            let id = credential(&store).await;
            let second = samples::secret(9);
            change!(store, credentials::add_secret(id, &second)).unwrap();
            let given = Remembered {
                credential_id: Some(id),
                sealed: Some(vec![1]),
                ..remembered("a", 0)
            };
            change!(store, idempotency::insert(&given, 10)).unwrap();
            match way {
                0 => change!(store, credentials::add_secret(id, &samples::secret(9))).unwrap(),
                1 => change!(store, credentials::delete_secret(id, second.record.id)).unwrap(),
                _ => change!(store, credentials::revoke(id, samples::now())).unwrap(),
            }
            let expected = Remembered { sealed: None, ..given };
            assert_eq!(idempotency::find(&*store, "a").await.unwrap(), Some(expected), "{way}");
        }
    }

    async fn it_goes_with_its_organization(store: TestStore) {
        let organization = samples::organization();
        change!(store, organizations::insert(&organization)).unwrap();
        let credential = samples::credential(organization.id);
        change!(store, credentials::insert(&credential, &[])).unwrap();
        let given = Remembered { credential_id: Some(credential.id), ..remembered("a", 0) };
        change!(store, idempotency::insert(&given, 10)).unwrap();
        change!(store, organizations::delete(organization.id)).unwrap();
        assert_eq!(kept(&store, "a").await, "");
    }
}
