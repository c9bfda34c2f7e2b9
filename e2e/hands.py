"""Two ways to use a page: with a pointer, and by keyboard alone. A journey is written once and done by either."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from playwright.sync_api import ElementHandle, FileChooser, FilePayload, Locator, Page, Request, TimeoutError

Files = Sequence[FilePayload] | Sequence[Path]
KEY_MS = 100  # in which a key that leads to another page has asked for it
CHOOSER_MS = 5000
FARTHEST = 400  # stops of the Tab key after which a control counts as out of reach

# Where the focus is, whether it is at the wanted element, and whether a person can see that: it is marked by an
# outline or shadow (its own, or that of what it stands in), has a size, and is not covered.
_STOP = """async (wanted) => {
  const node = document.activeElement;
  if (!node || node === document.body) return { name: "", there: false, fault: "" };
  const words = (node.innerText || node.value || node.name || node.id || "").trim().slice(0, 40);
  const marked = (one, up) => {
    if (!one || up > 3) return false;
    const style = getComputedStyle(one);
    const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1 &&
      !/^rgba\\(.*, 0\\)$|^transparent$/.test(style.outlineColor);
    return outlined || (up === 0 && style.boxShadow !== "none") || marked(one.parentElement, up + 1);
  };
  const label = node.labels && node.labels[0];
  const isTiny = (one) => { const box = one.getBoundingClientRect(); return box.width < 2 || box.height < 2; };
  const look = () => {
    const shown = isTiny(node) && label ? label : node;
    // Of a date the browser itself marks the part that has the focus, its button included.
    if (!(node.type === "date" || marked(node, 0) || (label && marked(label, 0)))) return "its focus cannot be seen";
    if (isTiny(shown)) return "it has no size";
    const box = shown.getBoundingClientRect();
    const [left, right] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)];
    const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
    if (left >= right || top >= bottom) return "it is outside the window";
    const above = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    const isOver = above && !shown.contains(above) && !above.contains(shown) && !(label && label.contains(above));
    return isOver ? `it is covered by ${above.tagName.toLowerCase()}.${above.className}` : "";
  };
  let fault = look();  // the window may still be scrolling to it
  for (let frame = 0; fault && frame < 30; frame += 1) {
    await new Promise(requestAnimationFrame);
    fault = look();
  }
  return { name: `${node.tagName.toLowerCase()} “${words}”`, there: node === wanted, fault };
}"""
# A new document knows nothing of the mark.
_MARK = "() => { window.isLeft = true }"
_UNMARKED = "() => !window.isLeft && document.body"
_TICKED = "(node) => node.checked"
_LABEL = "(node) => node.selectedOptions.length ? node.selectedOptions[0].label.trim() : ''"


@contextmanager
def _arrival(page: Page) -> Iterator[None]:
    """Wait for the page that a key asks for, if it asks for one.

    A click waits for that by itself. After a key the old page would be looked at, while the new one comes.
    """
    asked: list[Request] = []

    def note(request: Request) -> None:
        if request.is_navigation_request() and request.frame == page.main_frame:
            asked.append(request)

    page.evaluate(_MARK)
    page.on("request", note)
    try:
        yield
        page.wait_for_timeout(KEY_MS)
        if asked:
            page.wait_for_function(_UNMARKED)
            page.wait_for_load_state()
    finally:
        page.remove_listener("request", note)


class Hand(Protocol):
    """How one person works their controls. Each locator names exactly one control."""

    def press(self, control: Locator) -> None:
        """Activate a link, button, summary or tab."""

    def fill(self, control: Locator, text: str) -> None:
        """Put this text in place of what stands in the field."""

    def choose(self, control: Locator, label: str) -> None:
        """Choose the option with this label."""

    def tick(self, control: Locator) -> None:
        """Turn on a checkbox, or choose this radio button."""

    def attach(self, control: Locator, files: Files) -> None:
        """Choose files with the browser's own picker."""


class Pointer:
    """A mouse or a finger, and typing."""

    def press(self, control: Locator) -> None:
        control.click()

    def fill(self, control: Locator, text: str) -> None:
        control.fill(text)

    def choose(self, control: Locator, label: str) -> None:
        control.select_option(label=label)

    def tick(self, control: Locator) -> None:
        control.check()

    def attach(self, control: Locator, files: Files) -> None:
        control.set_input_files(files)


class Keyboard:
    """Tab, Shift+Tab, Enter, Space, arrows and typing. Every stop on the way must be seen to have the focus."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def press(self, control: Locator) -> None:
        self.reach(control)
        with _arrival(self._page):
            self._page.keyboard.press("Enter")

    def fill(self, control: Locator, text: str) -> None:
        self.reach(control)
        if control.get_attribute("type") == "date":
            self._type_date(control, text)
            return
        self._page.keyboard.press("Control+A")
        self._page.keyboard.press("Delete")
        self._page.keyboard.insert_text(text)

    def choose(self, control: Locator, label: str) -> None:
        self.reach(control)
        self._page.keyboard.press("Home")
        for _ in range(control.locator("option").count()):
            if control.evaluate(_LABEL) == label:
                return
            self._page.keyboard.press("ArrowDown")
        raise AssertionError(f"the arrow keys lead to no option {label!r}")

    def tick(self, control: Locator) -> None:
        if control.evaluate(_TICKED):
            return
        if control.get_attribute("type") == "radio":
            self._turn_to(control)
        else:
            self.reach(control)
            self._page.keyboard.press("Space")
        assert control.evaluate(_TICKED), "the keyboard did not turn it on"

    def attach(self, control: Locator, files: Files) -> None:
        self.reach(control)
        try:
            chooser = self._chooser()
        except TimeoutError:  # a busy browser now and then opens none for a key; a person presses it again
            self.reach(control)
            chooser = self._chooser()
        chooser.set_files(files)

    def _chooser(self) -> FileChooser:
        with self._page.expect_file_chooser(timeout=CHOOSER_MS) as opened:
            self._page.keyboard.press("Space")
        return opened.value

    def _type_date(self, control: Locator, iso: str) -> None:
        """Part by part, in the order that this browser shows: day or month first."""
        year, month, day = iso.split("-")
        for typed in (day + month + year, month + day + year):
            self._page.keyboard.type(typed)
            if control.input_value() == iso:
                return
            for _ in range(2):
                self._page.keyboard.press("ArrowLeft")
        raise AssertionError(f"{iso} cannot be typed")

    def reach(self, control: Locator) -> None:
        """Tab to the control; fails when it is out of reach, or when a stop on the way cannot be seen."""
        self._walk([control.element_handle()])

    def _turn_to(self, radio: Locator) -> None:
        """Into its group, where Tab stops at one button only, then by arrows; Space where none is chosen."""
        name = radio.get_attribute("name")
        group = self._page.locator(f"input[type=radio][name={name}]:visible").element_handles()
        self._walk(group)
        self._page.keyboard.press("Space")
        for _ in group:
            if radio.evaluate(_TICKED):
                return
            self._page.keyboard.press("ArrowDown")

    def _walk(self, wanted: Sequence[ElementHandle]) -> None:
        passed: list[str] = []
        for _ in range(FARTHEST):
            for one in wanted:
                stop = self._page.evaluate(_STOP, one)
                if stop["there"]:
                    assert not stop["fault"], f"{stop['name']}: {stop['fault']}"
                    return
            assert not stop["fault"], f"{stop['name']} on {self._page.url}: {stop['fault']}"
            passed.append(stop["name"])
            self._page.keyboard.press("Tab")
        raise AssertionError(f"the Tab key does not reach it; it stops at {passed[:60]}")
