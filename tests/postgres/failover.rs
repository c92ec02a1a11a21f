//! The primary dies, and a standby takes over.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use std::time::{Duration, Instant};

use super::{
    assert_silent, assert_unavailable, make_organization, number, readiness, revoke, token_status,
};
use crate::support::forwarder::Forwarder;
use crate::support::postgres::Cluster;
use crate::support::server::{TestClient, TestServer};

/// What may pass from the promotion until everything works again.
const SOON: Duration = Duration::from_secs(10);

/// Asks for tokens all the time.
struct Load {
    over: Arc<AtomicBool>,
    given: Arc<AtomicU32>,
    refused: Arc<AtomicU32>,
}

impl Load {
    fn start(url: String, client: TestClient) -> Self {
        let load = Self {
            over: Arc::default(),
            given: Arc::default(),
            refused: Arc::default(),
        };
        let (over, given, refused) = (
            Arc::clone(&load.over),
            Arc::clone(&load.given),
            Arc::clone(&load.refused),
        );
        actix_web::rt::spawn(async move {
            let http = reqwest::Client::new();
            while !over.load(SeqCst) {
                let response = http
                    .post(&url)
                    .basic_auth(&client.id, Some(&client.secret))
                    .form(&[("grant_type", "client_credentials")])
                    .send()
                    .await
                    .expect("an answer");
                let counter = if response.status() == 200 {
                    &given
                } else {
                    &refused
                };
                counter.fetch_add(1, SeqCst);
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        });
        load
    }

    /// Tokens given and refused.
    fn so_far(&self) -> (u32, u32) {
        (self.given.load(SeqCst), self.refused.load(SeqCst))
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.over.store(true, SeqCst);
    }
}

#[actix_web::test]
async fn grantd_follows_the_new_primary_by_itself() {
    let primary = Cluster::builder()
        .setting("synchronous_standby_names", "*")
        // Until there is one, nobody waits for it.
        .setting("synchronous_commit", "local")
        .start();
    let standby = primary.standby().start();
    // From here on what is acknowledged is on both.
    let admin = primary.url("postgres");
    TestServer::eventually(SOON, async || {
        let sql = "SELECT COUNT(*) FROM pg_stat_replication WHERE sync_state = 'sync'";
        number(&admin, sql).await == 1
    })
    .await;
    let forwarder = Forwarder::start(primary.port());
    let url = format!(
        "{}?target_session_attrs=read-write&options[synchronous_commit]=on",
        primary
            .url("postgres")
            .replace(&primary.port().to_string(), &forwarder.port().to_string())
    );
    let here = TestServer::builder()
        .database(&url)
        .setting("database.connect_timeout", "5s")
        .start()
        .await;
    let there = here
        .another_node_with(|builder| builder.setting("database.connect_timeout", "5s"))
        .await;
    let [warm, cold, early, revoked] = [
        here.client().await,
        here.client().await,
        here.client().await,
        here.client().await,
    ];
    let operator = here.operator().await;
    let operator = here.management_token(&operator).await;
    assert_eq!(token_status(&there, &warm).await, 200);
    assert_eq!(token_status(&there, &revoked).await, 200);
    let load = Load::start(there.url("/oauth/token"), warm.clone());
    // Until the other node has heard of all that was made, it may forget what it has just read.
    revoke(&here, &early).await;
    TestServer::eventually(SOON, async || token_status(&there, &early).await == 401).await;
    let so_far = load.so_far();
    TestServer::eventually(SOON, async || load.so_far().0 > so_far.0 + 3).await;
    revoke(&here, &revoked).await;

    primary.kill();
    let died = Instant::now();
    assert_unavailable(&there.token_response(&cold, &[]).await);
    assert_unavailable(&make_organization(&here, &operator, "between").await);
    assert_silent(&there).await;

    // A standby is not asked, however well it answers.
    forwarder.lead_to(standby.port());
    assert_unavailable(&there.token_response(&cold, &[]).await);
    assert_unavailable(&make_organization(&here, &operator, "between").await);
    assert_eq!(readiness(&there).await.0, 503);

    // What is in memory goes on being served meanwhile, however busy the machine is.
    let so_far = load.so_far();
    TestServer::eventually(SOON, async || load.so_far().0 > so_far.0 + 10).await;
    let before = load.so_far();
    standby.promote();
    let promoted = Instant::now();
    TestServer::eventually(SOON, async || {
        make_organization(&here, &operator, "after").await.status() == 201
    })
    .await;
    TestServer::eventually(SOON, async || {
        token_status(&there, &cold).await == 200 && readiness(&there).await.0 == 200
    })
    .await;
    println!(
        "the primary was away for {:?}; all is well {:?} after the promotion",
        promoted - died,
        promoted.elapsed()
    );
    // Nothing that was acknowledged is lost, and what changes now is heard of.
    // The other node may not have had the time to see it before.
    TestServer::eventually(Duration::from_secs(1), async || {
        token_status(&there, &revoked).await == 401
    })
    .await;
    let late = here.client().await;
    assert_eq!(token_status(&there, &late).await, 200);
    revoke(&here, &late).await;
    TestServer::eventually(Duration::from_secs(1), async || {
        token_status(&there, &late).await == 401
    })
    .await;
    let (given, refused) = load.so_far();
    assert!(given > before.0, "{before:?}, then {given}");
    assert_eq!(refused, 0, "of {given} tokens");
}

/// A commit that its synchronous standby has not confirmed is not acknowledged: with the primary it
/// would be lost.
#[actix_web::test]
async fn what_the_standby_does_not_have_is_not_acknowledged() {
    let primary = Cluster::builder()
        .setting("synchronous_standby_names", "*")
        .setting("synchronous_commit", "local")
        .start();
    let url = format!("{}?options[synchronous_commit]=on", primary.url("postgres"));
    let local = TestServer::builder()
        .database(&primary.url("postgres"))
        .start()
        .await;
    let operator = local.operator().await;
    let operator = local.management_token(&operator).await;
    let node = TestServer::builder()
        .beside(&local)
        .database(&url)
        .setting("database.statement_timeout", "1s")
        .start()
        .await;
    assert_unavailable(&make_organization(&node, &operator, "alone").await);
}
