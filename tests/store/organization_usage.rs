//! What an organization's credentials were used for.

use chrono::{DateTime, TimeDelta, Utc};
use grantd::domain::credential::{Credential, CredentialStatus};
use grantd::domain::ids::{AgentId, OrganizationId};
use grantd::domain::usage::{Counter, Counts, hour_of};
use grantd::store::organization_usage::{Ranking, Whose, by_credential, by_hour};
use grantd::store::usage::{self, UsageRow};

use super::samples;
use super::test_store::TestStore;

/// So many hours after the sample's hour began.
fn hour(number: i64) -> DateTime<Utc> {
    hour_of(samples::now()) + TimeDelta::hours(number)
}

async fn organization(store: &TestStore) -> OrganizationId {
    let organization = samples::organization();
    change!(store, organizations::insert(&organization)).unwrap();
    organization.id
}

async fn add(
    store: &TestStore,
    organization: OrganizationId,
    agent: Option<AgentId>,
) -> Credential {
    let mut credential = samples::credential(organization);
    credential.agent_id = agent;
    change!(store, credentials::insert(&credential, &[])).unwrap();
    credential
}

async fn count(store: &TestStore, it: &Credential, hour: DateTime<Utc>, counts: Counts) {
    let row = UsageRow {
        credential_id: it.id,
        hour,
        counts,
    };
    let mut write = store.store.begin(samples::now()).await.unwrap();
    usage::add(&mut write, &[row]).await.unwrap();
    write.commit().await.unwrap();
}

/// Every counter another number, from `first` on.
fn counts(first: u64) -> Counts {
    let mut counts = Counts::default();
    for (counter, number) in Counter::ALL.into_iter().zip(first..) {
        counts.set(counter, number);
    }
    counts
}

fn tokens(issued: u64, needed: u64, verified: u64) -> Counts {
    let mut counts = Counts::default();
    counts.set(Counter::TokensIssued, issued);
    counts.set(Counter::TokensNeeded, needed);
    counts.set(Counter::CallsVerified, verified);
    counts
}

fn whose(organization_id: OrganizationId, agents: Option<&[AgentId]>) -> Whose<'_> {
    Whose {
        organization_id,
        agents,
        from: hour(0),
        to: hour(24),
    }
}

both_engines! {
    async fn all_credentials_are_added_up_by_the_hour_with_one_statement(store: TestStore) {
        let (organization, other) = (organization(&store).await, organization(&store).await);
        let agent = samples::agent(organization);
        change!(store, agents::insert(&agent)).unwrap();
        let first = add(&store, organization, None).await;
        let scoped = add(&store, organization, Some(agent.id)).await;
        let stranger = add(&store, other, None).await;
        for (it, number, first) in [
            (&first, 0, 1),
            (&scoped, 0, 100),
            (&scoped, 23, 1_000),
            (&first, -1, 5),
            (&first, 24, 5),
            (&stranger, 0, 7),
        ] {
            count(&store, it, hour(number), counts(first)).await;
        }
        let before = store.statements();
        let found = by_hour(&*store, &whose(organization, None)).await.unwrap();
        assert_eq!(store.statements() - before, 1);
        let mut both = counts(1);
        both.add(&counts(100));
        let found: Vec<_> = found.into_iter().map(|step| (step.from, step.counts)).collect();
        assert_eq!(found, [(hour(0), both), (hour(23), counts(1_000))]);

        let agents = [agent.id];
        let of_agent = by_hour(&*store, &whose(organization, Some(&agents))).await.unwrap();
        let of_agent: Vec<_> = of_agent.into_iter().map(|step| step.counts).collect();
        assert_eq!(of_agent, [counts(100), counts(1_000)]);
        assert_eq!(by_hour(&*store, &whose(organization, Some(&[]))).await.unwrap(), []);
    }

    async fn the_most_used_come_first_whatever_became_of_them(store: TestStore) {
        let organization = organization(&store).await;
        let mut all = Vec::new();
        for _ in 0..4 {
            all.push(add(&store, organization, None).await);
        }
        count(&store, &all[0], hour(1), tokens(1, 1, 2)).await;
        count(&store, &all[1], hour(1), tokens(2, 1, 0)).await;
        count(&store, &all[1], hour(2), tokens(2, 1, 0)).await;
        let mut refused = Counts::default();
        refused.set(Counter::ALL[3], 9);
        count(&store, &all[2], hour(1), refused).await;
        count(&store, &all[3], hour(1), tokens(0, 0, 3)).await;
        change!(store, credentials::revoke(all[1].id, samples::now())).unwrap();

        let ranked = async |limit| {
            let whose = whose(organization, None);
            by_credential(&*store, &whose, Ranking::MostRequests, limit).await.unwrap()
        };
        let found = ranked(9).await;
        let ids: Vec<_> = found.iter().map(|it| it.id).collect();
        assert_eq!(ids, [all[1].id, all[0].id, all[3].id], "one that was only refused is no user");
        assert_eq!(found[0].counts, tokens(4, 2, 0));
        assert_eq!(found[0].status, CredentialStatus::Revoked);
        assert_eq!((&found[1].name, found[1].kind), (&all[0].name, all[0].kind));
        assert_eq!(ranked(2).await, found[..2]);
    }

    async fn who_fetches_too_much_is_told_by_the_ratio(store: TestStore) {
        let organization = organization(&store).await;
        let mut all = Vec::new();
        for (issued, needed) in [(20, 10), (19, 10), (9, 1), (10, 3), (1_000, 0), (100, 3)] {
            let it = add(&store, organization, None).await;
            count(&store, &it, hour(1), tokens(issued, needed, 0)).await;
            all.push(it.id);
        }
        let whose = whose(organization, None);
        let found = by_credential(&*store, &whose, Ranking::MostOverFetch, 9).await.unwrap();
        let ids: Vec<_> = found.iter().map(|it| it.id).collect();
        assert_eq!(ids, [all[5], all[3], all[0]]);
    }
}

/// Were the index on hours taken, every organization's rows of that time would be read.
#[tokio::test]
async fn the_rows_are_found_by_their_credentials() {
    let store = TestStore::sqlite().await;
    let plan = "EXPLAIN QUERY PLAN SELECT SUM(\"usage_hour\".\"tokens_issued\") FROM \"credential\" \
        INNER JOIN \"usage_hour\" ON \"credential\".\"id\" = \"usage_hour\".\"credential_id\" \
        WHERE \"credential\".\"organization_id\" = x'00' AND \"usage_hour\".\"hour\" >= 'a' \
        AND \"usage_hour\".\"hour\" < 'b' GROUP BY \"usage_hour\".\"hour\"";
    let plan = store.details(plan).await.join("\n");
    assert!(plan.contains("credential_by_organization"), "{plan}");
    assert!(
        plan.contains("(credential_id=? AND hour>? AND hour<?)"),
        "{plan}"
    );
}
