"""What axe-core finds on a page."""

import os
from functools import cache
from pathlib import Path

from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
"""The rules that are asked: WCAG 2.2 AA, and what axe-core advises beyond it."""

RUN = """async tags => {
    const found = await axe.run({
        runOnly: {type: 'tag', values: tags},
        rules: {'target-size': {enabled: true}},
        resultTypes: ['violations'],
    });
    return found.violations.map(({id, impact, help, nodes}) => ({
        id, impact, help,
        nodes: nodes.map(({target, html, failureSummary}) => ({target, html, failureSummary})),
    }));
}"""
# The one rule of WCAG 2.2 (2.5.8) that axe-core has, it leaves out unless it is named.


def violations(page: Page) -> list[str]:
    """Each violation on the page as it is shown now, in words."""
    if not page.evaluate("'axe' in window"):
        # Through the debugger's protocol, to which the page's Content-Security-Policy does not apply:
        # it stays in force, and is tested with the rest.
        page.evaluate(_axe())
    return [_in_words(violation) for violation in page.evaluate(RUN, TAGS)]


def assert_accessible(page: Page) -> None:
    """Fails with what axe-core finds on the page as it is shown now."""
    found = violations(page)
    assert not found, f"{page.url}\n" + "\n".join(found)


@cache
def _axe() -> str:
    modules = os.environ.get("GRANTD_NODE_MODULES")
    assert modules, "GRANTD_NODE_MODULES must name the folder with axe-core (tests/run sets it)"
    return (Path(modules) / "axe-core" / "axe.min.js").read_text()


def _in_words(violation: dict) -> str:
    lines = [f"{violation['id']} ({violation['impact']}): {violation['help']}"]
    for node in violation["nodes"]:
        lines.append(f"    {' '.join(map(str, node['target']))}: {node['html']}")
        lines += [f"        {line}" for line in node["failureSummary"].splitlines()]
    return "\n".join(lines)
