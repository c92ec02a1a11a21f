"""Paths that lead somewhere. Drawn ones nearly never do, and those of earlier answers are often gone."""

import random
from urllib.parse import unquote

from world import World

RANDOM_SHARE = 1 / 5
"""How many of the paths are left as they were drawn, so that 404 is seen, too."""


class GoodPaths:
    """Knows for each variable part of a path something that exists."""

    def __init__(self, world: World):
        self._world = world
        self._random = random.Random(1)
        self._own = {plain(name) for name in world.own}
        self._standing: dict[str, str] = {}

    def lead_somewhere(self, case) -> None:
        """Replaces what was drawn, mostly: by something new where the call ends or uses it up."""
        names = case.path_parameters or {}
        if not names or self._random.random() < RANDOM_SHARE:
            return
        chain = {} if uses_up(case) else self._standing
        if case.path.startswith("/1/"):
            # There a user is oneself.
            chain = {"user": "current"}
        for name in names:
            made = self._made(name, chain)
            if made is not None:
                names[name] = made

    def spare_own(self, case) -> None:
        """No call changes or ends what the run itself lives on."""
        names = case.path_parameters or {}
        if case.method in ("GET", "HEAD"):
            return
        for name, value in names.items():
            if plain(value) in self._own:
                names[name] = self._made(name, {})

    def forget(self, case) -> None:
        """After something was ended: it may be what stood there for all."""
        ended = {plain(value) for value in (case.path_parameters or {}).values()}
        if ended & {plain(value) for value in self._standing.values()}:
            self._standing.clear()

    def _made(self, name: str, chain: dict[str, str]) -> str | None:
        """What stands in the chain, or is new in it; none for a part that only its document knows."""
        if name not in chain:
            world = self._world
            if name in ("agent", "credential", "secret", "user"):
                self._made("organization", chain)
            if name == "secret":
                self._made("credential", chain)
            make = {
                "organization": world.organization,
                "agent": lambda: world.agent(chain["organization"]),
                "credential": lambda: world.credential(chain["organization"]),
                "secret": lambda: world.older_secret(chain["organization"], chain["credential"]),
                "user": lambda: world.member(chain["organization"]),
                "resource_server": world.resource_server,
                "kid": world.signing_key,
                "key": world.own_key,
                "tenant": lambda: "current",
            }.get(name)
            if make is None:
                return None
            chain[name] = make()
        return chain[name]


def uses_up(case) -> bool:
    """A credential takes one rotation only before a secret has to go."""
    return case.method == "DELETE" or case.path.endswith("/secrets") and case.method == "POST"


def plain(value) -> str:
    """An id in one of its spellings."""
    return unquote(str(value)).strip("{}").removeprefix("urn:uuid:").replace("-", "").lower()
