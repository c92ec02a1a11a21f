"""The things that the calls are about, made with an operator's API key."""

import itertools
import json
import urllib.error
import urllib.request

from caller import Caller

EXAMPLE_API = "https://api.example.com"
"""The resource server that `serve --dev` makes."""

EXAMPLE_SCOPES = ["api:read", "api:write"]
"""Its scopes."""


class World:
    """Makes things and finds them."""

    def __init__(self, caller: Caller):
        self._caller = caller
        self._number = itertools.count(1)

    @property
    def home(self) -> str:
        """The callers' organization."""
        return self._send("GET", "/v1/whoami")["organization_id"]

    @property
    def own(self) -> list[str]:
        """What must live on: the callers' organization and credentials, and the example API."""
        keeper = self.home
        credentials = self._send("GET", f"/v1/organizations/{keeper}/credentials")["data"]
        servers = self._send("GET", "/v1/resource-servers")["data"]
        api = next(server for server in servers if server["identifier"] == EXAMPLE_API)
        organization = self._send("GET", f"/v1/organizations/{keeper}")
        ids = [credential["id"] for credential in credentials]
        return [keeper, organization["slug"], *ids, api["id"], api["identifier"]]

    def organization(self) -> str:
        return self._send("POST", "/v1/organizations", {"slug": self._name("organization")})["id"]

    def agent(self, organization: str) -> str:
        path = f"/v1/organizations/{organization}/agents"
        return self._send("POST", path, {"slug": self._name("agent")})["id"]

    def credential(self, organization: str) -> str:
        path = f"/v1/organizations/{organization}/credentials"
        body = {"name": self._name("credential"), "audiences": [EXAMPLE_API]}
        return self._send("POST", path, body)["id"]

    def own_key(self) -> str:
        """An API key that the caller itself has made: nobody else's are its own."""
        shown = {}
        if self._caller.kind == "token":
            token = self._caller.new_token(self._caller.issuer)
            shown = {"Authorization": f"Bearer {token}"}
        # Not where the doors make them: with as many resource servers as there are by and by, 409.
        path = f"/v1/organizations/{self.home}/credentials"
        body = {"name": self._name("key"), "kind": "api_key", "audiences": [EXAMPLE_API]}
        return self._send("POST", path, body, shown)["id"]

    def older_secret(self, organization: str, credential: str) -> str:
        """Rotates; gives the secret that was there before, which may go."""
        path = f"/v1/organizations/{organization}/credentials/{credential}/secrets"
        older = self._send("GET", path)["data"][0]["id"]
        self._send("POST", path, {})
        return older

    def member(self, organization: str) -> str:
        path = f"/v1/organizations/{organization}/members"
        return self._send("POST", path, {"email": self.email(), "role": "member"})["user_id"]

    def email(self) -> str:
        return f"{self._name('person')}@example.com"

    def resource_server(self) -> str:
        body = {"identifier": f"https://{self._name('api')}.example.com", "name": "An API"}
        return self._send("POST", "/v1/resource-servers", body)["id"]

    def signing_key(self) -> str:
        """A key that does not sign yet, so that no token ends with it."""
        self._send("POST", "/v1/signing-keys/rotate", {"algorithm": "ES256"})
        keys = self._send("GET", "/v1/signing-keys")["data"]
        return next(key["kid"] for key in keys if key["state"] == "next")

    def agents_of(self, organization: str) -> list[str]:
        """The ids of some agents; none where there is no such organization."""
        path = f"/v1/organizations/{organization}/agents?limit=5"
        try:
            return [agent["id"] for agent in self._send("GET", path)["data"]]
        except urllib.error.HTTPError as error:
            if error.code != 404:
                raise
            return []

    def next_cursor(self, path: str) -> str | None:
        """What leads on in a list; none where one page is all of it, or there is no such list."""
        try:
            return self._send("GET", f"{path}?limit=1")["next_cursor"]
        except urllib.error.HTTPError as error:
            if error.code != 404:
                raise
            return None

    def algorithms(self) -> list[str]:
        """Those that are in use: the setting's, and those that resource servers name."""
        servers = self._send("GET", "/v1/resource-servers")["data"]
        return ["ES256", *{server["algorithm"] for server in servers} - {None}]

    def number(self) -> int:
        """One that was not there before."""
        return next(self._number)

    def _name(self, what: str) -> str:
        return f"{what}-of-the-test-{self.number()}"

    def _send(
        self, method: str, path: str, body: dict | None = None, shown: dict | None = None
    ) -> dict:
        """Calls as an operator, or by what is shown."""
        request = urllib.request.Request(
            self._caller.issuer + path,
            None if body is None else json.dumps(body).encode(),
            (shown or {"X-API-Key": self._caller.api_key}) | {"Content-Type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)
