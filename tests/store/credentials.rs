//! Credentials and their secrets.

use chrono::TimeDelta;
use grantd::domain::credential::{Credential, CredentialKind, CredentialStatus};
use grantd::domain::ids::OrganizationId;
use grantd::store::credentials::{
    self, CredentialChange, CredentialFilter, NewSecret, StoredCredential,
};
use grantd::store::{ConflictOn, Page, StoreError};

use super::samples;
use super::test_store::TestStore;

async fn organization(store: &TestStore) -> OrganizationId {
    let organization = samples::organization();
    change!(store, organizations::insert(&organization)).unwrap();
    organization.id
}

fn filter(organization_id: OrganizationId) -> CredentialFilter {
    CredentialFilter::of(organization_id)
}

/// Adds a credential and gives it back as it should be read.
async fn add(store: &TestStore, mut credential: Credential, secrets: &[NewSecret]) -> Credential {
    change!(store, credentials::insert(&credential, secrets)).unwrap();
    credential.secrets = secrets.iter().map(|secret| secret.record.clone()).collect();
    credential
}

async fn find(store: &TestStore, credential: &Credential) -> StoredCredential {
    let found = credentials::find(&**store, credential.id).await.unwrap();
    found.expect("it is there")
}

fn assert_fingerprints(found: &StoredCredential, secrets: &[&NewSecret]) {
    assert_eq!(found.fingerprints.len(), secrets.len());
    for (fingerprint, secret) in found.fingerprints.iter().zip(secrets) {
        assert!(fingerprint.matches(&secret.fingerprint));
    }
}

both_engines! {
    async fn what_is_kept_is_what_was_given(store: TestStore) {
        let organization = organization(&store).await;
        let secret = samples::secret(0);
        let given = add(&store, samples::credential(organization), std::slice::from_ref(&secret)).await;
        let found = find(&store, &given).await;
        assert_eq!(found.credential, given);
        assert_fingerprints(&found, &[&secret]);

        let mut plain = samples::credential(organization);
        plain.kind = CredentialKind::ApiKey;
        plain.created_by = None;
        plain.scopes = Vec::new();
        plain.audiences = Vec::new();
        plain.grant_types = Vec::new();
        plain.operator = false;
        plain.token_ttl_seconds = None;
        plain.status = CredentialStatus::Disabled;
        plain.expires_at = None;
        let plain = add(&store, plain, &[]).await;
        assert_eq!(find(&store, &plain).await.credential, plain);

        let absent = samples::credential(organization).id;
        assert!(credentials::find(&*store, absent).await.unwrap().is_none());
    }

    async fn none_without_organization_and_agent(store: TestStore) {
        let mut credential = samples::credential(samples::organization().id);
        assert_eq!(change!(store, credentials::insert(&credential, &[])), Err(StoreError::NotFound));
        credential.organization_id = organization(&store).await;
        credential.agent_id = Some(samples::agent(credential.organization_id).id);
        assert_eq!(change!(store, credentials::insert(&credential, &[])), Err(StoreError::NotFound));
        credential.agent_id = None;
        change!(store, credentials::insert(&credential, &[])).unwrap();
        assert_eq!(
            change!(store, credentials::insert(&credential, &[])),
            Err(StoreError::Conflict(ConflictOn::Credential))
        );
    }

    async fn finding_one_takes_one_statement(store: TestStore) {
        let organization = organization(&store).await;
        let secrets = [samples::secret(0), samples::secret(1)];
        let given = add(&store, samples::credential(organization), &secrets).await;
        let before = store.statements();
        assert_eq!(find(&store, &given).await.credential.secrets.len(), 2);
        assert_eq!(store.statements() - before, 1);
        credentials::find(&*store, samples::credential(organization).id).await.unwrap();
        assert_eq!(store.statements() - before, 2);
    }

    async fn lists_are_filtered_and_go_by_pages(store: TestStore) {
        let (organization, other) = (organization(&store).await, organization(&store).await);
        let agent = samples::agent(organization);
        change!(store, agents::insert(&agent)).unwrap();
        let mut given = Vec::new();
        for number in 0..4 {
            let mut credential = samples::credential(organization);
            credential.agent_id = (number == 1).then_some(agent.id);
            if number == 2 {
                credential.kind = CredentialKind::ApiKey;
            }
            let secrets = [samples::secret(0), samples::secret(1)];
            given.push(add(&store, credential, &secrets).await);
        }
        add(&store, samples::credential(other), &[samples::secret(0)]).await;
        change!(store, credentials::revoke(given[3].id, samples::now())).unwrap();
        let list = async |filter: CredentialFilter, page| {
            credentials::list(&*store, &filter, &page).await.unwrap()
        };

        let before = store.statements();
        assert_eq!(list(filter(organization), Page::first(2)).await, given[..2]);
        assert_eq!(store.statements() - before, 2);
        let rest = Page { after: Some(given[1].id.0), limit: 9 };
        assert_eq!(list(filter(organization), rest).await, given[2..3]);
        let scoped = CredentialFilter { agents: Some(vec![agent.id]), ..filter(organization) };
        assert_eq!(list(scoped, Page::first(9)).await, given[1..2]);
        let keys = CredentialFilter { kind: Some(CredentialKind::ApiKey), ..filter(organization) };
        assert_eq!(list(keys, Page::first(9)).await, given[2..3]);
        let all = CredentialFilter { include_revoked: true, ..filter(organization) };
        assert_eq!(list(all, Page::first(9)).await.len(), 4);
        assert_eq!(list(filter(samples::organization().id), Page::first(9)).await, []);
    }

    async fn counting_leaves_out_others_and_revoked_ones(store: TestStore) {
        let (organization, other) = (organization(&store).await, organization(&store).await);
        let first = add(&store, samples::credential(organization), &[]).await;
        add(&store, samples::credential(organization), &[]).await;
        add(&store, samples::credential(other), &[]).await;
        let mut key = samples::credential(organization);
        key.kind = CredentialKind::ApiKey;
        key.status = CredentialStatus::Disabled;
        add(&store, key, &[]).await;
        let count = async |kind| credentials::count(&*store, organization, kind).await.unwrap();
        assert_eq!(count(CredentialKind::OauthClient).await, 2);
        assert_eq!(count(CredentialKind::ApiKey).await, 1);
        change!(store, credentials::revoke(first.id, samples::now())).unwrap();
        assert_eq!(count(CredentialKind::OauthClient).await, 1);
    }

    async fn lists_can_be_of_one_maker(store: TestStore) {
        let organization = organization(&store).await;
        let mut first = samples::credential(organization);
        first.created_by = Some(samples::agent(organization).id.0);
        let first = add(&store, first, &[]).await;
        add(&store, samples::credential(organization), &[]).await;
        let of_one = CredentialFilter { created_by: first.created_by, ..filter(organization) };
        let found = credentials::list(&*store, &of_one, &Page::first(9)).await.unwrap();
        assert_eq!(found, [first]);
    }

    async fn super_keys_are_counted_while_they_live_and_found_after(store: TestStore) {
        let (organization, other) = (organization(&store).await, organization(&store).await);
        let end = samples::now() + TimeDelta::minutes(15);
        let mut ids = Vec::new();
        for (owner, super_key) in [(organization, true), (organization, false), (other, true)] {
            let mut key = samples::credential(owner);
            key.kind = CredentialKind::ApiKey;
            key.super_key = super_key;
            key.expires_at = Some(end);
            ids.push(add(&store, key, &[]).await.id);
        }
        let last = end - TimeDelta::microseconds(1);
        let live = async |at| {
            credentials::count_live_super_keys(&*store, organization, at).await.unwrap()
        };
        let ended = async |at, limit| {
            credentials::ended_super_keys(&*store, at, limit).await.unwrap()
        };
        assert_eq!((live(last).await, live(end).await), (1, 0));
        assert_eq!(ended(last, 9).await, []);
        assert_eq!(ended(end, 9).await, [ids[0], ids[2]]);
        assert_eq!(ended(end, 1).await, [ids[0]]);
        change!(store, credentials::revoke(ids[0], end)).unwrap();
        assert_eq!(live(last).await, 0);
        assert_eq!(ended(end, 9).await, [ids[2]]);
    }

    async fn name_status_and_expiry_change(store: TestStore) {
        let organization = organization(&store).await;
        let mut given = add(&store, samples::credential(organization), &[samples::secret(0)]).await;
        let other = add(&store, samples::credential(organization), &[]).await;
        change!(store, credentials::update(&CredentialChange::of(given.id))).unwrap();
        assert_eq!(find(&store, &given).await.credential, given);

        given.name = "Another".parse().unwrap();
        given.status = CredentialStatus::Disabled;
        given.expires_at = None;
        let to = CredentialChange {
            name: Some(given.name.clone()),
            status: Some(given.status),
            expires_at: Some(None),
            ..CredentialChange::of(given.id)
        };
        change!(store, credentials::update(&to)).unwrap();
        assert_eq!(find(&store, &given).await.credential, given);

        given.expires_at = Some(samples::now() + TimeDelta::days(1));
        let to = CredentialChange {
            expires_at: Some(given.expires_at),
            ..CredentialChange::of(given.id)
        };
        change!(store, credentials::update(&to)).unwrap();
        assert_eq!(find(&store, &given).await.credential, given);
        assert_eq!(find(&store, &other).await.credential, other);

        let absent = CredentialChange::of(samples::credential(organization).id);
        assert_eq!(change!(store, credentials::update(&absent)), Err(StoreError::NotFound));
        let to = CredentialChange {
            status: Some(CredentialStatus::Revoked),
            ..CredentialChange::of(given.id)
        };
        assert_eq!(
            change!(store, credentials::update(&to)),
            Err(StoreError::Conflict(ConflictOn::CredentialStatus))
        );
    }

    async fn secrets_come_and_go_oldest_first(store: TestStore) {
        let organization = organization(&store).await;
        let (middle, oldest, newest) = (samples::secret(5), samples::secret(0), samples::secret(9));
        let given = add(&store, samples::credential(organization), std::slice::from_ref(&middle)).await;
        let other = add(&store, samples::credential(organization), &[]).await;
        change!(store, credentials::add_secret(given.id, &newest)).unwrap();
        change!(store, credentials::add_secret(given.id, &oldest)).unwrap();
        let found = find(&store, &given).await;
        let ids: Vec<_> = found.credential.secrets.iter().map(|secret| secret.id).collect();
        assert_eq!(ids, [oldest.record.id, middle.record.id, newest.record.id]);
        assert_fingerprints(&found, &[&oldest, &middle, &newest]);

        let expiry = Some(samples::now() + TimeDelta::hours(1));
        let id = middle.record.id;
        assert_eq!(
            change!(store, credentials::set_secret_expiry(other.id, id, expiry)),
            Err(StoreError::NotFound)
        );
        change!(store, credentials::set_secret_expiry(given.id, id, expiry)).unwrap();
        assert_eq!(find(&store, &given).await.credential.secrets[1].expires_at, expiry);
        change!(store, credentials::set_secret_expiry(given.id, id, None)).unwrap();
        assert_eq!(find(&store, &given).await.credential.secrets[1].expires_at, None);

        let absent = Err(StoreError::NotFound);
        assert_eq!(change!(store, credentials::delete_secret(other.id, id)), absent);
        change!(store, credentials::delete_secret(given.id, id)).unwrap();
        assert_eq!(change!(store, credentials::delete_secret(given.id, id)), absent);
        assert_fingerprints(&find(&store, &given).await, &[&oldest, &newest]);

        assert_eq!(
            change!(store, credentials::add_secret(given.id, &oldest)),
            Err(StoreError::Conflict(ConflictOn::Credential))
        );
        let nowhere = samples::credential(organization).id;
        assert_eq!(change!(store, credentials::add_secret(nowhere, &samples::secret(0))), absent);
    }

    async fn revoking_wipes_the_secrets_for_good(store: TestStore) {
        let organization = organization(&store).await;
        let secrets = [samples::secret(0), samples::secret(1)];
        let given = add(&store, samples::credential(organization), &secrets).await;
        let other = add(&store, samples::credential(organization), &[samples::secret(0)]).await;
        change!(store, credentials::revoke(given.id, samples::now())).unwrap();

        let found = find(&store, &given).await;
        assert_eq!(found.credential.status, CredentialStatus::Revoked);
        assert_eq!((found.credential.secrets.len(), found.fingerprints.len()), (0, 0));
        assert_eq!(store.count_rows("credential_secret").await, 1);
        assert_eq!(find(&store, &other).await.credential, other);

        let absent = Err(StoreError::NotFound);
        let on = CredentialChange {
            status: Some(CredentialStatus::Active),
            ..CredentialChange::of(given.id)
        };
        assert_eq!(change!(store, credentials::update(&on)), absent);
        assert_eq!(change!(store, credentials::add_secret(given.id, &samples::secret(2))), absent);
        assert_eq!(change!(store, credentials::revoke(given.id, samples::now())), absent);
    }

    async fn every_change_is_told_to_the_caches(store: TestStore) {
        let organization = organization(&store).await;
        let (first, second) = (samples::secret(0), samples::secret(1));
        let before = store.head().await;
        let given = add(&store, samples::credential(organization), std::slice::from_ref(&first)).await;
        let id = given.id;
        change!(store, credentials::update(&CredentialChange::of(id))).unwrap();
        change!(store, credentials::add_secret(id, &second)).unwrap();
        change!(store, credentials::set_secret_expiry(id, first.record.id, None)).unwrap();
        change!(store, credentials::delete_secret(id, first.record.id)).unwrap();
        change!(store, credentials::revoke(id, samples::now())).unwrap();
        let expected = vec![("credential", id.to_string()); 6];
        store.assert_recorded(before, &expected).await;
    }
}
