"""Every page that staff can reach is usable by everybody: axe-core in light and dark, and narrow windows."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser

from e2e.conftest import Visit
from e2e.pages import all_addresses
from e2e.serving import Place
from e2e.walk import Walk, answers


@pytest.mark.parametrize("role", ["agent", "account manager", "admin"])
def test_no_page_shuts_anybody_out(
    visit: Visit, browser: Browser, place: Place, sessions: Callable[[str], Any], role: str
) -> None:
    listed = all_addresses(place)
    told = answers(browser, place, sessions, role, listed)
    pages = [one for one in listed if told[one.name][1]]
    # From the other end than the clients' walk, which goes on at the same time: what both reach is judged once.
    wrong = Walk(place).faults(visit(role).page, reversed(pages))
    assert not wrong, "\n".join(["", *wrong])
