"""What every test here stands on: the real server, Cognigy's client, and ways to log in."""

import os
from dataclasses import dataclass

import pytest

from cognigy import Cognigy, by_api_key, by_oauth2
from grantd import Grantd, binary_to_test
from wire import Wire

MANAGEMENT = ["credentials:read", "credentials:write"]


@pytest.fixture(scope="session")
def server(tmp_path_factory) -> Grantd:
    """A server as `serve --dev` starts it."""
    with Grantd(binary_to_test(), tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture
def wire(server) -> Wire:
    """A recorder in front of the server."""
    with Wire(server.issuer) as wire:
        yield wire


@pytest.fixture(params=["2.0", "2.1"])
def version(request) -> str:
    """Each version of Cognigy's administration API in turn."""
    return request.param


@pytest.fixture(scope="session")
def machine(server):
    """An OAuth client that may manage credentials, and the example API's scopes beside."""
    return server.generate(
        scopes=[*MANAGEMENT, "api:read"], audiences=[server.issuer, "https://api.example.com"]
    )


@pytest.fixture(scope="session")
def first_key(server):
    """An API key that may manage credentials."""
    return server.generate(kind="api_key", scopes=MANAGEMENT, audiences=[server.issuer])


@dataclass
class LoggedIn:
    """Cognigy's client, logged in anew for each run."""

    client: Cognigy
    login: list[tuple]

    def run(self, *steps: tuple):
        run = self.client.run(*self.login, *steps)
        assert all("answer" in result for result in run.results[: len(self.login)]), run
        run.results = run.results[len(self.login) :]
        return run


@pytest.fixture(params=["api key", "oauth2"])
def login(request, machine, first_key) -> list[tuple]:
    """Each way to log in that makes API keys, in turn."""
    if request.param == "api key":
        return by_api_key(first_key.api_key)
    return by_oauth2(*machine.pair, scope=" ".join(MANAGEMENT))


@pytest.fixture
def logged_in(server, version, login):
    """A client of each version, logged in each way; its keys are deleted afterwards."""
    logged_in = LoggedIn(Cognigy(server.issuer, version), login)
    yield logged_in
    (index,) = logged_in.run(("indexApiKeysMe", {"limit": 100})).answers
    left = [("deleteApiKeyMe", {"apiKeyId": item["_id"]}) for item in index["items"]]
    if left:
        assert logged_in.run(*left).answers


@pytest.fixture(autouse=True)
def clean_surroundings(monkeypatch, tmp_path):
    """A home of the test's own, nothing of the user's for node, no proxy on the way to loopback."""
    for name in list(os.environ):
        if name.startswith("NODE_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
