"""The examples of docs/guides/cogniac.md run as they stand there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ADMIN
from guide import block


@pytest.mark.parametrize(
    "language, program, printed",
    [("python", [sys.executable, "-c"], f"Demo\n{ADMIN.email}\n"), ("sh", ["sh", "-euc"], "Demo")],
    ids=["python", "sh"],
)
def test_the_example_runs(server, language, program, printed):
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    settings = {"COG_URL_PREFIX": server.issuer, "COG_USER": ADMIN.email, "COG_PASS": ADMIN.password}
    result = subprocess.run(
        [*program, block("cogniac.md", language, server)],
        env=os.environ | settings | {"PATH": path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.returncode == 0, result.stderr
    assert printed in result.stdout
