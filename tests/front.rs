//! What is answered before the router (`http/front.rs`), and what goes on to it.

mod limits;
mod wire;

use std::sync::Arc;

use actix_web::body::{MessageBody, to_bytes};
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::header::HeaderMap;
use actix_web::http::{Method, StatusCode};
use actix_web::test::{TestRequest, init_service};
use actix_web::web::{self, Bytes};
use actix_web::{App as Router, Error, HttpResponse};
use grantd::domain::credential::CredentialKind;
use grantd::domain::usage::Counter;
use grantd::http::admission::{Admission, Places};
use grantd::http::front::Front;
use grantd::http::stopping::Stopping;
use grantd::http::{HttpState, routes};
use grantd::settings::{CompatSettings, ProxySettings};
use serde_json::{Value, json};

use crate::metering::counted;
use crate::support::server::{API, TestClient, TestServer};

/// What stands behind the layer: it says what came to it.
async fn behind(body: Bytes) -> HttpResponse {
    HttpResponse::build(StatusCode::IM_A_TEAPOT).body(body)
}

fn state(server: &TestServer) -> Arc<HttpState> {
    Arc::new(HttpState {
        app: Arc::clone(&server.app),
        compat: CompatSettings {
            kognic: false,
            cogniac: false,
            cognigy: false,
            super_api_key: false,
        },
        console: false,
        proxy: ProxySettings::default(),
    })
}

/// Makes the same request again and again.
type Request<'a> = Box<dyn Fn() -> TestRequest + 'a>;

/// An answer: status, headers, body.
type Answer = (u16, HeaderMap, Bytes);

async fn answer<R, S, B>(service: &S, request: R) -> Answer
where
    S: Service<R, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody,
{
    let response = service.call(request).await;
    let response = response.expect("an answer").into_parts().1;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let body = to_bytes(response.into_body()).await;
    (status, headers, body.ok().expect("a body"))
}

/// What the layer answers with nothing but [`behind`] behind it.
async fn at_front(server: &TestServer, request: TestRequest) -> Answer {
    let admission = Admission {
        app: Arc::clone(&server.app),
        places: Arc::new(Places::new(10)),
        stopping: Stopping::default(),
    };
    let router = Router::new()
        .wrap(Front::new(state(server), admission))
        .default_service(web::to(behind));
    answer(&init_service(router).await, request.to_request()).await
}

/// What the router answers without the layer.
async fn at_router(server: &TestServer, request: TestRequest) -> Answer {
    let state = state(server);
    let router = Router::new()
        .app_data(web::Data::from(Arc::clone(&state)))
        .configure(|config| routes(config, &state));
    answer(&init_service(router).await, request.to_request()).await
}

const BEHIND: u16 = 418;

fn with_key(key: &str) -> TestRequest {
    let uri = format!("/auth/verify?audience={API}&scope=api:read");
    TestRequest::with_uri(&uri).insert_header(("x-api-key", key))
}

fn with_token(token: &str) -> TestRequest {
    let uri = format!("/auth/verify?audience={API}");
    TestRequest::with_uri(&uri).insert_header(("authorization", format!("Bearer {token}")))
}

fn post(path: &str, media_type: &str, body: String) -> TestRequest {
    TestRequest::with_uri(path)
        .method(Method::POST)
        .insert_header(("content-type", media_type))
        .insert_header(("content-length", body.len()))
        .set_payload(body)
}

fn for_token(client: &TestClient) -> TestRequest {
    let TestClient { id, secret, .. } = client;
    let form = format!(
        "grant_type=client_credentials&client_id={id}&client_secret={secret}&scope=api:read"
    );
    post("/oauth/token", "application/x-www-form-urlencoded", form)
}

fn about_key(callers: &str, key: &str) -> TestRequest {
    let question = json!({"api_key": key, "audience": API, "scopes": ["api:read"]});
    post(
        "/v1/api-keys/verify",
        "application/json",
        question.to_string(),
    )
    .insert_header(("authorization", format!("Key {callers}")))
}

fn text(client: &TestClient) -> String {
    format!("{}:{}", client.id, client.secret)
}

async fn key(server: &TestServer) -> TestClient {
    server
        .client_with(|new| new.kind = CredentialKind::ApiKey)
        .await
}

/// A key that may ask about others.
async fn callers_key(server: &TestServer) -> TestClient {
    let issuer = server.app.issuer.as_str().parse().expect("an identifier");
    server
        .client_with(|new| {
            new.kind = CredentialKind::ApiKey;
            new.audiences.push(issuer);
        })
        .await
}

#[actix_web::test]
async fn what_is_in_memory_is_answered_at_once_as_the_router_would_and_counted_once() {
    let server = TestServer::builder().without_background().start().await;
    let (client, key, asking) = (
        server.client().await,
        key(&server).await,
        callers_key(&server).await,
    );
    let token = server.token(&client, &[]).await;
    let requests: [(&str, Request<'_>); 4] = [
        ("key", Box::new(|| with_key(&text(&key)))),
        ("token", Box::new(|| with_token(&token))),
        (
            "about a key",
            Box::new(|| about_key(&text(&asking), &text(&key))),
        ),
        ("for a token", Box::new(|| for_token(&client))),
    ];
    for (name, request) in requests {
        let (status, by_router, routed) = at_router(&server, request()).await;
        assert_eq!(status, 200, "{name}");
        let before = Counted::now(&server, [&client, &key, &asking]).await;
        let (status, mut headers, body) = at_front(&server, request()).await;
        assert_eq!(status, 200, "{name}: {body:?}");
        for own in ["x-request-id", "x-content-type-options"] {
            assert!(headers.remove(own).next().is_some(), "{name}: {own}");
        }
        assert_eq!(sorted(&headers), sorted(&by_router), "{name}");
        assert_eq!(without_token(&body), without_token(&routed), "{name}");
        let after = Counted::now(&server, [&client, &key, &asking]).await;
        let expected = match name {
            "key" => [(0, 0), (0, 1), (0, 0)],
            "token" => [(0, 1), (0, 0), (0, 0)],
            "about a key" => [(0, 0), (0, 1), (0, 1)],
            _ => [(1, 0), (0, 0), (0, 0)],
        };
        assert_eq!(after.since(&before), expected, "{name}");
    }
}

/// What is refused by what is in memory is refused in the same words.
#[actix_web::test]
async fn refusals_are_those_of_the_router() {
    let server = TestServer::builder().without_background().start().await;
    server.resource_server("urn:other", &["other"]).await;
    let (client, key) = (server.client().await, key(&server).await);
    let token = server.token(&client, &[]).await;
    let key = text(&key);
    assert_eq!(at_router(&server, with_key(&key)).await.0, 200);
    let at = |query: &str| TestRequest::with_uri(&format!("/auth/verify?{query}"));
    let requests: [(u16, Request<'_>); 5] = [
        (401, Box::new(|| with_token(&token.replacen('.', ".a", 1)))),
        (401, Box::new(|| with_token(&format!("{token}a")))),
        (
            403,
            Box::new(|| at("audience=urn:other").insert_header(("x-api-key", key.as_str()))),
        ),
        (
            403,
            Box::new(|| {
                at("audience=urn:other").insert_header(("authorization", format!("Bearer {token}")))
            }),
        ),
        (
            403,
            Box::new(|| {
                at(&format!("audience={API}&scope=api:admin"))
                    .insert_header(("x-api-key", key.as_str()))
            }),
        ),
    ];
    for (number, (expected, request)) in requests.into_iter().enumerate() {
        let (status, by_router, routed) = at_router(&server, request()).await;
        assert_eq!(status, expected, "{number}");
        let (status, mut headers, body) = at_front(&server, request()).await;
        assert_eq!(status, expected, "{number}");
        for own in ["x-request-id", "x-content-type-options"] {
            assert!(headers.remove(own).next().is_some(), "{number}: {own}");
        }
        assert_eq!(sorted(&headers), sorted(&by_router), "{number}");
        assert_eq!(body, routed, "{number}");
    }
}

/// Tokens and calls that were counted of some credentials.
struct Counted(Vec<(u64, u64)>);

impl Counted {
    async fn now(server: &TestServer, clients: [&TestClient; 3]) -> Self {
        let mut counts = Vec::new();
        for client in clients {
            counts.push((
                counted(server, client, Counter::TokensIssued).await,
                counted(server, client, Counter::CallsVerified).await,
            ));
        }
        Self(counts)
    }

    fn since(&self, before: &Self) -> Vec<(u64, u64)> {
        let pairs = self.0.iter().zip(&before.0);
        pairs
            .map(|(now, then)| (now.0 - then.0, now.1 - then.1))
            .collect()
    }
}

fn sorted(headers: &HeaderMap) -> Vec<(String, String)> {
    let mut headers: Vec<_> = headers
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().expect("text").to_owned()))
        .collect();
    headers.sort();
    headers
}

/// An answer's body; of a token only that it is there.
fn without_token(body: &Bytes) -> Option<Value> {
    let mut value: Value = serde_json::from_slice(body).ok()?;
    if let Some(token) = value.get_mut("access_token") {
        assert!(token.is_string());
        *token = Value::Null;
    }
    Some(value)
}

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
    let before = Counted::now(&server, [&client, &key, &asking]).await;
    let other = self::key(&server).await;
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
    let after = Counted::now(&server, [&client, &key, &asking]).await;
    assert_eq!(after.since(&before), [(0, 0); 3]);
}

/// A revoked key is refused from the moment on in which this node knows.
#[actix_web::test]
async fn what_is_forgotten_goes_on() {
    let server = TestServer::builder().without_background().start().await;
    let key = key(&server).await;
    assert_eq!(at_router(&server, with_key(&text(&key))).await.0, 200);
    assert_eq!(at_front(&server, with_key(&text(&key))).await.0, 200);
    server
        .app
        .credentials
        .forget(key.id.parse().expect("an id"));
    assert_eq!(at_front(&server, with_key(&text(&key))).await.0, BEHIND);
    assert_eq!(at_router(&server, with_key(&text(&key))).await.0, 200);
    server.app.credentials.forget_all();
    assert_eq!(at_front(&server, with_key(&text(&key))).await.0, BEHIND);
}
