//! What a good token request is given.

use crate::support::server::{API, TestServer, claims, header};

#[actix_web::test]
async fn a_client_gets_a_token_of_its_first_audience() {
    let server = TestServer::start().await;
    let client = server.client().await;
    let token = server.token(&client, &[]).await;
    assert_eq!(header(&token)["typ"], "at+jwt");
    let claims = claims(&token);
    assert_eq!(claims["aud"], API);
    assert_eq!(claims["sub"], client.id.as_str());
    assert_eq!(claims["scope"], "api:read api:write");
}
