"""Stored clocks that stand on an older version of their calendar, and what has to be done with each."""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from typing import NamedTuple

from django.db import connection

from sla.reach import Reach, reach_of

STALE_CLOCKS = """
    SELECT c.id, c.ticket_id, c.kind, c.state, c.verdict, c.due_at, c.warn_at, c.warned_at, c.started_at, c.folded_at,
           c.calendar_id, c.calendar_version_id, k.current_version_id
    FROM sla_clock c JOIN sla_calendar k ON k.id = c.calendar_id
    WHERE c.ticket_id = ANY(%s) AND c.calendar_version_id < k.current_version_id AND c.state IN ('running', 'paused')
"""


class StaleClock(NamedTuple):
    """A stored clock on an older version of its calendar."""

    pk: int
    ticket_id: int
    kind: str
    state: str
    verdict: str
    due_at: datetime | None
    warn_at: datetime | None
    warned_at: datetime | None
    started_at: datetime
    folded_at: datetime
    calendar_id: int
    version_id: int
    current_version_id: int

    @property
    def reach(self) -> Reach:
        """What lies between its version and the current one."""
        return reach_of(self.calendar_id, self.current_version_id, self.version_id)


class Need(Enum):
    """What brings a stored clock to the current version; the nightly replay proves the answer."""

    NOTHING = "nothing"  # what is stored stays true
    HELD_UP = "held up"  # it runs, and its rest of support time is counted by the new version
    FOLD = "fold"


def stale_clocks(ticket_ids: Sequence[int]) -> list[StaleClock]:
    """The tickets' live clocks that stand on an older version. The caller holds the tickets' locks."""
    with connection.cursor() as cursor:
        cursor.execute(STALE_CLOCKS, [list(ticket_ids)])
        return [StaleClock(*row) for row in cursor.fetchall()]


def need_of(clock: StaleClock, *, at: datetime) -> Need:
    """What a clock needs at the instant `at`."""
    found = clock.reach
    if clock.started_at >= found.known_from:
        return Need.FOLD
    if found.touches is None or clock.verdict != "pending":
        return Need.NOTHING
    if clock.state == "running" and (clock.due_at is None or clock.due_at < found.touches):
        return Need.NOTHING
    if found.held_up is None or clock.folded_at >= found.known_from:
        return Need.FOLD
    if clock.state == "paused":
        return Need.NOTHING  # closed dates take nothing from it; it counts by them once it runs again
    return Need.HELD_UP if clock.due_at is not None and clock.due_at > at else Need.FOLD
