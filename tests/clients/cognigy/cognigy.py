"""Cognigy's client for JavaScript, driven from here: every run is a node process of its own."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

DRIVER = Path(__file__).with_name("drive.cjs")


@dataclass
class Run:
    """What the called methods gave, in turn, and how often the client reported a 401."""

    results: list[dict]
    unauthorized: int

    @property
    def answers(self) -> list:
        """The answers, of methods that all succeeded."""
        for result in self.results:
            assert "error" not in result, result
        return [result["answer"] for result in self.results]

    @property
    def error(self) -> dict:
        """The error that the last method threw."""
        return self.results[-1]["error"]


class Cognigy:
    """A client for the server at `url`. Each tuple of `steps` is a method's name and arguments."""

    def __init__(self, url: str, version: str = "2.0"):
        self._config = {
            "baseUrl": url,
            "timeout": 10_000,
            "maxRetries": 0,
            "versions": {"administration": version},
        }

    def run(self, *steps: tuple) -> Run:
        modules = os.environ.get("GRANTD_NODE_MODULES")
        assert modules, "GRANTD_NODE_MODULES must name the folder with the npm package (tests/run sets it)"
        ended = subprocess.run(
            ["node", DRIVER],
            input=json.dumps({"config": self._config, "steps": steps}),
            env=os.environ | {"NODE_PATH": modules},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert ended.returncode == 0, ended.stderr
        return Run(**json.loads(ended.stdout))


def by_api_key(key: str) -> list[tuple]:
    """The steps that make the client use an API key."""
    return [("setCredentials", {"type": "ApiKey", "apiKey": key})]


def by_oauth2(client_id: str, client_secret: str, **scope: str) -> list[tuple]:
    """The steps that log the client in by client credentials."""
    pair = {"type": "OAuth2", "clientId": client_id, "clientSecret": client_secret}
    return [("setCredentials", pair), ("login", {"type": "clientCredentials", **scope})]


def by_password(email: str, password: str) -> list[tuple]:
    """The steps that make the client send email and password."""
    return [("setCredentials", {"type": "Basic", "username": email, "password": password})]
