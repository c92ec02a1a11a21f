//! A body has one media type. With two, whoever stands in front might have read another than grantd.

use crate::support::raw::RawRequest;
use crate::support::server::TestServer;

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

#[actix_web::test]
async fn a_form_with_two_media_types_is_415() {
    let server = TestServer::start().await;
    let client = server.client().await;
    let body = format!(
        "grant_type=client_credentials&client_id={}&client_secret={}",
        client.id, client.secret
    );
    let good = RawRequest::form(&body);
    assert_eq!(good.send(&server.origin).await.status, 200);
    for other in [FORM, JSON, "text/plain"] {
        let request = RawRequest::form(&body).header("Content-Type", other);
        let answer = request.send(&server.origin).await;
        assert_eq!(answer.status, 415, "{other}");
        let text = String::from_utf8_lossy(&answer.body);
        assert!(text.contains("invalid_request"), "{text}");
    }
}

#[actix_web::test]
async fn json_with_two_media_types_is_415() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let token = server.management_token(&admin).await;
    let request = RawRequest::new("POST", "/v1/organizations/acme/agents")
        .header("Authorization", format!("Bearer {token}"))
        .header("Content-Type", JSON)
        .body("{\"slug\":\"bot\"}");
    for other in [JSON, FORM] {
        let twice = request.clone().header("Content-Type", other);
        assert_eq!(twice.send(&server.origin).await.status, 415, "{other}");
    }
    assert_eq!(request.send(&server.origin).await.status, 201);
}
