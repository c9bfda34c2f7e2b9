"""The time zones of this machine, by their IANA names."""

from functools import lru_cache
from zoneinfo import available_timezones


@lru_cache(maxsize=1)
def known_zones() -> frozenset[str]:
    """All names, read once for the process: asking anew walks a folder of a thousand files."""
    return frozenset(available_timezones())
