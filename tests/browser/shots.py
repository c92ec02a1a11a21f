"""Pictures of a page in every look, and the checks that every page has to pass in each."""

from pathlib import Path

from playwright.sync_api import Page

from accessible import violations

WIDE = {"width": 1280, "height": 800}
NARROW = {"width": 360, "height": 740}
LOOKS = {
    "light": ("light", WIDE),
    "dark": ("dark", WIDE),
    "narrow": ("light", NARROW),
}
"""By the name of the picture: colour scheme and size of the window."""

MOST_BYTES = 60_000
MOST_SHIFT = 0.01

WEIGHT = """() => ['navigation', 'resource']
    .flatMap(type => performance.getEntriesByType(type))
    .map(({name, encodedBodySize}) => [name, encodedBodySize])"""

SHIFT = """() => new Promise(done => {
    let sum = 0;
    const add = list => list.forEach(({value}) => { sum += value; });
    const observer = new PerformanceObserver(list => add(list.getEntries()));
    observer.observe({type: 'layout-shift', buffered: true});
    setTimeout(() => { add(observer.takeRecords()); done(sum); }, 50);
})"""
# What was buffered is delivered by a task of its own. Shifts just after a person's click do not count
# for the web's measure; here they do, since nothing of the console should jump then either.

TOO_WIDE = """() => {
    const wide = document.scrollingElement.clientWidth;
    if (document.scrollingElement.scrollWidth <= wide) return [];
    return [...document.querySelectorAll('body, body *')]
        .filter(element => element.getBoundingClientRect().right > wide)
        .map(element => element.cloneNode(false).outerHTML);
}"""


class Shots:
    """Takes pictures into a folder."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._taken: set[str] = set()

    def take(self, page: Page, name: str) -> None:
        """Saves `name-light.png` and so on, and fails with everything that is wrong with the page.

        In every look: what axe-core finds, and whether one must scroll sideways. Once: its weight,
        and whether it moved while it was loaded.
        """
        assert name not in self._taken, f"there is a picture {name} already"
        self._taken.add(name)
        self._folder.mkdir(parents=True, exist_ok=True)
        before = page.viewport_size
        problems = [*weight(page), *shift(page), *without_viewport(page)]
        for look, (scheme, size) in LOOKS.items():
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size(size)
            page.screenshot(
                path=self._folder / f"{name}-{look}.png", full_page=True, animations="disabled"
            )
            problems += [f"{look}: {found}" for found in [*too_wide(page), *violations(page)]]
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(before)
        assert not problems, f"{name}: {page.url}\n" + "\n".join(problems)

    def picture(self, page: Page, name: str) -> None:
        """Saves what is seen of the page without scrolling, as documentation shows it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=self._folder / f"{name}.png", animations="disabled")


def weight(page: Page) -> list[str]:
    """What the page weighs with all that it loaded, if that is too much."""
    parts = page.evaluate(WEIGHT)
    total = sum(size for _, size in parts)
    if total < MOST_BYTES:
        return []
    return [f"weighs {total} bytes: " + ", ".join(f"{name} {size}" for name, size in parts)]


def shift(page: Page) -> list[str]:
    """How much of the page moved after it had been shown, if that is too much."""
    moved = page.evaluate(SHIFT)
    return [f"layout shift of {moved:.3f}"] if moved >= MOST_SHIFT else []


def too_wide(page: Page) -> list[str]:
    """The elements that make one scroll sideways."""
    found = page.evaluate(TOO_WIDE)
    return ["scrolls sideways because of " + ", ".join(found[:5])] if found else []


def without_viewport(page: Page) -> list[str]:
    """Without it a telephone shows the page as if it were 980 px wide, which no small window tells."""
    named = page.locator("meta[name=viewport][content*='width=device-width']").count()
    return [] if named else ["no <meta name=viewport content='width=device-width'>"]
