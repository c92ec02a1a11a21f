//! The store, on both engines.

/// Makes two tests of one: on a SQLite file and on PostgreSQL, each with a database of its own whose
/// schema is up to date.
macro_rules! both_engines {
    ($($(#[doc = $doc:literal])* async fn $name:ident($store:ident: TestStore) $body:block)+) => {$(
        mod $name {
            use super::*;

            $(#[doc = $doc])*
            async fn on($store: $crate::store::test_store::TestStore) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn sqlite() {
                on($crate::store::test_store::TestStore::sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn postgres() {
                on($crate::store::test_store::TestStore::postgres().await).await;
            }
        }
    )+};
}

/// Makes one change, and commits it unless it is refused.
macro_rules! change {
    ($store:expr, $($function:ident)::+($($argument:expr),*)) => {{
        let mut write = $store.write().await;
        let result = grantd::store::$($function)::+(&mut write, $($argument),*).await;
        if result.is_ok() {
            write.commit().await.expect("it commits");
        }
        result
    }};
}

mod agents;
mod changes;
mod connection;
mod console_sessions;
mod credential_lists;
mod credentials;
mod idempotency;
mod limits;
mod memberships;
mod one_time_links;
mod organization_usage;
mod organizations;
mod resource_servers;
mod samples;
mod schema;
mod second_factors;
mod signing_keys;
pub(crate) mod test_store;
mod upgrade;
mod usage;
mod users;
