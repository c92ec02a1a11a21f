"""Sessions that outlive their token: they fetch another and go on."""

import time

from clients import sent_token
from conftest import EXAMPLE_API
from tokens import claims_of


def test_a_session_goes_on_when_its_token_has_expired(client, short_lived_server):
    server = short_lived_server
    credential = server.generate(scopes=["api:read"], audiences=[EXAMPLE_API])
    with client(credential.path, server.issuer) as get:
        first = get(f"{server.issuer}/v1/whoami")
        expires = claims_of(sent_token(first))["exp"]
        time.sleep(max(0, expires - time.time()) + 1.1)
        second = get(f"{server.issuer}/v1/whoami")

    assert first.status_code == second.status_code == 200
    assert claims_of(sent_token(first))["jti"] != claims_of(sent_token(second))["jti"]
    assert claims_of(sent_token(second))["exp"] > expires
