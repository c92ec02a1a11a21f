"""Credentials given in each of kognic-auth's four ways, to each of its clients."""

import pytest

from clients import sent_token
from conftest import EXAMPLE_API
from tokens import claims_of


@pytest.fixture(params=["file named by a variable", "path", "two variables", "tuple"])
def auth(request, monkeypatch, shared_credential):
    """The `auth` to hand to a client, after the surroundings are set up for it."""
    match request.param:
        case "file named by a variable":
            monkeypatch.setenv("KOGNIC_CREDENTIALS", str(shared_credential.path))
            return None
        case "path":
            return shared_credential.path
        case "two variables":
            monkeypatch.setenv("KOGNIC_CLIENT_ID", shared_credential.id)
            monkeypatch.setenv("KOGNIC_CLIENT_SECRET", shared_credential.secret)
            return None
        case "tuple":
            return shared_credential.pair


def test_a_token_is_fetched_and_a_call_answered(client, auth, wire, shared_credential):
    with client(auth, wire.url) as get:
        response = get(f"{wire.url}/v1/whoami")

    assert [tuple(exchange) for exchange in wire.taken()] == [
        ("POST", "/v1/auth/oauth/token", 200),
        ("GET", "/v1/whoami", 200),
    ]
    caller = response.json()
    assert caller["credential_id"] == shared_credential.id
    assert caller["scopes"] == ["api:read", "api:write"]
    claims = claims_of(sent_token(response))
    assert claims["client_id"] == shared_credential.id
    assert claims["aud"] == EXAMPLE_API
    assert claims["scope"].split() == ["api:read", "api:write"]


def test_one_token_serves_many_calls(client, wire, credential):
    with client(credential.path, wire.url) as get:
        for _ in range(3):
            assert get(f"{wire.url}/v1/whoami").status_code == 200

    paths = [exchange.path for exchange in wire.taken()]
    assert paths == ["/v1/auth/oauth/token"] + ["/v1/whoami"] * 3


def test_the_file_of_the_first_start_is_usable_as_it_is(client, server):
    with client(server.first_credential.path, server.issuer) as get:
        response = get(f"{server.issuer}/v1/whoami")

    claims = claims_of(sent_token(response))
    assert claims["client_id"] == server.first_credential.id
    assert claims["aud"] == EXAMPLE_API
    assert claims["scope"].split() == ["api:read", "api:write"]
