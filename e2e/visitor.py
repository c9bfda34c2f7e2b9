"""One person at one browser, who finds controls by the names that people and screen readers know them by."""

import re
import time
from dataclasses import dataclass
from typing import Literal

from playwright.sync_api import FilePayload, Locator, Page, expect

from e2e.hands import Hand

Way = Literal["pointer", "keyboard", "without JavaScript"]
WAYS: tuple[Way, ...] = ("pointer", "keyboard", "without JavaScript")
SOON_S = 60


@dataclass(frozen=True)
class Visitor:
    """What a journey is written with: what to use by its name, and what must then be there to read.

    `within` narrows the search to a part of the page, such as what `row`, `section` or `unfold` return.
    """

    page: Page
    hand: Hand

    # --- going ---
    def go(self, path: str) -> None:
        """Open an address of the product by its path."""
        self.page.goto(path)

    def follow(self, name: str, *, within: Locator | None = None) -> None:
        """Follow the link whose name begins so."""
        self.hand.press(self._within(within).get_by_role("link", name=_beginning(name)))

    def press(self, name: str, *, within: Locator | None = None) -> None:
        """Press the button whose name begins so."""
        self.hand.press(self._within(within, of="body").get_by_role("button", name=_beginning(name)))

    def unfold(self, name: str) -> Locator:
        """Open the fold whose summary begins so, unless it is open; returns the fold."""
        fold = self.page.locator("details").filter(has=self.page.locator("summary", has_text=_beginning(name)))
        if fold.get_attribute("open") is None:
            self.hand.press(fold.locator("summary"))
        return fold

    # --- typing ---
    def fill(self, label: str, text: str, *, within: Locator | None = None) -> None:
        """Type into the field of this label, in place of what stands there. Dates as 2031-06-03."""
        self.hand.fill(self._field(label, within), text)

    def choose(self, label: str, option: str, *, within: Locator | None = None) -> None:
        """Choose the option that begins so in the list of this label."""
        field = self._field(label, within)
        [full] = [text for text in field.locator("option").all_inner_texts() if text.strip().startswith(option)]
        self.hand.choose(field, full.strip())

    def tick(self, label: str, *, within: Locator | None = None) -> None:
        """Turn on the checkbox or radio button whose label begins so."""
        place = self._within(within)
        boxes = place.get_by_role("checkbox", name=_beginning(label))
        self.hand.tick(boxes.or_(place.get_by_role("radio", name=_beginning(label))))

    def attach(self, label: str, name: str, text: str, *, within: Locator | None = None) -> None:
        """Choose a text file of this name for the field of this label."""
        file = FilePayload(name=name, mimeType="text/plain", buffer=text.encode())
        self.hand.attach(self._field(label, within), [file])

    # --- looking ---
    def heading(self, text: str) -> None:
        """Fail unless the page is headed so."""
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(text)

    def reads(self, text: str, *, within: Locator | None = None) -> None:
        """Fail unless this can be read."""
        expect(self._within(within).get_by_text(text).locator("visible=true").first).to_be_visible()

    def reads_soon(self, text: str, *, within: Locator | None = None) -> None:
        """Reload the page until this can be read; fails when it takes long."""
        until = time.monotonic() + SOON_S
        while not self._within(within).get_by_text(text).locator("visible=true").count():
            assert time.monotonic() < until, f"{text!r} does not come up on {self.page.url}"
            self.page.wait_for_timeout(300)
            self.page.reload()

    def until(self, condition: str) -> None:
        """Wait until this expression of the page's scripts holds; fails when it takes long."""
        until = time.monotonic() + SOON_S
        while not self.page.evaluate(condition):
            assert time.monotonic() < until, f"{condition} does not come true on {self.page.url}"
            self.page.wait_for_timeout(100)

    def reads_nowhere(self, text: str) -> None:
        """Fail if this stands anywhere in the page."""
        expect(self.page.get_by_text(text)).to_have_count(0)

    def row(self, text: str) -> Locator:
        """The table's row or the card in which this stands."""
        return self.page.locator("main").locator("tr, article").filter(has_text=text)

    def section(self, heading: str) -> Locator:
        """The part of the page under this heading."""
        return self.page.locator("section").filter(has=self.page.get_by_role("heading", name=_beginning(heading)))

    def group(self, name: str) -> Locator:
        """The radio buttons or other fields that this question or legend heads."""
        groups = self.page.get_by_role("group", name=_beginning(name))
        return groups.or_(self.page.get_by_role("radiogroup", name=_beginning(name)))

    def _field(self, label: str, within: Locator | None) -> Locator:
        exact = re.compile(rf"^\s*{re.escape(label)}\s*(\(optional\))?\s*$")
        # Radio buttons and checkboxes are ticked, whatever else is called the same.
        typed = self.page.locator("input:not([type=radio]):not([type=checkbox]), textarea, select")
        return self._within(within).get_by_label(exact).and_(typed).locator("visible=true")

    def _within(self, place: Locator | None, of: str = "main") -> Locator:
        return place or self.page.locator(of)


def _beginning(name: str) -> re.Pattern[str]:
    return re.compile(rf"^\s*{re.escape(name)}")
