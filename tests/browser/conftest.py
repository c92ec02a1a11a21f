"""What every test here stands on: the real server, Debian's Chromium, and a watch over every page.

A test asks for `page` and is a visitor of the server with a profile of its own:

    def test_a_wrong_password_is_said_beside_the_field(page, organization, shots):
        admin = organization.person("org_admin")
        page.goto("/console/sign-in")
        page.get_by_label("Email").fill(admin.email)
        …
        shots.take(page, "sign-in-refused")
"""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, Playwright, sync_playwright

from furnished import FurnishedGrantd, Organization
from grantd import binary_to_test
from outside import Outside
from shots import WIDE, Shots
from watch import Watch

ROOT = Path(__file__).resolve().parents[2]
PICTURES = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target") / "browser-screenshots"
FAILED = PICTURES / "failed"

USUAL = {"viewport": WIDE, "locale": "en-GB", "timezone_id": "Europe/Stockholm"}
"""A visitor's browser, where a test does not say otherwise."""

PATIENCE = 10_000
"""How long a page may take for anything, in milliseconds."""


@pytest.fixture(scope="session", autouse=True)
def clean_surroundings(tmp_path_factory):
    """A home of the tests' own, and no proxy on the way to loopback."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith("PLAYWRIGHT_") or name.lower().endswith("_proxy"):
                patch.delenv(name)
        patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(scope="session")
def server(tmp_path_factory) -> FurnishedGrantd:
    """A server as `serve --dev` starts it, but that writes down what was used as soon as it can."""
    folder = tmp_path_factory.mktemp("server")
    with FurnishedGrantd(binary_to_test(), folder, GRANTD_USAGE__FLUSH_EVERY="1s") as server:
        yield server


@pytest.fixture
def start_server(tmp_path):
    """Starts a server of the test's own with other settings: `start_server(GRANTD_…="…")`."""
    running = []

    def start(**settings: str) -> FurnishedGrantd:
        folder = tmp_path / f"server-{len(running)}"
        folder.mkdir()
        server = FurnishedGrantd(binary_to_test(), folder, **settings)
        running.append(server.__enter__())
        return server

    yield start
    for server in running:
        server.stop()


@pytest.fixture
def organization(server) -> Organization:
    """An organization that no other test knows of."""
    return server.furnish()


@pytest.fixture(scope="session")
def outside() -> Outside:
    with Outside() as outside:
        yield outside


@pytest.fixture(scope="session", autouse=True)
def no_old_pictures():
    """Those of pages that failed are of this run."""
    shutil.rmtree(FAILED, ignore_errors=True)


@pytest.fixture(scope="session")
def playwright(clean_surroundings) -> Playwright:
    with sync_playwright() as playwright:
        yield playwright


@contextmanager
def chromium(playwright: Playwright, outside: Outside, **options) -> Iterator[Browser]:
    """Debian's Chromium, without a display."""
    path = shutil.which("chromium")
    assert path, "chromium is missing (tests/run installs it)"
    browser = playwright.chromium.launch(
        executable_path=path,
        # Root, as which tests run in containers, cannot have the sandbox.
        args=["--no-sandbox", f"--proxy-server=http://{outside.address}"],
        **options,
    )
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def browser(playwright, outside) -> Browser:
    """As Playwright wants it: a page that is left is dropped."""
    with chromium(playwright, outside) as browser:
        yield browser


@pytest.fixture(scope="session")
def browser_that_keeps_pages(playwright, outside) -> Browser:
    """As people have it: pages that are left are kept whole, and come back whole.

    For the tests about that alone: Playwright does not support it.
    """
    with chromium(playwright, outside, ignore_default_args=["--disable-back-forward-cache"]) as browser:
        yield browser


@pytest.fixture
def origin(server) -> str:
    """The one origin from which anything may come."""
    return server.issuer


@pytest.fixture
def watch(outside) -> Watch:
    """What the pages of this test ask for and complain of. After the test it is judged."""
    return Watch(outside)


@pytest.fixture
def visit(request, origin, watch):
    """Another visitor with a profile of its own: `visit(java_script_enabled=False)` and so on.

    `visit(base_url=other.issuer)` visits a server that `start_server` has started. The visitors of a
    test marked `keeps_pages` have the browser that does.
    """
    keeps = request.node.get_closest_marker("keeps_pages")
    browser = request.getfixturevalue("browser_that_keeps_pages" if keeps else "browser")
    contexts = []

    def visit(**options) -> Page:
        options = {"base_url": origin} | USUAL | options
        context = browser.new_context(**options)
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        watch.over(context, options["base_url"])
        return context.new_page()

    yield visit
    for context in contexts:
        context.close()


@pytest.fixture
def page(visit) -> Page:
    """A visitor with a browser as it comes."""
    return visit()


@pytest.fixture
def page_without_javascript(visit) -> Page:
    """A visitor who lets no script run."""
    return visit(java_script_enabled=False)


@pytest.fixture(scope="session")
def shots() -> Shots:
    """Takes the pictures that a run leaves behind."""
    return Shots(PICTURES)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    """Judges what was watched, as part of the test; keeps a picture of each page of one that failed."""
    __tracebackhide__ = True
    watch = item.funcargs.get("watch")
    try:
        result = yield
        if watch:
            watch.check()
        return result
    except BaseException as error:
        if watch and not item.get_closest_marker("xfail"):
            keep_pictures(item, watch, error)
        raise


def keep_pictures(item, watch: Watch, error: BaseException) -> None:
    """Of every page as it is now; notes at the error where they are, and what was watched besides."""
    FAILED.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^\w.-]+", "_", item.name)
    for number, page in enumerate(watch.pages):
        path = FAILED / f"{name}-{number}.png"
        try:
            page.screenshot(path=path)
        except Error as cause:
            path = cause.message
        error.add_note(f"{page.url}: {path}")
    for problem in watch.taken():
        error.add_note(problem)
