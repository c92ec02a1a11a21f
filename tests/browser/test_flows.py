"""The main jobs: credentials and API keys made, used, changed and deleted, by clicking."""

import json
import re
import time

import pytest
import requests
from kognic.auth.requests.base_client import create_session
from playwright.sync_api import Page, expect

import console
from furnished import Organization

CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}
FOLLOWS_WITHIN = 1.0
"""Seconds in which what was revoked is refused."""


@pytest.fixture
def admin(page, organization) -> Page:
    """An admin of the organization, at its list of credentials."""
    console.sign_in(page, organization.person("org_admin"), console.list_of(organization))
    return page


def refused_soon(status, *arguments) -> bool:
    """Whether what is asked is answered 401 in time."""
    until = time.monotonic() + FOLLOWS_WITHIN
    while (code := status(*arguments)) != 401:
        if time.monotonic() > until:
            return False
        assert code == 200
    return True


def test_credentials_from_the_menu_to_a_token(visit, organization, watch, tmp_path):
    page = visit(**CLIPBOARD)
    console.sign_in(page, organization.person("org_admin"), organization.path + "/credentials")
    console.user_menu(page).get_by_role("link", name="API credentials…").click()
    page.get_by_role("link", name="Generate credentials").first.click()
    page.get_by_label("Name", exact=True).fill("Nightly export")
    page.get_by_label("api:read").check()
    page.get_by_label("In 90 days").check()
    page.get_by_role("button", name="Generate").click()

    client_id, secret = console.shown_pair(page)
    watch.keep_out_of_urls(secret)
    for id, value in [("client-id", client_id), ("client-secret", secret)]:
        copy = page.locator(f"[data-copy='#{id}']")
        copy.click()
        expect(copy).to_have_text("Copied")
        assert page.evaluate("navigator.clipboard.readText()") == value

    with page.expect_download() as download:
        page.get_by_role("button", name="Download credentials.json").click()
    assert download.value.suggested_filename == "credentials.json"
    file = tmp_path / "credentials.json"
    download.value.save_as(file)
    assert json.loads(file.read_text())["clientSecret"] == secret
    with create_session(auth=file, auth_host=organization.server.issuer) as session:
        answer = session.get(f"{organization.server.issuer}/v1/whoami").json()
    assert client_id in json.dumps(answer)

    page.get_by_role("link", name="I have saved it").click()
    expect(page.get_by_role("status").first).to_contain_text("ready to use")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nightly export")
    addresses = [
        console.list_of(organization),
        f"{organization.path}/credentials/{client_id}",
        f"{organization.path}/credentials/{client_id}/edit",
        f"{organization.path}/credentials/{client_id}/rotate",
        f"{organization.path}/audit",
    ]
    for address in addresses:
        page.goto(address)
        assert secret not in page.content()
    assert secret not in organization.server.log


@pytest.mark.parametrize("role", ["org_admin", "agent_admin"])
def test_a_new_api_key_is_used_right_after(page, organization, role):
    mine, _ = organization.agent("mine"), organization.agent("other")
    agents = (mine,) if role == "agent_admin" else ()
    person = organization.person(role, agents=agents)
    console.sign_in(page, person, console.list_of(organization, "api_key"))
    page.get_by_role("link", name="New API key").first.click()
    offered = page.get_by_label("Belongs to").locator("option").all_inner_texts()
    assert ("mine" in offered, "other" in offered) == (True, role == "org_admin")
    assert ("The whole organization" in offered) == (role == "org_admin")
    page.get_by_label("Name", exact=True).fill("Camera 7")
    page.get_by_label("Belongs to").select_option("mine")
    page.get_by_role("button", name="Make API key").click()
    key = page.locator("#api-key").inner_text()
    assert organization.server.status_with_key(key) == 200
    page.get_by_role("link", name="Done").click()
    expect(page.get_by_role("row").filter(has_text="Camera 7")).to_contain_text("mine")
    assert key.split(":")[1] not in page.content()


def test_an_agent_admin_sees_nothing_of_other_agents(page, organization):
    mine, other = organization.agent("mine"), organization.agent("other")
    organization.credential("Mine", agent_id=mine)
    hidden = organization.credential("Not mine", agent_id=other)
    person = organization.person("agent_admin", agents=(mine,))
    console.sign_in(page, person, console.list_of(organization))
    expect(page.get_by_role("link", name="Mine", exact=True)).to_be_visible()
    assert "Not mine" not in page.content()
    page.goto(f"{organization.path}/credentials/{hidden['id']}")
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("Not mine")


def test_rename(admin, organization):
    made = organization.credential("Old name")
    console.reload(admin)
    console.row_menu(admin, "Old name").get_by_role("link", name="Edit").click()
    admin.get_by_label("Name", exact=True).fill("New name")
    admin.get_by_role("button", name="Save").click()
    expect(admin.get_by_role("status").first).to_contain_text("Changed")
    expect(admin.get_by_role("heading", level=1)).to_have_text("New name")
    (kept,) = organization.credentials()
    assert (kept["id"], kept["name"]) == (made["id"], "New name")


def test_rotate_keeps_both_secrets_and_then_only_the_new_one(admin, organization):
    made = organization.credential("Nightly export")
    token = organization.server.status_of_token
    id, old = made["id"], made["client_secret"]
    console.reload(admin)
    console.row_menu(admin, "Nightly export").get_by_role("link", name="Rotate").click()
    admin.get_by_label("For 24 hours").check()
    admin.get_by_role("button", name="Make a new secret").click()
    shown, new = console.shown_pair(admin)
    assert (shown, new == old) == (id, False)
    assert (token(id, old), token(id, new)) == (200, 200)

    admin.get_by_role("link", name="I have saved it").click()
    expect(admin.locator("main tbody tr")).to_have_count(2)
    old_row = admin.get_by_role("row").filter(has_text=old[-4:])
    old_row.get_by_role("link", name=re.compile("^Delete")).or_(
        old_row.get_by_role("button", name=re.compile("^Delete"))
    ).click()
    confirm = admin.get_by_role("button", name="Delete this secret")
    if "/secrets/" in admin.url:
        confirm.click()
    expect(admin.get_by_role("status").first).to_contain_text("secret is deleted")
    assert refused_soon(token, id, old)
    assert token(id, new) == 200


def test_rotate_without_overlap_ends_the_old_one_at_once(admin, organization):
    made = organization.credential("Leaked")
    token = organization.server.status_of_token
    assert token(made["id"], made["client_secret"]) == 200
    new = console.rotate(admin, organization, made["id"], "Not at all")
    assert refused_soon(token, made["id"], made["client_secret"])
    assert token(made["id"], new) == 200


def test_an_api_key_is_rotated_too(admin, organization):
    made = organization.credential("Camera 7", kind="api_key")
    status = organization.server.status_with_key
    new = console.rotate(admin, organization, made["id"], "For one hour")
    assert (status(made["api_key"]), status(new)) == (200, 200)
    admin.goto(f"{organization.path}/credentials/{made['id']}/rotate")
    expect(admin.locator("main")).to_contain_text("Two secrets work already")
    admin.get_by_role("button", name=re.compile("^Delete")).first.click()
    # It asks once more where the use of the secret has been written down already.
    if "/secrets/" in admin.url:
        admin.get_by_role("button", name="Delete this secret").click()
    expect(admin.get_by_role("status").first).to_contain_text("deleted")
    assert refused_soon(status, made["api_key"])
    assert status(new) == 200


def test_disable_and_enable(admin, organization):
    made = organization.credential("Camera 7", kind="api_key")
    status = organization.server.status_with_key
    assert status(made["api_key"]) == 200
    admin.goto(console.list_of(organization, "api_key"))
    console.row_menu(admin, "Camera 7").get_by_role("link", name="Disable").click()
    admin.get_by_role("button", name="Disable", exact=True).click()
    expect(admin.get_by_role("status").first).to_contain_text("Disabled")
    assert refused_soon(status, made["api_key"])
    admin.get_by_role("button", name="Enable").click()
    expect(admin.get_by_role("status").first).to_contain_text("Enabled")
    assert status(made["api_key"]) == 200


def test_delete_asks_for_the_name_of_what_is_in_use(admin, organization):
    made = organization.credential("Camera 7", kind="api_key")
    status = organization.server.status_with_key
    assert status(made["api_key"]) == 200
    admin.goto(console.list_of(organization, "api_key"))
    console.row_menu(admin, "Camera 7").get_by_role("link", name="Delete").click()
    typed = admin.get_by_label("Type its name to delete it")
    console.reload_until(admin, typed)
    typed.fill("Camera 8")
    admin.get_by_role("button", name="Delete for good").click()
    console.expect_error_beside(admin, "confirm_name")
    assert status(made["api_key"]) == 200
    typed.fill("Camera 7")
    admin.get_by_role("button", name="Delete for good").click()
    expect(admin.get_by_role("status").first).to_contain_text("Deleted")
    expect(admin.locator("main")).not_to_contain_text("Camera 7")
    assert refused_soon(status, made["api_key"])


def test_delete_of_what_was_never_used_asks_no_name(admin, organization):
    made = organization.credential("Never used")
    admin.goto(f"{organization.path}/credentials/{made['id']}/delete")
    admin.get_by_role("button", name="Delete for good").click()
    expect(admin.get_by_role("status").first).to_contain_text("Deleted")
    assert organization.credentials() == []


def test_at_the_limit_the_page_says_so_and_points_at_unused_keys(admin, organization):
    organization.change(api_key_limit=2)
    organization.credential("Camera 7", kind="api_key")
    organization.credential("Camera 8", kind="api_key")
    admin.goto(console.list_of(organization, "api_key"))
    expect(admin.get_by_role("link", name="New API key")).to_have_count(0)
    full = admin.locator("#full")
    expect(full).to_contain_text("2 of 2")
    full.get_by_role("link", name="Delete “Camera 7”").click()
    admin.get_by_role("button", name="Delete for good").click()
    expect(admin.get_by_role("link", name="New API key")).to_be_visible()


def test_who_comes_to_the_form_at_the_limit_is_told(admin, organization):
    organization.change(api_key_limit=1)
    admin.goto(console.new(organization, "api_key"))
    organization.credential("Faster than I", kind="api_key")
    admin.get_by_label("Name", exact=True).fill("Mine")
    admin.get_by_role("button", name="Make API key").click()
    expect(admin.locator("main")).to_contain_text("limit of 1")
    expect(admin.get_by_role("link", name="Faster than I")).to_be_visible()
    expect(admin.get_by_label("Name", exact=True)).to_have_value("Mine")
    assert [it["name"] for it in organization.credentials()] == ["Faster than I"]


def test_the_lines_to_paste_work_as_they_stand(admin, organization):
    key = console.make_key(admin, organization, "Camera 7")
    line = admin.locator("#use-call").inner_text()
    assert key in line
    answer = requests.get(f"{organization.server.issuer}/v1/whoami", headers={"X-API-Key": key}, timeout=30)
    assert answer.status_code == 200


def test_a_secret_in_use_is_not_deleted_unasked(admin, organization):
    made = organization.credential("Nightly export")
    console.rotate(admin, organization, made["id"], "For 24 hours")
    token = organization.server.status_of_token
    assert token(made["id"], made["client_secret"]) == 200
    admin.goto(f"{organization.path}/credentials/{made['id']}")
    asks = admin.get_by_role("link", name=f"the secret that ends with …{made['client_secret'][-4:]}")
    console.reload_until(admin, asks)
    asks.click()
    expect(admin.get_by_role("heading", level=1)).to_contain_text("Delete the secret")
    assert token(made["id"], made["client_secret"]) == 200
    admin.get_by_role("button", name="Delete this secret").click()
    expect(admin.get_by_role("status").first).to_contain_text("secret is deleted")
    assert refused_soon(token, made["id"], made["client_secret"])
