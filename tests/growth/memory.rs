//! What is kept in memory of credentials.

use crate::support::server::TestServer;

/// Far more than most have, and what the rules allow.
const SCOPES: usize = 100;

/// A bound on their number alone would bound nothing.
#[actix_web::test]
async fn credentials_with_a_great_many_scopes_count_for_several() {
    const CACHED: u64 = 60;
    let server = TestServer::builder()
        .setting("limits.cached_credentials", &CACHED.to_string())
        .setting("limits.oauth_clients_per_organization", "1000")
        .without_background()
        .start()
        .await;
    let names: Vec<String> = (0..SCOPES)
        .map(|number| format!("{number:0>120}"))
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    server.resource_server("urn:large", &names).await;
    for _ in 0..CACHED / 2 {
        let client = server.client().await;
        server.token(&client, &[]).await;
    }
    assert_eq!(server.app.credentials.count(), CACHED / 2, "one each");
    for _ in 0..CACHED {
        let large = server
            .client_with(|new| new.audiences = vec!["urn:large".parse().expect("an identifier")])
            .await;
        // Twice, so that what is wanted more than once is kept.
        for _ in 0..2 {
            server.token(&large, &[("scope", names[0])]).await;
        }
    }
    let cached = server.app.credentials.count();
    assert!(cached <= CACHED / 2 + 3, "{cached}");
}
