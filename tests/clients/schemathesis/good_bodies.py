"""Bodies that keep the rules which JSON Schema cannot say. Each is named in the field's description."""

import base64
import random
from datetime import datetime, timedelta, timezone

from caller import Caller
from world import EXAMPLE_API, EXAMPLE_SCOPES, World


class GoodBodies:
    """Puts right what was drawn from the schemas alone."""

    def __init__(self, world: World, caller: Caller):
        self._world = world
        self._caller = caller
        self._random = random.Random(2)

    def keep_rules(self, case) -> None:
        body = case.body
        if not isinstance(body, dict):
            return
        case.body = body = with_whole_numbers(body)
        if self._random.random() < 1 / 2:
            self._name_something_new(body)
        if body.get("expires_at") is not None:
            body["expires_at"] = self._future()
        if body.get("overlap") is not None:
            body["overlap"] = self._random.choice(["0s", "15m", "24h", "90d", "12w"])
        if body.get("algorithm") is not None and case.path == "/v1/signing-keys/rotate":
            body["algorithm"] = self._random.choice(self._world.algorithms())
        if "grant_type" in body:
            self._authenticate(case, body)
        if "role" in body or "agents" in body:
            self._place(case, body)
        if "api_key" in body:
            body |= {"api_key": self._caller.api_key, "audience": EXAMPLE_API}
        if case.operation.label.endswith("/credentials") and case.method == "POST":
            self._grant_what_exists(case, body)
        elif isinstance(body.get("scopes"), list):
            body["scopes"] = without_repeats(body["scopes"])

    def _name_something_new(self, body: dict) -> None:
        """What was named once exists, and a second one of that name is 409, whatever else is right."""
        if "slug" in body:
            body["slug"] = f"{body['slug'][:50].strip('-')}-{self._world.number()}"
        if "email" in body:
            body["email"] = self._world.email()
        if "identifier" in body:
            body["identifier"] = f"https://{self._world.number()}.example.com/"

    def _authenticate(self, case, body: dict) -> None:
        """A client that there is asks for what it may have, in one of the two ways to name itself.

        Parameters that nobody knows are ignored, unless they hold a NUL, which no form does.
        """
        for name in [name for name, value in body.items() if "\0" in f"{name}{value}"]:
            del body[name]
        if "resource" in body:
            body["resource"] = [self._caller.issuer]
        if "scope" in body:
            body["scope"] = "agents:read organizations:read"
        pair = (self._caller.client_id, self._caller.client_secret)
        if self._random.random() < 1 / 2:
            body["client_id"], body["client_secret"] = pair
            case.headers.pop("Authorization", None)
        else:
            body.pop("client_secret", None)
            body.pop("client_id", None)
            encoded = base64.b64encode(":".join(pair).encode()).decode()
            case.headers["Authorization"] = f"Basic {encoded}"

    def _place(self, case, body: dict) -> None:
        """An agent admin has agents of the organization, and nobody else has."""
        body.pop("agents", None)
        if body.get("role") == "agent_admin":
            agents = self._world.agents_of(case.path_parameters["organization"])
            if agents:
                body["agents"] = agents
            else:
                body["role"] = "member"

    def _grant_what_exists(self, case, body: dict) -> None:
        """Audiences, scopes and agents are those that there are. An operator has no agent."""
        body["audiences"] = [EXAMPLE_API]
        if body.get("scopes") is not None:
            body["scopes"] = EXAMPLE_SCOPES[: min(len(body["scopes"]), len(EXAMPLE_SCOPES))]
        if body.get("agent_id") is not None:
            body["agent_id"] = None
            agents = self._world.agents_of(case.path_parameters["organization"])
            if agents and not body.get("operator"):
                body["agent_id"] = self._random.choice(agents)

    def _future(self) -> str:
        moment = datetime.now(timezone.utc) + timedelta(minutes=self._random.randint(5, 10_000_000))
        return moment.isoformat().replace("+00:00", self._random.choice(["Z", "+00:00"]))


def with_whole_numbers(value):
    """To JSON Schema `60.0` is an integer. The server reads `60` alone, as most do."""
    if isinstance(value, dict):
        return {name: with_whole_numbers(member) for name, member in value.items()}
    if isinstance(value, list):
        return [with_whole_numbers(member) for member in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def without_repeats(scopes: list) -> list:
    """Of scopes with one name, one."""
    return list({name_of(scope): scope for scope in scopes}.values())


def name_of(scope) -> str:
    return scope["name"] if isinstance(scope, dict) else scope
