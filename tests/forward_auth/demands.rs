//! What a proxy asks for: `?audience=&scope=`.

use super::{VERIFY, key_with, tells_nothing, told, with_key};
use crate::management::answer::send;
use crate::support::server::{API, TestServer};

const OTHER: &str = "https://other.example.com";

#[actix_web::test]
async fn all_scopes_asked_for_are_needed() {
    let server = TestServer::start().await;
    let token = server
        .token(&server.client().await, &[("scope", "api:read")])
        .await;
    let (_, key) = key_with(&server, |new| {
        new.scopes = Some(vec!["api:read".parse().expect("a scope")]);
    })
    .await;
    for (query, wanted) in [
        ("?scope=", None),
        ("?scope=api:read", None),
        ("?scope=api:read%20api:read", None),
        ("?scope=api:write", Some("api:write")),
        ("?scope=api:read+api:write", Some("api:read api:write")),
        ("?scope=API:READ", Some("API:READ")),
    ] {
        let path = format!("{VERIFY}{query}");
        for request in [
            server.bare("GET", &path).bearer_auth(&token),
            with_key(&server, &path, &key),
        ] {
            let answer = send(request).await;
            match wanted {
                None => assert_eq!(told(&answer)[4], "api:read", "{query}"),
                Some(scope) => {
                    let detail = answer.problem(403);
                    assert!(detail.contains(scope), "{detail}");
                    let challenge = format!(
                        "Bearer realm=\"grantd\", error=\"insufficient_scope\", scope=\"{scope}\""
                    );
                    assert_eq!(answer.header("www-authenticate"), challenge);
                    tells_nothing(&answer);
                }
            }
        }
    }
}

#[actix_web::test]
async fn a_token_opens_its_own_audience_alone_and_a_key_each_it_was_granted() {
    let server = TestServer::start().await;
    server.resource_server(OTHER, &["other:use"]).await;
    let both = |new: &mut grantd::app::create_credential::NewCredential| {
        new.audiences.push(OTHER.parse().expect("an identifier"));
    };
    let client = server.client_with(both).await;
    let token = server.token(&client, &[("resource", OTHER)]).await;
    let (_, both_key) = key_with(&server, both).await;
    let (_, one_key) = key_with(&server, |_| {}).await;
    let at = |audience: &str| format!("{VERIFY}?audience={audience}");
    let ask = |audience: &str| server.bare("GET", &at(audience)).bearer_auth(&token);
    assert_eq!(told(&send(ask(OTHER)).await)[4], "other:use");
    send(ask(API)).await.problem(403);
    // The scopes are those at the audience.
    let answer = send(with_key(&server, &at(API), &both_key)).await;
    assert_eq!(told(&answer)[4], "api:read api:write");
    let answer = send(with_key(&server, &at(OTHER), &both_key)).await;
    assert_eq!(told(&answer)[4], "other:use");
    let answer = send(with_key(&server, &at(OTHER), &one_key)).await;
    answer.problem(403);
    tells_nothing(&answer);
    // A scope of one audience is none of the other's.
    let crossed = format!("{}&scope=other:use", at(API));
    send(with_key(&server, &crossed, &both_key))
        .await
        .problem(403);
    for unknown in [
        "https://nowhere.example.com",
        "",
        "https://api.example.com/",
    ] {
        send(ask(unknown)).await.problem(403);
        send(with_key(&server, &at(unknown), &both_key))
            .await
            .problem(403);
    }
}

#[actix_web::test]
async fn without_an_audience_it_is_the_only_one_and_with_several_it_must_be_named() {
    let server = TestServer::start().await;
    let client = server.client().await;
    let token = server.token(&client, &[]).await;
    let ask = |path: &str| server.bare("GET", path).bearer_auth(&token);
    told(&send(ask(VERIFY)).await);
    server.resource_server(OTHER, &["other:use"]).await;
    for path in [VERIFY, "/auth/verify?scope=api:read"] {
        let rule = send(ask(path)).await.invalid("audience");
        assert!(rule.contains("more than one resource server"), "{rule}");
    }
    let named = format!("{VERIFY}?audience={API}");
    told(&send(ask(&named)).await);
}

#[actix_web::test]
async fn what_is_good_for_managing_grantd_opens_no_api() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let issuer = server.app.issuer.as_str().to_owned();
    let token = server.management_token(&admin).await;
    let (_, key) = key_with(&server, |new| {
        new.audiences = vec![issuer.parse().expect("an identifier")];
    })
    .await;
    let user = grantd::app::users::create(
        &server.app,
        &grantd::app::authority::Authority::Command,
        "root@example.com".parse().expect("an address"),
        true,
        &grantd::domain::secret::Secret::new("correct horse battery".to_owned()),
        None,
    )
    .await
    .expect("a user");
    let signed_in = grantd::app::sign_in::issue(
        &server.app,
        &user,
        server.organization.id,
        &grantd::domain::access::Origin::default(),
    )
    .await
    .expect("a token")
    .access_token;
    for path in [
        VERIFY.to_owned(),
        format!("{VERIFY}?audience={API}"),
        format!("{VERIFY}?audience={issuer}"),
        format!("{VERIFY}?scope=credentials:read"),
    ] {
        for request in [
            server.bare("GET", &path).bearer_auth(&token),
            server.bare("GET", &path).bearer_auth(&signed_in),
            with_key(&server, &path, &key),
        ] {
            let answer = send(request).await;
            let detail = answer.problem(403);
            assert!(detail.contains("audience"), "{path}: {detail}");
            tells_nothing(&answer);
        }
    }
}

#[actix_web::test]
async fn a_wrong_configuration_is_told_to_the_proxy() {
    let server = TestServer::start().await;
    let token = server.token(&server.client().await, &[]).await;
    let many = (0..101).map(|n| format!("s{n}")).collect::<Vec<_>>();
    for (query, field) in [
        ("scope=a%22b".to_owned(), "scope"),
        (format!("scope={}", "a".repeat(200)), "scope"),
        (format!("scope={}", many.join("+")), "scope"),
        ("scope=api:read&scope=api:read".to_owned(), "scope"),
        (format!("audience={API}&audience={API}"), "audience"),
    ] {
        let path = format!("{VERIFY}?{query}");
        let request = server.bare("GET", &path).bearer_auth(&token);
        let rule = send(request).await.invalid(field);
        assert!(rule.starts_with("must "), "{query}: {rule}");
    }
    // What else stands there is not the proxy's to answer for.
    let path = format!("{VERIFY}?rd=x&rd=y&audience={API}");
    told(&send(server.bare("GET", &path).bearer_auth(&token)).await);
}
