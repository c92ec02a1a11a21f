"""A small server of pages with something wrong, for the tests of the checks themselves."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

HTML = "text/html; charset=utf-8"


class Answer(NamedTuple):
    """What is answered under a path, to GET and POST alike."""

    body: bytes
    status: int
    headers: dict[str, str]


class Site:
    """Listens on a free loopback port. What has not been put there is 404."""

    def __init__(self):
        self._answers: dict[str, Answer] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "Site":
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def put(self, path: str, body: str, *, type: str = HTML, status: int = 200, **headers: str) -> None:
        """Answers this from now on. In a header's name, `_` stands for `-`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._answers[path] = Answer(body.encode(), status, {"Content-Type": type} | named)

    def page(self, body: str, *, head: str = "", **rest) -> None:
        """A page at `/` that is good in every way but for what is put into it."""
        self.put(
            "/",
            "<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>A page</title>"
            "<meta name=viewport content='width=device-width, initial-scale=1'>"
            f"<link rel=icon href='data:,'>{head}</head>"
            f"<body><main><h1>A page</h1>{body}</main></body></html>",
            **rest,
        )

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        answers = self._answers

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                path = self.path.partition("?")[0]
                answer = answers.get(path, Answer(b"", 404, {}))
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)

            do_POST = do_GET

            def log_message(self, *_):
                pass

        return Handler
