"""What schemathesis loads beside the document: who calls, and data that are better than drawn ones."""

import random

import schemathesis
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import TestPhase

from caller import Caller
from good_bodies import GoodBodies
from good_paths import GoodPaths
from world import World

CALLER = Caller.from_environment()
WORLD = World(CALLER)
PATHS = GoodPaths(WORLD)
BODIES = GoodBodies(WORLD, CALLER)
RANDOM = random.Random(3)

CREDENTIALS = ("Authorization", "X-API-Key")
"""The headers that may hold one; beside them the query may."""


class Tokens:
    """The caller's token; a new one where the key that signed it was revoked."""

    def __init__(self):
        self._token = CALLER.new_token() if CALLER.kind == "token" else None
        self._ended = set()

    @property
    def header(self) -> str:
        self._token = self._token or CALLER.new_token()
        return f"Bearer {self._token}"

    def is_ended(self, header: str | None) -> bool:
        return header in self._ended

    def end(self) -> None:
        self._ended.add(self.header)
        self._token = None


TOKENS = Tokens()


@schemathesis.auth(refresh_interval=None)
class Shown:
    """What the caller shows, where the document asks for it."""

    def get(self, case, context):
        asked = context.operation.definition.raw.get("security", [])
        schemes = {name for requirement in asked for name in requirement}
        return CALLER.kind if "bearer" in schemes and CALLER.kind != "nobody" else None

    def set(self, case, kind, context):
        if kind == "token":
            case.headers["Authorization"] = TOKENS.header
        else:
            case.headers["X-API-Key"] = CALLER.api_key


@schemathesis.hook
def before_call(context, case, kwargs):
    if CALLER.kind == "nobody":
        return show_one(case)
    if TOKENS.is_ended(case.headers.get("Authorization")):
        case.headers["Authorization"] = TOKENS.header
    PATHS.spare_own(case)
    # There the paths are of what earlier calls have made.
    stateful = case.meta is not None and case.meta.phase.name == TestPhase.STATEFUL
    if is_good(case, ParameterLocation.PATH) and not stateful:
        PATHS.lead_somewhere(case)
    if is_good(case, ParameterLocation.BODY):
        BODIES.keep_rules(case)


@schemathesis.hook
def after_call(context, case, response):
    if case.method == "DELETE" and response.status_code == 204:
        PATHS.forget(case)
        if case.path.startswith("/v1/signing-keys/") and CALLER.kind == "token":
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
