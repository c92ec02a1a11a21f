"""What every test here stands on: the real server, and surroundings that hold nothing of the user's."""

import os
import subprocess
import sys
from pathlib import Path

# Before kognic.auth is imported anywhere: it reads these once, and would ask the user's keyring.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"

import pytest

import clients
from grantd import Credential, Grantd, binary_to_test
from wire import Wire

EXAMPLE_API = "https://api.example.com"
"""The resource server that `serve --dev` makes, with the scopes api:read and api:write."""


@pytest.fixture(scope="session")
def binary() -> Path:
    return binary_to_test()


@pytest.fixture(scope="session")
def server(binary, tmp_path_factory) -> Grantd:
    """A server as `serve --dev` starts it."""
    with Grantd(binary, tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture(scope="session")
def short_lived_server(binary, tmp_path_factory) -> Grantd:
    """A server whose tokens live two seconds."""
    lifetime = {"GRANTD_TOKEN__TTL_SECONDS": "2", "GRANTD_TOKEN__MIN_TTL_SECONDS": "1"}
    with Grantd(binary, tmp_path_factory.mktemp("short-lived"), **lifetime) as server:
        yield server


@pytest.fixture(scope="session")
def shared_credential(server) -> Credential:
    """A credential of the example API for tests that change nothing about it."""
    return server.generate(scopes=["api:read", "api:write"], audiences=[EXAMPLE_API])


@pytest.fixture
def credential(server) -> Credential:
    """A credential of the example API for one test alone."""
    return server.generate(scopes=["api:read", "api:write"], audiences=[EXAMPLE_API])


@pytest.fixture
def wire(server) -> Wire:
    """A recorder in front of the server."""
    with Wire(server.issuer) as wire:
        yield wire


@pytest.fixture(params=clients.ALL, ids=lambda client: client.__name__)
def client(request):
    """Each of kognic-auth's clients in turn."""
    return request.param


@pytest.fixture
def run():
    """Runs one of kognic-auth's commands: `run("kog", "get", url)`."""

    def run(name: str, *arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [Path(sys.executable).parent / name, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )

    return run


@pytest.fixture(autouse=True)
def clean_surroundings(monkeypatch, tmp_path):
    """A home of the test's own, no Kognic settings from outside, no proxy on the way to loopback."""
    for name in list(os.environ):
        if name.startswith("KOGNIC_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
