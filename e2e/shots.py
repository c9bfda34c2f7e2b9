"""`python -m e2e.shots [NAME ...]`: pictures of the main pages for README and docs, light and dark, wide and narrow.

They lie in docs/img/ as PAGE-light-1440.webp and so on. The demo that they show is seeded anew for each run, so that
dates and people differ from run to run while the names do not.
"""

import base64
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from bench.report import BenchError
from e2e.chromium import NoBrowser, running_chromium
from e2e.people import EMAILS, sign_in
from e2e.serving import Place, choose_place, serving
from helpdesk.embedded.places import BASE

FOLDER = BASE / "docs" / "img"
TICKETS = 60  # enough for a queue that looks lived in
QUALITY = 78  # of 100; text stays sharp
SIZES = {1440: 900, 390: 844}  # width: height, in px
SCHEMES = ("light", "dark")


@dataclass(frozen=True)
class Shot:
    """One picture: who looks, from which address, and what they open before it is taken."""

    name: str
    person: str
    path: str
    then: Callable[[Page], None] = lambda _page: None


def _first_ticket(page: Page) -> None:
    page.locator("main tbody a.subject, main tbody a").first.click()
    page.wait_for_url("**/tickets/*-*/")


def _why(page: Page) -> None:
    _first_ticket(page)
    page.get_by_role("link", name="Why then?").first.click()
    page.get_by_role("dialog").wait_for()


def _proposal(page: Page) -> None:
    for question, answer in (("How much", "Several"), ("Can the work", "No"), ("Are data", "No")):
        page.get_by_role("radiogroup", name=question).get_by_label(answer).first.check()
    page.get_by_text("we propose").wait_for()


SHOTS = (
    Shot("client-new-ticket", "client", "/tickets/new/", _proposal),
    Shot("client-ticket", "client admin", "/tickets/", _first_ticket),
    Shot("queue", "agent", "/queue/"),
    Shot("ticket", "agent", "/queue/", _first_ticket),
    Shot("why", "agent", "/queue/", _why),
    Shot("search", "agent", "/search/?q=invoice"),
    Shot("clients", "account manager", "/clients/"),
    Shot("escalations", "account manager", "/escalations/?clients=all"),
)


def main(names: list[str]) -> int:
    """Take the named pictures, or all; returns 1 with what has to be mended, 2 for an unknown name."""
    wanted = [shot for shot in SHOTS if not names or shot.name in names]
    if unknown := set(names) - {shot.name for shot in wanted}:
        known = ", ".join(shot.name for shot in SHOTS)
        print(f"There is no picture called {', '.join(sorted(unknown))}; there are: {known}.", file=sys.stderr)
        return 2
    place = choose_place()
    try:
        with serving(place, tickets=TICKETS), running_chromium() as browser:
            sessions = {name: _session(browser, place, name) for name in {shot.person for shot in wanted}}
            for file in take(browser, place, wanted, sessions):
                print(f"{file.relative_to(BASE)}  {file.stat().st_size // 1024} KiB", flush=True)
    except (NoBrowser, BenchError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def take(browser: Browser, place: Place, shots: list[Shot], sessions: dict[str, Any]) -> Iterator[Path]:
    """Take each picture in every size and scheme; yields the files as they are written."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for shot in shots:
        for width in SIZES:
            with _page(browser, place, sessions[shot.person], width) as page:
                page.goto(shot.path)
                shot.then(page)
                for scheme in SCHEMES:
                    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of SCHEMES
                    file = FOLDER / f"{shot.name}-{scheme}-{width}.webp"
                    file.write_bytes(_picture(page))
                    yield file


@contextmanager
def _page(browser: Browser, place: Place, session: Any, width: int) -> Iterator[Page]:
    window = {"width": width, "height": SIZES[width]}
    options: dict[str, Any] = {"viewport": window, "reduced_motion": "reduce", "locale": "en-GB"}
    with closing(browser.new_context(base_url=place.url, storage_state=session, **options)) as context:
        yield context.new_page()


def _session(browser: Browser, place: Place, person: str) -> Any:
    if not person:
        return None
    with closing(browser.new_context(base_url=place.url)) as context:
        sign_in(context.new_page(), EMAILS[person])
        return context.storage_state()


def _picture(page: Page) -> bytes:
    """What the window shows, as WebP, which Playwright's own screenshots cannot be."""
    session = page.context.new_cdp_session(page)
    taken = session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    session.detach()
    return base64.b64decode(taken["data"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
