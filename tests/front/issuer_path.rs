//! An issuer with a path: what is answered in front is answered below it and at the root.

use super::{
    BEHIND, Request, about_key, at_front, at_router, callers_key, for_token, key, text, with_key,
    with_token,
};
use crate::support::server::{API, TestServer};

#[actix_web::test]
async fn below_the_path_and_at_the_root_it_is_answered_at_once_and_nowhere_else() {
    for path in ["/tenants/one", "/v1", "/oauth"] {
        let server = TestServer::builder()
            .issuer_path(path)
            .without_background()
            .start()
            .await;
        let (client, key, asking) = (
            server.client().await,
            key(&server).await,
            callers_key(&server).await,
        );
        let token = server.token(&client, &[]).await;
        let verify = format!("/auth/verify?audience={API}");
        let requests: [(&str, Request<'_>); 4] = [
            (verify.as_str(), Box::new(|| with_key(&text(&key)))),
            (verify.as_str(), Box::new(|| with_token(&token))),
            ("/oauth/token", Box::new(|| for_token(&client))),
            (
                "/v1/api-keys/verify",
                Box::new(|| about_key(&text(&asking), &text(&key))),
            ),
        ];
        let (twice, beyond) = (format!("{path}{path}"), format!("{path}/x"));
        for (place, request) in requests {
            assert_eq!(
                at_router(&server, request()).await.0,
                200,
                "{path}: {place}"
            );
            for (root, expected) in [
                ("", 200),
                (path, 200),
                (twice.as_str(), BEHIND),
                (beyond.as_str(), BEHIND),
                ("/elsewhere", BEHIND),
            ] {
                let uri = format!("{root}{place}");
                let (status, _, _) = at_front(&server, request().uri(&uri)).await;
                assert_eq!(status, expected, "{path}: {uri}");
            }
        }
    }
}

#[actix_web::test]
async fn without_a_path_there_is_nothing_below_it() {
    let server = TestServer::builder().without_background().start().await;
    let key = text(&key(&server).await);
    assert_eq!(at_router(&server, with_key(&key)).await.0, 200);
    assert_eq!(at_front(&server, with_key(&key)).await.0, 200);
    for path in ["/auth/verify/", "/tenants/one/auth/verify"] {
        let uri = format!("{path}?audience={API}");
        let (status, _, _) = at_front(&server, with_key(&key).uri(&uri)).await;
        assert_eq!(status, BEHIND, "{path}");
    }
}
