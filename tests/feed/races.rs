//! Reads and changes at the same time: what is remembered is never older than a change that was made.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};

use grantd::app::load;
use grantd::cache::credentials::{CachedCredential, CredentialCache};

use super::id;
use crate::support::server::TestServer;

#[actix_web::test]
async fn what_was_read_before_a_change_is_not_kept_after_it() {
    let server = TestServer::builder().without_background().start().await;
    let client = server.client().await;
    let id = id(&client);
    let entry = load::cached_credential(&server.app, id).await;
    let entry = entry.expect("the database answers").expect("it is there");
    let cache = CredentialCache::new(10);

    let started = cache.read_started();
    cache.insert(started, entry.clone());
    assert!(cache.get(id).is_some(), "nothing changed meanwhile");

    let started = cache.read_started();
    cache.forget(id);
    cache.insert(started, entry.clone());
    assert!(cache.get(id).is_none(), "the read may be older");

    let started = cache.read_started();
    cache.forget_all();
    cache.insert(started, entry.clone());
    assert!(cache.get(id).is_none(), "the read may be older");

    cache.insert(cache.read_started(), entry);
    assert!(cache.get(id).is_some(), "a later read is kept");
}

/// Readers keep what they have read all the time, and still nobody sees, after a change has been
/// made, what was before it.
#[actix_web::test]
async fn a_change_holds_at_once_however_many_read_meanwhile() {
    let server = TestServer::builder().without_background().start().await;
    let id = id(&server.client().await);
    let entry = load::cached_credential(&server.app, id).await;
    let entry = entry.expect("the database answers").expect("it is there");
    // The lifetime stands for whatever may change.
    let of_version = |version: u32| {
        let mut granted = entry.granted.clone();
        granted.credential.token_ttl_seconds = Some(version);
        let meter = Arc::clone(&entry.meter);
        Arc::new(CachedCredential::new(granted, Vec::new(), meter))
    };
    let (cache, database) = (CredentialCache::new(10), AtomicU32::new(0));
    let over = AtomicBool::new(false);
    std::thread::scope(|threads| {
        for _ in 0..3 {
            threads.spawn(|| {
                while !over.load(SeqCst) {
                    let started = cache.read_started();
                    let read = of_version(database.load(SeqCst));
                    // The database takes its time.
                    std::thread::yield_now();
                    cache.insert(started, read);
                }
            });
        }
        let mut seen_stale = None;
        for version in 1..20_000 {
            database.store(version, SeqCst);
            cache.forget(id);
            for _ in 0..10 {
                let kept = cache.get(id);
                let kept = kept.and_then(|kept| kept.granted.credential.token_ttl_seconds);
                if kept.is_some_and(|kept| kept < version) {
                    seen_stale = Some(version);
                }
            }
        }
        over.store(true, SeqCst);
        assert_eq!(seen_stale, None);
    });
}
