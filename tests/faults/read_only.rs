//! SQLite on a file system that becomes read-only under it, as Linux does after an error of the disk.

use std::fs;
use std::process::Command;
use std::time::Duration;

use super::disk::integrity;
use super::site::{Node, Site, client, create, send};
use super::until;
use crate::support::place::Place;

/// What makes writing fail; see `read_only.c`.
fn shim(place: &Place) -> String {
    let library = place.path("read_only.so");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/faults/read_only.c");
    let compiled = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-o"])
        .arg(&library)
        .args([source, "-ldl"])
        .status();
    assert!(compiled.expect("cc runs").success());
    library.to_string_lossy().into_owned()
}

/// So many changes at once, each of which needs a connection.
async fn changes_are_refused(node: &Node, management: &str) {
    let http = client();
    let asking: Vec<_> = (0..6)
        .map(|_| {
            let request = create(&http, &node.origin, management, "refused");
            actix_web::rt::spawn(send(request))
        })
        .collect();
    let mut said = 0;
    for one in asking {
        let refused = one.await.expect("it ends").expect("an answer");
        refused.come_again();
        let detail = refused.body["detail"].as_str().expect("a text");
        said += usize::from(detail.contains("full or read-only"));
    }
    // On a busy machine some do not get their turn in time.
    assert!(said > 0, "{}", node.process.log());
}

async fn reads_go_on(node: &Node, management: &str) {
    let list = format!("{}/v1/organizations/acme/credentials", node.origin);
    let http = client();
    let asking: Vec<_> = (0..6)
        .map(|_| actix_web::rt::spawn(send(http.get(&list).bearer_auth(management))))
        .collect();
    for one in asking {
        let answer = one.await.expect("it ends").expect("an answer");
        assert_eq!(answer.status, 200, "{answer:?}");
    }
    assert_eq!(node.ready().await.status, 200, "it can do most of its work");
}

/// Whether as many changes at once as there are connections are all made.
async fn all_are_taken(node: &Node, management: &str) -> bool {
    let http = client();
    let asking: Vec<_> = (0..12)
        .map(|_| send(create(&http, &node.origin, management, "after")))
        .map(actix_web::rt::spawn)
        .collect();
    let mut made = 0;
    for one in asking {
        let answer = one.await.expect("it ends").expect("an answer");
        made += usize::from(answer.status == 201);
    }
    made == 12
}

#[actix_web::test]
async fn on_a_read_only_disk_tokens_go_on_and_changes_are_refused() {
    let site = Site::furnish(Place::on_sqlite().with("GRANTD_USAGE__FLUSH_EVERY", "1s"));
    let (warm, cold) = (site.client("warm"), site.client("cold"));
    let flag = site.place.path("is-read-only");
    let port = site.place.issuer().rsplit(':').next().expect("a port");
    let mut server = site.place.command(&["serve"]);
    server
        .env("LD_PRELOAD", shim(&site.place))
        .env("READ_ONLY_WHILE", &flag);
    let mut node = site.node_by(server, port.parse().expect("a number")).await;
    assert_eq!(node.token(&warm).await.status, 200);
    let management = node.management_token(&site.operator).await;
    for _ in 0..2 {
        let before = node.create(&management, "before").await;
        assert_eq!(before.status, 201);

        fs::write(&flag, "").expect("it is written");
        for _ in 0..3 {
            changes_are_refused(&node, &management).await;
            reads_go_on(&node, &management).await;
            assert_eq!(node.token(&warm).await.status, 200);
            assert_eq!(node.token(&cold).await.status, 200);
        }
        until(Duration::from_secs(5), "usage waits", async || {
            node.process.log().contains("usage cannot be written")
        })
        .await;

        fs::remove_file(&flag).expect("it goes");
        // Connections that were made meanwhile are for reading only. Each is given up when it is found out,
        // which may take a few changes.
        let mut in_a_row = 0;
        until(Duration::from_secs(5), "all are taken", async || {
            let taken = all_are_taken(&node, &management).await;
            in_a_row = if taken { in_a_row + 1 } else { 0 };
            in_a_row == 3
        })
        .await;
        site.audit_is_whole();
    }
    let log = node.process.log();
    assert!(!log.contains(" 500 "), "{log}");
    assert!(log.contains("read"), "{log}");
    assert_eq!(node.process.stop(), 0, "{}", node.process.log());
    assert_eq!(integrity(&site.place.path("grantd.db")), "ok");
    site.audit_is_whole();
}
