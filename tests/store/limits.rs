//! "Count, then insert" when many do it at once.

use grantd::domain::credential::CredentialKind;
use grantd::store::credentials;
use tokio::task::JoinSet;

use super::samples;
use super::test_store::TestStore;
use crate::support::audit;

both_engines! {
    async fn a_limit_holds_when_many_come_at_once(store: TestStore) {
        assert_limit_holds(&store).await;
    }
}

/// "Count, then insert" needs to see what was committed while it waited for its turn.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_limit_holds_whatever_postgres_is_set_to() {
    let store = TestStore::postgres().await;
    let name = store.url.rsplit('/').next().unwrap();
    let sql = "SET default_transaction_isolation TO 'serializable'";
    store.execute(&format!("ALTER DATABASE {name} {sql}")).await;
    assert_limit_holds(&store).await;
}

async fn assert_limit_holds(store: &TestStore) {
    const LIMIT: u64 = 10;
    const KIND: CredentialKind = CredentialKind::OauthClient;
    let organization = samples::organization();
    change!(store, organizations::insert(&organization)).unwrap();
    let organization = organization.id;
    for _ in 1..LIMIT {
        change!(
            store,
            credentials::insert(&samples::credential(organization), &[])
        )
        .unwrap();
    }
    let stores = store.processes().await;
    let mut tasks = JoinSet::new();
    for index in 0..20 {
        let store = stores[index % stores.len()].clone();
        tasks.spawn(async move {
            let mut write = store.begin(samples::now()).await.unwrap();
            write.audit(audit::entry());
            let count = credentials::count(&write, organization, KIND)
                .await
                .unwrap();
            if count >= LIMIT {
                return false;
            }
            let credential = samples::credential(organization);
            credentials::insert(&mut write, &credential, &[])
                .await
                .unwrap();
            write.commit().await.unwrap();
            true
        });
    }
    let made = tasks.join_all().await;
    assert_eq!(made.into_iter().filter(|made| *made).count(), 1);
    assert_eq!(
        credentials::count(&**store, organization, KIND)
            .await
            .unwrap(),
        LIMIT
    );
}
