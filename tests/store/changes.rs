//! The change feed, and what a change as a whole promises.

use chrono::TimeDelta;
use grantd::domain::signing_key::KeyState;
use grantd::store::changes::{self, Change, ChangeKind};
use grantd::store::{agents, memberships, organizations, resource_servers, signing_keys, users};
use tokio::task::JoinSet;

use super::samples;
use crate::support::audit;

both_engines! {
    async fn every_kind_is_recorded(store: TestStore) {
        assert_eq!(store.head().await, 0);
        assert_eq!(changes::oldest(&*store).await.unwrap(), None);
        let mut organization = samples::organization();
        organization.name = "Name".parse().unwrap();
        let (agent, user) = (samples::agent(organization.id), samples::user());
        let (server, key) = (samples::resource_server(), samples::signing_key(KeyState::Next));
        let membership = samples::membership(user.user.id, organization.id);
        let kid = key.key.kid.as_str();

        let mut write = store.write().await;
        let w = &mut write;
        organizations::insert(w, &organization).await.unwrap();
        organizations::update(w, &organization).await.unwrap();
        agents::insert(w, &agent).await.unwrap();
        agents::update(w, &agent).await.unwrap();
        agents::delete(w, organization.id, agent.id).await.unwrap();
        users::insert(w, &user).await.unwrap();
        users::set_password_hash(w, user.user.id, None).await.unwrap();
        memberships::put(w, &membership).await.unwrap();
        memberships::delete(w, user.user.id, organization.id).await.unwrap();
        users::delete(w, user.user.id).await.unwrap();
        resource_servers::insert(w, &server).await.unwrap();
        resource_servers::update(w, &server).await.unwrap();
        resource_servers::delete(w, server.id).await.unwrap();
        signing_keys::insert(w, &key).await.unwrap();
        signing_keys::set_state(w, kid, KeyState::Active, None, None).await.unwrap();
        signing_keys::retire(w, kid).await.unwrap();
        organizations::delete(w, organization.id).await.unwrap();
        write.commit().await.unwrap();

        let (organization, agent) = (organization.id.to_string(), agent.id.to_string());
        let (user, server) = (user.user.id.to_string(), server.id.to_string());
        store.assert_recorded(0, &[
            ("organization", organization.clone()),
            ("organization", organization.clone()),
            ("agent", agent.clone()),
            ("agent", agent.clone()),
            ("agent", agent),
            ("user", user.clone()),
            ("user", user.clone()),
            ("membership", user.clone()),
            ("membership", user.clone()),
            ("user", user),
            ("resource_server", server.clone()),
            ("resource_server", server.clone()),
            ("resource_server", server),
            ("signing_key", kid.to_owned()),
            ("signing_key", kid.to_owned()),
            ("signing_key", kid.to_owned()),
            ("organization", organization),
        ]).await;
        assert_eq!(store.head().await, 17);
        assert_eq!(changes::oldest(&*store).await.unwrap(), Some(1));
    }

    async fn reading_goes_on_where_it_stopped(store: TestStore) {
        for _ in 0..5 {
            change!(store, organizations::insert(&samples::organization())).unwrap();
        }
        let numbers = async |after, limit| -> Vec<i64> {
            let found = changes::since(&*store, after, limit).await.unwrap();
            found.iter().map(|change| change.number).collect()
        };
        assert_eq!(numbers(0, 3).await, [1, 2, 3]);
        assert_eq!(numbers(3, 3).await, [4, 5]);
        assert_eq!(numbers(5, 3).await, [0_i64; 0]);
    }

    async fn many_changes_at_once_are_all_recorded(store: TestStore) {
        let organization = samples::organization();
        change!(store, organizations::insert(&organization)).unwrap();
        let mut write = store.write().await;
        for _ in 0..2500 {
            organizations::update(&mut write, &organization).await.unwrap();
        }
        write.commit().await.unwrap();
        let recorded = changes::since(&*store, 1, 9999).await.unwrap();
        let numbers: Vec<_> = recorded.iter().map(|change| change.number).collect();
        assert_eq!(numbers, (2..=2501).collect::<Vec<_>>());
        assert_eq!(store.head().await, 2501);
    }

    async fn what_a_newer_grantd_records_is_not_lost(store: TestStore) {
        store.execute(
            "INSERT INTO change (number, kind, subject, at) \
             VALUES (1, 'novelty', 'x', '2026-11-21 10:20:30+00:00')",
        ).await;
        let found = changes::since(&*store, 0, 9).await.unwrap();
        let expected = Change { number: 1, kind: ChangeKind::Unknown, subject: "x".to_owned(), at: "2026-11-21T10:20:30Z".parse().unwrap() };
        assert_eq!(found, [expected]);
    }

    async fn a_dropped_change_never_was(store: TestStore) {
        let organization = samples::organization();
        let mut write = store.write().await;
        organizations::insert(&mut write, &organization).await.unwrap();
        // It sees itself; nobody else does.
        assert!(organizations::find(&write, organization.id).await.unwrap().is_some());
        assert!(organizations::find(&*store, organization.id).await.unwrap().is_none());
        drop(write);
        assert!(organizations::find(&*store, organization.id).await.unwrap().is_none());
        // And it is in no one's way.
        change!(store, organizations::insert(&organization)).unwrap();
        store.assert_recorded(0, &[("organization", organization.id.to_string())]).await;
    }

    async fn a_change_of_nothing_leaves_no_trace(store: TestStore) {
        store.begin(samples::now()).await.unwrap().commit().await.unwrap();
        assert_eq!(store.head().await, 0);
    }

    async fn a_follower_misses_nothing_of_many_writers(store: TestStore) {
        const WRITERS: usize = 20;
        const WRITES: usize = 3;
        let last = i64::try_from(WRITERS * WRITES * 2).unwrap();
        let follower = store.another().await;
        let following = tokio::spawn(async move {
            let mut seen: Vec<Change> = Vec::new();
            while i64::try_from(seen.len()).unwrap() < last {
                let position = seen.last().map_or(0, |change| change.number);
                let found = changes::since(&follower, position, 7).await.unwrap();
                for (change, number) in found.iter().zip(position + 1..) {
                    assert_eq!(change.number, number, "a number was passed over");
                }
                seen.extend(found);
            }
            seen
        });

        let stores = store.processes().await;
        let mut writers = JoinSet::new();
        for index in 0..WRITERS {
            let store = stores[index % stores.len()].clone();
            writers.spawn(async move {
                let mut made = Vec::new();
                for _ in 0..WRITES {
                    let pair = [samples::organization(), samples::organization()];
                    let mut write = store.begin(samples::now()).await.unwrap();
                    write.audit(audit::entry());
                    for organization in &pair {
                        organizations::insert(&mut write, organization).await.unwrap();
                        tokio::task::yield_now().await;
                    }
                    write.commit().await.unwrap();
                    made.extend(pair.map(|organization| organization.id.to_string()));
                }
                made
            });
        }
        let mut made = writers.join_all().await.concat();
        let waited = tokio::time::timeout(std::time::Duration::from_secs(30), following).await;
        let mut seen: Vec<_> = waited
            .expect("the follower sees all")
            .unwrap()
            .into_iter()
            .map(|change| change.subject)
            .collect();
        made.sort();
        seen.sort();
        assert_eq!(seen, made);
        assert_eq!(store.head().await, last);
    }

    async fn pruning_keeps_what_is_young_and_the_last(store: TestStore) {
        let times = [0, 1, 2].map(|days| samples::now() + TimeDelta::days(days));
        for time in times {
            let mut write = store.begin(time).await.unwrap();
            write.audit(audit::entry());
            organizations::insert(&mut write, &samples::organization()).await.unwrap();
            write.commit().await.unwrap();
        }
        assert_eq!(changes::prune(&store, times[0]).await.unwrap(), 0);
        assert_eq!(changes::prune(&store, times[1]).await.unwrap(), 1);
        assert_eq!(changes::oldest(&*store).await.unwrap(), Some(2));
        // A follower at 1 would not notice that it missed something if nothing were left.
        assert_eq!(changes::prune(&store, times[2] + TimeDelta::days(9)).await.unwrap(), 1);
        assert_eq!(changes::oldest(&*store).await.unwrap(), Some(3));
        assert_eq!(store.head().await, 3);
    }
}
