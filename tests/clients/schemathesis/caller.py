"""Who calls, and what it shows."""

import json
import os
import urllib.parse
import urllib.request
from dataclasses import asdict, dataclass

VARIABLE = "GRANTD_TESTED_AS"
"""Where a run is told, as JSON, whom to call as."""


@dataclass(frozen=True)
class Caller:
    """A caller, and the credentials of two operators."""

    issuer: str
    kind: str
    """`token`, `api_key` or `nobody`."""
    client_id: str
    client_secret: str
    api_key: str

    @classmethod
    def from_environment(cls) -> "Caller":
        return cls(**json.loads(os.environ[VARIABLE]))

    def to_environment(self) -> dict[str, str]:
        return {VARIABLE: json.dumps(asdict(self))}

    def new_token(self, audience: str) -> str:
        """A token with every scope that there is at this resource server."""
        form = {
            "grant_type": "client_credentials",
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "resource": audience,
        }
        body = urllib.parse.urlencode(form).encode()
        with urllib.request.urlopen(f"{self.issuer}/oauth/token", body, timeout=30) as answer:
            return json.load(answer)["access_token"]
