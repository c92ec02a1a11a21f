//! Resource servers, which operators keep.

use grantd::app::resource_servers;
use grantd::domain::resource_server::MANAGEMENT_ID;
use reqwest::StatusCode;

use super::cast::{Cast, SCRIPT};

const LIST: &str = "/console/resource-servers";

#[actix_web::test]
async fn they_are_the_operators_alone() {
    let cast = Cast::new().await;
    let api = cast.server.api.id;
    let only = [404, 404, 404, 404, 200];
    for path in [
        LIST.to_owned(),
        format!("{LIST}/new"),
        format!("{LIST}/{api}"),
        format!("{LIST}/{api}/edit"),
        format!("{LIST}/{api}/delete"),
    ] {
        assert_eq!(cast.answers(&path).await, only, "{path}");
    }
    let nobody = [404; 5];
    assert_eq!(cast.answers(&format!("{LIST}/no-id")).await, nobody);
    let users = [(&cast.org_admin, 404), (&cast.member, 404)];
    for path in [
        LIST.to_owned(),
        format!("{LIST}/{api}/edit"),
        format!("{LIST}/{api}/delete"),
    ] {
        cast.refused(&path, &[("name", "x")], &users).await;
    }
}

#[actix_web::test]
async fn the_management_api_is_built_in() {
    let cast = Cast::new().await;
    let browser = cast.server.browser_of(&cast.operator).await;
    let page = browser.open(&format!("{LIST}/{MANAGEMENT_ID}")).await.html;
    assert!(page.contains("Built in") && page.contains("credentials:read"));
    assert!(!page.contains("/edit\"") && !page.contains("/delete\""));
    for path in ["edit", "delete"] {
        let path = format!("{LIST}/{MANAGEMENT_ID}/{path}");
        assert_eq!(browser.get(&path).await.status, StatusCode::CONFLICT);
        cast.refused(&path, &[("name", "x")], &[(&cast.operator, 409)])
            .await;
    }
}

#[actix_web::test]
async fn an_operator_makes_one_with_its_scopes() {
    let cast = Cast::new().await;
    let browser = cast.server.browser_of(&cast.operator).await;
    let new = format!("{LIST}/new");
    let send = async |identifier: &str, scopes: &str, ttl: &str| {
        let fields = [
            ("identifier", identifier),
            ("name", SCRIPT),
            ("scopes", scopes),
            ("token_ttl_seconds", ttl),
            ("algorithm", "EdDSA"),
        ];
        browser.submit(&new, LIST, &fields).await
    };
    let uri = "https://new.example.com";
    for (identifier, scopes, ttl, field, told) in [
        ("", "", "", "identifier", "Enter the identifier."),
        ("no uri", "", "", "identifier", "RFC 8707"),
        (
            "https://api.example.com",
            "",
            "",
            "identifier",
            "resource server with this identifier",
        ),
        (uri, "a\nb\"c x", "", "scopes", "Line 2:"),
        (uri, "a x\na y", "", "scopes", "must not stand there twice"),
        (uri, "", "1", "token_ttl_seconds", "seconds"),
        (uri, "", "soon", "token_ttl_seconds", "whole number"),
    ] {
        let bad = send(identifier, scopes, ttl).await;
        assert_eq!(
            bad.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{identifier}{scopes}{ttl}"
        );
        assert!(
            bad.html.contains(&format!("id=\"{field}-error\"")),
            "{}",
            bad.html
        );
        assert!(bad.html.contains(told), "{told}: {}", bad.html);
        assert!(!bad.html.contains("<script>alert"));
    }
    let scopes = format!("new:read Read things\n\nnew:write {SCRIPT}");
    let made = send(uri, &scopes, "600").await;
    let page = browser.open(made.leads_to()).await.html;
    for text in [
        "new:read",
        "Read things",
        "600 seconds",
        "EdDSA",
        "0 credentials",
        uri,
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    assert!(page.contains("alert(") && !page.contains("<script>alert"));
    assert!(browser.open(LIST).await.html.contains(uri));
}

#[actix_web::test]
async fn scopes_are_removed_once_that_was_agreed_to() {
    let cast = Cast::new().await;
    let server = cast
        .server
        .resource_server("https://b.example.com", &["b:read", "b:write"])
        .await;
    let browser = cast.server.browser_of(&cast.operator).await;
    let edit = format!("{LIST}/{}/edit", server.id);
    let form = browser.open(&edit).await;
    assert!(form.html.contains("b:read\nb:write\n"));
    let version = form.hidden("version").unwrap();
    let send = async |removal: &str| {
        let fields = [
            ("version", version.as_str()),
            ("name", "B"),
            ("scopes", "b:read Read"),
            ("removal", removal),
        ];
        browser.submit_from(&form, &edit, &fields).await
    };
    let reference = server.id.to_string();
    for removal in ["", "b:read"] {
        let asked = send(removal).await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(asked.html.contains("Scopes would be removed"));
        assert!(asked.html.contains("value=\"b:write\""), "{}", asked.html);
        let kept = resource_servers::show(&cast.server.app, &reference)
            .await
            .unwrap();
        assert_eq!(kept.scopes.len(), 2);
    }
    send("b:write").await.leads_to();
    let kept = resource_servers::show(&cast.server.app, &reference)
        .await
        .unwrap();
    assert_eq!(kept.scopes.len(), 1);
    assert_eq!(kept.scopes[0].description, "Read");
    assert_eq!(kept.name.as_str(), "B");
    // The form is of a state that is gone.
    let late = send("").await;
    assert!(
        late.html.contains("Somebody else changed this"),
        "{}",
        late.html
    );
}

#[actix_web::test]
async fn one_that_credentials_name_stays() {
    let cast = Cast::new().await;
    let browser = cast.server.browser_of(&cast.operator).await;
    let delete = format!("{LIST}/{}/delete", cast.server.api.id);
    let form = browser.open(&delete).await;
    cast.server.client().await;
    let page = browser.open(&delete).await.html;
    assert!(page.contains("One credential names") && !page.contains("Delete for good"));
    let refused = browser.submit_from(&form, &delete, &[]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    let unused = cast
        .server
        .resource_server("https://b.example.com", &[])
        .await;
    let delete = format!("{LIST}/{}/delete", unused.id);
    let gone = browser.submit(&delete, &delete, &[]).await;
    let page = browser.open(gone.leads_to()).await.html;
    assert!(!page.contains("https://b.example.com"));
}
