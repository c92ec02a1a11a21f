//! Memberships.

use grantd::domain::user::Role;
use grantd::store::{Page, StoreError, memberships};

use super::samples;

both_engines! {
    async fn put_adds_and_then_changes(store: TestStore) {
        let (organization, user) = (samples::organization(), samples::user());
        change!(store, organizations::insert(&organization)).unwrap();
        change!(store, users::insert(&user)).unwrap();
        let mut given = samples::membership(user.user.id, organization.id);
        change!(store, memberships::put(&given)).unwrap();
        assert_eq!(memberships::of_user(&*store, user.user.id).await.unwrap(), [given.clone()]);
        given.role = Role::OrgAdmin;
        given.agents = Vec::new();
        change!(store, memberships::put(&given)).unwrap();
        assert_eq!(memberships::of_user(&*store, user.user.id).await.unwrap(), [given.clone()]);
        let found = memberships::find(&*store, user.user.id, organization.id).await.unwrap();
        assert_eq!(found, Some(given));
    }

    async fn none_without_user_and_organization(store: TestStore) {
        let (organization, user) = (samples::organization(), samples::user());
        let given = samples::membership(user.user.id, organization.id);
        change!(store, organizations::insert(&organization)).unwrap();
        assert_eq!(change!(store, memberships::put(&given)), Err(StoreError::NotFound));
        assert_eq!(
            change!(store, memberships::delete(user.user.id, organization.id)),
            Err(StoreError::NotFound)
        );
    }

    async fn members_go_by_pages(store: TestStore) {
        let (organization, other) = (samples::organization(), samples::organization());
        change!(store, organizations::insert(&organization)).unwrap();
        change!(store, organizations::insert(&other)).unwrap();
        let mut expected = Vec::new();
        for _ in 0..3 {
            let new = samples::user();
            let membership = samples::membership(new.user.id, organization.id);
            change!(store, users::insert(&new)).unwrap();
            change!(store, memberships::put(&membership)).unwrap();
            change!(store, memberships::put(&samples::membership(new.user.id, other.id))).unwrap();
            expected.push((new.user, membership));
        }
        let page = async |page| {
            memberships::of_organization(&*store, organization.id, &page).await.unwrap()
        };
        assert_eq!(page(Page::first(2)).await, expected[..2]);
        let rest = Page { after: Some(expected[1].0.id.0), limit: 2 };
        assert_eq!(page(rest).await, expected[2..]);

        let leaves = expected[0].0.id;
        change!(store, memberships::delete(leaves, organization.id)).unwrap();
        assert_eq!(memberships::find(&*store, leaves, organization.id).await.unwrap(), None);
        assert!(memberships::find(&*store, leaves, other.id).await.unwrap().is_some());
    }
}
