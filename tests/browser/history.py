"""Going back, as a person does."""

from collections.abc import Callable

from playwright.sync_api import Error, Page

LOST = "Not attached to an active page"
"""What Chromium says where it is asked while one page takes the place of another."""


def with_kept_pages(visit: Callable[[], Page], story: Callable[[Page], None]) -> None:
    """Plays a story to its end, with another visitor where Playwright has lost the page on the way.

    For tests marked `keeps_pages`. Whatever else goes wrong ends the test.
    """
    for _ in range(4):
        try:
            return story(visit())
        except Error as error:
            if LOST not in error.message:
                raise
    return story(visit())


def back(page: Page) -> None:
    """The browser's back button. Where the browser will not send a form again, it shows its own page.

    A page may also come back from memory as it was left, without being loaded: Playwright's own
    `go_back` would wait in vain for that. (The browser of tests marked `keeps_pages` does so.)
    """
    try:
        page.go_back(wait_until="commit")
    except Error as error:
        if "net::ERR_CACHE_MISS" not in error.message:
            raise
        page.wait_for_url("chrome-error://**", wait_until="commit")
