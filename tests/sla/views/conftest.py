"""What the tests of pages share: a clean rate limit for each, and an edit that is counted and confirmed."""

import pytest
from django.core.cache import cache
from django.test import Client

from tickets.operations.edits.impact import work_off_plans


@pytest.fixture(autouse=True)
def _no_earlier_attempts() -> None:
    """Sign-in attempts are counted in Redis, which no rollback reaches."""
    cache.clear()


def confirmed(admin: Client, path: str, typed: dict[str, object]) -> None:
    """The edit of a form, counted and confirmed."""
    there = admin.post(path, typed).headers["Location"]
    assert there.startswith("/settings/calendars/plans/")
    work_off_plans()
    assert admin.post(f"{there}confirmation/", {"reach": "running"}).status_code == 302
