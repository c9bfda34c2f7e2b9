"""Which stored clocks a calendar's newer versions can touch: those whose span misses every change need no fold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from sla.engine.calendar import BusinessCalendar
from sla.engine.difference import closes_only, first_difference
from sla.versions import CACHES, Known, calendar_of, known_sequence


@dataclass(frozen=True)
class Reach:
    """What lies between a stored clock's version and the current one.

    `touches`: the instant before which no deadline moves; None where nothing differs for clocks that run. `known_from`:
    when the first newer version became known; a clock that started later was folded by an older one by mistake.
    `held_up`: where all that lies between is one version that closes dates after its own: the two versions' ids, by
    which a running clock's rest is counted anew.
    """

    touches: datetime | None
    known_from: datetime
    held_up: tuple[int, int] | None = None


@lru_cache(maxsize=256)
def reach_of(calendar_id: int, current_version_id: int, stale_version_id: int) -> Reach:
    """From an older version of the calendar to its current one. Raises `LookupError` where it is no older one."""
    known = known_sequence(calendar_id, current_version_id)
    at = next((i for i, one in enumerate(known) if one.version_id == stale_version_id), None)
    if at is None or at + 1 >= len(known):
        raise LookupError(f"{stale_version_id} is no older version of calendar {calendar_id}")
    base = at
    while base > 0 and known[base].new_only:  # tickets from before such a version follow the one before it
        base -= 1
    instants = []
    for i in range(at + 1, len(known)):
        if known[i].new_only:
            continue
        after = calendar_of(known[i].version_id)
        days = [_between(calendar_of(known[j].version_id), after, known[i].known_from) for j in range(base, i)]
        instants += [midnight_of(after, day) for day in days if day is not None]
        base = i
    return Reach(min(instants, default=None), known[at + 1].known_from, _held_up(known, at))


def _held_up(known: Sequence[Known], at: int) -> tuple[int, int] | None:
    if known[at].new_only or at + 2 != len(known) or known[-1].new_only:
        return None
    before, after = calendar_of(known[at].version_id), calendar_of(known[-1].version_id)
    today = known[-1].known_from.astimezone(after.zone).date()
    return (known[at].version_id, known[-1].version_id) if closes_only(before.spec, after.spec, today) else None


def _between(before: BusinessCalendar, after: BusinessCalendar, known_from: datetime) -> date | None:
    """A version counts from the start of the local date on which it becomes known (POLICY 6)."""
    return first_difference(before.spec, after.spec, known_from.astimezone(after.zone).date())


def midnight_of(calendar: BusinessCalendar, day: date) -> datetime:
    """The first instant of a local date, UTC."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=calendar.zone)
    return calendar.local_midnight(noon)


CACHES.append(reach_of)
