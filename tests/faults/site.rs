//! An organization with an API and clients, on a database that several nodes may share.

use std::process::Command;
use std::time::Duration;

use reqwest::{Client, RequestBuilder, Response};
use serde_json::{Value, json};

use crate::support::place::{Place, free_port, pair_in};
use crate::support::process::Process;
use crate::support::server::{API, TestClient};

/// The settings of all nodes, and what is in their database.
pub(super) struct Site {
    pub(super) place: Place,
    /// May do everything on the management API.
    pub(super) operator: TestClient,
}

/// An answer: its status, and how long the client is to wait before the next try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) retry_after: Option<u64>,
    pub(super) body: Value,
}

impl Site {
    /// Makes the schema, the organization `acme`, the API and the operator.
    pub(super) fn furnish(place: Place) -> Self {
        place.done(&["migrate"]);
        place.done(&["organizations", "create", "acme"]);
        let limit = ["--oauth-clients", "100000", "--api-keys", "100000"];
        place.done(&[&["organizations", "set-limits", "acme"], &limit[..]].concat());
        place.done(&["resource-servers", "create", API, "--scope", "api:read"]);
        let issuer = place.issuer().to_owned();
        let generate = ["credentials", "generate", "--organization", "acme"];
        let operator = ["--name", "operator", "--operator", "--audience", &issuer];
        let operator = pair_in(&place.done_json(&[&generate[..], &operator[..]].concat()));
        Self { place, operator }
    }

    /// A client of the API, made by a command.
    pub(super) fn client(&self, name: &str) -> TestClient {
        let generate = ["credentials", "generate", "--organization", "acme"];
        let of_api = ["--name", name, "--audience", API];
        pair_in(&self.place.done_json(&[&generate[..], &of_api[..]].concat()))
    }

    /// The first node, at the issuer's own address.
    pub(super) async fn node(&self) -> Node {
        Node::of(self.place.serve().await)
    }

    /// One more node on the same database, under the same issuer.
    pub(super) async fn another_node(&self) -> Node {
        let port = free_port();
        self.node_by(self.place.command(&["serve"]), port).await
    }

    /// A node that `command` starts, which listens on `port`.
    pub(super) async fn node_by(&self, mut command: Command, port: u16) -> Node {
        let address = format!("127.0.0.1:{port}");
        command.env("GRANTD_LISTEN", &address);
        let process = Process::start(command, format!("http://{address}"));
        process.wait_until_ready().await;
        Node::of(process)
    }

    /// The audit trail, whole from the first row on.
    pub(super) fn audit_is_whole(&self) {
        self.place.done(&["audit", "verify"]);
    }
}

/// A running grantd.
pub(super) struct Node {
    pub(super) process: Process,
    pub(super) origin: String,
    pub(super) http: Client,
}

impl Node {
    fn of(process: Process) -> Self {
        Self {
            origin: process.origin.clone(),
            process,
            http: client(),
        }
    }

    pub(super) async fn token(&self, client: &TestClient) -> Answer {
        token(&self.http, &self.origin, client)
            .await
            .expect("an answer")
    }

    /// A token for the management API.
    pub(super) async fn management_token(&self, client: &TestClient) -> String {
        let answer = self.token(client).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let token = answer.body["access_token"].as_str();
        token.expect("a token").to_owned()
    }

    pub(super) async fn ready(&self) -> Answer {
        self.get("/readyz").await
    }

    pub(super) async fn get(&self, path: &str) -> Answer {
        let request = self.http.get(format!("{}{path}", self.origin));
        send(request).await.expect("an answer")
    }

    /// Makes a client over HTTP.
    pub(super) async fn create(&self, token: &str, name: &str) -> Answer {
        let request = create(&self.http, &self.origin, token, name);
        send(request).await.expect("an answer")
    }
}

/// A client that opens a connection where none is free.
pub(super) fn client() -> Client {
    Client::builder()
        .timeout(Duration::from_mins(1))
        .build()
        .expect("a client")
}

pub(super) async fn token(
    http: &Client,
    origin: &str,
    client: &TestClient,
) -> reqwest::Result<Answer> {
    let request = http
        .post(format!("{origin}/oauth/token"))
        .basic_auth(&client.id, Some(&client.secret))
        .form(&[("grant_type", "client_credentials")]);
    send(request).await
}

pub(super) fn create(http: &Client, origin: &str, token: &str, name: &str) -> RequestBuilder {
    http.post(format!("{origin}/v1/organizations/acme/credentials"))
        .bearer_auth(token)
        .json(&json!({"kind": "oauth_client", "name": name, "audiences": [API]}))
}

pub(super) async fn send(request: RequestBuilder) -> reqwest::Result<Answer> {
    let response: Response = request.send().await?;
    let retry_after = response.headers().get("retry-after");
    let retry_after = retry_after.and_then(|value| value.to_str().ok()?.parse().ok());
    let status = response.status().as_u16();
    let bytes = response.bytes().await?;
    Ok(Answer {
        status,
        retry_after,
        body: serde_json::from_slice(&bytes).unwrap_or_default(),
    })
}

impl Answer {
    /// 503, and when to come again.
    #[track_caller]
    pub(super) fn come_again(&self) {
        assert_eq!(self.status, 503, "{self:?}");
        assert!(self.retry_after.is_some(), "{self:?}");
    }
}
