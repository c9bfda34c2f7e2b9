"""Shorthand for page tests: an instant at which everything happens, and a ticket seen through a browser."""

from collections.abc import Callable

import pytest

from tests.support import colombo

ASK_THE_TIME = (
    "tickets.views.page",
    "tickets.views.clocks",
    "tickets.views.desk",
    "tickets.views.intake",
    "tickets.views.saved_views",
    "tickets.views.search",
    "tickets.views.composer",
    "tickets.views.drafting",
    "tickets.operations.work",
    "tickets.operations.intake",
)


@pytest.fixture
def at_instant(monkeypatch) -> Callable[[str], None]:
    """`at_instant("2026-11-16 11:00")`: pages and operations take this for now."""

    def go(text: str) -> None:
        for module in ASK_THE_TIME:
            monkeypatch.setattr(f"{module}.database_now", lambda: colombo(text))

    return go


@pytest.fixture
def monday(at_instant) -> None:
    """Monday 16 November 2026, 11:00 in Colombo: the desk is open."""
    at_instant("2026-11-16 11:00")
