//! Tests of the module above.

use super::*;
use std::collections::HashMap;
use tempfile::TempDir;

fn file(folder: &TempDir, name: &str, content: &str) -> String {
    let path = folder.path().join(name);
    fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

fn minimal(id: &str) -> String {
    format!(r#"{{"clientId":"{id}","clientSecret":"s","issuer":"https://a.example"}}"#)
}

fn find(file: Option<&str>, variables: &[(&str, &str)]) -> Result<Credentials, ClientError> {
    let variables: HashMap<_, _> = variables.iter().copied().collect();
    Credentials::find(file.map(Path::new), &|name| {
        variables.get(name).map(|value| (*value).to_owned())
    })
}

fn read(content: &str) -> Result<Credentials, ClientError> {
    let folder = TempDir::new().unwrap();
    find(Some(&file(&folder, "c.json", content)), &[])
}

#[test]
fn each_source_comes_before_the_next() {
    let folder = TempDir::new().unwrap();
    let named = file(&folder, "named.json", &minimal("named"));
    let grantd = file(&folder, "grantd.json", &minimal("grantd file"));
    let kognic = file(&folder, "kognic.json", &minimal("kognic file"));
    let mut variables = vec![
        ("GRANTD_CREDENTIALS", grantd.as_str()),
        ("GRANTD_CLIENT_ID", "grantd pair"),
        ("GRANTD_CLIENT_SECRET", "s"),
        ("KOGNIC_CREDENTIALS", kognic.as_str()),
        ("KOGNIC_CLIENT_ID", "kognic pair"),
        ("KOGNIC_CLIENT_SECRET", "s"),
    ];
    assert_eq!(find(Some(&named), &variables).unwrap().client_id, "named");

    for (expected, source_variables) in [
        ("grantd file", 1),
        ("grantd pair", 2),
        ("kognic file", 1),
        ("kognic pair", 2),
    ] {
        assert_eq!(find(None, &variables).unwrap().client_id, expected);
        variables.drain(..source_variables);
    }
    assert!(matches!(
        find(None, &variables),
        Err(ClientError::NoCredentials)
    ));
}

#[test]
fn an_empty_variable_is_not_set() {
    let found = find(
        None,
        &[
            ("GRANTD_CREDENTIALS", ""),
            ("GRANTD_CLIENT_ID", ""),
            ("KOGNIC_CLIENT_ID", "id"),
            ("KOGNIC_CLIENT_SECRET", "s"),
        ],
    );
    assert_eq!(found.unwrap().client_id, "id");
}

#[test]
fn half_a_pair_is_not_passed_over() {
    let error = find(
        None,
        &[
            ("GRANTD_CLIENT_ID", "id"),
            ("KOGNIC_CLIENT_ID", "other"),
            ("KOGNIC_CLIENT_SECRET", "s"),
        ],
    )
    .unwrap_err();
    assert_eq!(
        error.to_string(),
        "GRANTD_CLIENT_ID is set but GRANTD_CLIENT_SECRET is not: set both, or neither"
    );
    assert!(error.is_usage());
}

#[test]
fn a_file_of_grantds_is_read_whatever_else_it_holds() {
    let credentials = read(
        r#"{"clientId":"id","clientSecret":"gds_x","email":"a@b","userId":7,"name":"n",
            "issuer":"https://a.example","tokenEndpoint":"https://b.example/t",
            "created":"2026-01-01T00:00:00Z","expires":null,"scopes":["x"],"later":{"y":[]}}"#,
    )
    .unwrap();
    assert_eq!(credentials.client_id, "id");
    assert_eq!(credentials.client_secret.expose(), "gds_x");
    let endpoint = credentials.token_endpoint(None).unwrap();
    assert_eq!(endpoint.to_string(), "https://b.example/t");
}

#[test]
fn the_token_endpoint_is_the_named_one_then_the_files_then_the_issuers() {
    let both = r#"{"clientId":"i","clientSecret":"s","issuer":"https://a.example",
                   "tokenEndpoint":"https://b.example/t"}"#;
    let named: HttpUrl = "https://c.example".parse().unwrap();
    let endpoint = |content: &str, server: Option<&HttpUrl>| {
        read(content)
            .unwrap()
            .token_endpoint(server)
            .map(|url| url.to_string())
    };
    assert_eq!(
        endpoint(both, Some(&named)).unwrap(),
        "https://c.example/oauth/token"
    );
    assert_eq!(endpoint(both, None).unwrap(), "https://b.example/t");
    assert_eq!(
        endpoint(&minimal("i"), None).unwrap(),
        "https://a.example/oauth/token"
    );
    let neither = endpoint(r#"{"clientId":"i","clientSecret":"s"}"#, None).unwrap_err();
    assert!(neither.is_usage());
}

#[test]
fn expired_credentials_are_refused_from_their_date_on() {
    let credentials =
        read(r#"{"clientId":"i","clientSecret":"s","expires":"2026-03-01T12:00:00.000001+01:00"}"#)
            .unwrap();
    let at = |text: &str| DateTime::parse_from_rfc3339(text).unwrap().to_utc();
    assert!(
        credentials
            .must_not_have_expired(at("2026-03-01T11:00:00Z"))
            .is_ok()
    );
    let error = credentials
        .must_not_have_expired(at("2026-03-01T11:00:00.000001Z"))
        .unwrap_err()
        .to_string();
    assert!(error.contains("expired at 2026-03-01T11:00:00Z"), "{error}");
}

#[test]
fn a_file_that_cannot_be_used_says_why_without_its_values() {
    for (content, reason) in [
        ("", "EOF"),
        ("[]", "wrong type"),
        (r#"{"clientSecret":"hush"}"#, "missing field `clientId`"),
        (r#"{"clientId":"i"}"#, "missing field `clientSecret`"),
        (r#"{"clientId":"hush","clientSecret":""}"#, "is empty"),
        (
            r#"{"clientId":["hush"],"clientSecret":"hush"}"#,
            "wrong type",
        ),
        (
            r#"{"clientId":"i","clientSecret":"s","issuer":"hush"}"#,
            "its issuer must be",
        ),
        (
            r#"{"clientId":"i","clientSecret":"s","tokenEndpoint":"http://hush.example/t"}"#,
            "its tokenEndpoint must begin with https://",
        ),
    ] {
        let error = read(content).unwrap_err().to_string();
        assert!(error.contains(reason), "{error}");
        assert!(!error.contains("hush"), "{error}");
    }
    let error = find(Some("/nowhere/c.json"), &[]).unwrap_err().to_string();
    assert!(error.contains("/nowhere/c.json"), "{error}");
}
