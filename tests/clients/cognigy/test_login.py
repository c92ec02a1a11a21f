"""Logging in by client credentials and by API key."""

import base64
import json

import pytest

from cognigy import Cognigy, by_api_key, by_oauth2
from conftest import MANAGEMENT


def claims_of(token: str) -> dict:
    """A token's claims as they stand there; nothing is verified."""
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def test_client_credentials(server, wire, machine):
    login = by_oauth2(*machine.pair, scope="credentials:read")
    *_, token, index = Cognigy(wire.url).run(*login, ("getAccessToken",), ("indexApiKeysMe",)).answers

    claims = claims_of(token)
    assert claims["client_id"] == machine.id
    assert claims["aud"] == server.issuer
    assert claims["scope"] == "credentials:read"
    assert "items" in index
    assert [tuple(exchange) for exchange in wire.taken()] == [
        ("POST", "/auth/oauth2/token", 200),
        ("GET", "/new/v2.0/users/me/apikeys", 200),
    ]


@pytest.mark.parametrize("scope", [{}, {"scope": ""}], ids=["none", "empty"])
def test_without_scopes_one_gets_all_of_the_first_audience(server, machine, scope):
    # The client sends an empty `scope` for none.
    login = by_oauth2(*machine.pair, **scope)
    *_, token = Cognigy(server.issuer).run(*login, ("getAccessToken",)).answers
    claims = claims_of(token)
    assert claims["aud"] == server.issuer
    assert set(claims["scope"].split()) == set(MANAGEMENT)


def test_a_wrong_secret(wire, machine, first_key):
    run = Cognigy(wire.url).run(*by_oauth2(machine.id, first_key.secret))
    assert run.error["name"] == "Unauthorized Error"
    assert (run.error["code"], run.error["status"]) == (401, 401)
    assert run.unauthorized == 1
    assert [tuple(exchange) for exchange in wire.taken()] == [("POST", "/auth/oauth2/token", 401)]


def test_a_scope_that_was_not_granted(wire, machine):
    run = Cognigy(wire.url).run(*by_oauth2(*machine.pair, scope="api:write"))
    assert run.error["status"] == 400
    assert [exchange.status for exchange in wire.taken()] == [400]


def test_api_key(wire, first_key):
    *_, index = Cognigy(wire.url).run(*by_api_key(first_key.api_key), ("indexApiKeysMe",)).answers
    assert "items" in index
    assert [tuple(exchange) for exchange in wire.taken()] == [
        ("GET", "/new/v2.0/users/me/apikeys", 200)
    ]


@pytest.mark.parametrize("wrong", ["gibberish", "a:b", ""])
def test_a_wrong_api_key(server, wrong):
    run = Cognigy(server.issuer).run(*by_api_key(wrong), ("indexApiKeysMe",))
    assert run.error["name"] == "Unauthorized Error"
    assert run.error["message"] == "access not permitted"
    assert run.unauthorized == 1


def test_no_login_at_all(server):
    run = Cognigy(server.issuer).run(("indexApiKeysMe",))
    assert run.error["message"] == "access not permitted"
