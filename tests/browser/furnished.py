"""A server with what a test needs in it: organizations, agents, people, credentials."""

import itertools
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from functools import cached_property

from grantd import Grantd, Person

EXAMPLE_API = "https://api.example.com"
"""The resource server that `serve --dev` makes, with the scopes api:read and api:write."""

PASSWORD = "correct horse battery staple"
"""Everybody's."""


class FurnishedGrantd(Grantd):
    """The real server, furnished over its management API by an operator."""

    _numbers = itertools.count(1)

    def furnish(self, *, slug: str = "", name: str = "") -> "Organization":
        """A new organization, with nobody and nothing in it."""
        number = next(self._numbers)
        slug = slug or f"acme-{number}"
        made = self.manage("POST", "/v1/organizations", {"slug": slug, "name": name or f"Acme {number}"})
        return Organization(self, made["id"], slug, made["name"])

    def manage(self, method: str, path: str, body: dict | None = None) -> dict:
        """A call of the management API by an operator; gives the answer."""
        request = urllib.request.Request(
            self.issuer + path,
            None if body is None else json.dumps(body).encode(),
            {"X-API-Key": self._operator_key, "Content-Type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or b"{}")

    def link_for(self, person: Person) -> str:
        """A one-time link with which this person sets another password."""
        return re.search(r"http\S+/console/link#\S+", self._command("users", "reset-password", person.email))[0]

    def status_with_key(self, key: str) -> int:
        """What a call with this API key is answered."""
        return self._status(urllib.request.Request(f"{self.issuer}/v1/whoami", headers={"X-API-Key": key}))

    def status_of_token(self, client_id: str, client_secret: str) -> int:
        """What a request for a token with this pair is answered."""
        form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": client_secret}
        body = urllib.parse.urlencode(form).encode()
        return self._status(urllib.request.Request(f"{self.issuer}/oauth/token", body))

    @staticmethod
    def _status(request: urllib.request.Request) -> int:
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status
        except urllib.error.HTTPError as refused:
            return refused.code

    @cached_property
    def _operator_key(self) -> str:
        return self.generate(kind="api_key", audiences=[self.issuer, EXAMPLE_API], operator=True).api_key


@dataclass(frozen=True)
class Organization:
    """One organization, which no other test knows of."""

    server: FurnishedGrantd
    id: str
    slug: str
    name: str

    @property
    def path(self) -> str:
        """Of its pages."""
        return f"/console/organizations/{self.slug}"

    def agent(self, slug: str, **fields) -> str:
        """A new agent; gives its id."""
        return self._post("agents", {"slug": slug} | fields)["id"]

    def person(self, role: str, *, agents: tuple[str, ...] = (), email: str = "") -> Person:
        """A new person with this role; an `agent_admin` has the agents of these ids."""
        email = email or f"{role.replace('_', '-')}-{next(FurnishedGrantd._numbers)}@example.com"
        body = {"email": email, "role": role, "password": PASSWORD}
        if agents:
            body["agents"] = list(agents)
        self._post("members", body)
        return Person(email, PASSWORD)

    def credential(self, name: str, **fields) -> dict:
        """A new credential, as the API answers: with `client_secret` or `api_key` this one time."""
        return self._post("credentials", {"name": name, "audiences": [EXAMPLE_API]} | fields)

    def credentials(self) -> list[dict]:
        """Those that live."""
        return self.server.manage("GET", f"/v1/organizations/{self.id}/credentials?limit=100")["data"]

    def change(self, **fields) -> None:
        """Its name, slug or limits (`api_key_limit`, `oauth_client_limit`)."""
        self.server.manage("PATCH", f"/v1/organizations/{self.id}", fields)

    def _post(self, kind: str, body: dict) -> dict:
        return self.server.manage("POST", f"/v1/organizations/{self.id}/{kind}", body)
