"""Good manners: without scripts, by keyboard, in words, in the reader's own time."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

import console


@pytest.fixture
def admin(page, organization) -> Page:
    """An admin of the organization, at its list of credentials."""
    console.sign_in(page, organization.person("org_admin"), console.list_of(organization))
    return page


def test_the_main_jobs_without_scripts(page_without_javascript, organization, tmp_path):
    page, server = page_without_javascript, organization.server
    console.sign_in(page, organization.person("org_admin"), console.list_of(organization))
    console.user_menu(page).get_by_role("link", name="API credentials…").click()
    id, old = console.generate(page, organization, "Nightly export")
    expect(page.get_by_role("button", name="Copy")).to_have_count(0)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download credentials.json").click()
    assert json.loads(download.value.path().read_text())["clientSecret"] == old
    page.get_by_role("link", name="I have saved it").click()
    new = console.rotate(page, organization, id, "Not at all")
    assert (server.status_of_token(id, old), server.status_of_token(id, new)) == (401, 200)
    page.goto(console.list_of(organization))
    console.row_menu(page, "Nightly export").get_by_role("link", name="Edit").click()
    page.get_by_label("Name", exact=True).fill("Weekly export")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Delete", exact=True).click()
    if (typed := page.get_by_label("Type its name")).count():
        typed.fill("Weekly export")
    page.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_role("status").first).to_contain_text("Deleted")
    assert organization.credentials() == []
    console.user_menu(page).get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def tab_to(page: Page, name: str) -> None:
    """Presses Tab until the focus is on what is called so, and sees that one can tell."""
    for _ in range(60):
        page.keyboard.press("Tab")
        called = page.evaluate(
            "(document.activeElement.labels?.[0] ?? document.activeElement).innerText"
        )
        if called.startswith(name):
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", f"the focus on {name} is not seen"
            return
    raise AssertionError(f"Tab never comes to {name}")


def test_signing_in_and_generating_by_keyboard_alone(page, organization):
    person = organization.person("org_admin")
    page.goto(console.list_of(organization))
    tab_to(page, "Email address")
    page.keyboard.type(person.email)
    tab_to(page, "Password")
    page.keyboard.type(person.password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("API credentials")
    tab_to(page, "Signed in as")
    page.keyboard.press("Enter")
    tab_to(page, "API credentials…")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to(page, "Generate credentials")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Generate")
    tab_to(page, "Name")
    page.keyboard.type("Nightly export")
    tab_to(page, "api:read")
    page.keyboard.press("Space")
    tab_to(page, "Generate")
    page.keyboard.press("Enter")
    expect(page.locator("#client-secret")).to_be_visible()
    assert [it["scopes"] for it in organization.credentials()] == [["api:read"]]


def test_escape_closes_a_menu_and_gives_the_focus_back(admin):
    menu = console.user_menu(admin)
    admin.keyboard.press("Tab")
    admin.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()


def test_the_first_tab_leads_past_the_navigation(admin):
    console.reload(admin)
    admin.keyboard.press("Tab")
    expect(admin.get_by_role("link", name="Skip to content")).to_be_focused()
    admin.keyboard.press("Enter")
    expect(admin.locator("#main")).to_be_focused()


def test_an_error_stands_beside_its_field_and_what_was_typed_is_kept(admin, organization):
    admin.goto(console.new(organization))
    admin.get_by_label("Name", exact=True).fill("x" * 101)
    admin.get_by_label("Description").fill("For the robot in hall 4")
    admin.get_by_label("api:write").check()
    admin.get_by_label("In 90 days").check()
    admin.get_by_role("button", name="Generate").click()
    console.expect_error_beside(admin, "name")
    expect(admin.get_by_label("Name", exact=True)).to_have_value("x" * 101)
    expect(admin.get_by_label("Description")).to_have_value("For the robot in hall 4")
    expect(admin.get_by_label("api:write")).to_be_checked()
    expect(admin.get_by_label("In 90 days")).to_be_checked()
    admin.locator("#errors a[href='#name']").click()
    expect(admin.get_by_label("Name", exact=True)).to_be_focused()
    assert organization.credentials() == []


def test_what_two_people_change_at_once_is_not_overwritten(admin, visit, organization):
    made = organization.credential("Nightly export")
    edit = f"{organization.path}/credentials/{made['id']}/edit"
    other = visit()
    console.sign_in(other, organization.person("org_admin"), edit)
    admin.goto(edit)
    for page, name in [(other, "Theirs"), (admin, "Mine")]:
        page.get_by_label("Name", exact=True).fill(name)
        page.get_by_role("button", name="Save").click()
    expect(admin.locator("#overtaken")).to_contain_text("Theirs")
    expect(admin.get_by_label("Name", exact=True)).to_have_value("Mine")
    assert [it["name"] for it in organization.credentials()] == ["Theirs"]


@pytest.mark.parametrize(("zone", "hours"), [("Europe/Stockholm", 1), ("Asia/Tokyo", 9)])
def test_times_are_the_readers_own_and_utc_on_hover(visit, organization, zone, hours):
    made = organization.credential("Nightly export", expires_at="2027-01-15T08:30:00Z")
    page = visit(timezone_id=zone)
    path = f"{organization.path}/credentials/{made['id']}"
    console.sign_in(page, organization.person("org_admin"), path)
    shown = page.locator("time[datetime='2027-01-15T08:30:00Z']").first
    expect(shown).to_have_text(f"2027-01-15 {8 + hours:02}:30")
    expect(shown).to_have_attribute("title", "2027-01-15 08:30:00 UTC")
    expect(page.locator("[data-zone]")).to_contain_text(zone)


def test_without_scripts_times_are_in_utc(page_without_javascript, organization):
    organization.credential("Nightly export", expires_at="2027-01-15T08:30:00Z")
    page = page_without_javascript
    console.sign_in(page, organization.person("org_admin"), console.list_of(organization))
    expect(page.locator("time[datetime='2027-01-15T08:30:00Z']")).to_have_text("2027-01-15 08:30 UTC")
    expect(page.locator("[data-zone]")).to_have_text("Times are in UTC.")


@pytest.mark.parametrize(("kind", "make"), [("oauth_client", "Generate credentials"), ("api_key", "New API key")])
def test_an_empty_list_says_what_to_do_first(admin, organization, kind, make):
    admin.goto(console.list_of(organization, kind))
    expect(admin.locator(".empty").get_by_role("link", name=make)).to_be_visible()


def test_who_may_change_nothing_is_offered_nothing(page, organization):
    made = organization.credential("Nightly export")
    console.sign_in(page, organization.person("member"), console.list_of(organization))
    expect(page.get_by_role("link", name="Nightly export")).to_be_visible()
    expect(page.get_by_role("link", name="Generate credentials")).to_have_count(0)
    expect(page.get_by_label(re.compile("^Actions"))).to_have_count(0)
    page.goto(f"{organization.path}/credentials/{made['id']}")
    for action in ["Edit", "Rotate", "Disable", "Delete"]:
        expect(page.get_by_role("link", name=action, exact=True)).to_have_count(0)


def test_search_filters_and_order(admin, organization):
    for name in ["Alpha", "Beta", "Gamma"]:
        organization.credential(name)
    names = admin.locator("main tbody th a")
    console.reload(admin)
    admin.get_by_label("Search").fill("bet")
    admin.get_by_role("button", name="Apply").click()
    expect(names).to_have_text(["Beta"])
    admin.get_by_role("link", name="Clear filters").click()
    order = admin.locator("main thead").get_by_role("link", name="Name")
    order.click()
    expect(names).to_have_text(["Alpha", "Beta", "Gamma"])
    order.click()
    expect(names).to_have_text(["Gamma", "Beta", "Alpha"])
    admin.get_by_label("State").select_option("Disabled")
    admin.get_by_role("button", name="Apply").click()
    expect(admin.locator(".empty")).to_contain_text("Nothing matches")


def test_a_long_list_has_pages(admin, organization):
    organization.change(oauth_client_limit=30)
    for number in range(21):
        organization.credential(f"Program {number}")
    console.reload(admin)
    rows = admin.locator("main tbody tr")
    expect(rows).to_have_count(20)
    admin.get_by_role("link", name="Next").click()
    expect(rows).to_have_count(1)
    admin.get_by_role("link", name="Previous").click()
    expect(rows).to_have_count(20)
