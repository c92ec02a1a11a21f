//! `credentials.json`.

use grantd::domain::user::Role;
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{CREDENTIALS, NEW_KEY, browser, generate, key, pair, scope};
use crate::support::client::misspelt;
use crate::support::server::{TestClient, TestServer};

#[actix_web::test]
async fn the_file_is_that_of_the_api() {
    let server = TestServer::start().await;
    let admin = browser(&server, Role::OrgAdmin, &[]).await;
    let page = generate(&server, &admin).await;
    let made = pair(&page);
    assert_eq!(page.hidden("client_secret"), Some(made.secret.clone()));
    let path = format!("{CREDENTIALS}/{}/file", made.id);
    assert!(page.html.contains(&format!("action=\"{path}\"")));
    let secret = [("client_secret", made.secret.as_str())];
    // It can be had twice, while the page is there.
    let file = admin.submit_from(&page, &path, &secret).await;
    let again = admin.submit_from(&page, &path, &secret).await;
    assert_eq!((file.status, &file.html), (StatusCode::OK, &again.html));
    for (name, value) in [
        ("content-type", "application/json"),
        (
            "content-disposition",
            "attachment; filename=\"credentials.json\"",
        ),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(file.headers[name], value, "{name}");
    }
    let file: Value = serde_json::from_str(&file.html).unwrap();
    assert_eq!(file["email"], "ann@example.com");
    assert_eq!(file["scopes"], json!(["api:read"]));

    // The API's, made by the same person, has the same form down to the order of its fields.
    let user = server.app.clone();
    let email = "ann@example.com".parse().unwrap();
    let found = grantd::store::users::find_by_email(&user.store, &email).await;
    let user = found.unwrap().unwrap();
    let request = server
        .call_as(&user, "POST", "/v1/organizations/acme/credentials")
        .await;
    let body = json!({"name": "ci", "scopes": ["api:read"]});
    let answer: Value = request
        .json(&body)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let of_api = answer["credentials_file"].as_object().unwrap();
    let mut same = of_api.clone();
    for own in ["clientId", "clientSecret", "created"] {
        same.insert(own.to_owned(), file[own].clone());
    }
    assert_eq!(Value::Object(same), file);
    let by_page = admin
        .submit_from(
            &page,
            &format!(
                "{CREDENTIALS}/{}/file",
                of_api["clientId"].as_str().unwrap()
            ),
            &[("client_secret", of_api["clientSecret"].as_str().unwrap())],
        )
        .await;
    assert_eq!(
        serde_json::from_str::<Value>(&by_page.html).unwrap(),
        answer["credentials_file"]
    );
}

#[actix_web::test]
async fn a_key_has_a_file_too_and_it_gets_tokens() {
    let server = TestServer::start().await;
    let admin = browser(&server, Role::OrgAdmin, &[]).await;
    let read = scope(&server, "api:read");
    let fields = [("name", "key"), ("scope", read.as_str())];
    let page = admin.submit(NEW_KEY, NEW_KEY, &fields).await;
    let key = key(&page);
    let (id, secret) = key.split_once(':').unwrap();
    let path = format!("{CREDENTIALS}/{id}/file");
    let file = admin
        .submit_from(&page, &path, &[("client_secret", secret)])
        .await;
    let file: Value = serde_json::from_str(&file.html).unwrap();
    let of_file = TestClient {
        id: file["clientId"].as_str().unwrap().to_owned(),
        secret: file["clientSecret"].as_str().unwrap().to_owned(),
    };
    server.token(&of_file, &[]).await;
}

#[actix_web::test]
async fn a_wrong_secret_gets_no_file_and_too_many_get_nothing() {
    let server = TestServer::start().await;
    let admin = browser(&server, Role::OrgAdmin, &[]).await;
    let page = generate(&server, &admin).await;
    let made = pair(&page);
    let other = server.client().await;
    let path = format!("{CREDENTIALS}/{}/file", made.id);
    let wrong = misspelt(&made.secret);
    for secret in [wrong.as_str(), "", other.secret.as_str(), "x"] {
        let refused = admin
            .submit_from(&page, &path, &[("client_secret", secret)])
            .await;
        assert_eq!(refused.status, 422, "{secret}");
        assert!(!refused.headers.contains_key("content-disposition"));
        assert!(secret.len() < 2 || !refused.html.contains(secret));
        assert!(!refused.html.contains("clientSecret"));
    }
    let mut statuses = Vec::new();
    for _ in 0..100 {
        let fields = [("client_secret", wrong.as_str())];
        statuses.push(admin.submit_from(&page, &path, &fields).await.status);
        if statuses.last() == Some(&StatusCode::TOO_MANY_REQUESTS) {
            break;
        }
    }
    assert_eq!(statuses.last(), Some(&StatusCode::TOO_MANY_REQUESTS));
    // By GET there is nothing, whatever stands in the address.
    assert_eq!(admin.get(&path).await.status, 405);
}

#[actix_web::test]
async fn downloading_is_no_use_of_the_secret_and_nobody_elses_business() {
    let server = TestServer::start().await;
    let admin = browser(&server, Role::OrgAdmin, &[]).await;
    let page = generate(&server, &admin).await;
    let made = pair(&page);
    let path = format!("{CREDENTIALS}/{}/file", made.id);
    let secret = [("client_secret", made.secret.as_str())];
    admin.submit_from(&page, &path, &secret).await;
    let id = made.id.parse().unwrap();
    let entry = server.app.credentials.get(id);
    assert!(entry.is_none(), "it is not even in memory");

    let agent = server.agent("a").await;
    let of_agent = server
        .user("bob@example.com", Role::AgentAdmin, &[agent.id])
        .await;
    let member = server.user("eve@example.com", Role::Member, &[]).await;
    for (user, status) in [(of_agent, 404), (member, 403)] {
        let browser = server.browser_of(&user).await;
        let page = browser.get("/console/organizations/acme").await;
        let csrf = page.hidden("csrf_token").unwrap_or_default();
        let csrf = if csrf.is_empty() {
            // No page of the organization is needed for this: any form has the token.
            browser
                .get("/console/sign-in")
                .await
                .hidden("csrf_token")
                .unwrap_or_default()
        } else {
            csrf
        };
        let fields = [("csrf_token", csrf.as_str()), secret[0]];
        let refused = browser.post_as_it_is(&path, &fields).await;
        if csrf.is_empty() {
            assert_eq!(refused.status, 403);
        } else {
            assert_eq!(refused.status, status);
        }
        assert!(!refused.html.contains(&made.secret));
    }
}
