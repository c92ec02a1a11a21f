//! Agents.

use grantd::store::{ConflictOn, Page, StoreError, agents, credentials};

use super::samples;

both_engines! {
    async fn what_is_kept_is_what_was_given(store: TestStore) {
        let (organization, other) = (samples::organization(), samples::organization());
        change!(store, organizations::insert(&organization)).unwrap();
        change!(store, organizations::insert(&other)).unwrap();
        let given = samples::agent(organization.id);
        change!(store, agents::insert(&given)).unwrap();
        assert_eq!(agents::find(&*store, organization.id, given.id).await.unwrap(), Some(given.clone()));
        let by_slug = agents::find_by_slug(&*store, organization.id, &given.slug).await.unwrap();
        assert_eq!(by_slug, Some(given.clone()));
        // Another organization does not see it.
        assert_eq!(agents::find(&*store, other.id, given.id).await.unwrap(), None);
        assert_eq!(agents::find_by_slug(&*store, other.id, &given.slug).await.unwrap(), None);
        assert_eq!(agents::list(&*store, other.id, None, &Page::first(9)).await.unwrap(), []);
    }

    async fn none_without_its_organization(store: TestStore) {
        let agent = samples::agent(samples::organization().id);
        assert_eq!(change!(store, agents::insert(&agent)), Err(StoreError::NotFound));
    }

    async fn slugs_are_unique_within_an_organization(store: TestStore) {
        let (organization, other) = (samples::organization(), samples::organization());
        change!(store, organizations::insert(&organization)).unwrap();
        change!(store, organizations::insert(&other)).unwrap();
        let first = samples::agent(organization.id);
        change!(store, agents::insert(&first)).unwrap();
        let mut second = samples::agent(organization.id);
        second.slug = first.slug.clone();
        let taken = Err(StoreError::Conflict(ConflictOn::AgentSlug));
        assert_eq!(change!(store, agents::insert(&second)), taken);
        second.organization_id = other.id;
        change!(store, agents::insert(&second)).unwrap();

        let mut third = samples::agent(organization.id);
        change!(store, agents::insert(&third)).unwrap();
        third.slug = first.slug.clone();
        assert_eq!(change!(store, agents::update(&third)), taken);
    }

    async fn slug_and_name_change(store: TestStore) {
        let (organization, other) = (samples::organization(), samples::organization());
        change!(store, organizations::insert(&organization)).unwrap();
        let mut given = samples::agent(organization.id);
        change!(store, agents::insert(&given)).unwrap();
        given.slug = "another".parse().unwrap();
        given.name = "Another".parse().unwrap();
        change!(store, agents::update(&given)).unwrap();
        assert_eq!(agents::find(&*store, organization.id, given.id).await.unwrap(), Some(given.clone()));
        given.organization_id = other.id;
        assert_eq!(change!(store, agents::update(&given)), Err(StoreError::NotFound));
    }

    async fn lists_go_by_pages(store: TestStore) {
        let organization = samples::organization();
        change!(store, organizations::insert(&organization)).unwrap();
        let given: Vec<_> = (0..4).map(|_| samples::agent(organization.id)).collect();
        for index in [2, 0, 3, 1] {
            change!(store, agents::insert(&given[index])).unwrap();
        }
        let first = agents::list(&*store, organization.id, None, &Page::first(3)).await.unwrap();
        assert_eq!(first, given[..3]);
        let rest = Page { after: Some(given[2].id.0), limit: 3 };
        assert_eq!(agents::list(&*store, organization.id, None, &rest).await.unwrap(), given[3..]);
    }

    async fn one_in_use_stays(store: TestStore) {
        let (organization, other) = (samples::organization(), samples::organization());
        change!(store, organizations::insert(&organization)).unwrap();
        let agent = samples::agent(organization.id);
        change!(store, agents::insert(&agent)).unwrap();
        let mut credential = samples::credential(organization.id);
        credential.agent_id = Some(agent.id);
        change!(store, credentials::insert(&credential, &[samples::secret(0)])).unwrap();

        assert_eq!(
            change!(store, agents::delete(organization.id, agent.id)),
            Err(StoreError::Conflict(ConflictOn::AgentInUse))
        );
        change!(store, credentials::revoke(credential.id, samples::now())).unwrap();
        assert_eq!(change!(store, agents::delete(other.id, agent.id)), Err(StoreError::NotFound));
        change!(store, agents::delete(organization.id, agent.id)).unwrap();
        assert_eq!(agents::find(&*store, organization.id, agent.id).await.unwrap(), None);
        // What was revoked is still known.
        let left = credentials::find(&*store, credential.id).await.unwrap().unwrap();
        assert_eq!(left.credential.agent_id, None);
    }
}
