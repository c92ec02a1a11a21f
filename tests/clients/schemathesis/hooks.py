"""What schemathesis loads beside the document: who calls, and data that are better than drawn ones."""

import random

import schemathesis
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import TestPhase

from caller import Caller
from good_bodies import GoodBodies
from good_paths import GoodPaths
from good_queries import GoodQueries
from world import EXAMPLE_API, World

CALLER = Caller.from_environment()
WORLD = World(CALLER)
PATHS = GoodPaths(WORLD)
QUERIES = GoodQueries(WORLD)
BODIES = GoodBodies(WORLD, CALLER)
RANDOM = random.Random(3)

CREDENTIALS = ("Authorization", "X-API-Key")
"""The headers that may hold one; beside them the query may."""

TRADES = ("/1/token", "/1/oauth/token")
"""Where keys are traded for tokens. Of tokens only a person's is traded there, and no caller is one."""


class Tokens:
    """The caller's tokens; new ones where the key that signed them was revoked."""

    def __init__(self):
        self._alive: dict[str, str] = {}
        self._ended: set[str] = set()

    def header_for(self, path: str) -> str:
        """Only the question of a proxy is about an API other than the management API."""
        audience = EXAMPLE_API if path == "/auth/verify" else CALLER.issuer
        if audience not in self._alive:
            self._alive[audience] = f"Bearer {CALLER.new_token(audience)}"
        return self._alive[audience]

    def is_ended(self, header: str | None) -> bool:
        return header in self._ended

    def end(self) -> None:
        self._ended |= set(self._alive.values())
        self._alive.clear()


TOKENS = Tokens()


@schemathesis.auth(refresh_interval=None)
class Shown:
    """What the caller shows, where the document asks for it."""

    def get(self, case, context):
        asked = context.operation.definition.raw.get("security", [])
        schemes = {name for requirement in asked for name in requirement}
        return CALLER.kind if "bearer" in schemes and CALLER.kind != "nobody" else None

    def set(self, case, kind, context):
        if kind == "token" and case.path not in TRADES:
            case.headers["Authorization"] = TOKENS.header_for(case.path)
        else:
            case.headers["X-API-Key"] = CALLER.api_key


@schemathesis.hook
def before_call(context, case, kwargs):
    if CALLER.kind == "nobody":
        return show_one(case)
    if TOKENS.is_ended(case.headers.get("Authorization")):
        case.headers["Authorization"] = TOKENS.header_for(case.path)
    PATHS.spare_own(case)
    # There the paths are of what earlier calls have made.
    stateful = case.meta is not None and case.meta.phase.name == TestPhase.STATEFUL
    if is_good(case, ParameterLocation.PATH) and not stateful:
        PATHS.lead_somewhere(case)
    if is_good(case, ParameterLocation.QUERY):
        QUERIES.keep_rules(case)
    if is_good(case, ParameterLocation.BODY):
        BODIES.keep_rules(case)


@schemathesis.hook
def after_call(context, case, response):
    if case.method == "DELETE" and response.status_code == 204:
        PATHS.forget(case)
        if case.path.startswith("/v1/signing-keys/"):
            TOKENS.end()


def is_good(case, location: ParameterLocation) -> bool:
    """Whether this part of the call was drawn to be accepted."""
    if case.meta is None:
        return False
    part = case.meta.components.get(location)
    return (part or case.meta.generation).mode.is_positive


def show_one(case) -> None:
    """Of several made-up credentials one: the document says each alone, and two are refused as such."""
    shown = [(case.headers, name) for name in CREDENTIALS if name in case.headers]
    if isinstance(case.query, dict) and "api_key" in case.query:
        shown.append((case.query, "api_key"))
    if shown:
        shown.remove(RANDOM.choice(shown))
    for container, name in shown:
        del container[name]
