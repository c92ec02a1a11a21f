//! What was used of a quota before is read from the database, which nobody waits for in front.

use grantd::app::credentials::Update;
use grantd::domain::limit::{Quota, QuotaPeriod};

use super::{
    BEHIND, Counted, Request, about_key, at_front, at_router, callers_key, for_token, key,
    remember, text, with_key, with_token,
};
use crate::metering::change;
use crate::support::server::{TestClient, TestServer};

const QUOTA: Quota = Quota {
    requests: 10,
    per: QuotaPeriod::Month,
    enforce: true,
};

/// Of a question about a key, both keys may have one.
#[actix_web::test]
async fn a_quota_whose_use_is_not_known_goes_on_whatever_is_asked() {
    let server = TestServer::builder().without_background().start().await;
    let (client, holder) = (server.client().await, server.client().await);
    let (shown, asked, good_key) = (key(&server).await, key(&server).await, key(&server).await);
    let (asking, good_asking) = (callers_key(&server).await, callers_key(&server).await);
    // Who has no quota yet learns nothing of its use.
    let token = server.token(&holder, &[]).await;
    for limited in [&client, &holder, &shown, &asked, &asking] {
        let update = Update {
            quota: Some(Some(QUOTA)),
            ..Update::default()
        };
        change(&server, limited, update).await;
    }
    for one in [
        &client,
        &holder,
        &shown,
        &asked,
        &asking,
        &good_key,
        &good_asking,
    ] {
        remember(&server, one).await;
    }
    let by = |callers: &TestClient, key: &TestClient| about_key(&text(callers), &text(key));
    let requests: [(&str, &TestClient, Request<'_>); 5] = [
        ("for a token", &client, Box::new(|| for_token(&client))),
        ("with a token", &holder, Box::new(|| with_token(&token))),
        ("with a key", &shown, Box::new(|| with_key(&text(&shown)))),
        ("asked by it", &asking, Box::new(|| by(&asking, &good_key))),
        (
            "asked about it",
            &asked,
            Box::new(|| by(&good_asking, &asked)),
        ),
    ];
    for (name, limited, request) in requests {
        let before = Counted::now(&server, &[limited, &good_key, &good_asking]).await;
        assert_eq!(at_front(&server, request()).await.0, BEHIND, "{name}");
        let after = Counted::now(&server, &[limited, &good_key, &good_asking]).await;
        let counted = after.since(&before);
        assert!(counted.iter().all(Vec::is_empty), "{name}: {counted:?}");
        assert_eq!(at_router(&server, request()).await.0, 200, "{name}");
        assert_eq!(at_front(&server, request()).await.0, 200, "{name}");
    }
}
