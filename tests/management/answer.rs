//! An answer of the management API, read once, and what every refusal has in common.

use reqwest::RequestBuilder;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

/// Sends the request and reads the answer.
pub(crate) async fn send(request: RequestBuilder) -> Answer {
    let response = request.send().await.expect("an answer");
    Answer {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        body: response.text().await.expect("text"),
    }
}

/// Sends the request with this JSON body.
pub(crate) async fn send_json(request: RequestBuilder, body: &Value) -> Answer {
    send(request.json(body)).await
}

impl Answer {
    /// The body, which must be JSON, of a success that is of this status and not for a cache.
    #[track_caller]
    pub(crate) fn json(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        assert_eq!(self.header("content-type"), "application/json");
        assert_eq!(self.header("cache-control"), "no-store");
        serde_json::from_str(&self.body).expect("JSON")
    }

    /// A success without a body.
    #[track_caller]
    pub(crate) fn no_content(&self) {
        assert_eq!((self.status, self.body.as_str()), (204, ""));
        assert_eq!(self.header("cache-control"), "no-store");
    }

    /// A refusal: a whole problem document (RFC 9457) of this status, and none of its members
    /// missing. Gives `detail`.
    #[track_caller]
    pub(crate) fn problem(&self, status: u16) -> String {
        let problem = self.problem_document(status);
        assert!(problem.get("errors").is_none(), "{problem}");
        problem["detail"].as_str().expect("a detail").to_owned()
    }

    /// A refusal of one field, which stands in `errors` and in `detail`. Gives the rule.
    #[track_caller]
    pub(crate) fn invalid(&self, field: &str) -> String {
        let problem = self.problem_document(400);
        let rule = problem["errors"][0]["rule"].as_str().expect("a rule");
        assert_eq!(problem["errors"], json!([{"field": field, "rule": rule}]));
        assert_eq!(problem["detail"], format!("{field}: {rule}."));
        rule.to_owned()
    }

    #[track_caller]
    fn problem_document(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(self.header("cache-control"), "no-store");
        let problem: Value = serde_json::from_str(&self.body).expect("JSON");
        let title = reqwest::StatusCode::from_u16(status)
            .expect("a status")
            .canonical_reason();
        assert_eq!(problem["type"], "about:blank", "{problem}");
        assert_eq!(problem["title"], title.expect("a title"), "{problem}");
        assert_eq!(problem["status"], status, "{problem}");
        assert!(problem["detail"].is_string(), "{problem}");
        assert_eq!(problem["message"], problem["detail"], "{problem}");
        problem
    }

    /// A header, which must be there once.
    #[track_caller]
    pub(crate) fn header(&self, name: &str) -> &str {
        let values: Vec<_> = self.headers.get_all(name).iter().collect();
        assert_eq!(values.len(), 1, "{name} in {:?}", self.headers);
        values[0].to_str().expect("text")
    }

    /// 401 without a token: a challenge that names no error (RFC 6750 §3.1).
    #[track_caller]
    pub(crate) fn asks_for_a_token(&self) {
        assert_eq!(self.problem(401), "access not permitted");
        assert_eq!(self.header("www-authenticate"), "Bearer realm=\"grantd\"");
    }

    /// 401 for a token that is not good (RFC 6750 §3.1). Gives the description.
    #[track_caller]
    pub(crate) fn refuses_the_token(&self) -> String {
        assert_eq!(self.problem(401), "access not permitted");
        let challenge = self.header("www-authenticate");
        challenge
            .strip_prefix("Bearer realm=\"grantd\", error=\"invalid_token\", error_description=\"")
            .and_then(|rest| rest.strip_suffix('"'))
            .unwrap_or_else(|| panic!("{challenge}"))
            .to_owned()
    }

    /// 403 for a token without this scope (RFC 6750 §3.1).
    #[track_caller]
    pub(crate) fn asks_for_scope(&self, scope: &str) {
        let detail = self.problem(403);
        assert_eq!(
            detail,
            format!("Not allowed: this needs the scope {scope}.")
        );
        assert_eq!(
            self.header("www-authenticate"),
            format!("Bearer realm=\"grantd\", error=\"insufficient_scope\", scope=\"{scope}\"")
        );
    }
}
