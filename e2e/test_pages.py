"""Every page that clients can reach is usable by everybody: axe-core in light and dark, and narrow windows."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser

from e2e.conftest import Visit
from e2e.pages import all_addresses
from e2e.serving import Place
from e2e.walk import Walk, answers


@pytest.mark.parametrize("role", ["", "client", "client admin"], ids=lambda role: role.replace(" ", "-") or "stranger")
def test_no_page_shuts_anybody_out(
    visit: Visit, browser: Browser, place: Place, sessions: Callable[[str], Any], role: str
) -> None:
    listed = all_addresses(place)
    told = answers(browser, place, sessions, role, listed)
    wrong = Walk(place).faults(visit(role).page, [one for one in listed if told[one.name][1]])
    assert not wrong, "\n".join(["", *wrong])
