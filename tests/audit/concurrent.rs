//! Many changes at once, on several nodes, make one whole chain; what is rolled back leaves nothing.

use grantd::app::authority::Authority;
use grantd::app::organizations;
use grantd::store::{StoreError, audit, organizations as store};

use super::{assert_whole, head, since};
use crate::support::server::{Engine, TestServer};

#[actix_web::test]
async fn twenty_changes_at_once_make_a_whole_chain() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let server = TestServer::builder().engine(engine).start().await;
        let other = server.another_node().await;
        let before = head(&server.app).await;
        let changes = (0..20).map(|number| {
            let app = if number % 2 == 0 {
                &server.app
            } else {
                &other.app
            };
            let slug = format!("o-{number}").parse().expect("a slug");
            organizations::create(app, &Authority::Command, slug, None)
        });
        // While they are made, the trail is whole at every moment.
        let looking = async {
            for _ in 0..10 {
                let whole = grantd::app::audit::verify(&server.app, None).await;
                whole.expect("rows").expect("a whole trail");
            }
        };
        let (made, ()) = tokio::join!(futures_util::future::join_all(changes), looking);
        assert!(made.iter().all(Result::is_ok), "{made:?}");
        let rows = since(&server.app, before).await;
        let numbers: Vec<i64> = rows.iter().map(|row| row.number).collect();
        assert_eq!(numbers, (before + 1..=before + 20).collect::<Vec<_>>());
        assert_whole(&server.app).await;
        assert_whole(&other.app).await;
    }
}

#[actix_web::test]
async fn a_change_that_is_rolled_back_leaves_none() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let server = TestServer::builder().engine(engine).start().await;
        let before = audit::head(&server.app.store).await.expect("a head");
        let mut write = server
            .app
            .store
            .begin(server.app.now())
            .await
            .expect("a turn");
        write.audit(crate::support::audit::entry());
        drop(write);
        let after = audit::head(&server.app.store).await.expect("a head");
        assert_eq!(after, before);
        assert_eq!(since(&server.app, before.number).await, []);
    }
}

/// The rule that makes it impossible to forget the trail.
#[actix_web::test]
async fn a_change_that_nothing_tells_of_is_not_made() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let server = TestServer::builder().engine(engine).start().await;
        let mut renamed = server.organization.clone();
        renamed.name = "Quietly".parse().expect("a name");
        let mut write = server
            .app
            .store
            .begin(server.app.now())
            .await
            .expect("a turn");
        store::update(&mut write, &renamed)
            .await
            .expect("it is written");
        assert_eq!(write.commit().await, Err(StoreError::Unaudited));
        let found = store::find(&server.app.store, renamed.id).await;
        assert_eq!(found, Ok(Some(server.organization.clone())));
    }
}

/// The row is a part of the change: where it cannot be written, nothing is changed.
#[actix_web::test]
async fn a_change_whose_row_cannot_be_written_is_not_made() {
    let server = TestServer::start().await;
    let beside = sea_orm::Database::connect(&server.database_url).await;
    let beside = beside.expect("the database");
    sea_orm::ConnectionTrait::execute_unprepared(&beside, "DROP TABLE audit_event")
        .await
        .expect("it runs");
    let slug = "fresh".parse().expect("a slug");
    let made = organizations::create(&server.app, &Authority::Command, slug, None).await;
    assert!(made.is_err());
    let found = organizations::find(&server.app, &Authority::Command, "fresh").await;
    assert!(found.is_err(), "{found:?}");
}
