//! An issuer with a path answers below it and at the root, whatever the path is.

use serde_json::Value;

use crate::support::server::TestServer;

/// Paths that begin what stands at the root too, and one that does not.
const PATHS: [&str; 6] = [
    "/v1",
    "/v1/organizations",
    "/v1/auth",
    "/oauth",
    "/.well-known",
    "/tenants/one",
];

async fn json(server: &TestServer, path: &str) -> Value {
    let response = server.bare("GET", path).send().await.expect("an answer");
    assert_eq!(response.status(), 200, "{path}");
    response.json().await.expect("JSON")
}

#[actix_web::test]
async fn both_tables_are_whole() {
    for prefix in PATHS {
        let server = TestServer::builder().issuer_path(prefix).start().await;
        let issuer = server.app.issuer.as_str().to_owned();
        assert!(issuer.ends_with(prefix));
        let admin = server.admin().await;
        for root in ["", prefix] {
            let metadata = json(
                &server,
                &format!("{root}/.well-known/oauth-authorization-server"),
            )
            .await;
            assert_eq!(metadata["issuer"], issuer.as_str());
            json(&server, &format!("{root}/.well-known/jwks.json")).await;
            json(&server, &format!("{root}/healthz")).await;
            for path in ["/oauth/token", "/v1/auth/oauth/token"] {
                let path = format!("{root}{path}");
                let form = [("grant_type", "client_credentials"), ("resource", &issuer)];
                let response = server
                    .bare("POST", &path)
                    .basic_auth(&admin.id, Some(&admin.secret))
                    .form(&form)
                    .send()
                    .await
                    .expect("an answer");
                assert_eq!(response.status(), 200, "issuer path {prefix}: {path}");
                let answer: Value = response.json().await.expect("JSON");
                let token = answer["access_token"].as_str().expect("a token");
                for path in ["/v1/whoami", "/v1/organizations/acme/credentials"] {
                    let path = format!("{root}{path}");
                    let request = server.bare("GET", &path).bearer_auth(token);
                    let status = request.send().await.expect("an answer").status();
                    assert_eq!(status, 200, "issuer path {prefix}: {path}");
                }
            }
        }
    }
}

#[actix_web::test]
async fn what_is_in_neither_table_is_a_problem_document() {
    let server = TestServer::builder().issuer_path("/v1").start().await;
    for path in [
        "/v1",
        "/v1/",
        "/v1/nothing",
        "/v1/v1/v1/whoami",
        "/V1/whoami",
        "/",
    ] {
        let response = server.bare("GET", path).send().await.expect("an answer");
        assert_eq!(response.status(), 404, "{path}");
        assert_eq!(
            response.headers()["content-type"],
            "application/problem+json"
        );
    }
    let response = server
        .bare("GET", "/v1/oauth/token")
        .send()
        .await
        .expect("an answer");
    assert_eq!(response.status(), 405);
    assert_eq!(response.headers()["allow"], "POST");
}
