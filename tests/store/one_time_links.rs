//! Links that are good once.

use chrono::TimeDelta;
use grantd::crypto::fingerprint::Fingerprint;
use grantd::domain::ids::OneTimeLinkId;
use grantd::domain::one_time_link::{LinkKind, OneTimeLink};
use grantd::domain::user::User;
use grantd::store::one_time_links::{self, NewLink};
use grantd::store::{ConflictOn, StoreError};
use uuid::Uuid;

use super::samples;
use super::test_store::TestStore;

async fn user(store: &TestStore) -> User {
    let new = samples::user();
    change!(store, users::insert(&new)).unwrap();
    new.user
}

fn link(user: &User, number: u8, kind: LinkKind) -> NewLink {
    NewLink {
        link: OneTimeLink {
            id: OneTimeLinkId(Uuid::from_u128(number.into())),
            kind,
            user_id: user.id,
            created_by: Some(Uuid::from_u128(7)),
            created_at: samples::now(),
            expires_at: samples::now() + TimeDelta::hours(1),
        },
        fingerprint: Fingerprint::from_slice(&[number; 32]).unwrap(),
    }
}

/// The link, where it is good so many minutes later.
async fn open(store: &TestStore, new: &NewLink, minutes: i64) -> Option<OneTimeLink> {
    let now = samples::now() + TimeDelta::minutes(minutes);
    let found = one_time_links::find_open(&**store, &new.fingerprint, now).await;
    found.unwrap()
}

both_engines! {
    async fn a_link_is_good_until_it_ends_or_is_taken(store: TestStore) {
        let user = user(&store).await;
        let new = link(&user, 1, LinkKind::PasswordReset);
        let head = store.head().await;
        change!(store, one_time_links::insert(&new)).unwrap();
        store.assert_recorded(head, &[("user", user.id.to_string())]).await;
        assert_eq!(open(&store, &new, 59).await, Some(new.link.clone()));
        assert_eq!(open(&store, &new, 60).await, None);
        let late = samples::now() + TimeDelta::hours(1);
        let gone = Err(StoreError::NotFound);
        assert_eq!(change!(store, one_time_links::take(&new.link, late)), gone);
        change!(store, one_time_links::take(&new.link, samples::now())).unwrap();
        assert_eq!(open(&store, &new, 0).await, None);
        assert_eq!(change!(store, one_time_links::take(&new.link, samples::now())), gone);
    }

    async fn a_newer_one_voids_the_older_of_its_kind_and_taking_one_voids_all(store: TestStore) {
        let (pat, sam) = (user(&store).await, user(&store).await);
        let invitation = link(&pat, 1, LinkKind::Invitation);
        let first = link(&pat, 2, LinkKind::PasswordReset);
        let second = link(&pat, 3, LinkKind::PasswordReset);
        let other = link(&sam, 4, LinkKind::PasswordReset);
        for new in [&invitation, &first, &other, &second] {
            change!(store, one_time_links::insert(new)).unwrap();
        }
        let again = change!(store, one_time_links::insert(&first));
        assert_eq!(again, Err(StoreError::Conflict(ConflictOn::OneTimeLink)));
        assert_eq!(open(&store, &first, 0).await, None);
        for good in [&invitation, &second, &other] {
            assert!(open(&store, good, 0).await.is_some());
        }
        change!(store, one_time_links::take(&second.link, samples::now())).unwrap();
        assert_eq!(open(&store, &invitation, 0).await, None);
        assert!(open(&store, &other, 0).await.is_some());
        change!(store, one_time_links::void_made_by(Uuid::from_u128(8), samples::now())).unwrap();
        assert!(open(&store, &other, 0).await.is_some());
        change!(store, one_time_links::void_made_by(Uuid::from_u128(7), samples::now())).unwrap();
        assert_eq!(open(&store, &other, 0).await, None);
    }

    async fn links_go_with_their_user_and_after_their_end(store: TestStore) {
        let (pat, sam) = (user(&store).await, user(&store).await);
        for new in [link(&pat, 1, LinkKind::Invitation), link(&sam, 2, LinkKind::Invitation)] {
            change!(store, one_time_links::insert(&new)).unwrap();
        }
        change!(store, users::delete(pat.id)).unwrap();
        assert_eq!(store.count_rows("one_time_link").await, 1);
        let end = samples::now() + TimeDelta::hours(1);
        let before = end - TimeDelta::seconds(1);
        assert_eq!(one_time_links::prune(&store, before).await.unwrap(), 0);
        assert_eq!(one_time_links::prune(&store, end).await.unwrap(), 1);
    }
}
