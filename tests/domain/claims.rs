//! What a resource server checks of our own tokens (RFC 9068 §4).

use chrono::{DateTime, TimeDelta, Utc};
use grantd::domain::claims::{AccessTokenClaims, ClaimsError};
use grantd::domain::ids::{CredentialId, OrganizationId, uuid_v7};
use serde_json::json;

use super::samples::{API, now};

const ISSUER: &str = "https://auth.example.com";

fn claims() -> AccessTokenClaims<'static> {
    let credential = CredentialId::from_parts(now(), [1; 10]);
    AccessTokenClaims {
        iss: ISSUER.into(),
        sub: credential.0,
        client_id: credential,
        aud: API.into(),
        iat: now().timestamp(),
        exp: now().timestamp() + 60,
        jti: uuid_v7(now(), [3; 10]),
        scope: "api:read".into(),
        org_id: Some(OrganizationId::from_parts(now(), [2; 10])),
        agent_id: None,
    }
}

#[test]
fn issuer_expiry_and_audience_must_hold() {
    let claims = claims();
    assert_eq!(claims.check(ISSUER, Some(API), now()), Ok(()));
    assert_eq!(claims.check(ISSUER, None, now()), Ok(()));
    for other in ["https://auth.example.com/", "https://AUTH.example.com", ""] {
        let found = claims.check(other, Some(API), now());
        assert_eq!(found, Err(ClaimsError::Issuer), "{other}");
    }
    for other in ["https://api.example.com/", "https://other.example.com", ""] {
        let found = claims.check(ISSUER, Some(other), now());
        assert_eq!(found, Err(ClaimsError::Audience), "{other}");
    }
}

#[test]
fn a_token_lives_up_to_its_last_second_and_no_longer() {
    let claims = claims();
    let end: DateTime<Utc> = DateTime::from_timestamp(claims.exp, 0).unwrap();
    let micro = TimeDelta::microseconds(1);
    assert_eq!(claims.check(ISSUER, None, end - micro), Ok(()));
    assert_eq!(claims.check(ISSUER, None, end), Err(ClaimsError::Expired));
    let later = end + TimeDelta::days(9);
    assert_eq!(claims.check(ISSUER, None, later), Err(ClaimsError::Expired));
}

#[test]
fn what_is_absent_is_left_out_and_read_back() {
    let mut claims = claims();
    claims.scope = "".into();
    let json = serde_json::to_value(&claims).unwrap();
    assert_eq!(
        json,
        json!({
            "iss": ISSUER,
            "sub": claims.sub,
            "client_id": claims.sub,
            "aud": API,
            "iat": claims.iat,
            "exp": claims.exp,
            "jti": claims.jti,
            "org_id": claims.org_id,
        })
    );
    let read: AccessTokenClaims<'_> = serde_json::from_value(json.clone()).unwrap();
    assert_eq!(read, claims);
    for needed in ["iss", "sub", "client_id", "aud", "iat", "exp", "jti"] {
        let mut without = json.clone();
        without.as_object_mut().unwrap().remove(needed);
        assert!(
            serde_json::from_value::<AccessTokenClaims<'_>>(without).is_err(),
            "{needed}"
        );
    }
}
