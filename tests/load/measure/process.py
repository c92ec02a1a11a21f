"""Servers: started, watched, ended."""

import contextlib
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from .failure import Failure

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """A port of this machine that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A process, with its children, in a process group of its own."""

    def __init__(self, name: str, command: list[str], log: Path, env: dict[str, str] | None = None):
        self.name, self.log = name, log
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=env,
                start_new_session=True,
            )

    def wait_for(self, url: str, seconds: float = 30) -> None:
        """Returns once the server answers at `url`, be it with a refusal."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.process.poll() is not None:
                break
            try:
                urllib.request.urlopen(url, timeout=1).close()
                return
            except urllib.error.HTTPError as refusal:
                if refusal.code < 500:
                    return
            except OSError:
                pass
            time.sleep(0.05)
        tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-10:])
        raise Failure(f"{self.name} does not answer at {url}:\n{tail}")

    def stop(self) -> None:
        """Ends it: politely, then not."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)
            try:
                self.process.wait(10)
                return
            except subprocess.TimeoutExpired:
                continue

    def _processes(self) -> list[int]:
        """The process and all that it started."""
        parents = {}
        for entry in os.listdir("/proc"):
            if entry.isdigit():
                with contextlib.suppress(OSError):
                    parents[int(entry)] = int(_stat(int(entry))[1])
        found = [self.process.pid]
        for pid in found:
            found += [child for child, parent in parents.items() if parent == pid]
        return found

    def cpu_seconds(self) -> float:
        """Processor time that it has used, in user and system mode."""
        ticks = 0
        for pid in self._processes():
            with contextlib.suppress(OSError):
                fields = _stat(pid)
                ticks += int(fields[11]) + int(fields[12])
        return ticks / TICKS_A_SECOND

    def resident_bytes(self) -> int:
        """Memory that it holds now. What several processes share counts once for each."""
        total = 0
        for pid in self._processes():
            with contextlib.suppress(OSError):
                pages = Path(f"/proc/{pid}/statm").read_text().split()[1]
                total += int(pages) * os.sysconf("SC_PAGE_SIZE")
        return total


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the name, which may hold spaces: the first is the state."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
