"""The server does what its OpenAPI document says, whoever calls."""

import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from caller import Caller
from report import answered
from server import Server

HERE = Path(__file__).parent
TIMEOUT_SECONDS = 300

DOCUMENT = "/openapi.json"
"""Where schemathesis reads the document. It tests no path that it has that from."""


@pytest.fixture
def server(tmp_path):
    with Server.start(tmp_path) as server:
        yield server


@pytest.mark.parametrize("kind", ["token", "api_key", "nobody"])
def test_the_server_does_what_the_document_says(server, kind, tmp_path):
    caller = server.caller(kind)
    report = tmp_path / "calls.ndjson"
    ran = run(caller, report)
    print(ran.stdout)
    assert ran.returncode == 0
    if kind != "nobody":
        never = never_succeeded(caller, report)
        assert not never, f"these calls were refused each time, so little was tested: {never}"


def run(caller: Caller, report: Path) -> subprocess.CompletedProcess:
    """One run of schemathesis over the whole document."""
    return subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli"),
            *("--config-file", HERE / "schemathesis.toml"),
            *("run", caller.issuer + DOCUMENT),
            *("--report", "ndjson", "--report-ndjson-path", report),
        ],
        cwd=report.parent,
        env=surroundings() | caller.to_environment() | {"PYTHONPATH": str(HERE)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=TIMEOUT_SECONDS,
    )


def surroundings() -> dict[str, str]:
    """Those of this process without settings of schemathesis, or a proxy on the way to loopback."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("SCHEMATHESIS_") and not name.lower().endswith("_proxy")
    }


def never_succeeded(caller: Caller, report: Path) -> list[str]:
    """The operations of the document that gave no success."""
    with urllib.request.urlopen(caller.issuer + DOCUMENT, timeout=30) as answer:
        paths = json.load(answer)["paths"]
    del paths[DOCUMENT]
    operations = {f"{method.upper()} {path}" for path, item in paths.items() for method in item}
    seen = answered(report)
    return sorted(
        operation
        for operation in operations
        if not any(200 <= status < 300 for status in seen[operation])
    )
