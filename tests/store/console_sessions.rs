//! Sessions of the console.

use chrono::TimeDelta;
use grantd::domain::ids::{SessionId, UserId};
use grantd::domain::session::Session;
use grantd::store::console_sessions;
use uuid::Uuid;

use super::samples;
use super::test_store::TestStore;

fn session(user_id: UserId, number: u8) -> Session {
    let begun = samples::now() + TimeDelta::minutes(i64::from(number));
    Session {
        id: SessionId(Uuid::from_u128(u128::from(number))),
        user_id,
        pending: number >= 8,
        address: Some([10, 0, 0, number].into()),
        user_agent: format!("Browser {number}"),
        created_at: begun,
        last_seen_at: begun,
        expires_at: begun + TimeDelta::hours(1),
    }
}

fn fingerprint(number: u8) -> String {
    format!("fingerprint {number}")
}

/// A user with these sessions.
async fn signed_in(store: &TestStore, numbers: &[u8]) -> UserId {
    let new = samples::user();
    change!(store, users::insert(&new)).unwrap();
    for number in numbers {
        let session = session(new.user.id, *number);
        change!(
            store,
            console_sessions::insert(&session, fingerprint(*number), 50)
        )
        .unwrap();
    }
    new.user.id
}

/// The sessions that the user has, the one that was used last first.
async fn kept(store: &TestStore, user_id: UserId) -> Vec<u128> {
    let sessions = console_sessions::of_user(&**store, user_id).await.unwrap();
    sessions.iter().map(|it| it.id.0.as_u128()).collect()
}

both_engines! {
    async fn it_is_found_by_its_fingerprint_with_its_user(store: TestStore) {
        let user_id = signed_in(&store, &[1, 8]).await;
        for number in [1, 8] {
            let found = console_sessions::find(&*store, &fingerprint(number)).await.unwrap();
            let (found, user) = found.unwrap();
            assert_eq!(found, session(user_id, number));
            assert_eq!(user.id, user_id);
        }
        assert_eq!(console_sessions::find(&*store, "another").await.unwrap(), None);
    }

    async fn the_one_that_was_used_longest_ago_gives_way(store: TestStore) {
        let user_id = signed_in(&store, &[1, 2, 3, 8]).await;
        let now = samples::now() + TimeDelta::hours(2);
        console_sessions::note_use(&store, session(user_id, 1).id, now).await.unwrap();
        change!(store, console_sessions::insert(&session(user_id, 4), fingerprint(4), 3)).unwrap();
        assert_eq!(kept(&store, user_id).await, [1, 8, 4, 3], "a pending one counts for itself");
    }

    async fn they_end_one_by_one_and_together(store: TestStore) {
        let user_id = signed_in(&store, &[1, 2, 3]).await;
        change!(store, console_sessions::end(session(user_id, 2).id)).unwrap();
        assert_eq!(kept(&store, user_id).await, [3, 1]);
        let but = Some(session(user_id, 3).id);
        assert_eq!(change!(store, console_sessions::end_all_of(user_id, but)).unwrap(), 1);
        assert_eq!(kept(&store, user_id).await, [3]);
        assert_eq!(change!(store, console_sessions::end_all_of(user_id, None)).unwrap(), 1);
        assert_eq!(kept(&store, user_id).await, [0_u128; 0]);
    }

    async fn those_that_have_ended_are_removed(store: TestStore) {
        let user_id = signed_in(&store, &[1, 2, 3]).await;
        let now = session(user_id, 2).expires_at;
        let idle_since = samples::now();
        assert_eq!(console_sessions::prune(&store, now, idle_since).await.unwrap(), 2);
        assert_eq!(kept(&store, user_id).await, [3]);
        let idle_since = session(user_id, 3).last_seen_at;
        let now = samples::now();
        assert_eq!(console_sessions::prune(&store, now, idle_since).await.unwrap(), 1);
    }

    async fn they_go_with_their_user(store: TestStore) {
        let user_id = signed_in(&store, &[1]).await;
        change!(store, users::delete(user_id)).unwrap();
        let found = console_sessions::find(&*store, &fingerprint(1)).await.unwrap();
        assert_eq!(found, None);
    }
}
