"""The browser, once for the whole run; a context of their own for each person in each test."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

import django
import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from e2e.chromium import running_chromium
from e2e.guards import Watch
from e2e.hands import Keyboard, Pointer
from e2e.people import EMAILS, sign_in
from e2e.serving import Place, given_place
from e2e.visitor import Visitor, Way
from helpdesk.embedded.places import BASE

PICTURES = BASE / ".cache" / "e2e"  # of what a failed test saw last
PLACE = pytest.StashKey[Place]()
FAILED = pytest.StashKey[bool]()
WITHIN_MS = 30_000


class Visit(Protocol):
    """Opens a browser for a person, by a name of `EMAILS`, signed in; for "" as a stranger."""

    def __call__(self, person: str, way: Way = "pointer", **options: Any) -> Visitor: ...


def pytest_configure(config: pytest.Config) -> None:
    """Set Django up before collection: tests import the product."""
    try:
        config.stash[PLACE] = given_place()
    except LookupError as error:
        raise pytest.UsageError(str(error)) from error
    django.setup()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The walks over all pages first: they take longest, and no browser is to be left alone with one at the end."""
    items.sort(key=lambda item: not item.path.name.startswith("test_pages"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Let fixtures know that the test failed."""
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report


@pytest.fixture(scope="session")
def place(pytestconfig: pytest.Config) -> Place:
    """The running demo."""
    return pytestconfig.stash[PLACE]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The running Chromium."""
    expect.set_options(timeout=WITHIN_MS)
    with running_chromium() as found:
        yield found


@pytest.fixture(scope="session")
def sessions(browser: Browser, place: Place) -> Callable[[str], Any]:
    """The cookies of each person, who signs in once, when first asked for; None for a stranger."""
    kept: dict[str, Any] = {}

    def of(person: str) -> Any:
        if person and person not in kept:
            with closing(browser.new_context(base_url=place.url)) as context:
                sign_in(context.new_page(), EMAILS[person])
                kept[person] = context.storage_state()
        return kept.get(person)

    return of


@pytest.fixture
def visit(
    browser: Browser, place: Place, sessions: Callable[[str], Any], request: pytest.FixtureRequest
) -> Iterator[Visit]:
    """Browsers of this test. What their pages must not do fails it at its end."""
    opened: list[tuple[BrowserContext, Watch]] = []

    def open_for(person: str, way: Way = "pointer", **options: Any) -> Visitor:
        context = browser.new_context(
            base_url=place.url,
            storage_state=sessions(person),
            java_script_enabled=way != "without JavaScript",
            reduced_motion="reduce",
            locale="en-GB",
            **{"viewport": {"width": 1440, "height": 900}, **options},
        )
        context.set_default_timeout(WITHIN_MS)
        opened.append((context, Watch(context, host=place.url.partition("//")[2])))
        page = context.new_page()
        hand = Keyboard(page) if way == "keyboard" else Pointer()
        return Visitor(page, hand)

    yield open_for
    if request.node.stash.get(FAILED, False):
        _keep_pictures(request.node.name, [context for context, _ in opened])
    for context, _ in opened:
        context.close()
    assert [fault for _, watch in opened for fault in watch.faults] == []


def _keep_pictures(name: str, contexts: list[BrowserContext]) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    pages = [page for context in contexts for page in context.pages]
    for number, page in enumerate(pages, start=1):
        file = PICTURES / f"{Path(name).name}-{number}.png"
        page.screenshot(path=file, full_page=True)
        print(f"what the page looked like: {file}")
