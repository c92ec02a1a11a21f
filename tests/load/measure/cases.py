"""What is measured, and what must come out of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from .bare import LIBRARIES, Bare
from .grantd import ALGORITHMS, Grantd
from .process import Server
from .wrk import Question

NODE = "node-oidc-provider"


@dataclass(frozen=True)
class Contestant:
    """One server, and the question that it is asked."""

    name: str
    server: Server
    question: Question


@dataclass(frozen=True)
class Bound:
    """How grantd must stand to another: at least so many times its requests, or at most so many
    times its p99."""

    other: str
    least_rate: float | None = None
    most_p99: float | None = None


@dataclass(frozen=True)
class Case:
    """One row of bounds, and what it takes to measure it."""

    name: str
    title: str
    algorithm: str
    grantd: Callable[[Grantd], Question]
    bare: Callable[[Bare], Question]
    bounds: list[Bound] = field(default_factory=list)

    def is_token(self) -> bool:
        return self.name.startswith("token-")


def _token(algorithm: str, *bounds: Bound) -> Case:
    return Case(
        f"token-{algorithm.lower()}",
        f"token {algorithm}",
        algorithm,
        lambda grantd: grantd.token(algorithm),
        Bare.token,
        list(bounds),
    )


CASES = [
    _token("ES256", Bound("bare", 0.9), Bound("bare", most_p99=1.5), Bound(NODE, 4.0)),
    _token("RS256", Bound("bare", 0.9), Bound(NODE, 1.0)),
    _token("EdDSA", Bound("bare", 0.9), Bound(NODE, 1.0)),
    Case(
        "proxy-key",
        "/auth/verify, API key",
        "ES256",
        Grantd.key_at_proxy,
        Bare.key_at_proxy,
        [Bound("bare", 0.85)],
    ),
    Case(
        "proxy-token",
        "/auth/verify, token",
        "ES256",
        Grantd.token_at_proxy,
        Bare.token_at_proxy,
        [Bound("bare", 0.85)],
    ),
    Case(
        "api-key",
        "/v1/api-keys/verify",
        "ES256",
        Grantd.key_verify,
        Bare.key_verify,
        [Bound("bare", 0.85)],
    ),
]


class Field:
    """The servers that run at the same time. Those that are not being asked are idle."""

    def __init__(self, grantd: Grantd, bare_binary: Path, folder: Path):
        self.grantd, self.binary, self.folder = grantd, bare_binary, folder
        self.bares: dict[tuple[str, str], Bare] = {}
        # Servers of others: a name, and a token request for an algorithm.
        self.peers: list[tuple[str, Server, Callable[[str], Question]]] = []

    def bare(self, algorithm: str, library: str) -> Bare:
        key = (algorithm, library)
        if key not in self.bares:
            self.bares[key] = Bare(self.binary, self.grantd, algorithm, library, self.folder)
        return self.bares[key]

    def of(self, case: Case, libraries: bool) -> list[Contestant]:
        """Who is measured: grantd first, then the bare handler, then others."""
        own = LIBRARIES[case.algorithm]
        bare = self.bare(case.algorithm, own)
        found = [
            Contestant("grantd", self.grantd.server, case.grantd(self.grantd)),
            Contestant("bare", bare.server, case.bare(bare)),
        ]
        if libraries and (case.is_token() or case.name == "proxy-token"):
            other = "ring" if own == "aws-lc" else "aws-lc"
            bare = self.bare(case.algorithm, other)
            found.append(Contestant(f"bare ({other})", bare.server, case.bare(bare)))
        if case.is_token():
            found += [Contestant(name, server, ask(case.algorithm)) for name, server, ask in self.peers]
        return found

    def stop(self) -> None:
        for server in (
            self.grantd.server,
            *(bare.server for bare in self.bares.values()),
            *(server for _, server, _ in self.peers),
        ):
            server.stop()


assert set(LIBRARIES) == set(ALGORITHMS)
