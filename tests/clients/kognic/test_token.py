"""The token itself: any JWT library verifies it with nothing but the published keys."""

import time

import jwt
import pytest
from kognic.auth.requests.auth_session import RequestsAuthSession

from conftest import EXAMPLE_API


@pytest.fixture
def response(server, shared_credential) -> dict:
    """The token endpoint's answer as kognic-auth keeps it."""
    return RequestsAuthSession(auth=shared_credential.path, host=server.issuer).ensure_token()


@pytest.fixture
def key(server, response) -> jwt.PyJWK:
    """The published key that the token names."""
    keys = jwt.PyJWKClient(f"{server.issuer}/.well-known/jwks.json")
    return keys.get_signing_key_from_jwt(response["access_token"])


def test_the_answer_says_what_was_granted(response):
    assert response["token_type"] == "Bearer"
    assert response["expires_in"] == 900
    assert response["scope"].split() == ["api:read", "api:write"]
    assert "refresh_token" not in response


def test_it_verifies_offline(server, shared_credential, response, key):
    token = response["access_token"]
    assert jwt.get_unverified_header(token) == {"typ": "at+jwt", "alg": "ES256", "kid": key.key_id}

    claims = jwt.decode(
        token,
        key,
        algorithms=["ES256"],
        audience=EXAMPLE_API,
        issuer=server.issuer,
        options={"require": ["iss", "sub", "aud", "iat", "exp", "jti"]},
    )

    assert claims["sub"] == claims["client_id"] == shared_credential.id
    assert claims["exp"] - claims["iat"] == 900
    assert abs(claims["iat"] - time.time()) < 60
    assert claims["org_id"]


def test_it_is_of_no_use_to_another_audience(server, response, key):
    with pytest.raises(jwt.InvalidAudienceError):
        jwt.decode(
            response["access_token"],
            key,
            algorithms=["ES256"],
            audience="https://other.example.com",
            issuer=server.issuer,
        )
