"""The Python blocks of the pages run as they stand there, against the real server."""

import json
import os
import re
import subprocess
import sys
import urllib.parse
import urllib.request
from pathlib import Path

# Before anything of Kognic's is imported: it would ask the user's keyring.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"

import pytest

from grantd import Grantd, binary_to_test

REPOSITORY = Path(__file__).resolve().parents[3]
PAGES = ["README.md", "docs/start.md", "docs/guides/protect-your-api.md"]
ORIGIN = "http://127.0.0.1:8080"
CREDENTIALS = "grantd-data/credentials.json"
BLOCK = re.compile(r"^<!-- runs -->\n```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)

BLOCKS = [
    pytest.param(block, id=f"{page} block {number}")
    for page in PAGES
    for number, block in enumerate(BLOCK.findall((REPOSITORY / page).read_text()), 1)
]


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Grantd:
    with Grantd(binary_to_test(), tmp_path_factory.mktemp("server")) as server:
        yield server


def token_of(server: Grantd) -> str:
    """What the page's shell has put into TOKEN by then."""
    client_id, client_secret = server.first_credential.pair
    form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": client_secret}
    body = urllib.parse.urlencode(form).encode()
    with urllib.request.urlopen(f"{server.issuer}/oauth/token", body) as answer:
        return json.load(answer)["access_token"]


def test_there_are_blocks():
    assert len(BLOCKS) == 4


@pytest.mark.parametrize("block", BLOCKS)
def test_the_block_runs(block, server, tmp_path):
    program = block.replace(ORIGIN, server.issuer).replace(CREDENTIALS, str(server.first_credential.path))
    surroundings = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("KOGNIC_") and not name.lower().endswith("_proxy")
    }
    result = subprocess.run(
        [sys.executable, "-c", program],
        env=surroundings | {"TOKEN": token_of(server), "HOME": str(tmp_path)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip(), "it prints what it found"
