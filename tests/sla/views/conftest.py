"""What the tests of pages share: a clean rate limit for each."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _no_earlier_attempts() -> None:
    """Sign-in attempts are counted in Redis, which no rollback reaches."""
    cache.clear()
