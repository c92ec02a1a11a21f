"""The examples of docs/guides/cognigy.md run as they stand there."""

import json
import os
import subprocess

import pytest

from grantd import Grantd, binary_to_test
from guide import block


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server that makes Super API Keys, too."""
    on = {"FEATURE_USE_SUPERAPIKEY_API": "true"}
    with Grantd(binary_to_test(), tmp_path_factory.mktemp("guide"), **on) as server:
        yield server


def run(program: list[str], **settings: str) -> str:
    result = subprocess.run(
        program, env=os.environ | settings, capture_output=True, text=True, timeout=60
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_the_program_runs(server):
    program = block("cognigy.md", "js", server)
    assert run(["node", "-e", program], NODE_PATH=os.environ["GRANTD_NODE_MODULES"]) == "1\n"


def test_the_command_runs(server):
    command = block("cognigy.md", "sh", server)
    printed = run(["sh", "-euc", command], PASSWORD=server.admin.password, ORGANIZATION="demo")
    key = json.loads(printed)
    assert key["apiKey"].startswith(f"{key['_id']}:")
