//! A row that this build does not understand, as in a rolling upgrade, keeps a node from nothing else.

use grantd::app::authority::Authority;
use grantd::app::{agents, credentials, feed};
use grantd::domain::precondition::Precondition;
use sea_orm::{ConnectionTrait, Database};

use crate::support::server::TestServer;

async fn execute(server: &TestServer, sql: &str) {
    let connection = Database::connect(&server.database_url)
        .await
        .expect("it connects");
    connection.execute_unprepared(sql).await.expect("it runs");
    connection.close().await.expect("it closes");
}

#[actix_web::test]
async fn a_revocation_holds_beside_a_resource_server_that_cannot_be_read() {
    let server = TestServer::start().await;
    let client = server.client().await;
    server.token(&client, &[]).await;
    server
        .resource_server("https://newer.example.com", &[])
        .await;
    execute(
        &server,
        "UPDATE resource_server SET algorithm = 'XX999' WHERE identifier = 'https://newer.example.com'",
    )
    .await;
    // More changes than are read at once follow one that makes everything be read anew.
    server
        .resource_server("https://another.example.com", &[])
        .await;
    let mut write = server
        .app
        .store
        .begin(server.app.now())
        .await
        .expect("a turn");
    for number in 0..600 {
        let agent = grantd::domain::organization::Agent {
            id: grantd::domain::ids::AgentId::from_parts(server.app.now(), server.app.random10()),
            organization_id: server.organization.id,
            slug: format!("agent-{number}").parse().expect("a slug"),
            name: "Agent".parse().expect("a name"),
            created_at: server.app.now(),
        };
        grantd::store::agents::insert(&mut write, &agent)
            .await
            .expect("it is written");
    }
    write.audit(crate::support::audit::entry());
    write.commit().await.expect("it commits");

    let id = client.id.parse().expect("an id");
    credentials::revoke(
        &server.app,
        &Authority::Command,
        server.organization.id,
        id,
        &Precondition::NONE,
    )
    .await
    .expect("it is revoked");
    assert_eq!(server.token_response(&client, &[]).await.status(), 401);
    feed::catch_up(&server.app).await.expect("it follows");
    let known = server.app.resource_servers();
    assert!(
        known
            .find_by_identifier("https://another.example.com")
            .is_some()
    );
    assert!(
        known
            .find_by_identifier("https://newer.example.com")
            .is_none()
    );
}

#[actix_web::test]
async fn what_cannot_be_read_anew_stays_due_and_holds_up_no_revocation() {
    let server = TestServer::builder().without_background().start().await;
    let client = server.client().await;
    server.token(&client, &[]).await;
    // A key that the master key does not open: reading the keys anew fails from here on.
    execute(&server, "UPDATE signing_key SET sealed = x'00'").await;
    let mut write = server
        .app
        .store
        .begin(server.app.now())
        .await
        .expect("a turn");
    let kid = server.app.keyring().keys()[0].kid.clone();
    grantd::store::signing_keys::set_max_token_ttl(&mut write, &kid, chrono::TimeDelta::days(9))
        .await
        .expect("it is written");
    write.audit(crate::support::audit::entry());
    write.commit().await.expect("it commits");

    let id = client.id.parse().expect("an id");
    credentials::revoke(
        &server.app,
        &Authority::Command,
        server.organization.id,
        id,
        &Precondition::NONE,
    )
    .await
    .expect("it is revoked");
    assert_eq!(server.token_response(&client, &[]).await.status(), 401);
    for _ in 0..2 {
        feed::catch_up(&server.app)
            .await
            .expect_err("the keys are still due");
    }
}

#[actix_web::test]
async fn readiness_tells_of_caches_that_lag_behind() {
    let server = TestServer::start().await;
    let ready = async || {
        let answer = server
            .bare("GET", "/readyz")
            .send()
            .await
            .expect("an answer");
        answer.status().as_u16()
    };
    assert_eq!(ready().await, 200);
    agents::create(
        &server.app,
        &Authority::Command,
        server.organization.id,
        "a".parse().expect("a slug"),
        None,
    )
    .await
    .expect("it is made");
    execute(&server, "ALTER TABLE change RENAME TO change_away").await;
    TestServer::eventually(feed::STALE_AFTER * 3, async || ready().await == 503).await;
    execute(&server, "ALTER TABLE change_away RENAME TO change").await;
    TestServer::eventually(feed::STALE_AFTER, async || ready().await == 200).await;
}
