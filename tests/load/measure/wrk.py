"""One question to one server, and wrk, which asks it over and over."""

import itertools
import json
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from .failure import Failure
from .process import Server

SCRIPT = Path(__file__).resolve().parent.parent / "request.lua"
# After how long an unanswered request counts as an error, in seconds.
PATIENCE = 10
_numbers = itertools.count()


@dataclass(frozen=True)
class Question:
    """A request, and what a right answer looks like."""

    url: str
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    # Raises `Failure`, or returns, for a body that came with status 200.
    check: Callable[[bytes], None] = lambda body: None

    def ask(self) -> tuple[list[tuple[str, str]], bytes]:
        """Asks once; the headers and the body of the answer."""
        data = self.body.encode() or None
        request = urllib.request.Request(self.url, data, self.headers, method=self.method)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                status, headers, body = answer.status, answer.getheaders(), answer.read()
        except urllib.error.HTTPError as refusal:
            text = refusal.read()[:500].decode(errors="replace")
            raise Failure(f"{self.method} {self.url}: {refusal.code}, not 200: {text}") from None
        if status != 200:
            raise Failure(f"{self.method} {self.url}: {status}, not 200")
        self.check(body)
        return headers, body

    def write(self, folder: Path) -> Path:
        """Writes it as request.lua reads it."""
        lines = [self.method, *(f"{name}: {value}" for name, value in self.headers.items())]
        path = folder / f"request-{next(_numbers)}"
        path.touch(mode=0o600)
        path.write_text("\n".join(lines) + "\n\n" + self.body)
        return path


@dataclass(frozen=True)
class Load:
    """How hard to ask."""

    connections: int
    threads: int
    seconds: int


@dataclass(frozen=True)
class Sample:
    """What one run of wrk gave. Times in microseconds."""

    requests: int
    rate: float
    p50: float
    p99: float
    cpu: float
    resident: int


def measure(server: Server, question: Question, load: Load, folder: Path) -> Sample:
    """Runs wrk once. Every answer must be a right one."""
    question.ask()
    command = [
        "wrk",
        f"--threads={load.threads}",
        f"--connections={load.connections}",
        f"--duration={load.seconds}s",
        "--latency",
        f"--timeout={PATIENCE}s",
        f"--script={SCRIPT}",
        question.url,
        "--",
        str(question.write(folder)),
    ]
    before = server.cpu_seconds()
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    cpu = server.cpu_seconds() - before
    resident = server.resident_bytes()
    if ended.returncode != 0:
        raise Failure(f"wrk failed: {ended.stdout}{ended.stderr}")
    told = json.loads(ended.stdout.splitlines()[-1])
    wrong = {name: told[name] for name in ("status", "connect", "read", "write", "timeout")}
    if any(wrong.values()) or told["requests"] == 0:
        raise Failure(f"{server.name}, {question.url}: {told['requests']} requests, errors: {wrong}")
    question.ask()
    return Sample(
        requests=told["requests"],
        rate=told["requests"] / (told["duration_us"] / 1e6),
        p50=told["p50_us"],
        p99=told["p99_us"],
        cpu=cpu / told["requests"] * 1e6,
        resident=resident,
    )
