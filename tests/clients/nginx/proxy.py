"""Debian's nginx with the configuration that the guide prints, between a client and an API."""

import http.client
import json
import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

GUIDE = Path(__file__).resolve().parents[3] / "docs/guides/protect-your-api.md"
BLOCK = re.compile(r"^```nginx\n(.*?)^```$", re.MULTILINE | re.DOTALL)
STARTUP_SECONDS = 20

MAIN = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log info;
worker_processes 1;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/api.conf;
}}
"""


@dataclass(frozen=True)
class Answer:
    """What came back through nginx."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def seen(self) -> dict:
        """What the API was asked."""
        assert self.status == 200, self
        return json.loads(self.body)

    def told(self, name: str) -> str | None:
        """One of the headers that the API was sent; `None` where it was not sent at all."""
        values = [value for key, value in self.seen["headers"] if key.lower() == name.lower()]
        assert len(values) <= 1, values
        return values[0] if values else None


class Api:
    """An API that answers with what it was asked, and keeps count."""

    def __init__(self):
        self.asked = 0
        api = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                api.asked += 1
                length = int(self.headers.get("Content-Length", 0))
                seen = {
                    "method": self.command,
                    "target": self.path,
                    "headers": list(self.headers.items()),
                    "body": self.rfile.read(length).decode(),
                }
                body = json.dumps(seen).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PUT = do_DELETE = answer

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()


class Nginx:
    """nginx in a folder of its own, as whoever runs the tests; as nobody where that is root."""

    def __init__(self, grantd: str, api: str):
        self._temporary = tempfile.TemporaryDirectory(prefix="grantd-nginx-")
        self._folder = Path(self._temporary.name)
        self._port = free_port()
        (self._folder / "api.conf").write_text(configuration(self._folder, self._port, grantd, api))
        (self._folder / "nginx.conf").write_text(MAIN.format(folder=self._folder))
        self._user = {}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(self._folder, nobody.pw_uid, nobody.pw_gid)
            self._user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}

    def __enter__(self) -> "Nginx":
        self._process = subprocess.Popen(
            [program(), "-p", self._folder, "-c", self._folder / "nginx.conf", "-e", self._folder / "error.log"],
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **self._user,
        )
        deadline = time.monotonic() + STARTUP_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self._port), 1).close()
                return self
            except OSError:
                time.sleep(0.05)
        log = self.log("error.log")
        self.__exit__()
        raise AssertionError(f"nginx does not answer:\n{log}")

    def __exit__(self, *_) -> None:
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._temporary.cleanup()

    def log(self, name: str) -> str:
        path = self._folder / name
        return path.read_text(errors="replace") if path.exists() else ""

    def ask(self, method: str, target: str, headers: dict[str, str] | None = None, body: str | None = None) -> Answer:
        """One request, sent as it stands here: no client library touches the target."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        try:
            connection.request(method, target, body, headers or {})
            response = connection.getresponse()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            connection.close()

    def get(self, target: str = "/items", **headers: str) -> Answer:
        """A GET, with the headers that are named: `X_API_Key` stands for `X-API-Key`."""
        return self.ask("GET", target, {name.replace("_", "-"): value for name, value in headers.items()})


def configuration(folder: Path, port: int, grantd: str, api: str) -> str:
    """The guide's block with the addresses of the test, and without TLS."""
    [block] = BLOCK.findall(GUIDE.read_text())
    block = re.sub(r"^ *ssl_certificate.*\n", "", block, flags=re.MULTILINE)
    for printed, own in {
        "listen 443 ssl;": f"listen 127.0.0.1:{port};",
        "server 127.0.0.1:8080;": f"server {grantd};",
        "proxy_pass http://127.0.0.1:9000;": f"proxy_pass http://{api};",
        "/var/log/nginx/api.log": str(folder / "access.log"),
    }.items():
        assert block.count(printed) == 1, f"the guide does not print {printed!r} once"
        block = block.replace(printed, own)
    return block


def program() -> str:
    # Debian puts it where only root's shell looks.
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
    found = shutil.which("nginx", path=path)
    assert found, "nginx is not installed (tests/run installs it)"
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
