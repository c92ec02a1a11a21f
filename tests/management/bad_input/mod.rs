//! Bad input: each a problem document that names the field and the rule, and nothing half-done.

mod credentials;
mod documents;
mod limits;
mod names;
mod resource_servers;

use reqwest::RequestBuilder;
use serde_json::Value;

use super::answer::{Answer, send};
use super::rows::Rows;
use crate::support::server::{TestClient, TestServer};

const ORGANIZATIONS: &str = "/v1/organizations";
const AGENTS: &str = "/v1/organizations/acme/agents";
const CREDENTIALS: &str = "/v1/organizations/acme/credentials";
const SERVERS: &str = "/v1/resource-servers";
const ROTATE: &str = "/v1/signing-keys/rotate";

const NAME_RULE: &str =
    "must be 1 to 100 characters, without control, direction or other invisible characters";
const SLUG_RULE: &str = "must be 1 to 63 lower-case letters, digits and single hyphens, beginning and ending with a letter or digit";
const SCOPE_RULE: &str = "must be 1 to 128 printable ASCII characters without space, quotation mark or backslash (RFC 6749 section 3.3)";

/// A server, its operator, and what its database holds.
struct Fixture {
    server: TestServer,
    operator: TestClient,
    rows: Rows,
}

impl Fixture {
    async fn new() -> Self {
        let server = TestServer::start().await;
        let operator = server.operator().await;
        server.agent("bot").await;
        let rows = Rows::of(&server).await;
        Self {
            server,
            operator,
            rows,
        }
    }

    async fn request(&self, method: &str, path: &str) -> RequestBuilder {
        self.server.call(&self.operator, method, path).await
    }

    /// Sends what is bad, and sees to it that nothing was written.
    async fn refused(&self, request: RequestBuilder) -> Answer {
        let before = self.rows.count().await;
        let answer = send(request).await;
        assert_eq!(self.rows.count().await, before, "{answer:?}");
        answer
    }

    /// Each body is refused for this field, with a rule that contains this text.
    async fn invalid(&self, method: &str, path: &str, cases: &[(Value, &str, &str)]) {
        for (body, field, rule) in cases {
            let request = self.request(method, path).await.json(body);
            let found = self.refused(request).await.invalid(field);
            let shown: String = body.to_string().chars().take(200).collect();
            assert!(found.contains(rule), "{method} {path} {shown}: {found}");
            assert!(found.len() < 300, "what was sent is not sent back: {found}");
        }
    }
}
