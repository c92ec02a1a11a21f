//! Rate limits and quotas hold in front as behind the router.

use actix_web::http::header::HeaderMap;
use actix_web::test::TestRequest;
use grantd::app::credentials::Update;
use grantd::domain::credential::CredentialKind;
use grantd::domain::limit::{Quota, QuotaPeriod, RateLimit};
use grantd::domain::usage::{Counter, Rejection};
use serde_json::{Value, json};

use super::{
    Request, Tally, about_key, at_front, at_router, by_both, callers_key, for_token, key, post,
    text, with_key, with_token,
};
use crate::metering::{change, counted};
use crate::oauth::answer::basic;
use crate::support::server::{TestClient, TestServer};

fn one_an_hour() -> Update {
    Update {
        rate_limit: Some(Some(RateLimit {
            requests: 1,
            per_seconds: 3_600,
            enforce: true,
        })),
        ..Update::default()
    }
}

fn one_a_month() -> Update {
    Update {
        quota: Some(Some(Quota {
            requests: 1,
            per: QuotaPeriod::Month,
            enforce: true,
        })),
        ..Update::default()
    }
}

fn by_basic(client: &TestClient) -> TestRequest {
    let form = "grant_type=client_credentials&scope=api:read".to_owned();
    post("/oauth/token", "application/x-www-form-urlencoded", form)
        .insert_header(("authorization", basic(client)))
}

fn field<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let value = headers.get(name)?;
    Some(value.to_str().expect("text"))
}

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

/// What says how long to wait, and whom it is said to, too.
#[actix_web::test]
async fn too_many_requests_are_told_as_the_router_tells_them() {
    let server = TestServer::builder().without_background().start().await;
    let (client, holder) = (server.client().await, server.client().await);
    let (shown, asked) = (key(&server).await, key(&server).await);
    let asking = callers_key(&server).await;
    for limited in [&client, &holder, &shown, &asking] {
        change(&server, limited, one_an_hour()).await;
    }
    // The one in this hour.
    let token = server.token(&holder, &[]).await;
    for request in [
        for_token(&client),
        with_key(&text(&shown)),
        about_key(&text(&asking), &text(&asked)),
    ] {
        assert_eq!(at_router(&server, request).await.0, 200);
    }
    let by_asking = || about_key(&text(&asking), &text(&asked));
    let requests: [(&str, &TestClient, Request<'_>); 5] = [
        ("for a token", &client, Box::new(|| for_token(&client))),
        ("by Basic", &client, Box::new(|| by_basic(&client))),
        ("with a token", &holder, Box::new(|| with_token(&token))),
        ("with a key", &shown, Box::new(|| with_key(&text(&shown)))),
        ("asked by a key", &asking, Box::new(by_asking)),
    ];
    for (name, limited, request) in requests {
        let (answer, counted) = by_both(&server, name, &[limited, &asked], request).await;
        let (status, headers, _) = answer;
        assert_eq!(status, 429, "{name}");
        let retry_after = field(&headers, "retry-after").expect("a time");
        let left = format!("\"rate\";r=0;t={retry_after}");
        assert_eq!(field(&headers, "ratelimit"), Some(left.as_str()), "{name}");
        let policy = field(&headers, "ratelimit-policy");
        assert_eq!(policy, Some("\"rate\";q=1;w=3600"), "{name}");
        let challenge = field(&headers, "www-authenticate");
        assert_eq!(challenge.is_some(), name == "by Basic", "{name}");
        let refused: Tally = vec![(Counter::Rejected(Rejection::RateLimit), 1)];
        assert_eq!(counted, [refused, vec![]], "{name}");
    }
}

/// Who asks about it is answered, and told why it is no good now; a proxy refuses it.
#[actix_web::test]
async fn a_key_over_its_limits_is_told_of_as_the_router_tells() {
    let server = TestServer::builder().without_background().start().await;
    let asking = callers_key(&server).await;
    for (limit, why, reason) in [
        (one_an_hour(), Rejection::RateLimit, "rate_limited"),
        (one_a_month(), Rejection::Quota, "quota_exceeded"),
    ] {
        let key = key(&server).await;
        change(&server, &key, limit).await;
        let about = || about_key(&text(&asking), &text(&key));
        assert_eq!(at_router(&server, about()).await.0, 200);
        let (answer, counted) = by_both(&server, reason, &[&key, &asking], about).await;
        let (status, _, body) = answer;
        assert_eq!(status, 200, "{reason}");
        let told: Value = serde_json::from_slice(&body).expect("JSON");
        assert_eq!(
            told,
            json!({
                "valid": false,
                "reason": reason,
                "credential_id": key.id,
                "retry_after": told["retry_after"],
            })
        );
        assert!(told["retry_after"].as_u64() >= Some(1), "{told}");
        let refused: Tally = vec![(Counter::Rejected(why), 1)];
        let call: Tally = vec![(Counter::CallsVerified, 1)];
        assert_eq!(counted, [refused.clone(), call], "{reason}");
        let shown = || with_key(&text(&key));
        let (answer, counted) = by_both(&server, reason, &[&key], shown).await;
        assert_eq!(answer.0, 429, "{reason}");
        assert_eq!(counted, [refused], "{reason}");
    }
}
