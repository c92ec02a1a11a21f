//! What the layer hands on: it comes to the router as if nobody had looked at it before.

use actix_web::http::Method;
use serde_json::Value;

use super::{
    BEHIND, Counted, about_key, at_front, at_router, callers_key, for_token, key, post, remember,
    text, with_key,
};
use crate::support::server::{TestClient, TestServer};

#[actix_web::test]
async fn what_is_not_in_memory_or_not_good_goes_on_as_it_came_and_is_not_counted() {
    let server = TestServer::builder().without_background().start().await;
    let (client, key, asking) = (
        server.client().await,
        key(&server).await,
        callers_key(&server).await,
    );
    let both = [text(&asking), text(&key)];
    // Nobody has used them yet.
    for request in [
        with_key(&both[1]),
        for_token(&client),
        about_key(&both[0], &both[1]),
    ] {
        let (status, _, _) = at_front(&server, request).await;
        assert_eq!(status, BEHIND);
    }
    for request in [with_key(&both[1]), for_token(&client), with_key(&both[0])] {
        assert_eq!(at_router(&server, request).await.0, 200);
    }
    let before = Counted::now(&server, &[&client, &key, &asking]).await;
    let other = super::key(&server).await;
    let wrong = format!("{}:{}", key.id, other.secret);
    let form = "application/x-www-form-urlencoded";
    let long = "a".repeat(16 * 1_024);
    let TestClient { id, secret, .. } = &client;
    for request in [
        with_key(&wrong),
        with_key(&text(&client)),
        with_key(&both[1]).append_header(("x-api-key", both[1].as_str())),
        about_key(&wrong, &both[1]),
        about_key(&both[0], &wrong),
        // It may not ask.
        about_key(&both[1], &both[0]),
        about_key(&both[0], &both[1]).insert_header(("x-csrf-token", "a")),
        about_key(&both[0], &both[1]).insert_header(("idempotency-key", "\"a\"")),
        about_key(&both[0], &both[1]).insert_header(("content-type", "text/plain")),
        for_token(&client).insert_header(("content-type", "text/plain")),
        for_token(&client).method(Method::PUT),
        for_token(&TestClient {
            secret: server.client().await.secret,
            ..client.clone()
        }),
        post(
            "/oauth/token",
            form,
            format!("grant_type=x&client_id={id}&client_secret={secret}"),
        ),
        post(
            "/oauth/token",
            form,
            format!("grant_type=client_credentials&client_id={id}&client_secret={secret}&scope=no"),
        ),
        post(
            "/oauth/token",
            form,
            format!("grant_type=client_credentials&client_id={id}&client_secret={secret}&x={long}"),
        ),
    ] {
        let (status, _, body) = at_front(&server, request).await;
        assert_eq!(status, BEHIND, "{body:?}");
    }
    // The body is there for the one behind.
    let (_, _, body) = at_front(&server, about_key(&both[0], &wrong)).await;
    let body: Value = serde_json::from_slice(&body).expect("JSON");
    assert_eq!(body["api_key"], wrong);
    let after = Counted::now(&server, &[&client, &key, &asking]).await;
    assert!(after.since(&before).iter().all(Vec::is_empty));
}

/// However large it is, and whoever sends it.
#[actix_web::test]
async fn a_body_that_is_no_question_arrives_behind_as_it_came() {
    let server = TestServer::builder().without_background().start().await;
    let (asking, stranger) = (callers_key(&server).await, key(&server).await);
    remember(&server, &asking).await;
    let wrong = format!("{}:{}", asking.id, stranger.secret);
    let bodies = [
        "[".repeat(60_000),
        format!("{{\"api_key\":\"{}", "a".repeat(60_000)),
        format!("{{\"api_key\":{}", "[".repeat(60_000)),
        // More than the router reads.
        "{".repeat(200_000),
    ];
    for callers in ["garbage", ":", &wrong, &text(&stranger), &text(&asking)] {
        for body in &bodies {
            let request = post("/v1/api-keys/verify", "application/json", body.clone());
            let request = request.insert_header(("authorization", format!("Key {callers}")));
            let (status, _, arrived) = at_front(&server, request).await;
            assert_eq!(status, BEHIND, "{callers}: {body:.20}");
            assert!(arrived == *body, "{callers}: {body:.20}");
        }
    }
}
