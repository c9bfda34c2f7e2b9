"""What every page must be, in any state: usable by everybody, in light and dark, and within the screen's width."""

from collections.abc import Iterator
from typing import Any, Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, ViewportSize

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# What depends on colour; every other rule finds in the dark what it has found in the light.
OF_COLOUR = ["color-contrast", "link-in-text-block"]
WIDTHS = (320, 390, 1280, 1440)
WIDE = ViewportSize(width=1440, height=900)
_RUN = """async (options) => (await axe.run(document, options)).violations.map((rule) => ({
  id: rule.id, nodes: rule.nodes.map((node) => [node.target.join(" "), node.failureSummary])}))"""
# What sticks out to the right and is not inside something that scrolls by itself.
_TOO_WIDE = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  const scrolls = (node) => node && node !== document.body &&
    (/auto|scroll|hidden|clip/.test(getComputedStyle(node).overflowX) || scrolls(node.parentElement));
  const named = (node) => node.tagName.toLowerCase() + (node.id ? `#${node.id}` : "") +
    [...node.classList].map((name) => `.${name}`).join("");
  const out = [...document.body.querySelectorAll("*")]
    .filter((node) => node.getBoundingClientRect().right > room + 0.5 && !scrolls(node.parentElement));
  return out.length ? out.map(named) : ["something"];
}"""
# Colours follow the scheme with the next frame: measured before it, an old ink stands on a new ground.
_SETTLED = """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))"""
Scheme = Literal["light", "dark"]


def check(page: Page) -> None:
    """Fail with every fault of the page as it stands, open dialogs and swapped parts included."""
    __tracebackhide__ = True
    found = faults(page)
    assert not found, f"{page.url}\n" + "\n".join(found)


def faults(page: Page) -> list[str]:
    """The page's faults, a line each: those that axe-core finds in light and in dark, and sideways scrolling.

    The page is left 1440 px wide and light.
    """
    found = list(_sideways(page))
    for scheme in ("light", "dark"):
        found += _axe(page, scheme)
    page.emulate_media(color_scheme="light")
    return list(dict.fromkeys(found))


def _sideways(page: Page) -> Iterator[str]:
    for width in WIDTHS:
        page.set_viewport_size(ViewportSize(width=width, height=WIDE["height"]))
        if sticking_out := page.evaluate(_TOO_WIDE):
            yield f"scrolls sideways at {width} px: {', '.join(sticking_out[:5])}"
    page.set_viewport_size(WIDE)


def _axe(page: Page, scheme: Scheme) -> Iterator[str]:
    page.emulate_media(color_scheme=scheme)
    page.evaluate(_SETTLED)
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(AXE_SCRIPT)
    only = {"type": "tag", "values": TAGS} if scheme == "light" else {"type": "rule", "values": OF_COLOUR}
    options: dict[str, Any] = {"runOnly": only, "resultTypes": ["violations"]}
    for rule in page.evaluate(_RUN, options):
        for target, summary in rule["nodes"]:
            why = " ".join(line.strip() for line in summary.splitlines()[1:])
            yield f"{rule['id']} ({scheme}): {target}: {why}"
