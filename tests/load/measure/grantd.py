"""grantd itself: a trial server on SQLite, with what the questions need."""

import base64
import json
import os
import subprocess
import time
import urllib.parse
from pathlib import Path

from .failure import Failure
from .process import Server, free_port
from .wrk import Question

ALGORITHMS = ("ES256", "RS256", "EdDSA")
SCOPE = "api:read"
FORM = "application/x-www-form-urlencoded"


def audience(algorithm: str) -> str:
    """The resource server whose tokens are signed so."""
    return f"https://{algorithm.lower()}.example.com"


def token_request(origin: str, path: str, client: tuple[str, str], algorithm: str) -> Question:
    """The form that every server is sent."""
    form = {
        "grant_type": "client_credentials",
        "client_id": client[0],
        "client_secret": client[1],
        "scope": SCOPE,
    }

    def check(body: bytes) -> None:
        token = json.loads(body)["access_token"]
        header, claims = (part_of(token, place) for place in (0, 1))
        if header["alg"] != algorithm or SCOPE not in claims["scope"].split():
            raise Failure(f"{origin}: not the token that was asked for: {header} {claims}")

    return Question(origin + path, "POST", {"Content-Type": FORM}, urllib.parse.urlencode(form), check)


def part_of(token: str, place: int) -> dict:
    """Header (0) or claims (1) of a JWT."""
    part = token.split(".")[place]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def verify_request(origin: str, headers: dict[str, str]) -> Question:
    """A proxy's question."""
    query = urllib.parse.urlencode({"audience": audience("ES256")})
    return Question(f"{origin}/auth/verify?{query}", headers=headers)


def key_verify_request(origin: str, caller: str, key: str) -> Question:
    """An API's question."""

    def check(body: bytes) -> None:
        if json.loads(body)["valid"] is not True:
            raise Failure(f"{origin}: the key is not good: {body.decode()}")

    return Question(
        f"{origin}/v1/api-keys/verify",
        "POST",
        {"Content-Type": "application/json", "X-API-Key": caller},
        json.dumps({"api_key": key, "audience": audience("ES256"), "scopes": [SCOPE]}),
        check,
    )


class Grantd:
    """A trial server, and one client for each algorithm."""

    def __init__(self, binary: Path, folder: Path):
        self.binary, self.data = binary, folder / "grantd"
        self.env = {name: value for name, value in os.environ.items() if not name.startswith("GRANTD_")}
        port = free_port()
        self.origin = f"http://127.0.0.1:{port}"
        command = [str(binary), "serve", *self.place(), "--listen", f"127.0.0.1:{port}"]
        self.server = Server("grantd", command, folder / "grantd.log", self.env)
        try:
            self.server.wait_for(f"{self.origin}/readyz")
            self._furnish()
        except BaseException:
            self.server.stop()
            raise

    def place(self) -> list[str]:
        return ["--dev", "--data-dir", str(self.data)]

    def command(self, *arguments: str) -> dict:
        """Runs a command of grantd on the trial's database."""
        command = [str(self.binary), *arguments, *self.place()]
        ended = subprocess.run(command, env=self.env, capture_output=True, text=True, check=False)
        if ended.returncode != 0:
            raise Failure(f"grantd {' '.join(arguments[:2])}: {ended.stderr}")
        return json.loads(ended.stdout)

    def _furnish(self) -> None:
        self.clients = {}
        for algorithm in ALGORITHMS:
            self.command(
                "resource-servers", "create", audience(algorithm), "--scope", SCOPE, "--algorithm", algorithm
            )
            self.clients[algorithm] = self._generate(algorithm.lower(), audience(algorithm), SCOPE)
        self.key = ":".join(self._generate("key", audience("ES256"), SCOPE, "--kind", "api_key"))
        self.caller = ":".join(self._generate("asks", self.origin, "api-keys:verify", "--kind", "api_key"))
        self._wait()

    def _generate(self, name: str, at: str, scope: str, *more: str) -> tuple[str, str]:
        made = self.command(
            "credentials", "generate", "--organization", "demo", "--name", name,
            "--audience", at, "--scope", scope, *more,
        )  # fmt: skip
        return made["clientId"], made["clientSecret"]

    def _wait(self) -> None:
        """What was made by command, the server knows within a second. The last is asked for first."""
        end = time.monotonic() + 10
        while True:
            try:
                self.key_verify().ask()
                for algorithm in ALGORITHMS:
                    self.token(algorithm).ask()
                return
            except Failure:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)

    def token(self, algorithm: str) -> Question:
        return token_request(self.origin, "/oauth/token", self.clients[algorithm], algorithm)

    def key_at_proxy(self) -> Question:
        return verify_request(self.origin, {"X-API-Key": self.key})

    def token_at_proxy(self) -> Question:
        token = json.loads(self.token("ES256").ask()[1])["access_token"]
        return verify_request(self.origin, {"Authorization": f"Bearer {token}"})

    def key_verify(self) -> Question:
        return key_verify_request(self.origin, self.caller, self.key)
