//! Rate limits and quotas hold in front as behind the router.

use grantd::app::load::cached_credential;
use grantd::domain::credential::CredentialKind;
use grantd::domain::limit::{Quota, QuotaPeriod, RateLimit};
use grantd::domain::usage::{Counter, Rejection};

use super::{BEHIND, Request, at_front, at_router, for_token, text, with_key};
use crate::metering::counted;
use crate::support::server::{TestClient, TestServer};

#[actix_web::test]
async fn limits_hold_and_what_they_refuse_is_counted_once() {
    let server = TestServer::builder().without_background().start().await;
    let limited = |kind| {
        server.client_with(move |new| {
            new.kind = kind;
            new.rate_limit = Some(RateLimit {
                requests: 3,
                per_seconds: 3_600,
                enforce: true,
            });
        })
    };
    let key = limited(CredentialKind::ApiKey).await;
    let client = limited(CredentialKind::OauthClient).await;
    let requests: [(&TestClient, Request<'_>); 2] = [
        (&key, Box::new(|| with_key(&text(&key)))),
        (&client, Box::new(|| for_token(&client))),
    ];
    for (credential, request) in requests {
        assert_eq!(at_router(&server, request()).await.0, 200);
        for expected in [200, 200, 429, 429] {
            let (status, headers, _) = at_front(&server, request()).await;
            assert_eq!(status, expected);
            assert_eq!(headers.contains_key("retry-after"), status == 429);
        }
        let rejected = Counter::Rejected(Rejection::RateLimit);
        assert_eq!(counted(&server, credential, rejected).await, 2);
    }
}

/// What was used of a quota before is read from the database, which nobody waits for here.
#[actix_web::test]
async fn a_quota_whose_use_is_not_known_goes_on() {
    let server = TestServer::builder().without_background().start().await;
    let client = server
        .client_with(|new| {
            new.quota = Some(Quota {
                requests: 10,
                per: QuotaPeriod::Month,
                enforce: true,
            });
        })
        .await;
    let id = client.id.parse().expect("an id");
    assert!(
        cached_credential(&server.app, id)
            .await
            .expect("it is read")
            .is_some()
    );
    assert_eq!(at_front(&server, for_token(&client)).await.0, BEHIND);
    assert_eq!(at_router(&server, for_token(&client)).await.0, 200);
    assert_eq!(at_front(&server, for_token(&client)).await.0, 200);
}
