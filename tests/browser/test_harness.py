"""The checks themselves: each finds what it is there for. A check that cannot fail is none."""

import re

import pytest
from playwright.sync_api import Error, Page

import shots as looks
from accessible import assert_accessible, violations
from faulty_site import Site
from history import LOST, back, with_kept_pages
from watch import Misbehaviour

POLICY = "default-src 'none'; style-src 'nonce-n'; script-src 'nonce-n'; img-src data:; form-action 'self'"


@pytest.fixture
def site() -> Site:
    with Site() as site:
        yield site


@pytest.fixture
def origin(site) -> str:
    """Here no grantd is asked anything."""
    return site.origin


@pytest.fixture
def pictures(tmp_path) -> looks.Shots:
    return looks.Shots(tmp_path)


def found(watch) -> str:
    """The one problem that there is."""
    (problem,) = watch.taken()
    return problem


def test_a_good_page_passes_every_check(page, site, watch, pictures, tmp_path):
    site.page("<p>Good.</p>", Content_Security_Policy=POLICY)
    page.goto("/")
    pictures.take(page, "good")
    assert watch.taken() == []
    taken = {path.name for path in tmp_path.glob("*.png")}
    assert taken == {"good-light.png", "good-dark.png", "good-narrow.png"}
    assert page.viewport_size == looks.WIDE


def test_a_picture_is_not_overwritten_by_another(page, site, pictures):
    site.page("<p>Good.</p>")
    page.goto("/")
    pictures.take(page, "good")
    with pytest.raises(AssertionError, match="already"):
        pictures.take(page, "good")


# --- what is watched ------------------------------------------------------------------------------


@pytest.mark.xfail(strict=True, raises=Misbehaviour, reason="the watch ends the test as a failure")
def test_what_was_watched_is_judged_after_the_test(page, site):
    site.page("<script>console.log('forgotten')</script>")
    page.goto("/")


def test_an_expected_problem_must_happen(page, site, watch):
    site.page("<script>console.log('forgotten')</script>")
    watch.expect("forgotten")
    page.goto("/")
    watch.check()
    with pytest.raises(Misbehaviour, match="did not happen"):
        watch.check()
    page.goto("/")


@pytest.mark.parametrize(
    "loaded",
    [
        "<img alt='' src='{other}/a.png'>",
        "<script src='{other}/a.js'></script>",
        "<script>fetch('{other}/a', {{mode: 'no-cors'}})</script>",
        "<iframe title=Other src='{other}/'></iframe>",
    ],
)
def test_a_request_to_another_origin_is_caught(page, site, watch, loaded):
    with Site() as other:
        for path in ["/", "/a", "/a.png", "/a.js"]:
            other.put(path, "", type="text/plain")
        site.page(loaded.format(other=other.origin))
        page.goto("/")
        assert found(watch).startswith(f"another origin: {other.origin}/")


@pytest.mark.parametrize(
    "head",
    [
        "<link rel=icon href='http://elsewhere.example/icon.png'>",
        "<link rel=prefetch href='http://elsewhere.example/next'>",
    ],
)
def test_what_chromium_fetches_on_its_own_is_caught(page, site, watch, outside, head):
    site.page("<p>Good.</p>", head=head)
    page.goto("/")
    asked = []
    for _ in range(50):
        page.wait_for_timeout(50)
        asked += watch.taken()
        if any("asked for outside" in problem for problem in asked):
            break
    assert any(re.match("asked for outside: .*elsewhere.example", problem) for problem in asked), asked


def test_a_violation_of_the_policy_is_caught(page, site, watch):
    site.page("<p style='color: red'>Red.</p>", Content_Security_Policy=POLICY)
    page.goto("/")
    assert re.match("console: .*Content Security Policy", found(watch))


def test_a_violation_is_caught_without_javascript(page_without_javascript, site, watch):
    site.page("<p style='color: red'>Red.</p>", Content_Security_Policy=POLICY)
    page_without_javascript.goto("/")
    assert re.match("console: .*Content Security Policy", found(watch))


def test_a_script_that_throws_is_caught(page, site, watch):
    site.page("<script>throw new Error('broken')</script>")
    page.goto("/")
    assert any("broken" in problem for problem in watch.taken())


def test_advice_of_the_browser_is_caught(page, site, watch):
    site.page("<form><label>Password <input type=password></label></form>")
    page.goto("/")
    assert re.search("autocomplete|password", " ".join(watch.taken()))


def test_an_answer_of_500_is_caught(page, site, watch):
    site.page("<p>Broken.</p>", status=500)
    page.goto("/")
    assert any(problem.startswith("answered 500: GET") for problem in watch.taken())


def test_a_page_may_refuse_and_what_it_loads_may_not(page, site, watch):
    site.page("<p>No.</p>", status=422)
    page.goto("/")
    assert watch.taken() == []
    assert [document.status for document in watch.documents] == [422]
    site.page("<script src='/missing.js'></script>")
    page.goto("/")
    assert "answered 404" in " ".join(watch.taken())


def test_a_page_without_an_icon_is_caught(page, site, watch):
    """Chromium would ask for /favicon.ico on every one."""
    site.put("/", "<!DOCTYPE html><title>A page</title>")
    page.goto("/")
    page.wait_for_timeout(300)
    assert "favicon.ico" in found(watch)


def test_what_a_page_of_the_browsers_own_may_not_load_is_no_problem(page, site, watch):
    """It asks for the icon of the page before at times, and the same message from a page is one."""
    site.put("/icon.svg", "", type="image/svg+xml")
    load = f"fetch('{site.origin}/icon.svg').then(() => 'loaded', () => 'blocked')"
    with pytest.raises(Error):
        page.goto("http://127.0.0.1:1/")
    page.wait_for_url("chrome-error://**", wait_until="commit")
    watch.taken()
    assert page.evaluate(load) == "blocked"
    assert watch.taken() == []
    page.evaluate("console.error('forgotten')")
    assert "forgotten" in found(watch)
    site.page("<p>Sandboxed.</p>", Content_Security_Policy="sandbox allow-scripts")
    page.goto("/")
    assert page.evaluate(load) == "blocked"
    assert any("from origin 'null'" in problem for problem in watch.taken())


def test_a_secret_in_a_url_is_caught(page, site, watch):
    site.page("<p>Good.</p>")
    watch.keep_out_of_urls("gds_secret")
    page.goto("/")
    assert watch.taken() == []
    watch.expect("a secret in a URL")
    page.goto("/?code=gds_secret")
    assert found(watch) == f"a secret in a URL: {site.origin}/?code=gds_secret"


# --- looks ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("<img src='data:,'>", "image-alt"),
        ("<input autocomplete=off>", "label"),
        ("<p style='color: #aaa; background: #fff'>Pale.</p>", "color-contrast"),
        ("<button style='padding:0;width:9px;height:9px'>a</button>" * 2, "target-size"),
        ("<h3>Deep</h3>", "heading-order"),
    ],
)
def test_what_is_not_accessible_is_caught(page, site, body, rule):
    site.page(body)
    page.goto("/")
    with pytest.raises(AssertionError, match=rule):
        assert_accessible(page)


def test_the_policy_stays_in_force_beside_the_check(page, site, watch):
    site.page("<p>Good.</p>", Content_Security_Policy=POLICY)
    page.goto("/")
    assert violations(page) == []
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: '1'}))")
    assert "Content Security Policy" in found(watch)


def test_what_is_wrong_in_the_dark_alone_is_caught(page, site, pictures):
    dark = "@media (prefers-color-scheme: dark) { p { color: #222; background: #000 } }"
    site.page("<p>Unseen.</p>", head=f"<style>{dark}</style>")
    page.goto("/")
    with pytest.raises(AssertionError, match="dark: color-contrast") as caught:
        pictures.take(page, "dark")
    assert "\nlight:" not in str(caught.value)


def test_scrolling_sideways_is_caught(page, site, pictures):
    site.page("<p style='width: 500px'>Wide.</p>")
    page.goto("/")
    with pytest.raises(AssertionError, match="narrow: scrolls sideways because of .*500px") as caught:
        pictures.take(page, "wide")
    assert "\nlight:" not in str(caught.value)


def test_what_scrolls_in_itself_may_be_wide(page, site, pictures):
    site.page("<div style='overflow-x: auto' tabindex=0><p style='width: 500px'>Wide.</p></div>")
    page.goto("/")
    pictures.take(page, "wide")


def test_a_page_that_moves_is_caught(page, site, pictures):
    late = "document.querySelector('h1').style.marginTop = '300px'"
    site.page(f"<p>Moves.</p><script>setTimeout(() => {{ {late} }}, 100)</script>")
    page.goto("/")
    page.wait_for_timeout(400)
    with pytest.raises(AssertionError, match="layout shift of 0"):
        pictures.take(page, "moves")


def test_a_heavy_page_is_caught(page, site, pictures):
    site.put("/big.js", "//" + "x" * 60_000, type="text/javascript")
    site.page("<script src='/big.js'></script>")
    page.goto("/")
    with pytest.raises(AssertionError, match=r"weighs 60\d\d\d bytes: .*big.js 60002"):
        pictures.take(page, "heavy")


def test_a_page_that_telephones_would_shrink_is_caught(page, site, pictures):
    head = "<title>A page</title><link rel=icon href='data:,'>"
    site.put("/", f"<!DOCTYPE html><html lang=en>{head}<main><h1>A page</h1></main>")
    page.goto("/")
    with pytest.raises(AssertionError, match="no <meta name=viewport"):
        pictures.take(page, "shrunk")


# --- visitors -------------------------------------------------------------------------------------


def test_scripts_run_for_one_visitor_and_not_for_the_other(page, page_without_javascript, site):
    site.page("<p id=p>off</p><script>document.querySelector('#p').textContent = 'on'</script>")
    for visitor, state in [(page, "on"), (page_without_javascript, "off")]:
        visitor.goto("/")
        assert visitor.locator("#p").inner_text() == state


def test_visitors_share_no_cookies(page, visit, site):
    site.page("<p>Good.</p>", Set_Cookie="session=1")
    page.goto("/")
    assert [cookie["name"] for cookie in page.context.cookies()] == ["session"]
    assert visit().context.cookies() == []


@pytest.mark.keeps_pages
def test_the_back_button_brings_a_page_back_as_it_was(visit, site):
    """As Chromium does for people, and Playwright by itself does not."""
    site.page("<p id=p>untouched</p>")
    site.put("/next", "<!DOCTYPE html><title>Next</title><link rel=icon href='data:,'>")

    def story(page: Page) -> None:
        page.goto("/")
        page.evaluate("document.querySelector('#p').textContent = 'touched'")
        page.goto("/next")
        back(page)
        assert page.locator("#p").inner_text() == "touched"

    with_kept_pages(visit, story)


def test_a_story_is_played_again_only_where_the_page_was_lost(visit):
    played = []

    def lost_at_first(page: Page) -> None:
        played.append(page)
        if len(played) < 3:
            raise Error(f"Page.reload: Protocol error (Page.reload): {LOST}")

    with_kept_pages(visit, lost_at_first)
    assert len(set(played)) == 3
    with pytest.raises(Error, match="missing"):
        with_kept_pages(visit, lambda page: page.evaluate("missing()"))


def test_the_back_button_stops_at_a_form_that_would_be_sent_again(page, site):
    site.page("<form method=post action=/sent><button>Send</button></form>")
    sent = "<!DOCTYPE html><title>Sent</title><link rel=icon href='data:,'>the secret"
    site.put("/sent", sent, Cache_Control="no-store")
    page.goto("/")
    page.get_by_role("button", name="Send").click()
    assert "the secret" in page.content()
    page.goto("/")
    back(page)
    assert page.url.startswith("chrome-error:")
    assert "the secret" not in page.content()


def test_a_download_is_the_file(page, site, tmp_path):
    site.page("<a href=/file>Download</a>")
    as_file = "attachment; filename=credentials.json"
    site.put("/file", "{}", type="application/json", Content_Disposition=as_file)
    page.goto("/")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename == "credentials.json"
    assert download.value.path().read_text() == "{}"


def test_what_a_button_copies_can_be_read(visit, site):
    copy = "document.querySelector('button').onclick = () => navigator.clipboard.writeText('copied')"
    site.page(f"<button>Copy</button><script>{copy}</script>")
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    page.goto("/")
    page.get_by_role("button", name="Copy").click()
    assert page.evaluate("navigator.clipboard.readText()") == "copied"


def test_nothing_outside_can_be_reached(page, site, watch):
    with pytest.raises(Error):
        page.goto("https://elsewhere.example/")
    assert "another origin: https://elsewhere.example/" in watch.taken()
