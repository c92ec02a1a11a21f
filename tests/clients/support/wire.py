"""A recorder between a client and grantd: passes requests on unchanged and keeps their list.

It shows what a client really sent, whichever HTTP library it uses and in whichever process.
"""

import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import urlsplit

HOP_BY_HOP = {"connection", "content-length", "keep-alive", "transfer-encoding"}


class Exchange(NamedTuple):
    """One request and the status of its answer."""

    method: str
    path: str
    status: int


class Wire:
    """Listens on a free loopback port in front of the server at `target`."""

    def __init__(self, target: str):
        self.exchanges: list[Exchange] = []
        self._target = urlsplit(target).netloc
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "Wire":
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def taken(self) -> list[Exchange]:
        """The exchanges since the last time this was asked."""
        taken, self.exchanges[:] = list(self.exchanges), []
        return taken

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        wire = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                connection = http.client.HTTPConnection(wire._target, timeout=30)
                try:
                    connection.request(self.command, self.path, body or None, dict(self.headers))
                    answer = connection.getresponse()
                    content = answer.read()
                finally:
                    connection.close()
                # Kept before the client has its answer, so that a test never reads too early.
                wire.exchanges.append(Exchange(self.command, self.path, answer.status))
                self.send_response(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in HOP_BY_HOP | {"date", "server"}:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_POST = do_DELETE = do_GET

            def log_message(self, *_):
                pass

        return Handler
