"""The rest of the world, as the browser finds it: a proxy that writes down who was asked for.

Chromium is told to ask it for everything that is not on loopback. So even what the browser fetches
without saying so in its protocol (icons, what a page prefetches) is seen, and nothing leaves the machine.
"""

import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CHROMIUM_ITSELF = re.compile(r"(https?://)?([\w-]+\.)*(google|googleapis|gstatic|gvt1)\.com(:443)?(/.*)?")
"""Whom Chromium asks on its own account, whatever the page. A page's request to one of these would
still be seen by Playwright."""


class Outside:
    """Listens on a free loopback port, and refuses whatever it is asked for."""

    def __init__(self):
        self._asked: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "Outside":
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def taken(self) -> list[str]:
        """What was asked for since the last time this was called: URLs, or host and port."""
        taken, self._asked[:] = list(self._asked), []
        return taken

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        asked = self._asked

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                if not CHROMIUM_ITSELF.fullmatch(self.path):
                    asked.append(self.path)
                self.send_error(403)

            do_CONNECT = do_HEAD = do_OPTIONS = do_POST = do_GET

            def log_message(self, *_):
                pass

        return Handler
