//! What is answered before the router (`http/front.rs`), and what goes on to it.

mod handed_on;
mod issuer_path;
mod limits;
mod lives;
mod quota;
mod refusals;
mod wire;

use std::sync::Arc;

use actix_web::body::{MessageBody, to_bytes};
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::header::HeaderMap;
use actix_web::http::{Method, StatusCode};
use actix_web::test::{TestRequest, init_service};
use actix_web::web::{self, Bytes};
use actix_web::{App as Router, Error, HttpResponse};
use grantd::app::load::cached_credential;
use grantd::app::usage::flush;
use grantd::domain::credential::CredentialKind;
use grantd::domain::usage::{Counter, Counts};
use grantd::http::admission::{Admission, Places};
use grantd::http::front::Front;
use grantd::http::stopping::Stopping;
use grantd::http::{HttpState, routes};
use grantd::settings::{CompatSettings, ProxySettings};
use serde_json::{Value, json};

use crate::metering::written;
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

/// What the layer answers, less what only an answer has that is named.
async fn at_front_unnamed(server: &TestServer, request: TestRequest) -> Answer {
    let (status, mut headers, body) = at_front(server, request).await;
    for own in ["x-request-id", "x-content-type-options"] {
        assert!(headers.remove(own).next().is_some(), "{own}");
    }
    (status, headers, body)
}

/// Asks the router and then the layer, which must say the same and count the same. Gives what they
/// say, and what each of them has counted of each of these credentials.
async fn by_both(
    server: &TestServer,
    name: &str,
    clients: &[&TestClient],
    request: impl Fn() -> TestRequest,
) -> (Answer, Vec<Tally>) {
    let before = Counted::now(server, clients).await;
    let routed = at_router(server, request()).await;
    let between = Counted::now(server, clients).await;
    let at_once = at_front_unnamed(server, request()).await;
    let after = Counted::now(server, clients).await;
    assert_eq!(at_once.0, routed.0, "{name}");
    assert_eq!(sorted(&at_once.1), sorted(&routed.1), "{name}");
    assert_eq!(at_once.2, routed.2, "{name}");
    let counted = between.since(&before);
    assert_eq!(after.since(&between), counted, "{name}");
    (routed, counted)
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

fn question(callers: &str, question: &Value) -> TestRequest {
    post(
        "/v1/api-keys/verify",
        "application/json",
        question.to_string(),
    )
    .insert_header(("authorization", format!("Key {callers}")))
}

fn about_key(callers: &str, key: &str) -> TestRequest {
    question(
        callers,
        &json!({"api_key": key, "audience": API, "scopes": ["api:read"]}),
    )
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

/// Reads a credential into memory as it is now, and nothing of what was used of its quota.
async fn remember(server: &TestServer, client: &TestClient) {
    let id = client.id.parse().expect("an id");
    let read = cached_credential(&server.app, id).await;
    assert!(read.expect("it is read").is_some());
    assert!(server.app.credentials.get(id).is_some(), "it is in memory");
}

/// What was counted of one credential, and how often.
type Tally = Vec<(Counter, u64)>;

/// All that was counted of some credentials up to a moment.
struct Counted(Vec<Counts>);

impl Counted {
    async fn now(server: &TestServer, clients: &[&TestClient]) -> Self {
        flush(&server.app).await.expect("it is flushed");
        let mut counts = Vec::new();
        for client in clients {
            counts.push(written(server, client).await);
        }
        Self(counts)
    }

    fn since(&self, before: &Self) -> Vec<Tally> {
        let pairs = self.0.iter().zip(&before.0);
        pairs
            .map(|(now, then)| {
                let more = |counter| (counter, now.get(counter) - then.get(counter));
                let all = Counter::ALL.into_iter().map(more);
                all.filter(|(_, number)| *number > 0).collect()
            })
            .collect()
    }
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
        let before = Counted::now(&server, &[&client, &key, &asking]).await;
        let (status, headers, body) = at_front_unnamed(&server, request()).await;
        assert_eq!(status, 200, "{name}: {body:?}");
        assert_eq!(sorted(&headers), sorted(&by_router), "{name}");
        assert_eq!(without_token(&body), without_token(&routed), "{name}");
        let after = Counted::now(&server, &[&client, &key, &asking]).await;
        let call = || vec![(Counter::CallsVerified, 1)];
        let expected: [Tally; 3] = match name {
            "key" => [vec![], call(), vec![]],
            "token" => [call(), vec![], vec![]],
            "about a key" => [vec![], call(), call()],
            _ => [vec![(Counter::TokensIssued, 1)], vec![], vec![]],
        };
        assert_eq!(after.since(&before), expected, "{name}");
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
