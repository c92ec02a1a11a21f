//! Usage by the hour, and the flush that writes it.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use grantd::domain::ids::CredentialId;
use grantd::domain::limit::{Quota, QuotaPeriod};
use grantd::domain::usage::{Counter, Counts, Rejection, hour_of};
use grantd::metering::{Flusher, Meters};
use grantd::store::usage::{self, ROWS_A_CHANGE, UsageRow};
use grantd::store::{Store, StoreError};

use super::samples;
use super::test_store::TestStore;

/// Credentials of one organization.
async fn credentials(store: &TestStore, number: usize) -> Vec<CredentialId> {
    let organization = samples::organization();
    change!(store, organizations::insert(&organization)).unwrap();
    let mut write = store.write().await;
    let mut ids = Vec::new();
    for _ in 0..number {
        let credential = samples::credential(organization.id);
        grantd::store::credentials::insert(&mut write, &credential, &[])
            .await
            .unwrap();
        ids.push(credential.id);
    }
    write.commit().await.unwrap();
    ids
}

/// So many hours after the sample's hour began.
fn hour(number: i64) -> DateTime<Utc> {
    hour_of(samples::now()) + TimeDelta::hours(number)
}

/// Every counter another number, from `first` on.
fn counts(first: u64) -> Counts {
    let mut counts = Counts::default();
    for (counter, number) in Counter::ALL.into_iter().zip(first..) {
        counts.set(counter, number);
    }
    counts
}

fn row(credential_id: CredentialId, hour: DateTime<Utc>, counts: Counts) -> UsageRow {
    UsageRow {
        credential_id,
        hour,
        counts,
    }
}

/// Adds in a change of its own.
async fn add(store: &Store, rows: &[UsageRow]) {
    let mut write = store.begin(samples::now()).await.unwrap();
    usage::add(&mut write, rows).await.unwrap();
    write.commit().await.unwrap();
}

/// Removes the oldest hour before this one.
async fn prune(store: &Store, older_than: DateTime<Utc>) -> u64 {
    let mut write = store.begin(samples::now()).await.unwrap();
    let number = usage::prune_an_hour(&mut write, older_than).await.unwrap();
    write.commit().await.unwrap();
    number
}

/// What is written of a credential, in all hours.
async fn written(store: &Store, id: CredentialId) -> Vec<(DateTime<Utc>, Counts)> {
    let hours = usage::by_hour(store, id, hour(-10_000), hour(10_000)).await;
    let hours = hours.unwrap().into_iter();
    hours.map(|step| (step.from, step.counts)).collect()
}

const QUOTA: Quota = Quota {
    requests: 10,
    per: QuotaPeriod::Day,
    enforce: true,
};

both_engines! {
    async fn what_is_written_is_added_to_what_stands_there(store: TestStore) {
        let ids = credentials(&store, 2).await;
        let head = store.head().await;
        let rows = [row(ids[0], hour(0), counts(1)), row(ids[1], hour(0), counts(100))];
        add(&store, &rows).await;
        let rows = [row(ids[0], hour(1), counts(7)), row(ids[0], hour(0), counts(1_000))];
        add(&store, &rows).await;

        let mut sum = counts(1);
        sum.add(&counts(1_000));
        assert_eq!(written(&store, ids[0]).await, [(hour(0), sum), (hour(1), counts(7))]);
        assert_eq!(written(&store, ids[1]).await, [(hour(0), counts(100))]);
        let first = usage::by_hour(&*store, ids[0], hour(0), hour(1)).await.unwrap();
        assert_eq!(first.len(), 1, "the end is not included");
        store.assert_recorded(head, &[]).await;
    }

    async fn rows_of_credentials_that_are_gone_are_left_out(store: TestStore) {
        let ids = credentials(&store, 1).await;
        let gone = samples::credential(samples::organization().id).id;
        let rows = [row(gone, hour(0), counts(1)), row(ids[0], hour(0), counts(1))];
        add(&store, &rows).await;
        add(&store, &rows[..1]).await;
        add(&store, &[]).await;
        assert_eq!(store.count_rows("usage_hour").await, 1);
        store.execute("DELETE FROM organization").await;
        assert_eq!(store.count_rows("usage_hour").await, 0, "they end with their credential");
    }

    async fn as_many_as_a_change_takes_are_written_at_once(store: TestStore) {
        let ids = credentials(&store, ROWS_A_CHANGE).await;
        let rows: Vec<_> = ids.iter().map(|id| row(*id, hour(0), counts(1))).collect();
        for _ in 0..2 {
            add(&store, &rows).await;
        }
        let rows = i64::try_from(rows.len()).unwrap();
        assert_eq!(store.count_rows("usage_hour").await, rows);
    }

    async fn several_processes_add_at_once_and_nothing_is_lost(store: TestStore) {
        let ids = credentials(&store, 50).await;
        let tasks = store.processes().await.map(|process| {
            let mut rows: Vec<_> = ids.iter().map(|id| row(*id, hour(0), counts(1))).collect();
            tokio::spawn(async move {
                for _ in 0..10 {
                    // Each in another order.
                    rows.rotate_left(7);
                    add(&process, &rows).await;
                }
            })
        });
        for task in tasks {
            task.await.unwrap();
        }
        for id in ids {
            let (_, counts) = written(&store, id).await[0];
            assert_eq!(counts.get(Counter::TokensIssued), 40);
        }
    }

    async fn requests_of_a_period_are_summed_up(store: TestStore) {
        let ids = credentials(&store, 3).await;
        let rows = [
            row(ids[0], hour(-1), counts(1_000)),
            row(ids[0], hour(0), counts(10)),
            row(ids[0], hour(5), counts(20)),
            row(ids[1], hour(0), counts(1)),
        ];
        add(&store, &rows).await;
        let sums = usage::requests_since(&*store, ids.clone(), hour(0)).await.unwrap();
        // Issued and verified: the first counter and the third.
        assert_eq!(sums.get(&ids[0]), Some(&(10 + 12 + 20 + 22)));
        assert_eq!(sums.get(&ids[1]), Some(&(1 + 3)));
        assert_eq!(sums.get(&ids[2]), None);
    }

    async fn old_hours_are_pruned(store: TestStore) {
        let ids = credentials(&store, 2).await;
        let rows = [-3, -2, -1, 0].map(|number| row(ids[0], hour(number), counts(1)));
        add(&store, &rows).await;
        add(&store, &[row(ids[1], hour(-2), counts(1))]).await;
        assert_eq!(prune(&store, hour(-1)).await, 1, "the oldest hour");
        assert_eq!(prune(&store, hour(-1)).await, 2);
        assert_eq!(prune(&store, hour(-1)).await, 0);
        assert_eq!(written(&store, ids[0]).await.len(), 2);
    }

    /// Were it not so, two nodes could lock rows crosswise, and PostgreSQL would end one of them.
    async fn a_flush_waits_for_a_change_under_way_on_another_node(store: TestStore) {
        let ids = credentials(&store, 1).await;
        let (meters, flusher) = (Meters::new(100), Flusher::default());
        let node = store.another().await;
        let change = store.write().await;
        meters.of(ids[0]).count(Counter::TokensIssued, samples::now());
        let mut flush = std::pin::pin!(flusher.flush(&meters, &node, samples::now()));
        let early = tokio::time::timeout(Duration::from_millis(300), &mut flush).await;
        assert!(early.is_err(), "it went past the change");
        change.commit().await.unwrap();
        flush.await.unwrap();
        assert_eq!(written(&store, ids[0]).await.len(), 1);
    }

    async fn a_flush_writes_what_was_counted_once(store: TestStore) {
        let ids = credentials(&store, 2).await;
        let (meters, flusher) = (Meters::new(100), Flusher::default());
        let now = samples::now();
        let meter = meters.of(ids[0]);
        for second in 0..100 {
            meter.issued("api", "read", 900, now + TimeDelta::seconds(second));
        }
        meter.reject(Rejection::WrongSecret, now - TimeDelta::hours(1));
        let flushed = flusher.flush(&meters, &store, now).await.unwrap();
        assert_eq!((flushed.written, flushed.dropped), (2, 0));
        meter.count(Counter::CallsVerified, now);
        flusher.flush(&meters, &store, now).await.unwrap();
        let before = store.statements();
        assert_eq!(flusher.flush(&meters, &store, now).await.unwrap().written, 0);
        assert_eq!(store.statements(), before, "nothing to write, nothing asked");

        let hours = written(&store, ids[0]).await;
        let number = |hour: usize, counter| hours[hour].1.get(counter);
        assert_eq!(hours.len(), 2);
        assert_eq!(number(0, Counter::Rejected(Rejection::WrongSecret)), 1);
        assert_eq!(number(1, Counter::TokensIssued), 100);
        assert_eq!(number(1, Counter::TokensNeeded), 1);
        assert_eq!(number(1, Counter::CallsVerified), 1);
        assert_eq!(hours[1].1.over_fetch(), Some(100.0));
    }

    /// With very many credentials a flush takes long, and whoever looks at usage is not to wait for it.
    async fn from_one_step_of_a_flush_to_the_next_others_may_look(store: TestStore) {
        let ids = credentials(&store, 450).await;
        let (meters, flusher) = (Meters::new(1_000), Flusher::default());
        for id in &ids {
            meters.of(*id).count(Counter::TokensIssued, samples::now());
        }
        let mut look = flusher.unwritten(&meters, ids[0]).await;
        let mut flush = std::pin::pin!(flusher.flush(&meters, &store, samples::now()));
        // It takes what was counted, and writes three times.
        for step in 0..3 {
            let early = tokio::time::timeout(Duration::from_millis(20), &mut flush).await;
            assert!(early.is_err(), "it goes no further while somebody looks");
            drop(look);
            look = tokio::select! {
                biased;
                _ = &mut flush => panic!("nobody could look after step {step}"),
                look = flusher.unwritten(&meters, ids[0]) => look,
            };
        }
        drop(look);
        flush.await.unwrap();
        assert_eq!(flusher.left(&meters).await, (0, 0));
        assert_eq!(written(&store, ids[449]).await.len(), 1);
    }

    /// Where the process ends, it begins anew with what was counted since.
    async fn a_flush_under_way_gives_way_to_the_last(store: TestStore) {
        let ids = credentials(&store, 450).await;
        let (meters, flusher) = (Meters::new(1_000), Flusher::default());
        for id in &ids {
            meters.of(*id).count(Counter::TokensIssued, samples::now());
        }
        let mut flush = std::pin::pin!(flusher.flush(&meters, &store, samples::now()));
        // Before its first step.
        let look = flusher.unwritten(&meters, ids[0]).await;
        let early = tokio::time::timeout(Duration::from_millis(20), &mut flush).await;
        assert!(early.is_err(), "it goes no further while somebody looks");
        flusher.hurry();
        drop(look);
        assert_eq!(flush.await.unwrap().written, 200, "the step that was next");
        meters.of(ids[0]).count(Counter::TokensIssued, samples::now());
        let last = flusher.flush(&meters, &store, samples::now()).await.unwrap();
        assert!(last.written >= 250);
        assert_eq!(flusher.left(&meters).await, (0, 0));
        let issued = written(&store, ids[0]).await[0].1.get(Counter::TokensIssued);
        assert_eq!(issued, 2);
    }

    async fn what_could_not_be_written_is_written_later(store: TestStore) {
        let ids = credentials(&store, 1).await;
        let (meters, flusher) = (Meters::new(100), Flusher::default());
        let now = samples::now();
        meters.of(ids[0]).count(Counter::TokensIssued, now);
        store.execute("ALTER TABLE usage_hour RENAME TO elsewhere").await;
        let failed = flusher.flush(&meters, &store, now).await;
        assert!(matches!(failed, Err(StoreError::Unavailable(_))), "{failed:?}");
        meters.of(ids[0]).count(Counter::TokensIssued, now);
        store.execute("ALTER TABLE elsewhere RENAME TO usage_hour").await;
        flusher.flush(&meters, &store, now).await.unwrap();
        let (_, counts) = written(&store, ids[0]).await[0];
        assert_eq!(counts.get(Counter::TokensIssued), 2);
    }

    /// Two nodes share a quota of ten: each learns of the other's requests when it has flushed.
    async fn nodes_agree_on_a_quota(store: TestStore) {
        let ids = credentials(&store, 1).await;
        let now = samples::now();
        let nodes = [(); 2].map(|()| (Meters::new(100), Flusher::default()));
        let request = |node: usize| {
            let meter = nodes[node].0.of(ids[0]);
            let allowance = meter.admit(None, Some(QUOTA), now)?;
            meter.issued("api", "read", 900, now);
            Ok::<_, grantd::domain::allowance::Exceeded>(allowance.quota.unwrap().remaining)
        };
        let flush = async |node: usize| {
            let (meters, flusher) = &nodes[node];
            flusher.flush(meters, &store, now).await.unwrap();
        };
        for left in (6..10).rev() {
            assert_eq!(request(0), Ok(left));
        }
        assert_eq!(request(1), Ok(9), "it has not heard of them yet");
        flush(0).await;
        flush(1).await;
        assert_eq!(request(1), Ok(4));
        flush(1).await;
        assert_eq!(request(0), Ok(5), "it has not heard of node 1 yet");
        flush(0).await;
        for left in (0..3).rev() {
            assert_eq!(request(0), Ok(left));
        }
        assert!(request(0).is_err());
        flush(0).await;
        assert_eq!(request(1).map_err(|exceeded| exceeded.allowance.quota.unwrap().remaining), Ok(3));
        flush(1).await;
        assert!(request(1).is_err());

        // A node that is started anew asks first.
        let meter = Meters::new(100).of(ids[0]);
        let since = QUOTA.window(now).began_at;
        let sums = usage::requests_since(&*store, [ids[0]], since).await.unwrap();
        meter.quota_stored(QuotaPeriod::Day, sums[&ids[0]], now);
        assert!(meter.admit(None, Some(QUOTA), now).is_err());
    }
}
