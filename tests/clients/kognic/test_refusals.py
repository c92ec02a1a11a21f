"""Credentials that are wrong, expired or revoked: one clear error, and no second try."""

import time
from datetime import datetime, timedelta, timezone

import httpx
import pytest
from authlib.integrations.base_client import OAuthError

import clients
from conftest import EXAMPLE_API

TOKEN_ENDPOINT = "/v1/auth/oauth/token"


def assert_invalid_client(client, raised: pytest.ExceptionInfo) -> None:
    """The refusal as this client tells it: authlib's error, or httpx's where Kognic checks first."""
    if client is clients.httpx_api_client:
        assert raised.type is httpx.HTTPStatusError
        assert raised.value.response.status_code == 401
        assert raised.value.response.json()["error"] == "invalid_client"
    else:
        assert raised.type is OAuthError
        assert raised.value.error == "invalid_client"
        assert raised.value.description


def assert_refused(client, auth, wire) -> None:
    """The client raises at its first call, after one request, and at the next one again."""
    with client(auth, wire.url) as get:
        for _ in range(2):
            with pytest.raises((OAuthError, httpx.HTTPStatusError)) as raised:
                get(f"{wire.url}/v1/whoami")
            assert_invalid_client(client, raised)
            assert [tuple(exchange) for exchange in wire.taken()] == [("POST", TOKEN_ENDPOINT, 401)]


def test_a_secret_with_a_typo(client, wire, credential):
    last = "a" if credential.secret[-1] != "a" else "b"
    assert_refused(client, (credential.id, credential.secret[:-1] + last), wire)


def test_the_secret_of_another_credential(client, wire, credential, shared_credential):
    assert_refused(client, (credential.id, shared_credential.secret), wire)


def test_an_unknown_client(client, wire, credential):
    assert_refused(client, ("01970000-0000-7000-8000-000000000000", credential.secret), wire)


def test_a_credential_that_has_expired(client, wire, server):
    credential = server.generate(scopes=["api:read"], audiences=[EXAMPLE_API], expires="1s")
    time.sleep(1.1)
    assert_refused(client, credential.pair, wire)


@pytest.mark.parametrize("client", clients.MINDFUL_OF_THE_FILE)
def test_a_file_that_has_expired_is_not_even_sent(client, wire, credential, tmp_path):
    yesterday = datetime.now(timezone.utc) - timedelta(days=1)
    expired = credential.with_changes(
        tmp_path / "expired.json", expires=yesterday.strftime("%Y-%m-%dT%H:%M:%SZ")
    )
    with pytest.raises(ValueError, match="Credentials expired at"):
        with client(expired.path, wire.url) as get:
            get(f"{wire.url}/v1/whoami")

    assert wire.taken() == []


@pytest.mark.parametrize("client", clients.MINDFUL_OF_THE_FILE)
def test_the_expiry_that_grantd_writes_is_understood(client, wire, server):
    # A token counts in whole seconds and ends before its credential does, so one of a credential
    # that lives two seconds may end as soon as it is made.
    credential = server.generate(scopes=["api:read"], audiences=[EXAMPLE_API], expires="6s")
    with client(credential.path, wire.url) as get:
        assert get(f"{wire.url}/v1/whoami").status_code == 200
    wire.taken()

    time.sleep(6.1)
    with pytest.raises(ValueError, match="Credentials expired at"):
        with client(credential.path, wire.url) as get:
            get(f"{wire.url}/v1/whoami")
    assert wire.taken() == []


def test_a_credential_revoked_while_its_token_is_in_use(client, server, wire, credential):
    whoami = ("GET", "/v1/whoami", 401)
    fetch = ("POST", TOKEN_ENDPOINT, 401)
    with client(credential.path, wire.url) as get:
        assert get(f"{wire.url}/v1/whoami").status_code == 200
        server.revoke(credential)
        wire.taken()

        if client in (clients.requests_auth_session, clients.httpx_auth_client):
            # These raise nothing for an API's answer, whatever it is.
            response = get(f"{wire.url}/v1/whoami")
            assert response.status_code == 401
            assert response.json()["message"] == "access not permitted"
            expected = [whoami]
        elif client is clients.httpx_api_client:
            with pytest.raises(httpx.HTTPStatusError, match="access not permitted"):
                get(f"{wire.url}/v1/whoami")
            expected = [whoami]
        else:
            # Answered 401, these try once for a new token.
            with pytest.raises(OAuthError) as raised:
                get(f"{wire.url}/v1/whoami")
            assert raised.value.error == "invalid_client"
            expected = [whoami, fetch]

    assert [tuple(exchange) for exchange in wire.taken()] == expected


def test_a_revoked_credential_gets_no_token(client, server, wire, credential):
    server.revoke(credential)
    assert_refused(client, credential.pair, wire)
