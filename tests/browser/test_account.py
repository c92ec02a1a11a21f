"""One's own account: password, second factor, sessions, and the links that let somebody in."""

import base64
import hashlib
import hmac
import struct
import time

import pytest
from playwright.sync_api import Page, expect

import console
from grantd import Person

ANOTHER = "another long password"


@pytest.fixture
def person(organization) -> Person:
    return organization.person("org_admin")


@pytest.fixture
def account(page, person) -> Page:
    """At their account, signed in."""
    console.sign_in(page, person)
    return page


def code_of(key: str, at: float) -> str:
    """What an authenticator app shows (RFC 6238: SHA-1, six digits, 30 seconds)."""
    key = key.replace(" ", "").upper()
    secret = base64.b32decode(key + "=" * (-len(key) % 8))
    mac = hmac.digest(secret, struct.pack(">Q", int(at) // 30), hashlib.sha1)
    (number,) = struct.unpack(">I", mac[mac[-1] & 15 :][:4])
    return f"{(number & 0x7FFFFFFF) % 1_000_000:06}"


# How long a code is good, in seconds (RFC 6238).
STEP = 30


def begin_factor(page: Page, person: Person) -> None:
    """Asks for a key, with the password once more."""
    page.goto("/console/account")
    page.get_by_role("link", name="Set up").click()
    page.get_by_label("Password", exact=True).fill(person.password)
    page.get_by_role("button", name="Set it up").click()


def set_up_factor(page: Page, person: Person) -> tuple[str, list[str]]:
    """Gives the key and the recovery codes."""
    begin_factor(page, person)
    key = page.locator("#secret").inner_text()
    # The code before this one, so that this one is still unused for signing in. It is good for one
    # step only after its own: not where the next one begins before the form arrives.
    left = STEP - time.time() % STEP
    if left < 10:
        time.sleep(left)
    page.get_by_label("Code", exact=True).fill(code_of(key, time.time() - 30))
    page.get_by_role("button", name="Switch it on").click()
    codes = page.locator("#codes").inner_text().split()
    page.get_by_role("link", name="I have saved them").click()
    expect(page.get_by_role("status").first).to_contain_text("second factor is on")
    return key, codes


def is_signed_in(page: Page) -> bool:
    page.goto("/console/account")
    return page.get_by_role("heading", name="Account").count() == 1


def test_a_wrong_password_is_refused_in_the_form(page, person):
    page.goto("/console/sign-in")
    console.fill_sign_in(page, Person(person.email, "not this one at all"))
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Email address")).to_have_value(person.email)
    expect(page.get_by_label("Password")).to_have_value("")
    assert not is_signed_in(page)


def test_change_password(account, visit, person):
    elsewhere = visit()
    console.sign_in(elsewhere, person)
    account.get_by_label("Present password").fill(person.password)
    account.get_by_label("New password").fill(ANOTHER)
    account.get_by_role("button", name="Change password").click()
    expect(account.get_by_role("status").first).to_contain_text("password is changed")
    assert is_signed_in(account)
    assert not is_signed_in(elsewhere)
    console.fill_sign_in(elsewhere, person)
    expect(elsewhere.get_by_role("alert")).to_be_visible()
    console.sign_in(elsewhere, Person(person.email, ANOTHER))


def test_what_is_wrong_with_a_new_password_stands_beside_it(account, person):
    account.get_by_label("Present password").fill(person.password)
    account.get_by_label("New password").fill("short")
    account.get_by_role("button", name="Change password").click()
    console.expect_error_beside(account, "new_password")
    assert person.password not in account.content()


def test_a_second_factor_from_setting_up_to_signing_in(account, visit, person, watch):
    key, codes = set_up_factor(account, person)
    watch.keep_out_of_urls(key)
    other = visit()
    other.goto("/console/sign-in")
    console.fill_sign_in(other, person)
    other.get_by_label("Code").fill("000000")
    other.get_by_role("button", name="Sign in").click()
    expect(other.get_by_role("alert")).to_be_visible()
    assert not is_signed_in(other)

    console.fill_sign_in(other, person)
    other.get_by_label("Code").fill(code_of(key, time.time()))
    other.get_by_role("button", name="Sign in").click()
    assert is_signed_in(other)

    third = visit()
    third.goto("/console/sign-in")
    console.fill_sign_in(third, person)
    third.get_by_label("Code").fill(codes[0])
    third.get_by_role("button", name="Sign in").click()
    assert is_signed_in(third)
    expect(third.locator("main")).to_contain_text(f"{len(codes) - 1} recovery codes left")

    fourth = visit()
    fourth.goto("/console/sign-in")
    console.fill_sign_in(fourth, person)
    fourth.get_by_label("Code").fill(codes[0])
    fourth.get_by_role("button", name="Sign in").click()
    expect(fourth.get_by_role("alert")).to_be_visible()


def test_the_key_of_the_app_is_gone_when_the_page_is_left(account, person):
    begin_factor(account, person)
    key = account.locator("#secret").inner_text().replace(" ", "")
    assert key in account.content().replace(" ", "")
    account.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))")
    assert key not in account.content().replace(" ", "")


def test_switching_the_second_factor_off_asks_for_the_password(account, person):
    set_up_factor(account, person)
    account.get_by_role("link", name="Change", exact=True).click()
    account.get_by_label("Password").fill("not this one at all")
    account.get_by_role("button", name="Switch it off").click()
    console.expect_error_beside(account, "password")
    account.get_by_label("Password").fill(person.password)
    account.get_by_role("button", name="Switch it off").click()
    expect(account.get_by_role("status").first).to_contain_text("second factor is off")


def test_sign_out_everywhere_else(account, visit, person):
    elsewhere = visit()
    console.sign_in(elsewhere, person)
    console.reload(account)
    account.get_by_role("button", name="Sign out everywhere else").click()
    expect(account.get_by_role("status").first).to_contain_text("signed out everywhere else")
    assert is_signed_in(account)
    assert not is_signed_in(elsewhere)


def test_sign_out_ends_the_session_on_the_server(account):
    kept = account.context.cookies()
    console.user_menu(account).get_by_role("button", name="Sign out").click()
    expect(account.get_by_role("status")).to_contain_text("signed out")
    account.context.clear_cookies()
    account.context.add_cookies(kept)
    assert not is_signed_in(account)


def test_a_one_time_link_fills_itself_in_and_leaves_the_address_bar(page, person, server):
    link = server.link_for(person)
    code = link.partition("#")[2]
    page.goto(link)
    expect(page.get_by_label("Code of the link")).to_have_value(code)
    assert page.evaluate("location.href") == f"{server.issuer}/console/link"
    page.get_by_label("New password").fill(ANOTHER)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("password is set")
    assert code not in page.content()
    console.fill_sign_in(page, Person(person.email, ANOTHER))
    assert is_signed_in(page)
    # It is good once.
    page.context.clear_cookies()
    page.goto(link)
    page.get_by_label("New password").fill(ANOTHER)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#code-error")).to_be_visible()


def test_without_scripts_the_link_is_pasted(page_without_javascript, person, server):
    page = page_without_javascript
    link = server.link_for(person)
    page.goto("/console/link")
    page.get_by_label("Code of the link").fill(link)
    page.get_by_label("New password").fill(ANOTHER)
    page.get_by_role("button", name="Save").click()
    console.fill_sign_in(page, Person(person.email, ANOTHER))
    assert is_signed_in(page)


def test_no_code_of_a_link_reaches_a_url_of_the_server(page, person, server):
    link = server.link_for(person)
    code = link.partition("#")[2]
    page.goto(link)
    assert code not in server.log
