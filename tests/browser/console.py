"""What people do on the console's pages, as several tests need it."""

import time

from playwright.sync_api import Error, Locator, Page, expect

from grantd import Person
from history import LOST


def sign_in(page: Page, person: Person, path: str = "/console/account") -> None:
    """By the form, as whoever asks for a page without a session gets it; leads to that page."""
    page.goto(path)
    fill_sign_in(page, person)
    assert "/console/sign-in" not in page.url, page.locator("main").inner_text()


def fill_sign_in(page: Page, person: Person) -> None:
    """Fills in the form that is shown, and sends it."""
    page.get_by_label("Email address").fill(person.email)
    page.get_by_label("Password").fill(person.password)
    page.get_by_role("button", name="Sign in").click()
    # Chromium refuses to reload while one page takes the place of another.
    page.wait_for_load_state()


def list_of(organization, kind: str = "oauth_client") -> str:
    return f"{organization.path}/credentials?kind={kind}"


def new(organization, kind: str = "oauth_client") -> str:
    return f"{organization.path}/credentials/new?kind={kind}"


def generate(page: Page, organization, name: str) -> tuple[str, str]:
    """Makes a pair with all of the example API's scopes; leaves the page that shows it, shown."""
    page.goto(new(organization))
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("api:read").check()
    page.get_by_role("button", name="Generate").click()
    return shown_pair(page)


def make_key(page: Page, organization, name: str) -> str:
    """Makes an API key; leaves the page that shows it, shown."""
    page.goto(new(organization, "api_key"))
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name="Make API key").click()
    return page.locator("#api-key").inner_text()


def shown_pair(page: Page) -> tuple[str, str]:
    return page.locator("#client-id").inner_text(), page.locator("#client-secret").inner_text()


def user_menu(page: Page):
    """Opens the menu with the visitor's address."""
    menu = page.locator("details.user")
    menu.locator("summary").click()
    return menu


def row_menu(page: Page, name: str):
    """Opens the ⋮ of the row with this name."""
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name=name, exact=True))
    row.get_by_label(f"Actions for {name}").click()
    return row


def rotate(page: Page, organization, id: str, overlap: str) -> str:
    """Makes a new secret; gives what is shown as such. `overlap` as the page says it."""
    page.goto(f"{organization.path}/credentials/{id}/rotate")
    page.get_by_label(overlap).check()
    page.get_by_role("button", name="Make a new").click()
    return page.locator("#client-secret, #api-key").inner_text()


def reload(page: Page) -> None:
    """Reloads, and asks again where Chromium has not yet put the page in its place."""
    for _ in range(20):
        try:
            page.reload()
            return
        except Error as error:
            if LOST not in error.message:
                raise
            page.wait_for_timeout(100)
    page.reload()


def reload_until(page: Page, shown: Locator) -> None:
    """What was used is written a moment after it was used: reloads until the page knows of it."""
    until = time.monotonic() + 10
    while not shown.count():
        assert time.monotonic() < until, f"the page never shows {shown}"
        reload(page)


def expect_error_beside(page: Page, field: str) -> None:
    """The field is marked, its error stands beside it, and the summary leads to it and has the focus."""
    error = page.locator(f"#{field}-error")
    expect(error).to_be_visible()
    expect(page.locator(f"#{field}")).to_have_attribute("aria-invalid", "true")
    assert f"{field}-error" in page.locator(f"#{field}").get_attribute("aria-describedby").split()
    expect(page.locator(f"#errors a[href='#{field}']")).to_have_text(error.inner_text())
    expect(page.locator("#errors")).to_be_focused()
