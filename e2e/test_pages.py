"""Every page that each role can reach is usable by everybody: axe-core in light and dark, and narrow windows."""

from collections.abc import Callable
from contextlib import closing
from http import HTTPStatus
from typing import Any

import pytest
from playwright.sync_api import Browser

from e2e.checking import faults
from e2e.conftest import Visit
from e2e.pages import NO_PAGES, Address, addresses, stock
from e2e.serving import Place

ROLES = ("", "client", "client admin", "agent", "account manager", "admin")
# Elements, attributes and where there are words, whatever they say.
SHAPE = """() => [...document.querySelectorAll("main *")].map((node) => [node.tagName, node.className,
  ...node.getAttributeNames(), node.textContent.trim() ? "words" : ""].join(" ")).join()"""
FOUND, NOT_ALLOWED = HTTPStatus.FOUND, HTTPStatus.METHOD_NOT_ALLOWED
Answers = dict[tuple[str, str], tuple[int, bool]]  # by role and route: the status, and whether it is a page to read


@pytest.fixture(scope="module")
def listed(place: Place) -> list[Address]:
    """Every address, over an ACME that has one of everything."""
    return list(addresses(stock()))


@pytest.fixture(scope="module")
def answers(browser: Browser, place: Place, sessions: Callable[[str], Any], listed: list[Address]) -> Answers:
    """What every address answers to every role."""
    found: Answers = {}
    for role in ROLES:
        with closing(browser.new_context(base_url=place.url, storage_state=sessions(role))) as context:
            for one in listed:
                answer = context.request.get(one.path, max_redirects=0)
                is_page = answer.status == HTTPStatus.OK and answer.body()[:15].lower() == b"<!doctype html>"
                # A stranger's document, in which nothing can run, has a page of ours around it.
                is_page = is_page and "sandbox" not in answer.headers.get("content-security-policy", "")
                found[role, one.name] = (answer.status, is_page)
    return found


@pytest.fixture(scope="module")
def met() -> set[tuple[str, str]]:
    """The pages looked at, each as its route and the shape of its content."""
    return set()


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.replace(" ", "-") or "stranger")
def test_no_page_shuts_anybody_out(
    visit: Visit, listed: list[Address], answers: Answers, met: set[tuple[str, str]], role: str
) -> None:
    me, wrong, has_frame = visit(role), [], False
    for one in listed:
        if not answers[role, one.name][1]:
            continue
        me.go(one.path)
        # What another role was shown alike needs no second look; the frame around it is each role's own.
        page = one.name, me.page.evaluate(SHAPE)
        if page in met and has_frame:
            continue
        met.add(page)
        has_frame = True
        wrong += [f"{one.name} {one.path}: {fault}" for fault in faults(me.page)]
    assert not wrong, "\n".join(["", *wrong])


def test_every_route_is_a_page_for_somebody_leads_to_one_or_is_said_to_be_none(
    listed: list[Address], answers: Answers
) -> None:
    pages = {name for (_, name), (_, is_page) in answers.items() if is_page}
    # A verb's address takes a form, and leads whoever merely opens it back to where the form is.
    verbs = {name for (role, name), (status, _) in answers.items() if role and status in (FOUND, NOT_ALLOWED)}
    assert {one.name for one in listed} - pages - verbs == set(NO_PAGES)
