"""The walk over all pages that a role can reach: each is judged, and none twice for what it shows alike."""

import fcntl
from collections.abc import Callable, Iterable
from contextlib import closing
from http import HTTPStatus
from typing import Any

from playwright.sync_api import APIResponse, Browser, Page

from e2e.checking import faults
from e2e.pages import Address
from e2e.serving import Place

# The kinds of elements of a page: each one's name and classes with its parent's, attributes, and whether it has words.
_KINDS = """() => [...new Set([...document.querySelectorAll("main *")].map((node) => [node.parentElement.tagName,
  node.parentElement.className, node.tagName, node.className, ...node.getAttributeNames(),
  node.textContent.trim() ? "words" : ""].join(" ").replace(/\\s+/g, " ")))]"""
Answers = dict[str, tuple[int, bool]]  # by route: the status, and whether it is a page to read


class Walk:
    """Remembers, by route, the kinds of elements that were judged; what another role is shown alike needs no more.

    Every process of a run remembers in the same files: what one of them has judged, the others pass by.
    """

    def __init__(self, place: Place) -> None:
        self._folder = place.data / "judged"
        self._folder.mkdir(exist_ok=True)

    def _is_new(self, name: str, kinds: set[str]) -> bool:
        """Whether nobody has met some of these on that route; whoever is told so is the one to judge them."""
        with (self._folder / name).open("a+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            met = set(file.read().splitlines())
            file.writelines(f"{kind}\n" for kind in sorted(kinds - met))
            return not kinds <= met

    def faults(self, page: Page, pages: Iterable[Address]) -> list[str]:
        """The faults of these pages for whoever is signed in, each with its route and address.

        The frame around the content is each role's own: the first page is judged whatever it shows.
        """
        found: list[str] = []
        is_first = True
        for one in pages:
            page.goto(one.path)
            is_new = self._is_new(one.name, set(page.evaluate(_KINDS)))
            if is_first or is_new:
                found += [f"{one.name} {one.path}: {fault}" for fault in faults(page)]
            is_first = False
        return found


def answers(
    browser: Browser, place: Place, sessions: Callable[[str], Any], role: str, listed: Iterable[Address]
) -> Answers:
    """What every address answers to a role."""
    with closing(browser.new_context(base_url=place.url, storage_state=sessions(role))) as context:
        asked = {one.name: context.request.get(one.path, max_redirects=0) for one in listed}
        return {name: (answer.status, _is_page(answer)) for name, answer in asked.items()}


def _is_page(answer: APIResponse) -> bool:
    if answer.status != HTTPStatus.OK or answer.body()[:15].lower() != b"<!doctype html>":
        return False
    # A stranger's document, in which nothing can run, has a page of ours around it.
    return "sandbox" not in answer.headers.get("content-security-policy", "")
