"""The server under test. All that is used of what the projects share is used here."""

import os
from pathlib import Path

from grantd import Credential, Grantd

from caller import Caller
from world import EXAMPLE_API

KEEPER = "keeper"
"""The organization that owns the callers' credentials. Nothing else is in it."""


class Server(Grantd):
    """A `serve --dev` with an organization of the callers' own."""

    @classmethod
    def start(cls, folder: Path) -> "Server":
        binary = os.environ.get("GRANTD_BINARY")
        assert binary, "GRANTD_BINARY must name the grantd binary to test (tests/run sets it)"
        # A run makes more than a customer does in a year.
        limits = {
            "GRANTD_LIMITS__API_KEYS_PER_ORGANIZATION": "1000",
            "GRANTD_LIMITS__OAUTH_CLIENTS_PER_ORGANIZATION": "1000",
        }
        return cls(Path(binary).resolve(strict=True), folder, **limits)

    def caller(self, kind: str) -> Caller:
        """A caller of this kind, and the credentials of two operators for it."""
        self._command("organizations", "create", KEEPER)
        client = self._operator("oauth_client", self.issuer, EXAMPLE_API)
        key = self._operator("api_key", self.issuer, EXAMPLE_API)
        return Caller(self.issuer, kind, client.id, client.secret, ":".join(key.pair))

    def _operator(self, kind: str, *audiences: str) -> Credential:
        """A credential that may do everything."""
        path = self._folder / f"{kind}.json"
        options = ["--organization", KEEPER, "--name", kind, "--kind", kind, "--operator"]
        for audience in audiences:
            options += ["--audience", audience]
        self._command("credentials", "generate", *options, "--out", path)
        return Credential(path)
