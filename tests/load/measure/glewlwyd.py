"""glewlwyd, from Debian's packages: unpacked, not installed, with SQLite and its OpenID Connect plugin."""

import gzip
import json
import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
import urllib.error
import urllib.request
from http.client import HTTPResponse
from pathlib import Path

from .failure import Failure
from .grantd import ALGORITHMS, SCOPE, token_request
from .process import Server, free_port
from .wrk import Question

NAME = "glewlwyd"
CLIENT = "load"

# Its name for the kind of key, the size of the hash, and how openssl makes such a key.
KEYS = {
    "ES256": ("ecdsa", "256", ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]),
    "RS256": ("rsa", "256", ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]),
    "EdDSA": ("eddsa", "256", ["-algorithm", "ED25519"]),
}


def is_possible() -> bool:
    """Whether this machine has Debian's packages, and what unpacks them and makes keys."""
    return all(shutil.which(program) for program in ("apt-get", "dpkg", "openssl"))


class Glewlwyd:
    """One server, with a plugin for each algorithm and one client."""

    def __init__(self, packages: Path, folder: Path, secret: str):
        self.secret, self.folder = secret, folder / NAME
        self.folder.mkdir(mode=0o700)
        root = unpack(packages)
        # Its cookie is for a name, not for an address.
        self.port = free_port()
        self.origin = f"http://localhost:{self.port}"
        config = self.folder / "config"
        # It writes down every token. In memory, so that it is not the disk that is measured.
        self.memory = tempfile.TemporaryDirectory(dir="/dev/shm", prefix="grantd-load-")
        database = Path(self.memory.name) / "database"
        config.write_text(_config(root, database, self.port))
        _fill(root, database)
        libraries = ":".join(str(path) for path in root.glob("usr/lib/*-linux-*"))
        env = os.environ | {"LD_LIBRARY_PATH": libraries}
        command = [str(root / "usr/bin/glewlwyd"), f"--config-file={config}"]
        self.server = Server(NAME, command, self.folder / "log", env)
        try:
            self.server.wait_for(f"{self.origin}/api/")
            self._furnish()
        except BaseException:
            self.server.stop()
            raise

    def _furnish(self) -> None:
        login = self._post("auth/", {"username": "admin", "password": "password"}, {})
        cookie = {"Cookie": login.headers["Set-Cookie"].partition(";")[0]}
        self._post("scope/", {"name": SCOPE, "password_required": False, "scheme": {}}, cookie)
        for algorithm in ALGORITHMS:
            self._post("mod/plugin/", self._plugin(algorithm), cookie)
        client = {
            "client_id": CLIENT,
            "confidential": True,
            "client_secret": self.secret,
            "password": self.secret,
            "enabled": True,
            "authorization_type": ["client_credentials"],
            "token_endpoint_auth_method": ["client_secret_post"],
            "redirect_uri": [],
            "scope": [SCOPE],
        }
        self._post("client/", client, cookie)

    def _post(self, path: str, body: dict, headers: dict) -> HTTPResponse:
        headers = headers | {"Content-Type": "application/json"}
        data = json.dumps(body).encode()
        request = urllib.request.Request(f"{self.origin}/api/{path}", data, headers)
        try:
            return urllib.request.urlopen(request, timeout=30)
        except urllib.error.HTTPError as refusal:
            raise Failure(f"{NAME}: {path}: {refusal.code} {refusal.read().decode()}") from None

    def _plugin(self, algorithm: str) -> dict:
        kind, size, how = KEYS[algorithm]
        private = _openssl(["genpkey", *how])
        name = algorithm.lower()
        kinds = ["code", "token", "id-token", "none", "password", "refresh", "implicit"]
        return {
            "module": "oidc",
            "name": name,
            "display_name": name,
            "enabled": True,
            "parameters": {
                "iss": f"{self.origin}/api/{name}",
                "jwt-type": kind,
                "jwt-key-size": size,
                "key": private,
                "cert": _openssl(["pkey", "-pubout"], private),
                "access-token-duration": 900,
                "refresh-token-duration": 900,
                "code-duration": 600,
                "allow-non-oidc": True,
                "refresh-token-rolling": False,
                "auth-type-client-enabled": True,
                **{f"auth-type-{other}-enabled": False for other in kinds},
            },
        }

    def token(self, algorithm: str) -> Question:
        origin = f"http://127.0.0.1:{self.port}"
        return token_request(origin, f"/api/{algorithm.lower()}/token", (CLIENT, self.secret), algorithm)


def unpack(folder: Path) -> Path:
    """Fetches and unpacks the package and what it needs and the machine lacks; once."""
    root = folder / "root"
    if (root / "unpacked").exists():
        return root
    shutil.rmtree(folder, ignore_errors=True)
    root.mkdir(parents=True)
    asked = ["apt-get", "install", "--simulate", "--no-install-recommends", NAME]
    told = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    needed = set(re.findall(r"^Inst (lib\S+)", told, re.MULTILINE)) | {NAME, f"{NAME}-common"}
    fetched = subprocess.run(["apt-get", "download", "-qq", *sorted(needed)], cwd=folder, check=False)
    if fetched.returncode != 0:
        raise Failure(f"apt-get could not download {NAME}: run  apt-get update  first")
    for package in folder.glob("*.deb"):
        subprocess.run(["dpkg", "-x", package, root], check=True)
    # Written last, so that what was cut short is begun again.
    (root / "unpacked").touch()
    return root


def version(folder: Path) -> str:
    """Debian's version of the package."""
    package = next(folder.glob(f"{NAME}_*.deb"))
    return package.name.split("_")[1]


def _openssl(arguments: list[str], given: str = "") -> str:
    ended = subprocess.run(["openssl", *arguments], input=given, capture_output=True, text=True, check=True)
    return ended.stdout


def _fill(root: Path, file: Path) -> None:
    """The schema as it comes, but for the rounds of PBKDF2: one is enough for a secret that nobody
    guesses, and 150,000 would be all that is measured."""
    schema = root / f"usr/share/doc/{NAME}/database/init.sqlite3.sql.gz"
    with sqlite3.connect(file) as database:
        database.executescript(gzip.decompress(schema.read_bytes()).decode())
        (text,) = database.execute("SELECT gcmi_parameters FROM g_client_module_instance").fetchone()
        parameters = json.dumps(json.loads(text) | {"pbkdf2-iterations": 1})
        database.execute("UPDATE g_client_module_instance SET gcmi_parameters = ?", (parameters,))


def _config(root: Path, database: Path, port: int) -> str:
    modules = root / "usr/lib" / NAME
    return f"""
port={port}
bind_address="127.0.0.1"
external_url="http://localhost:{port}"
api_prefix="api"
static_files_path="{root}/usr/share/{NAME}/webapp/"
log_mode="console"
log_level="ERROR"
cookie_domain="localhost"
cookie_secure=0
session_key="GLEWLWYD2_SESSION_ID"
admin_scope="g_admin"
profile_scope="g_profile"
user_module_path="{modules}/user"
user_middleware_module_path="{modules}/user_middleware"
client_module_path="{modules}/client"
user_auth_scheme_module_path="{modules}/scheme"
plugin_module_path="{modules}/plugin"
use_secure_connection=false
secure_connection_key_file="unused"
secure_connection_pem_file="unused"
secure_connection_ca_file="unused"
hash_algorithm="SHA512"
database = {{ type = "sqlite3" path = "{database}" }};
"""
