"""Servers of others, for the same question: node-oidc-provider, from npm."""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from .cases import NODE
from .failure import Failure
from .grantd import token_request
from .process import Server, free_port
from .wrk import Question

HERE = Path(__file__).resolve().parent.parent / "peers"
ROOT = HERE.parent.parent.parent


def start(
    folder: Path, secret: str, say: Callable[[str], None]
) -> list[tuple[str, Server, Callable[[str], Question]]]:
    """Installs and starts them: name, process, and the token request for an algorithm."""
    modules = _install(HERE / "node-oidc-provider", say)
    port = free_port()
    origin = f"http://127.0.0.1:{port}"
    env = os.environ | {
        "NODE_ENV": "production",
        "PORT": str(port),
        "CLIENT_SECRET": secret,
        # Shown to be the best on two processors shared with wrk; see the README.
        "WORKERS": os.environ.get("GRANTD_LOAD_NODE_WORKERS", "2"),
    }
    server = Server(NODE, ["node", str(modules / "server.mjs")], folder / "node.log", env)
    try:
        server.wait_for(f"{origin}/.well-known/openid-configuration")
    except BaseException:
        server.stop()
        raise
    # A client for each algorithm, as with grantd, so that all are sent the same form.
    return [(NODE, server, lambda algorithm: token_request(origin, "/token", (algorithm, secret), algorithm))]


def _install(project: Path, say: Callable[[str], None]) -> Path:
    """Installs the npm packages exactly as locked, in the target folder, and puts the program there."""
    for program in ("node", "npm"):
        if not shutil.which(program):
            raise Failure(f"{program} is missing: Debian's packages are nodejs and npm")
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    folder = target / "load-peers" / project.name
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", "server.mjs"):
        shutil.copy(project / name, folder)
    stamp = folder / "stamp"
    wanted = hashlib.sha256((project / "package-lock.json").read_bytes()).hexdigest()
    if not stamp.exists() or stamp.read_text() != wanted:
        say(f"installing {project.name} in {folder}")
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        if subprocess.run(command, cwd=folder, check=False).returncode != 0:
            raise Failure(f"npm could not install {project.name}")
        # Written last, so that an install that was cut short is begun again.
        stamp.write_text(wanted)
    return folder
