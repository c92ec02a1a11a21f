//! Several nodes look after the same keys at the same time.

use chrono::TimeDelta;
use futures_util::future::join_all;
use grantd::app::authority::Authority;
use grantd::app::signing_keys::{self, Urgency};
use grantd::domain::signing_key::KeyState::{Active, Next, Retiring};
use grantd::store::{ConnectSettings, Store, migrate};

use super::opening::open;
use super::{all, states, upkeep};
use crate::support::postgres;
use crate::support::server::{Engine, MASTER_KEY, TestServer};

#[actix_web::test]
async fn what_is_due_is_done_once() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let here = TestServer::builder()
            .engine(engine)
            .without_background()
            .start()
            .await;
        let mut nodes = Vec::new();
        for _ in 0..3 {
            let node = TestServer::builder().beside(&here).without_background();
            nodes.push(node.start().await);
        }
        for (days, expected) in [
            (29, &[Active, Next][..]),
            (1, &[Retiring, Active]),
            (
                28,
                &[grantd::domain::signing_key::KeyState::Retired, Active],
            ),
            (
                1,
                &[grantd::domain::signing_key::KeyState::Retired, Active, Next],
            ),
        ] {
            for node in &nodes {
                node.advance(TimeDelta::days(days));
            }
            join_all(nodes.iter().map(upkeep)).await;
            assert_eq!(states(&here).await, expected, "{engine:?}");
        }
    }
}

#[actix_web::test]
async fn rotated_by_hand_on_all_nodes_there_is_one_next_key() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let here = TestServer::builder().engine(engine).start().await;
        let there = here.another_node().await;
        let nodes = [&here, &there, &here, &there];
        let rotated = join_all(nodes.map(|node| {
            signing_keys::rotate(&node.app, &Authority::Command, None, Urgency::Published)
        }))
        .await;
        for made in rotated {
            assert_eq!(made.expect("it rotates")[0].kid, all(&here).await[1].kid);
        }
        assert_eq!(states(&here).await, [Active, Next], "{engine:?}");
    }
}

#[actix_web::test]
async fn the_first_start_of_several_nodes_makes_one_key() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let sqlite = format!("sqlite://{}", folder.path().join("grantd.db").display());
    for url in [sqlite, postgres::new_database().await] {
        let connect = ConnectSettings::pool_of(3);
        let store = Store::connect(&url, &connect).await.expect("a database");
        migrate(&store).await.expect("a schema");
        let nodes = join_all((0..4).map(|_| open(&url, MASTER_KEY, &[]))).await;
        let mut kids = Vec::new();
        for node in nodes {
            let node = node.map_err(|error| error.to_string()).expect("it opens");
            assert_eq!(node.keyring().keys().len(), 1);
            kids.push(node.keyring().keys()[0].kid.clone());
        }
        kids.dedup();
        assert_eq!(kids.len(), 1, "{url}");
    }
}
