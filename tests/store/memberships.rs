//! Memberships.

use grantd::domain::ids::AgentId;
use grantd::domain::user::Role;
use grantd::store::{Page, StoreError, changes, memberships};
use uuid::Uuid;

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

    async fn other_admins_are_counted(store: TestStore) {
        let (organization, elsewhere) = (samples::organization(), samples::organization());
        change!(store, organizations::insert(&organization)).unwrap();
        change!(store, organizations::insert(&elsewhere)).unwrap();
        let mut users = Vec::new();
        for (role, place) in [
            (Role::OrgAdmin, &organization),
            (Role::OrgAdmin, &organization),
            (Role::Member, &organization),
            (Role::OrgAdmin, &elsewhere),
        ] {
            let user = samples::user();
            let mut membership = samples::membership(user.user.id, place.id);
            (membership.role, membership.agents) = (role, Vec::new());
            change!(store, users::insert(&user)).unwrap();
            change!(store, memberships::put(&membership)).unwrap();
            users.push(user.user.id);
        }
        for (besides, others) in [(users[0], 1), (users[2], 2), (users[3], 2)] {
            let counted = memberships::count_other_admins(&*store, organization.id, besides).await;
            assert_eq!(counted.unwrap(), others);
        }
    }

    async fn an_agent_is_dropped_from_the_places_that_name_it(store: TestStore) {
        let (organization, elsewhere) = (samples::organization(), samples::organization());
        let (gone, stays) = (AgentId(Uuid::from_u128(1)), AgentId(Uuid::from_u128(2)));
        let mut expected = Vec::new();
        for place in [&organization, &elsewhere] {
            change!(store, organizations::insert(place)).unwrap();
            for agents in [vec![gone, stays], vec![stays], vec![gone]] {
                let user = samples::user();
                let mut membership = samples::membership(user.user.id, place.id);
                membership.agents = agents;
                change!(store, users::insert(&user)).unwrap();
                change!(store, memberships::put(&membership)).unwrap();
                if place.id == organization.id {
                    membership.agents.retain(|agent| *agent != gone);
                }
                expected.push(membership);
            }
        }
        let head = changes::head(&*store).await.unwrap();
        change!(store, memberships::drop_agent(organization.id, gone)).unwrap();
        for membership in &expected {
            let found = memberships::find(&*store, membership.user_id, membership.organization_id);
            assert_eq!(found.await.unwrap().as_ref(), Some(membership));
        }
        // The feed tells of the two that changed.
        assert_eq!(changes::since(&*store, head, 10).await.unwrap().len(), 2);
    }
}
