//! The page at `/openapi`: whole without any other server, and confined.

use reqwest::Response;

use crate::support::server::TestServer;

/// What the page or its script names, such as `openapi/swagger-ui.css`.
fn named<'a>(text: &'a str, attribute: &str) -> Vec<&'a str> {
    text.split(attribute)
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|url| !url.starts_with("data:"))
        .collect()
}

async fn get(server: &TestServer, path: &str) -> Response {
    let response = server.bare("GET", path).send().await.expect("an answer");
    assert_eq!(response.status(), 200, "{path}");
    response
}

#[actix_web::test]
async fn the_page_and_each_file_that_it_names_are_served() {
    let server = TestServer::builder().issuer_path("/auth").start().await;
    for prefix in ["", "/auth"] {
        let page = get(&server, &format!("{prefix}/openapi")).await;
        assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
        let page = page.text().await.expect("text");
        let mut files = named(&page, "src=\"");
        files.extend(named(&page, "href=\""));
        assert_eq!(files.len(), 4, "{files:?}");
        for file in files {
            // As a browser resolves it against `/openapi` and `/auth/openapi`.
            let answer = get(&server, &format!("{prefix}/{file}")).await;
            let media_type = answer.headers()["content-type"].to_str().expect("text");
            let expected = match file.rsplit('.').next() {
                Some("css") => "text/css; charset=utf-8",
                Some("js") => "text/javascript; charset=utf-8",
                _ => "application/json",
            };
            assert_eq!(media_type, expected, "{file}");
            assert!(answer.text().await.expect("text").len() > 500, "{file}");
        }
    }
}

#[actix_web::test]
async fn nothing_on_the_page_points_outside() {
    let server = TestServer::start().await;
    for own in ["/openapi", "/openapi/page.js"] {
        let text = get(&server, own).await.text().await.expect("text");
        assert!(!text.contains("//validator"), "{own}");
        for scheme in [
            "http:",
            "https:",
            "ws:",
            "wss:",
            "ftp:",
            "src=\"//",
            "href=\"//",
        ] {
            assert!(!text.contains(scheme), "{own} holds {scheme}");
        }
    }
    let styles = get(&server, "/openapi/swagger-ui.css").await;
    let styles = styles.text().await.expect("text");
    for url in styles.split("url(").skip(1) {
        assert!(
            url.trim_start_matches(['"', '\'']).starts_with("data:"),
            "{}",
            &url[..60]
        );
    }
    assert!(!styles.contains("@import"));
}

#[actix_web::test]
async fn the_page_is_confined() {
    let server = TestServer::start().await;
    for path in ["/openapi", "/openapi/page.js", "/openapi/swagger-ui.css"] {
        let response = get(&server, path).await;
        let headers = response.headers();
        let policy = headers["content-security-policy"].to_str().expect("text");
        let rules: Vec<&str> = policy.split(';').map(str::trim).collect();
        for rule in [
            "default-src 'none'",
            "script-src 'self'",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        ] {
            assert!(rules.contains(&rule), "{rule} is missing: {policy}");
        }
        assert!(!policy.contains("unsafe-eval"), "{policy}");
        assert!(!policy.contains("http"), "{policy}");
        assert_eq!(headers["referrer-policy"], "no-referrer");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert!(headers.contains_key("etag"));
    }
    // With the policy, an inline script would not run, and so there is none.
    let page = get(&server, "/openapi").await.text().await.expect("text");
    for script in page.split("<script").skip(1) {
        assert!(script.starts_with(" src=\""), "{script}");
    }
    assert!(!page.contains(" on"), "an event handler in the page");
}

#[actix_web::test]
async fn other_files_are_not_there() {
    let server = TestServer::start().await;
    for path in [
        "/openapi/index.html",
        "/openapi/swagger-ui.js",
        "/openapi/swagger-initializer.js",
        "/openapi/..%2Fgrantd.db",
        "/openapi/",
    ] {
        let response = server.bare("GET", path).send().await.expect("an answer");
        assert_eq!(response.status(), 404, "{path}");
    }
}
