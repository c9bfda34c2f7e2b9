"""Every route is a page for somebody, leads to one, or is said to be none."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from playwright.sync_api import Browser

from e2e.pages import NO_PAGES, all_addresses
from e2e.serving import Place
from e2e.walk import answers

ROLES = ("", "client", "client admin", "agent", "account manager", "admin")
VERB = (HTTPStatus.FOUND, HTTPStatus.METHOD_NOT_ALLOWED)


def test_every_route_is_a_page_for_somebody_leads_to_one_or_is_said_to_be_none(
    browser: Browser, place: Place, sessions: Callable[[str], Any]
) -> None:
    listed = all_addresses(place)
    left = {one.name for one in listed}
    for role in reversed(ROLES):  # who may most first: what they are shown need not be asked for again
        told = answers(browser, place, sessions, role, [one for one in listed if one.name in left])
        # A verb's address takes a form, and leads whoever merely opens it back to where the form is.
        left -= {name for name, (status, is_page) in told.items() if is_page or (role and status in VERB)}
    assert left == set(NO_PAGES)
