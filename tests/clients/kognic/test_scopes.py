"""Asking for scopes, in each of the ways that kognic-auth has."""

import asyncio

import httpx
import pytest
from authlib.integrations.base_client import OAuthError
from kognic.auth.httpx import HttpxAuthAsyncClient
from kognic.auth.requests.auth_session import RequestsAuthSession
from kognic.auth.serde import deserialize

import clients
from clients import sent_token
from conftest import EXAMPLE_API
from tokens import claims_of


def test_a_token_is_narrowed_to_the_scopes_asked_for(client, server, shared_credential):
    with client(shared_credential.path, server.issuer, scopes=["api:read"]) as get:
        response = get(f"{server.issuer}/v1/whoami")

    assert claims_of(sent_token(response))["scope"] == "api:read"


def test_the_answer_names_the_narrowed_scope(server, shared_credential):
    session = RequestsAuthSession(
        auth=shared_credential.path, host=server.issuer, scopes=["api:write"]
    )
    assert session.ensure_token()["scope"] == "api:write"


def test_the_answer_names_the_narrowed_scope_async(server, shared_credential):
    async def fetch():
        client = HttpxAuthAsyncClient(
            auth=shared_credential.path, host=server.issuer, scopes=["api:write"]
        )
        await client.session
        await client.close()
        return client.token

    assert asyncio.run(fetch())["scope"] == "api:write"


@pytest.mark.parametrize("client", clients.MINDFUL_OF_THE_FILE)
def test_the_scopes_in_the_file_are_asked_for(client, server, shared_credential, tmp_path):
    narrow = shared_credential.with_changes(tmp_path / "narrow.json", scopes=["api:read"])
    with client(narrow.path, server.issuer) as get:
        response = get(f"{server.issuer}/v1/whoami")

    assert claims_of(sent_token(response))["scope"] == "api:read"


def test_a_scope_that_was_not_granted_is_refused(client, wire, shared_credential):
    with client(shared_credential.path, wire.url, scopes=["api:admin"]) as get:
        with pytest.raises((OAuthError, httpx.HTTPStatusError), match="invalid_scope"):
            get(f"{wire.url}/v1/whoami")

    assert [tuple(exchange) for exchange in wire.taken()] == [("POST", "/v1/auth/oauth/token", 400)]


def test_management_scopes_lead_to_the_management_api(client, server):
    credential = server.generate(
        scopes=["api:read", "credentials:read"], audiences=[EXAMPLE_API, server.issuer]
    )
    with client(credential.pair, server.issuer, scopes=["credentials:read"]) as get:
        response = get(f"{server.issuer}/v1/organizations/demo/credentials")

    claims = claims_of(sent_token(response))
    assert claims["aud"] == server.issuer
    assert claims["scope"] == "credentials:read"
    assert credential.id in [listed["id"] for listed in deserialize(response)]
