//! What is refused by what is in memory is refused in the same words, and counted by its reason.

use actix_web::test::TestRequest;
use grantd::domain::usage::{Counter, Rejection};
use serde_json::json;

use super::{
    Request, Tally, about_key, at_router, by_both, callers_key, key, question, text, with_token,
};
use crate::support::server::{API, TestServer};

#[actix_web::test]
async fn refusals_are_those_of_the_router_and_each_is_counted_once() {
    let server = TestServer::builder().without_background().start().await;
    server.resource_server("urn:other", &["other"]).await;
    let (client, key, asking) = (
        server.client().await,
        key(&server).await,
        callers_key(&server).await,
    );
    let token = server.token(&client, &[("scope", "api:read")]).await;
    let (shown, callers) = (text(&key), text(&asking));
    let asked = about_key(&callers, &shown);
    assert_eq!(at_router(&server, asked).await.0, 200);

    let other = "audience=urn:other".to_owned();
    let admin = format!("audience={API}&scope=api:admin");
    let at = |query: &str| TestRequest::with_uri(&format!("/auth/verify?{query}"));
    let by_key = |query: &str| at(query).insert_header(("x-api-key", shown.as_str()));
    let by_token =
        |query: &str| at(query).insert_header(("authorization", format!("Bearer {token}")));
    let ask = |audience: &str, scope: &str| {
        let about = json!({"api_key": shown, "audience": audience, "scopes": [scope]});
        question(&callers, &about)
    };
    let none = || -> [Tally; 3] { [vec![], vec![], vec![]] };
    let audience = || vec![(Counter::Rejected(Rejection::Audience), 1)];
    let scope = || vec![(Counter::Rejected(Rejection::Scope), 1)];
    let call = || vec![(Counter::CallsVerified, 1)];
    let cases: [(&str, u16, [Tally; 3], Request<'_>); 8] = [
        (
            "a token with another payload",
            401,
            none(),
            Box::new(|| with_token(&token.replacen('.', ".a", 1))),
        ),
        (
            "a token with another signature",
            401,
            none(),
            Box::new(|| with_token(&format!("{token}a"))),
        ),
        (
            "a key elsewhere",
            403,
            [vec![], audience(), vec![]],
            Box::new(|| by_key(&other)),
        ),
        (
            "a token elsewhere",
            403,
            [audience(), vec![], vec![]],
            Box::new(|| by_token(&other)),
        ),
        (
            "a key without the scope",
            403,
            [vec![], scope(), vec![]],
            Box::new(|| by_key(&admin)),
        ),
        (
            "a token without the scope",
            403,
            [scope(), vec![], vec![]],
            Box::new(|| by_token(&admin)),
        ),
        (
            "about a key elsewhere",
            200,
            [vec![], audience(), call()],
            Box::new(|| ask("urn:other", "other")),
        ),
        (
            "about a key without the scope",
            200,
            [vec![], scope(), call()],
            Box::new(|| ask(API, "api:admin")),
        ),
    ];
    for (name, expected, counts, request) in cases {
        let (answer, counted) = by_both(&server, name, &[&client, &key, &asking], request).await;
        assert_eq!(answer.0, expected, "{name}");
        assert_eq!(counted, counts, "{name}");
    }
}
