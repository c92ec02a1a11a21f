//! What a client is given, and every reason why not.

use chrono::TimeDelta;
use grantd::domain::algorithm::Algorithm;
use grantd::domain::credential::Credential;
use grantd::domain::grant::{GrantedCredential, TokenAsk, decide, grant_type};
use grantd::domain::oauth_error::{OAuthError, is_description};

use super::samples::{API, OTHER, POLICY, credential, granted, holder, now, servers};

fn ask<'a>(scope: Option<&'a str>, resources: &[&'a str]) -> TokenAsk<'a> {
    TokenAsk {
        grant_type: Some("client_credentials".into()),
        scope: scope.map(Into::into),
        resources: resources.iter().map(|one| (*one).into()).collect(),
    }
}

/// Audience and scope, or the error's code.
fn outcome(
    holder: &GrantedCredential,
    scope: Option<&str>,
    resources: &[&str],
) -> Result<(String, String), &'static str> {
    let asked = ask(scope, resources);
    let decision = decide(&asked, holder, &POLICY, now()).map_err(|error| {
        assert!(is_description(error.description()), "{error:?}");
        error.code()
    })?;
    let audience = decision.resource_server.identifier.to_string();
    Ok((audience, decision.scope.into_owned()))
}

#[test]
fn scopes_and_resource_choose_together() {
    let holder = holder();
    let given = |audience: &str, scope: &str| Ok((audience.to_owned(), scope.to_owned()));
    let all = "api:read api:write ping";
    for (scope, resources, expected) in [
        (None, &[][..], given(API, all)),
        (Some(""), &[], given(API, all)),
        (Some("  "), &[], given(API, all)),
        (Some("api:write"), &[], given(API, "api:write")),
        (
            Some("api:write api:read"),
            &[],
            given(API, "api:write api:read"),
        ),
        (Some("ping ping"), &[], given(API, "ping")),
        (
            Some("other:read ping"),
            &[],
            given(OTHER, "other:read ping"),
        ),
        (None, &[OTHER], given(OTHER, "other:read ping")),
        (None, &[OTHER, OTHER], given(OTHER, "other:read ping")),
        (Some("ping"), &[OTHER], given(OTHER, "ping")),
        (Some("api:read other:read"), &[], Err("invalid_scope")),
        (Some("api:read"), &[OTHER], Err("invalid_scope")),
        (Some("api:admin"), &[], Err("invalid_scope")),
        (Some("api:admin"), &[API], Err("invalid_scope")),
        (Some("nothing"), &[], Err("invalid_scope")),
        (Some("api:read\n"), &[], Err("invalid_scope")),
        (Some("api:read\tping"), &[], Err("invalid_scope")),
        (Some("\""), &[], Err("invalid_scope")),
        (Some("é"), &[API], Err("invalid_scope")),
        (None, &[API, OTHER], Err("invalid_target")),
        (None, &["https://absent.example.com"], Err("invalid_target")),
        (None, &["https://api.example.com/"], Err("invalid_target")),
        (None, &["https://api.example.com#a"], Err("invalid_target")),
        (None, &["/relative"], Err("invalid_target")),
        (None, &[API, "/relative"], Err("invalid_target")),
    ] {
        assert_eq!(
            outcome(&holder, scope, resources),
            expected,
            "{scope:?} {resources:?}"
        );
    }
}

#[test]
fn the_count_and_length_of_scopes_are_bounded() {
    let holder = holder();
    let longest = "a".repeat(128);
    assert_eq!(outcome(&holder, Some(&longest), &[]), Err("invalid_scope"));
    let described = |scope: &str| match decide(&ask(Some(scope), &[]), &holder, &POLICY, now()) {
        Err(OAuthError::InvalidScope(text)) => text.into_owned(),
        other => panic!("{other:?}"),
    };
    assert!(described(&longest).contains("not granted"));
    assert!(described(&"a".repeat(129)).contains("too long"));
    let many = |count: usize| {
        let scopes: Vec<String> = (0..count).map(|n| format!("s{n}")).collect();
        scopes.join(" ")
    };
    assert!(described(&many(100)).contains("not granted"));
    assert!(described(&many(101)).contains("Too many"));
    let repeated = "ping ".repeat(500);
    assert!(outcome(&holder, Some(&repeated), &[]).is_ok());
}

#[test]
fn the_grant_type_is_compared_as_it_is() {
    let with = |text: Option<&'static str>| {
        let ask = TokenAsk {
            grant_type: text.map(Into::into),
            ..TokenAsk::default()
        };
        let first = grant_type(&ask).map(|_| ()).map_err(|error| error.code());
        let whole = decide(&ask, &holder(), &POLICY, now())
            .map(|_| ())
            .map_err(|error| error.code());
        assert_eq!(first, whole);
        first
    };
    assert_eq!(with(Some("client_credentials")), Ok(()));
    assert_eq!(with(None), Err("invalid_request"));
    for other in ["Client_credentials", "client_credentials ", "password"] {
        assert_eq!(with(Some(other)), Err("unsupported_grant_type"));
    }
}

#[test]
fn a_client_without_the_grant_learns_nothing_else() {
    let servers = servers();
    let mut without = credential(&servers);
    without.grant_types.clear();
    let holder = granted(without, &servers);
    for scope in [None, Some("ping"), Some("nothing"), Some("\n")] {
        assert_eq!(outcome(&holder, scope, &["/"]), Err("unauthorized_client"));
    }
}

#[test]
fn what_is_gone_grants_nothing() {
    let servers = servers();
    let holder = granted(credential(&servers), &servers[1..]);
    let given = outcome(&holder, None, &[]);
    assert_eq!(given, Ok((OTHER.to_owned(), "other:read ping".to_owned())));
    assert_eq!(outcome(&holder, None, &[API]), Err("invalid_target"));
    assert_eq!(
        outcome(&holder, Some("api:read"), &[]),
        Err("invalid_scope")
    );
    let nowhere = granted(credential(&servers), &[]);
    assert_eq!(outcome(&nowhere, None, &[]), Err("invalid_target"));
}

#[test]
fn a_resource_server_without_scopes_has_a_token_without_scope() {
    let mut servers = servers();
    servers[0].scopes.clear();
    let holder = granted(credential(&servers), &servers);
    assert_eq!(
        outcome(&holder, None, &[]),
        Ok((API.to_owned(), String::new()))
    );
}

/// The lifetime of what is decided `left` before the credential's end.
fn lifetime(
    own: Option<u32>,
    of_the_api: Option<u32>,
    left: Option<TimeDelta>,
) -> Result<u32, &'static str> {
    let mut servers = servers();
    servers[0].token_ttl_seconds = of_the_api;
    let credential = Credential {
        token_ttl_seconds: own,
        expires_at: left.map(|left| now() + left),
        ..credential(&servers)
    };
    let holder = granted(credential, &servers);
    decide(&ask(None, &[]), &holder, &POLICY, now())
        .map(|decision| decision.lifetime_seconds)
        .map_err(|error| error.code())
}

#[test]
fn the_narrowest_lifetime_counts_within_the_rails() {
    for (own, of_the_api, expected) in [
        (None, None, 900),
        (None, Some(300), 300),
        (Some(120), Some(300), 120),
        (Some(600), Some(300), 600),
        (Some(59), None, 60),
        (Some(1), Some(1_000), 60),
        (None, Some(0), 60),
        (Some(3_601), None, 3_600),
        (None, Some(u32::MAX), 3_600),
    ] {
        assert_eq!(
            lifetime(own, of_the_api, None),
            Ok(expected),
            "{own:?} {of_the_api:?}"
        );
    }
}

#[test]
fn no_token_outlives_its_credential() {
    let millis = TimeDelta::milliseconds;
    for (left, expected) in [
        (millis(901_000), Ok(900)),
        (millis(899_999), Ok(899)),
        (millis(59_000), Ok(59)),
        (millis(1_000), Ok(1)),
        (millis(999), Err("invalid_client")),
        (millis(0), Err("invalid_client")),
        (millis(-5_000), Err("invalid_client")),
        (TimeDelta::days(36_500), Ok(900)),
    ] {
        assert_eq!(lifetime(None, None, Some(left)), expected, "{left}");
    }
}

#[test]
fn the_resource_server_names_the_algorithm() {
    let mut servers = servers();
    servers[1].algorithm = Some(Algorithm::PS256);
    let holder = granted(credential(&servers), &servers);
    for (resource, expected) in [(API, Algorithm::ES256), (OTHER, Algorithm::PS256)] {
        let asked = ask(None, &[resource]);
        let decision = decide(&asked, &holder, &POLICY, now()).expect("a token");
        assert_eq!(decision.algorithm, expected);
    }
}
