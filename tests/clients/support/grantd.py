"""The real grantd binary as the tests see it: started, given credentials to, stopped."""

import json
import os
import re
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from pathlib import Path

STARTUP_SECONDS = 60
COMMAND_SECONDS = 60
REVOCATION_SECONDS = 1.0
"""How soon a running server follows a change that a command made."""


def binary_to_test() -> Path:
    """The grantd that tests/run has built."""
    path = os.environ.get("GRANTD_BINARY")
    assert path, "GRANTD_BINARY must name the grantd binary to test (tests/run sets it)"
    return Path(path).resolve(strict=True)


@dataclass(frozen=True)
class Credential:
    """One credentials file, as the command wrote it."""

    path: Path

    @property
    def content(self) -> dict:
        return json.loads(self.path.read_text())

    @property
    def id(self) -> str:
        return self.content["clientId"]

    @property
    def secret(self) -> str:
        return self.content["clientSecret"]

    @property
    def pair(self) -> tuple[str, str]:
        return self.id, self.secret

    @property
    def api_key(self) -> str:
        """What a credential of kind `api_key` is sent as."""
        return f"{self.id}:{self.secret}"

    def with_changes(self, path: Path, **changes) -> "Credential":
        """The same file with some values replaced, saved elsewhere."""
        path.write_text(json.dumps(self.content | changes))
        return Credential(path)


@dataclass(frozen=True)
class Person:
    """Someone who signs in with a password."""

    email: str
    password: str

    @property
    def pair(self) -> tuple[str, str]:
        return self.email, self.password


class Grantd:
    """A `grantd serve --dev` on a port of its own, in a folder of its own."""

    admin = Person("admin@localhost", "a password of the tests")
    """The operator and administrator of `demo` whom `serve --dev` makes."""

    def __init__(self, binary: Path, folder: Path, **settings: str):
        self._binary = binary
        self._folder = folder
        self._data = folder / "data"
        self._log = folder / "grantd.log"
        self._settings = settings
        self._process: subprocess.Popen | None = None
        self._made = 0

    def __enter__(self) -> "Grantd":
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [self._binary, "serve", "--dev", "--data-dir", self._data, "--listen", "127.0.0.1:0"],
                cwd=self._folder,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_) -> None:
        self.stop()

    def stop(self) -> None:
        """Ends the server: politely, then not."""
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @property
    def first_credential(self) -> Credential:
        """The credential that `serve --dev` makes on its first start."""
        return Credential(self._data / "credentials.json")

    @property
    def issuer(self) -> str:
        return self.first_credential.content["issuer"]

    @property
    def log(self) -> str:
        """What the server has printed and logged so far."""
        return self._log.read_text(errors="replace")

    def organization(self, slug: str) -> dict:
        """An organization, as the command shows it."""
        return json.loads(self._command("organizations", "show", slug))

    def new_organization(self, slug: str) -> dict:
        """A new organization."""
        return json.loads(self._command("organizations", "create", slug))

    def new_person(self, email: str, *options: str) -> Person:
        """A new user with the password that the command prints this one time."""
        printed = self._command("users", "create", email, *options)
        return Person(email, re.search(r"^password\s+(\S+)$", printed, re.MULTILINE)[1])

    def add_member(self, organization: str, email: str, *, role: str) -> None:
        """Makes a user a member of one more organization, as the operator does it."""
        operator = self.generate(audiences=[self.issuer], operator=True)
        self._post(
            f"/v1/organizations/{organization}/members",
            {"email": email, "role": role},
            token=self.token(operator),
        )

    def token(self, credential: Credential) -> str:
        """An access token for a credential's first audience, with all its scopes there."""
        client_id, client_secret = credential.pair
        form = {
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": client_secret,
        }
        body = urllib.parse.urlencode(form).encode()
        with urllib.request.urlopen(f"{self.issuer}/oauth/token", body, timeout=30) as answer:
            return json.load(answer)["access_token"]

    def _post(self, path: str, body: dict, *, token: str) -> dict:
        request = urllib.request.Request(
            self.issuer + path,
            json.dumps(body).encode(),
            {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def generate(
        self,
        *,
        scopes=(),
        audiences=(),
        expires: str | None = None,
        kind: str | None = None,
        agent: str | None = None,
        operator: bool = False,
    ) -> Credential:
        """A new credential of the demo organization, by command, while the server runs."""
        self._made += 1
        path = self._folder / f"credentials-{self._made}.json"
        options = ["--organization", "demo", "--name", f"test {self._made}", "--out", path]
        for scope in scopes:
            options += ["--scope", scope]
        for audience in audiences:
            options += ["--audience", audience]
        if expires:
            options += ["--expires", expires]
        if kind:
            options += ["--kind", kind]
        if agent:
            options += ["--agent", agent]
        if operator:
            options += ["--operator"]
        self._command("credentials", "generate", *options)
        return Credential(path)

    def revoke(self, credential: Credential, wait: bool = True) -> None:
        """Revokes by command, and waits as long as a running server may take to follow."""
        self._command("credentials", "revoke", credential.id)
        if wait:
            time.sleep(REVOCATION_SECONDS + 0.5)

    def _command(self, group: str, verb: str, *arguments) -> str:
        """Runs a command on the server's database; gives what it printed."""
        return subprocess.run(
            [self._binary, group, verb, "--dev", "--data-dir", self._data, *arguments],
            cwd=self._folder,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            timeout=COMMAND_SECONDS,
            check=True,
        ).stdout

    def _environment(self) -> dict[str, str]:
        """The surroundings without what would change grantd's settings, plus the test's own."""
        outside = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("GRANTD_", "KOGNIC_", "FEATURE_"))
        }
        return outside | {"GRANTD_DEV_ADMIN_PASSWORD": self.admin.password} | self._settings

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + STARTUP_SECONDS
        while time.monotonic() < deadline:
            if (code := self._process.poll()) is not None:
                raise AssertionError(f"grantd ended with {code} while starting:\n{self.log}")
            if self._is_ready():
                return
            time.sleep(0.05)
        raise AssertionError(f"grantd is not ready after {STARTUP_SECONDS} s:\n{self.log}")

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.issuer}/readyz", timeout=5) as answer:
                return answer.status == 200
        except (FileNotFoundError, json.JSONDecodeError, urllib.error.URLError, TimeoutError):
            return False
