//! Organizations.

use grantd::store::{
    ConflictOn, Page, StoreError, agents, credentials, memberships, organizations,
};

use super::samples;

both_engines! {
    async fn what_is_kept_is_what_was_given(store: TestStore) {
        let given = samples::organization();
        change!(store, organizations::insert(&given)).unwrap();
        assert_eq!(organizations::find(&*store, given.id).await.unwrap(), Some(given.clone()));
        let by_slug = organizations::find_by_slug(&*store, &given.slug).await.unwrap();
        assert_eq!(by_slug, Some(given));
        let other = samples::organization();
        assert_eq!(organizations::find(&*store, other.id).await.unwrap(), None);
        assert_eq!(organizations::find_by_slug(&*store, &other.slug).await.unwrap(), None);
    }

    async fn slugs_are_unique(store: TestStore) {
        let first = samples::organization();
        let mut second = samples::organization();
        second.slug = first.slug.clone();
        change!(store, organizations::insert(&first)).unwrap();
        let taken = Err(StoreError::Conflict(ConflictOn::OrganizationSlug));
        assert_eq!(change!(store, organizations::insert(&second)), taken);

        second.slug = "free".parse().unwrap();
        change!(store, organizations::insert(&second)).unwrap();
        second.slug = first.slug.clone();
        assert_eq!(change!(store, organizations::update(&second)), taken);
    }

    async fn slug_and_name_change(store: TestStore) {
        let other = samples::organization();
        change!(store, organizations::insert(&other)).unwrap();
        let mut given = samples::organization();
        assert_eq!(change!(store, organizations::update(&given)), Err(StoreError::NotFound));
        change!(store, organizations::insert(&given)).unwrap();
        given.slug = "another".parse().unwrap();
        given.name = "Ärger & Söhne".parse().unwrap();
        change!(store, organizations::update(&given)).unwrap();
        assert_eq!(organizations::find(&*store, given.id).await.unwrap(), Some(given));
        assert_eq!(organizations::find(&*store, other.id).await.unwrap(), Some(other));
    }

    async fn a_text_is_found_in_slugs(store: TestStore) {
        for slug in ["acme", "acme-labs", "other"] {
            let mut organization = samples::organization();
            organization.slug = slug.parse().unwrap();
            change!(store, organizations::insert(&organization)).unwrap();
        }
        for (text, found) in [("ACME", 2), ("labs", 1), ("_", 0)] {
            let page = Page::first(10);
            let all = organizations::search(&*store, &text.parse().unwrap(), &page).await;
            assert_eq!(all.unwrap().len(), found, "{text}");
        }
    }

    async fn lists_go_by_pages(store: TestStore) {
        let given: Vec<_> = (0..5).map(|_| samples::organization()).collect();
        // Inserted out of order, listed in order.
        for index in [3, 0, 4, 1, 2] {
            change!(store, organizations::insert(&given[index])).unwrap();
        }
        let first = organizations::list(&*store, &Page::first(2)).await.unwrap();
        assert_eq!(first, given[..2]);
        let rest = Page { after: Some(given[1].id.0), limit: 10 };
        assert_eq!(organizations::list(&*store, &rest).await.unwrap(), given[2..]);
    }

    async fn what_belongs_to_it_goes_with_it(store: TestStore) {
        let (gone, stays) = (samples::organization(), samples::organization());
        let (agent, user) = (samples::agent(gone.id), samples::user());
        let (credential, other) = (samples::credential(gone.id), samples::credential(stays.id));
        let membership = samples::membership(user.user.id, gone.id);
        change!(store, organizations::insert(&gone)).unwrap();
        change!(store, organizations::insert(&stays)).unwrap();
        change!(store, agents::insert(&agent)).unwrap();
        change!(store, users::insert(&user)).unwrap();
        change!(store, memberships::put(&membership)).unwrap();
        change!(store, credentials::insert(&credential, &[samples::secret(0)])).unwrap();
        change!(store, credentials::insert(&other, &[samples::secret(0)])).unwrap();

        let before = store.head().await;
        change!(store, organizations::delete(gone.id)).unwrap();
        assert_eq!(organizations::find(&*store, gone.id).await.unwrap(), None);
        assert_eq!(agents::find(&*store, gone.id, agent.id).await.unwrap(), None);
        assert_eq!(memberships::of_user(&*store, user.user.id).await.unwrap(), []);
        assert!(credentials::find(&*store, credential.id).await.unwrap().is_none());
        assert!(credentials::find(&*store, other.id).await.unwrap().is_some());
        // Whoever keeps the credential in memory is told of its end.
        store.assert_recorded(before, &[
            ("credential", credential.id.to_string()),
            ("organization", gone.id.to_string()),
        ]).await;
        assert_eq!(change!(store, organizations::delete(gone.id)), Err(StoreError::NotFound));
    }
}
