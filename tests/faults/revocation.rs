//! A revocation on one node is a refusal on the others within a second, under load.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::site::{Node, Site, client, send, token};
use super::{size, until};
use crate::support::place::Place;
use crate::support::postgres;
use crate::support::server::TestClient;

/// Asks all nodes for tokens until the end.
fn load(nodes: &[&Node], warm: &TestClient, over: &Arc<AtomicBool>, asked: &Arc<AtomicUsize>) {
    for node in nodes {
        for _ in 0..2 {
            let (http, origin, warm) = (client(), node.origin.clone(), warm.clone());
            let (over, asked) = (Arc::clone(over), Arc::clone(asked));
            actix_web::rt::spawn(async move {
                while !over.load(Ordering::SeqCst) {
                    let answer = token(&http, &origin, &warm).await.expect("an answer");
                    assert_eq!(answer.status, 200, "{answer:?}");
                    asked.fetch_add(1, Ordering::SeqCst);
                    // The machine has few processors, and the test is one of those who use them.
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
            });
        }
    }
}

#[actix_web::test]
async fn a_revocation_is_seen_on_every_node_within_a_second() {
    let number = size("GRANTD_FAULTS_REVOCATIONS", 50);
    let place = Place::on_database(&postgres::new_database().await);
    let site = Site::furnish(place.with("GRANTD_LIMITS__FAILED_AUTHENTICATIONS", "0"));
    let here = site.node().await;
    let there = [site.another_node().await, site.another_node().await];
    let warm = site.client("warm");
    let management = here.management_token(&site.operator).await;
    let mut doomed = Vec::new();
    for _ in 0..number {
        let made = here.create(&management, "doomed").await;
        let text = |name: &str| made.body[name].as_str().expect("a text").to_owned();
        let client = TestClient {
            id: text("id"),
            secret: text("client_secret"),
        };
        for node in &there {
            assert_eq!(node.token(&client).await.status, 200);
        }
        doomed.push(client);
    }
    let (over, asked) = (Arc::default(), Arc::default());
    load(&[&here, &there[0], &there[1]], &warm, &over, &asked);
    let mut times = Vec::new();
    for client in &doomed {
        let url = format!(
            "{}/v1/organizations/acme/credentials/{}",
            here.origin, client.id
        );
        let revoked = send(here.http.delete(url).bearer_auth(&management)).await;
        assert_eq!(revoked.expect("an answer").status, 204);
        let began = Instant::now();
        assert_eq!(
            here.token(client).await.status,
            401,
            "at once where it is done"
        );
        for node in &there {
            while node.token(client).await.status == 200 {
                assert!(began.elapsed() < Duration::from_secs(5));
            }
        }
        times.push(began.elapsed());
        for node in &there {
            until(Duration::from_secs(5), "it says why", async || {
                node.token(client).await.status == 401
            })
            .await;
        }
    }
    over.store(true, Ordering::SeqCst);
    times.sort();
    // One in a hundred may be later; of few, one.
    let p99 = times[(times.len() * 99 / 100).min(times.len() - 2)];
    let median = times[times.len() / 2];
    println!("{number} revocations: median {median:?}, p99 {p99:?}, {asked:?} tokens meanwhile");
    assert!(p99 < Duration::from_secs(1), "{times:?}");
}
