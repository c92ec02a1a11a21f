"""What every test here stands on: grantd, an API, and nginx before it."""

import os
from pathlib import Path

import pytest

from grantd import Credential, Grantd
from proxy import Api, Nginx

EXAMPLE_API = "https://api.example.com"


@pytest.fixture(scope="session")
def server(tmp_path_factory) -> Grantd:
    binary = os.environ.get("GRANTD_BINARY")
    assert binary, "GRANTD_BINARY must name the grantd binary to test (tests/run sets it)"
    with Grantd(Path(binary).resolve(strict=True), tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture(scope="session")
def api() -> Api:
    api = Api()
    yield api
    api.close()


@pytest.fixture(scope="session")
def nginx(server, api) -> Nginx:
    grantd = server.issuer.removeprefix("http://")
    with Nginx(grantd, api.address) as nginx:
        yield nginx


@pytest.fixture(scope="session")
def key(server) -> Credential:
    """An API key with both scopes, for tests that change nothing about it."""
    return server.generate(kind="api_key", audiences=[EXAMPLE_API])
