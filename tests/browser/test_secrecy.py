"""What must not be seen, and what must not be done in somebody else's name."""

import html
import re
from urllib.parse import quote, urljoin

import pytest
from playwright.sync_api import BrowserContext, Page, expect

import console
from faulty_site import Site
from furnished import Organization
from history import back, with_kept_pages

EVIL = """<script>alert(1)</script>"'><img src=x onerror=alert(1)>"""
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@pytest.fixture
def admin(page, organization) -> Page:
    """An admin of the organization, signed in."""
    console.sign_in(page, organization.person("org_admin"), console.list_of(organization))
    return page


def session_of(context: BrowserContext) -> dict:
    """The console's cookie."""
    (cookie,) = context.cookies()
    return cookie


def proof_on(page: Page) -> str:
    """The proof that the page's forms carry."""
    return page.locator("input[name=csrf_token]").first.get_attribute("value")


def post(page: Page, path: str, **fields: str) -> int:
    """Sends a form with the visitor's cookie, from outside any page; gives the status."""
    return page.request.post(path, form=fields, max_redirects=0).status


# --- a secret is shown once -----------------------------------------------------------------------


@pytest.mark.keeps_pages
def test_going_back_and_forward_shows_no_secret(visit, organization):
    admin = organization.person("org_admin")

    def story(page: Page) -> None:
        before = len(organization.credentials())
        console.sign_in(page, admin, console.list_of(organization))
        id, secret = console.generate(page, organization, "Nightly export")
        page.get_by_role("link", name="I have saved it").click()
        back(page)
        assert secret not in page.content()
        page.goto(f"{organization.path}/credentials/{id}")
        back(page)
        assert secret not in page.content()
        page.go_forward(wait_until="commit")
        assert secret not in page.content()
        assert len(organization.credentials()) == before + 1

    with_kept_pages(visit, story)


def test_a_page_kept_in_memory_has_forgotten_the_secret(admin, organization):
    """Whether a browser keeps such a page is its own affair; what it keeps holds no secret."""
    _, secret = console.generate(admin, organization, "Nightly export")
    assert secret in admin.content()
    admin.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))")
    assert secret not in admin.content()
    assert secret not in admin.evaluate(
        "[...document.querySelectorAll('input')].map(input => input.value).join()"
    )


def test_reloading_makes_nothing_twice_and_shows_nothing(admin, organization):
    _, secret = console.generate(admin, organization, "Nightly export")
    console.reload(admin)
    expect(admin.get_by_role("heading", level=1)).to_have_text("This was done already")
    assert secret not in admin.content()
    assert len(organization.credentials()) == 1


def test_reloading_after_a_rotation_makes_no_further_secret(admin, organization):
    made = organization.credential("Nightly export")
    new = console.rotate(admin, organization, made["id"], "For 24 hours")
    console.reload(admin)
    expect(admin.get_by_role("heading", level=1)).to_have_text("This was done already")
    assert new not in admin.content()
    admin.goto(f"{organization.path}/credentials/{made['id']}")
    expect(admin.locator("main tbody tr")).to_have_count(2)


def test_another_tab_with_the_same_address_shows_no_secret(admin, organization):
    _, secret = console.generate(admin, organization, "Nightly export")
    tab = admin.context.new_page()
    tab.goto(admin.url)
    assert secret not in tab.content()
    assert len(organization.credentials()) == 1


def test_nothing_is_kept_by_any_cache(admin, organization, watch):
    console.generate(admin, organization, "Nightly export")
    assert [document.headers.get("cache-control") for document in watch.documents] == ["no-store"] * len(
        watch.documents
    )


def test_a_foreign_secret_gives_no_file(admin, organization):
    made = organization.credential("Nightly export")
    path = f"{organization.path}/credentials/{made['id']}/file"
    assert post(admin, path, csrf_token=proof_on(admin), client_secret=made["client_secret"]) == 200
    assert post(admin, path, csrf_token=proof_on(admin), client_secret="gds_" + "a" * 40) == 422


# --- sessions and forms ---------------------------------------------------------------------------


def test_a_cookie_planted_before_signing_in_is_worthless(visit, organization):
    attacker, victim = visit(), visit()
    attacker.goto("/console/sign-in")
    planted = session_of(attacker.context)
    victim.context.add_cookies([planted])
    console.sign_in(victim, organization.person("org_admin"))
    assert session_of(victim.context)["value"] != planted["value"]
    attacker.goto("/console/account")
    assert "/console/sign-in" in attacker.url


def test_the_cookie_is_out_of_reach_of_scripts(admin):
    cookie = session_of(admin.context)
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")
    assert admin.evaluate("document.cookie") == ""


def test_a_form_without_a_proof_or_with_a_stale_one_changes_nothing(admin, visit, organization):
    made = organization.credential("Camera 7", kind="api_key")
    path = f"{organization.path}/credentials/{made['id']}/disable"
    stranger = visit()
    stranger.goto("/console/sign-in")
    stale = proof_on(admin)
    # The same person in a new session, after the old one has ended.
    admin.request.post("/console/sign-out", form={"csrf_token": stale})
    admin.goto("/console/account")
    console.fill_sign_in(admin, organization.person("org_admin"))
    for proof in ["", "x", stale, proof_on(stranger)]:
        assert post(admin, path, csrf_token=proof) == 403, proof
    assert post(admin, path) == 403
    assert organization.server.status_with_key(made["api_key"]) == 200
    assert post(admin, path, csrf_token=proof_on(admin)) == 303
    assert organization.server.status_with_key(made["api_key"]) == 401


def test_a_stale_form_is_refused_in_words(admin, organization):
    admin.goto(console.new(organization))
    admin.locator("main input[name=csrf_token]").evaluate("field => field.value = 'stale'")
    admin.get_by_label("Name", exact=True).fill("Nightly export")
    admin.get_by_role("button", name="Generate").click()
    expect(admin.get_by_role("heading", level=1)).to_be_visible()
    expect(admin.get_by_role("link", name="Go to the console")).to_be_visible()
    assert organization.credentials() == []


def test_another_site_cannot_send_a_form(admin, organization, watch):
    """Another port of the same machine, to which the browser does send the cookie: and the proof too."""
    made = organization.credential("Camera 7", kind="api_key")
    action = f"{organization.server.issuer}{organization.path}/credentials/{made['id']}/disable"
    with Site() as site:
        site.page(
            f"<form method=post action='{action}'>"
            f"<input name=csrf_token value='{proof_on(admin)}'><button>Win a prize</button></form>"
        )
        watch.expect("another origin")
        admin.goto(site.origin)
        admin.get_by_role("button", name="Win a prize").click()
        expect(admin.get_by_role("link", name="Go to the console")).to_be_visible()
    assert watch.documents[-1].status == 403
    assert organization.server.status_with_key(made["api_key"]) == 200


# --- other organizations --------------------------------------------------------------------------


def addresses(page: Page, organization: Organization) -> tuple[set[str], set[str]]:
    """The pages of the organization that can be reached by links, and where their forms lead."""
    forms, seen, there = set(), set(), set()
    todo = {console.list_of(organization), console.list_of(organization, "api_key"), organization.path}
    while todo:
        address = todo.pop()
        seen.add(address)
        answer = page.request.get(address)
        if not answer.ok:
            continue
        there.add(address)
        for kind, found in re.findall(r'(href|post" action)="([^"]+)"', answer.text()):
            to = urljoin(address, html.unescape(found)).partition("#")[0]
            # Of a list, one order and no filter will do.
            if not to.startswith(organization.path + "/") or re.search("[?&](?!kind=)", to):
                continue
            if kind != "href":
                forms.add(to.partition("?")[0])
            elif to not in seen:
                todo.add(to)
    return there, forms


def test_another_organizations_pages_are_not_there(page, visit, organization, server):
    """Neither at their addresses, nor below one's own organization."""
    organization.agent("mine")
    made = organization.credential("Nightly export", agent_id=organization.agent("other"))
    organization.credential("Camera 7", kind="api_key")
    console.sign_in(page, organization.person("org_admin"))
    console.rotate(page, organization, made["id"], "For 24 hours")
    pages, forms = addresses(page, organization)
    for part in ["/edit", "/rotate", "/disable", "/delete"]:
        assert f"{organization.path}/credentials/{made['id']}{part}" in pages
    assert any("/secrets/" in form for form in forms), forms
    forms |= {f"{organization.path}/credentials/{made['id']}/{it}" for it in ["file", "enable", "disable"]}

    other = server.furnish()
    stranger = visit()
    console.sign_in(stranger, other.person("org_admin"), console.list_of(other))
    proof = proof_on(stranger)
    before = organization.credentials()
    for paths, ask in [
        (pages, lambda path: stranger.request.get(path, max_redirects=0).status),
        (forms, lambda path: post(stranger, path, csrf_token=proof, confirmed="yes")),
    ]:
        for path in paths:
            assert ask(path) == 404, path
            if UUID.search(path):
                # In one's own organization, the other's things.
                moved = path.replace(organization.path + "/", other.path + "/")
                assert ask(moved) == 404, moved
    assert organization.credentials() == before


def test_who_is_no_operator_has_no_pages_of_operators(admin):
    for page in ["organizations/new", "users", "resource-servers", "signing-keys", "audit", "health"]:
        status = admin.request.get(f"/console/{page}", max_redirects=0).status
        assert status in (403, 404), page
    assert post(admin, "/console/organizations", csrf_token=proof_on(admin), slug="mine") in (403, 404)


# --- what people type -----------------------------------------------------------------------------


@pytest.fixture
def nothing_runs(admin):
    """Fails if a dialog opens, and if what was typed became part of a page."""
    dialogs = []
    admin.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))

    def check() -> None:
        assert admin.locator("img, script:not([src])").count() == 0, admin.url
        assert dialogs == [], admin.url

    yield check
    assert dialogs == []


def test_script_in_every_field_is_shown_as_text(admin, organization, nothing_runs):
    organization.change(name=EVIL)
    agent = organization.agent("mine", name=EVIL)
    admin.goto(console.new(organization))
    for field in ["name", "description"]:
        admin.locator(f"#{field}").fill(EVIL)
    admin.get_by_label("Belongs to").select_option("mine")
    admin.get_by_label("api:read").check()
    admin.get_by_role("button", name="Generate").click()
    id, _ = console.shown_pair(admin)
    nothing_runs()
    assert EVIL in admin.get_by_role("heading", level=1).inner_text()
    console.reload(admin)
    nothing_runs()
    assert EVIL in admin.locator("main").inner_text()
    one = f"{organization.path}/credentials/{id}"
    for path in ["", "/edit", "/rotate", "/disable", "/delete"]:
        admin.goto(one + path)
        nothing_runs()
        assert EVIL in admin.locator("body").text_content(), path
    pages, _ = addresses(admin, organization)
    for path in sorted(pages):
        if "/credentials/0" not in path and "/export/" not in path:
            admin.goto(path)
            nothing_runs()
            assert EVIL in admin.locator("body").text_content(), path
    organization.change(api_key_limit=1, oauth_client_limit=1)
    for path in [console.list_of(organization), console.new(organization)]:
        admin.goto(path)
        nothing_runs()
        assert EVIL in admin.locator("main").inner_text()


def test_script_in_what_is_refused_and_in_addresses_is_shown_as_text(admin, organization, nothing_runs):
    organization.credential("Nightly export")
    admin.goto(console.list_of(organization))
    admin.get_by_label("Search").fill(EVIL)
    admin.get_by_role("button", name="Apply").click()
    expect(admin.get_by_label("Search")).to_have_value(EVIL)
    nothing_runs()
    admin.goto(console.new(organization))
    for field in admin.locator("#form input[type=text]").all():
        field.fill(EVIL)
    admin.get_by_role("button", name="Generate").click()
    nothing_runs()
    evil = quote(EVIL)
    for path in [
        f"{organization.path}/credentials?kind={evil}&sort={evil}&status={evil}&page={evil}&done={evil}",
        f"{organization.path}/credentials/{evil}",
        f"/console/organizations/{evil}",
        f"/console/{evil}",
        f"/console/account?done={evil}",
    ]:
        admin.goto(path)
        nothing_runs()


def test_script_in_the_form_to_sign_in_is_shown_as_text(page, watch):
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    page.goto(f"/console/sign-in?next={quote(EVIL)}")
    page.locator("form").evaluate("form => { form.noValidate = true }")
    page.get_by_label("Email address").fill(EVIL)
    page.get_by_label("Password").fill(EVIL)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Email address")).to_have_value(EVIL)
    assert page.locator("img").count() == 0


@pytest.mark.parametrize(
    "elsewhere",
    ["https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example", "javascript:alert(1)"],
)
def test_signing_in_leads_to_no_other_site(page, organization, server, elsewhere):
    page.goto(f"/console/sign-in?next={quote(elsewhere)}")
    console.fill_sign_in(page, organization.person("member"))
    assert page.url.startswith(f"{server.issuer}/console")
