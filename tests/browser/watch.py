"""What no page of the console may do, whatever a test is about: it is watched in every test."""

import re
from dataclasses import dataclass
from urllib.parse import urldefrag, urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Page, Response, WebError

from outside import Outside

WITHIN_THE_PAGE = ("data", "blob", "about", "chrome-error")
"""Schemes of URLs for which nobody is asked."""

FAILED_TO_LOAD = "Failed to load resource: the server responded with a status of 4"
"""What Chromium's console says of every such answer, also of a page that refuses a form."""


BLOCKED = re.compile(r"Access to \S+ at '(\S+)' from origin 'null' has been blocked")
"""What it says where a page of its own, as it shows one instead of sending a form again, asked for something: at
times, for the icon of the page before."""

FAILED_AT_ALL = "Failed to load resource: net::ERR_FAILED"
"""What it says besides, as if of the page before."""


class Misbehaviour(AssertionError):
    """A page did what no page may do."""


@dataclass(frozen=True)
class Document:
    """An answer that became a page (or a frame)."""

    method: str
    url: str
    status: int
    headers: dict[str, str]
    """By names in lower case."""


class Watch:
    """Sees everything that the pages of one test ask for and complain of.

    Wrong are: a request to another origin than the visitor's; any message in the browser's console, which
    is where it reports violations of the Content-Security-Policy, scripts that threw and fields
    without `autocomplete`; an answer of 500 or more; and of 400 or more for anything but a page.
    """

    def __init__(self, outside: Outside):
        self.documents: list[Document] = []
        self.urls: list[str] = []
        self._outside = outside
        self._contexts: list[BrowserContext] = []
        self._problems: list[str] = []
        self._messages: list[tuple[str, str]] = []
        self._expected: list[str] = []
        self._secrets: list[str] = []
        outside.taken()

    def over(self, context: BrowserContext, origin: str) -> None:
        """Watches the pages of this context too, for which anything may come from `origin` alone."""
        self._contexts.append(context)
        context.on("request", lambda request: self._on_url(request.url, origin))
        context.on("response", self._on_response)
        context.on("console", self._on_console)
        context.on("weberror", self._on_error)
        context.on("page", lambda page: page.on("websocket", lambda it: self._on_url(it.url, origin)))

    def expect(self, pattern: str) -> None:
        """This problem (a regular expression) is what the test is about: it must be there."""
        self._expected.append(pattern)

    def keep_out_of_urls(self, secret: str) -> None:
        """No URL of the whole test may have this in it."""
        self._secrets.append(secret)

    def taken(self) -> list[str]:
        """The problems since the last time this was called."""
        self._settle()
        taken = self._problems + [f"asked for outside: {asked}" for asked in self._outside.taken()]
        # Only now, since the message may come before the answer that it is about.
        refused = {document.url for document in self.documents if document.status >= 400}
        blocked = {match[1] for text, url in self._messages if (match := of_the_browsers_page(text, url))}
        for text, url in self._messages:
            of_a_page = text.startswith(FAILED_TO_LOAD) and url in refused
            of_the_browser = of_the_browsers_page(text, url) or (text == FAILED_AT_ALL and url in blocked)
            if not (of_a_page or of_the_browser):
                taken.append(f"console: {text} ({url})")
        for secret in self._secrets:
            taken += [f"a secret in a URL: {url}" for url in self.urls if secret in url]
        self._problems, self._messages = [], []
        return taken

    def check(self) -> None:
        """Fails if there was a problem that was not expected, or not one that was."""
        __tracebackhide__ = True
        problems = self.taken()
        missing = [
            f"expected, but did not happen: {pattern}"
            for pattern in self._expected
            if not any(re.search(pattern, problem) for problem in problems)
        ]
        unexpected = [
            problem
            for problem in problems
            if not any(re.search(pattern, problem) for pattern in self._expected)
        ]
        if unexpected + missing:
            raise Misbehaviour("\n".join(unexpected + missing))

    @property
    def pages(self) -> list[Page]:
        return [page for context in self._contexts for page in context.pages]

    def _settle(self) -> None:
        """Asks every page something, so that what it reported before has arrived."""
        for page in self.pages:
            try:
                page.evaluate("1")
            except Error:
                # One that is just being left has nothing more to report.
                pass

    def _on_url(self, url: str, origin: str) -> None:
        self.urls.append(url)
        parts = urlsplit(url)
        own = f"{parts.scheme}://{parts.netloc}" == origin
        if not own and parts.scheme not in WITHIN_THE_PAGE:
            self._problems.append(f"another origin: {url}")

    def _on_response(self, response: Response) -> None:
        request = response.request
        is_page = request.is_navigation_request()
        if is_page:
            url, _ = urldefrag(response.url)
            self.documents.append(Document(request.method, url, response.status, response.headers))
        if response.status >= (500 if is_page else 400):
            self._problems.append(f"answered {response.status}: {request.method} {response.url}")

    def _on_console(self, message: ConsoleMessage) -> None:
        url, _ = urldefrag(message.location["url"])
        self._messages.append((message.text, url))

    def _on_error(self, error: WebError) -> None:
        self._problems.append(f"script: {error.error}")


def of_the_browsers_page(text: str, url: str) -> re.Match | None:
    """Says of a message whether it is about what a page of the browser's own may not load."""
    return BLOCKED.match(text) if urlsplit(url).scheme == "chrome-error" else None
