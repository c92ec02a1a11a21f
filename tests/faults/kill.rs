//! `kill -9` at any moment: what was acknowledged holds.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use grantd::entropy::{Entropy, SystemEntropy};
use reqwest::Client;
use serde_json::json;

use super::site::{Node, Site, client, create, send, token};
use super::{chosen, report, until};
use crate::support::place::Place;
use crate::support::postgres;
use crate::support::server::TestClient;

/// Where the environment names no number of deaths, there are as many as there is time for, and no
/// fewer than these.
const TIME: Duration = Duration::from_secs(15);
const LEAST: usize = 5;

/// How many ask at once, each about credentials of its own.
const CALLERS: usize = 4;

/// A credential, as far as was acknowledged.
#[derive(Debug, Clone)]
struct Known {
    client: TestClient,
    /// The secret before the last rotation, which let nothing overlap.
    old_secret: Option<String>,
    revoked: bool,
    /// A change of it was under way when the server died: either may be true.
    in_doubt: bool,
}

/// Asks until the server is gone.
struct Caller {
    http: Client,
    origin: String,
    token: String,
    known: Vec<Known>,
    /// What all callers together were told is done.
    acknowledged: Arc<AtomicUsize>,
}

impl Caller {
    async fn ask_until_it_is_gone(&mut self) {
        loop {
            let done = match (random() % 10, self.pick()) {
                (0..=3, _) | (_, None) => self.create().await,
                (4..=5, Some(place)) => self.rotate(place).await,
                (6..=7, Some(place)) => self.revoke(place).await,
                (_, Some(place)) => self.use_it(place).await,
            };
            if done.is_none() {
                return;
            }
            self.acknowledged.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn pick(&self) -> Option<usize> {
        let live: Vec<usize> = (0..self.known.len())
            .filter(|place| !self.known[*place].revoked && !self.known[*place].in_doubt)
            .collect();
        (!live.is_empty()).then(|| live[random() % live.len()])
    }

    async fn create(&mut self) -> Option<()> {
        let answer = send(create(&self.http, &self.origin, &self.token, "made"))
            .await
            .ok()?;
        assert_eq!(answer.status, 201, "{answer:?}");
        let text = |name: &str| answer.body[name].as_str().expect("a text").to_owned();
        self.known.push(Known {
            client: TestClient {
                id: text("id"),
                secret: text("client_secret"),
            },
            old_secret: None,
            revoked: false,
            in_doubt: false,
        });
        Some(())
    }

    async fn rotate(&mut self, place: usize) -> Option<()> {
        self.known[place].in_doubt = true;
        let request = self.http.post(self.url(place, "/secrets"));
        let request = request.bearer_auth(&self.token);
        let answer = send(request.json(&json!({"overlap": "0s"}))).await.ok()?;
        assert_eq!(answer.status, 201, "{answer:?}");
        let secret = answer.body["client_secret"].as_str().expect("a secret");
        let known = &mut self.known[place];
        known.old_secret = Some(std::mem::replace(
            &mut known.client.secret,
            secret.to_owned(),
        ));
        known.in_doubt = false;
        Some(())
    }

    async fn revoke(&mut self, place: usize) -> Option<()> {
        self.known[place].in_doubt = true;
        let request = self.http.delete(self.url(place, ""));
        let answer = send(request.bearer_auth(&self.token)).await.ok()?;
        assert_eq!(answer.status, 204, "{answer:?}");
        self.known[place].revoked = true;
        self.known[place].in_doubt = false;
        Some(())
    }

    async fn use_it(&mut self, place: usize) -> Option<()> {
        let answer = token(&self.http, &self.origin, &self.known[place].client)
            .await
            .ok()?;
        assert_eq!(answer.status, 200, "{answer:?}");
        Some(())
    }

    fn url(&self, place: usize, below: &str) -> String {
        let (origin, id) = (&self.origin, &self.known[place].client.id);
        format!("{origin}/v1/organizations/acme/credentials/{id}{below}")
    }
}

async fn check(node: &Node, known: &Known) {
    if known.in_doubt {
        return;
    }
    let now = node.token(&known.client).await.status;
    let expected = if known.revoked { 401 } else { 200 };
    assert_eq!(now, expected, "{known:?}");
    if let Some(old) = &known.old_secret {
        let old = TestClient {
            secret: old.clone(),
            ..known.client.clone()
        };
        assert_eq!(node.token(&old).await.status, 401, "{known:?}");
    }
}

fn random() -> usize {
    let mut bytes = [0; 8];
    SystemEntropy::new().fill(&mut bytes);
    usize::from_le_bytes(bytes)
}

async fn kills(place: Place) {
    // What is revoked is tried, and often.
    let site = Site::furnish(place.with("GRANTD_LIMITS__FAILED_AUTHENTICATIONS", "0"));
    let began = Instant::now();
    let (mut all, mut checked_before) = (Vec::new(), 0);
    let mut kills = 0;
    let more = |kills| match chosen("GRANTD_FAULTS_KILLS") {
        Some(number) => kills < number,
        None => kills < LEAST || began.elapsed() < TIME,
    };
    let mut node = site.node().await;
    let http = client();
    while more(kills) {
        kills += 1;
        let management = node.management_token(&site.operator).await;
        let acknowledged = Arc::new(AtomicUsize::new(0));
        let callers: Vec<_> = (0..CALLERS)
            .map(|_| Caller {
                http: http.clone(),
                origin: node.origin.clone(),
                token: management.clone(),
                known: Vec::new(),
                acknowledged: Arc::clone(&acknowledged),
            })
            .map(|mut caller| {
                actix_web::rt::spawn(async move {
                    caller.ask_until_it_is_gone().await;
                    caller.known
                })
            })
            .collect();
        // Not while it still connects to the database.
        until(Duration::from_secs(30), "it is busy", async || {
            acknowledged.load(Ordering::SeqCst) >= 4 * CALLERS
        })
        .await;
        let after = Duration::from_millis(u64::try_from(random() % 500).expect("small"));
        tokio::time::sleep(after).await;
        node.process.kill();
        for caller in callers {
            all.extend(caller.await.expect("it ends"));
        }
        node = site.node().await;
        for known in &all[checked_before..] {
            check(&node, known).await;
        }
        checked_before = all.len();
    }
    // Once more, what the earlier deaths left.
    for known in &all {
        check(&node, known).await;
    }
    site.audit_is_whole();
    let count = |which: fn(&Known) -> bool| all.iter().filter(|known| which(known)).count();
    report(&format!(
        "{kills} kills in {:?}: {} credentials, {} revoked, {} rotated, {} in doubt",
        began.elapsed(),
        all.len(),
        count(|known| known.revoked),
        count(|known| known.old_secret.is_some()),
        count(|known| known.in_doubt),
    ));
    assert!(count(|known| known.revoked) > 0 && count(|known| !known.revoked) > 0);
}

#[actix_web::test]
async fn what_was_acknowledged_outlives_a_kill_on_sqlite() {
    kills(Place::on_sqlite()).await;
}

#[actix_web::test]
async fn what_was_acknowledged_outlives_a_kill_on_postgres() {
    kills(Place::on_database(&postgres::new_database().await)).await;
}
