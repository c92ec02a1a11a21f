//! Resource servers.

use grantd::domain::ids::ResourceServerId;
use grantd::store::{ConflictOn, StoreError, resource_servers};

use super::samples;

both_engines! {
    async fn what_is_kept_is_what_was_given(store: TestStore) {
        let first = samples::resource_server();
        let mut second = samples::resource_server();
        second.token_ttl_seconds = None;
        second.algorithm = None;
        second.scopes = Vec::new();
        change!(store, resource_servers::insert(&second)).unwrap();
        change!(store, resource_servers::insert(&first)).unwrap();
        assert_eq!(resource_servers::find(&*store, first.id).await.unwrap(), Some(first.clone()));
        assert_eq!(resource_servers::find(&*store, second.id).await.unwrap(), Some(second.clone()));
        assert_eq!(resource_servers::count(&*store).await.unwrap(), 2);
        let before = store.statements();
        assert_eq!(resource_servers::all(&*store).await.unwrap(), [first, second]);
        assert_eq!(store.statements() - before, 2);
        let absent = samples::resource_server().id;
        assert_eq!(resource_servers::find(&*store, absent).await.unwrap(), None);
    }

    async fn identifiers_are_unique(store: TestStore) {
        let first = samples::resource_server();
        let mut second = samples::resource_server();
        second.identifier = first.identifier.clone();
        change!(store, resource_servers::insert(&first)).unwrap();
        assert_eq!(
            change!(store, resource_servers::insert(&second)),
            Err(StoreError::Conflict(ConflictOn::ResourceServerIdentifier))
        );
    }

    async fn a_scope_is_named_once(store: TestStore) {
        let mut server = samples::resource_server();
        let once = server.scopes.clone();
        server.scopes.push(once[0].clone());
        let twice = Err(StoreError::Conflict(ConflictOn::ResourceScope));
        assert_eq!(change!(store, resource_servers::insert(&server)), twice);
        // Nothing of it was kept.
        assert_eq!(resource_servers::all(&*store).await.unwrap(), []);
        server.scopes = once;
        change!(store, resource_servers::insert(&server)).unwrap();
    }

    async fn all_but_the_identifier_changes(store: TestStore) {
        let given = samples::resource_server();
        assert_eq!(change!(store, resource_servers::update(&given)), Err(StoreError::NotFound));
        let other = samples::resource_server();
        change!(store, resource_servers::insert(&given)).unwrap();
        change!(store, resource_servers::insert(&other)).unwrap();
        let mut changed = given.clone();
        changed.name = "Another".parse().unwrap();
        changed.scopes = ["d:read", "a:read"].map(samples::scope).to_vec();
        changed.token_ttl_seconds = None;
        changed.algorithm = None;
        changed.identifier = "https://elsewhere.example.com".parse().unwrap();
        change!(store, resource_servers::update(&changed)).unwrap();
        changed.identifier = given.identifier;
        assert_eq!(resource_servers::find(&*store, given.id).await.unwrap(), Some(changed));
        assert_eq!(resource_servers::find(&*store, other.id).await.unwrap(), Some(other));
    }

    async fn one_in_use_stays(store: TestStore) {
        let (organization, server) = (samples::organization(), samples::resource_server());
        let unused = samples::resource_server();
        change!(store, organizations::insert(&organization)).unwrap();
        change!(store, resource_servers::insert(&server)).unwrap();
        change!(store, resource_servers::insert(&unused)).unwrap();
        let mut credential = samples::credential(organization.id);
        credential.audiences.push(server.id);
        change!(store, credentials::insert(&credential, &[])).unwrap();

        assert_eq!(
            change!(store, resource_servers::delete(server.id)),
            Err(StoreError::Conflict(ConflictOn::ResourceServerInUse))
        );
        assert_eq!(resource_servers::count_credentials(&*store, server.id).await, Ok(1));
        assert_eq!(resource_servers::count_credentials(&*store, unused.id).await, Ok(0));
        change!(store, resource_servers::delete(unused.id)).unwrap();
        change!(store, credentials::revoke(credential.id, samples::now())).unwrap();
        change!(store, resource_servers::delete(server.id)).unwrap();
        assert_eq!(resource_servers::all(&*store).await.unwrap(), []);
        let absent: ResourceServerId = server.id;
        assert_eq!(change!(store, resource_servers::delete(absent)), Err(StoreError::NotFound));
    }
}
