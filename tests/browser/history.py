"""Going back, as a person does."""

from playwright.sync_api import Error, Page


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
