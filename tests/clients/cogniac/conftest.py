"""What every test here stands on: the real server, and surroundings that hold nothing of the user's."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import tenacity.nap
from cogniac.common import ClientError

import clients
from grantd import Grantd, binary_to_test
from wire import Wire

ADMIN = Grantd.admin
"""Whom `serve --dev` makes: administrator of the one organization there is."""


@pytest.fixture(scope="session")
def server(tmp_path_factory) -> Grantd:
    """A server as `serve --dev` starts it."""
    with Grantd(binary_to_test(), tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture(scope="session")
def tenant_id(server) -> str:
    """The organization `demo`, by the name that Cogniac has for it."""
    return server.organization("demo")["id"]


@pytest.fixture
def wire(server) -> Wire:
    """A recorder in front of the server."""
    with Wire(server.issuer) as wire:
        yield wire


@pytest.fixture(params=clients.ALL, ids=lambda client: client.__name__)
def client(request):
    """Each of Cogniac's connections in turn."""
    return request.param


@pytest.fixture
def admin(server, tenant_id):
    """The administrator, connected by password."""
    options = {"username": ADMIN.email, "password": ADMIN.password}
    with clients.synchronous(**options, tenant_id=tenant_id, url_prefix=server.issuer) as admin:
        yield admin


@pytest.fixture
def make_key(admin):
    """Makes API keys of the administrator's, and takes away what is left of them afterwards."""
    made = []

    def make_key(description: str = "of one test") -> dict:
        made.append(admin.create_api_key(description))
        return made[-1]

    yield make_key
    for key in made:
        try:
            admin.delete_api_key(key["key_id"])
        except ClientError as error:
            assert error.status_code == 404, error


@pytest.fixture
def key(make_key) -> dict:
    """An API key of the administrator's for one test alone, as its creation was answered."""
    return make_key()


@pytest.fixture
def run():
    """Runs Cogniac's command: `run("auth", COG_API_KEY=…)`."""

    def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [Path(sys.executable).parent / "cogniac", *arguments],
            env=os.environ | settings,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )

    return run


@pytest.fixture(autouse=True)
def clean_surroundings(monkeypatch, tmp_path):
    """A home of the test's own, no Cogniac settings from outside, no proxy on the way to loopback."""
    for name in list(os.environ):
        if name.startswith("COG_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    """Attempts follow each other at once: eight of them take a minute otherwise."""
    monkeypatch.setattr(tenacity.nap, "time", SimpleNamespace(sleep=lambda seconds: None))
