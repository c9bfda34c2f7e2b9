"""How far closed dates move instants, as a table: what a database needs to move many clocks by itself.

Between two openings or closings every instant is moved by the same span, so a few hundred stretches say it for all.
"""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sla.engine.calendar import BusinessCalendar
from sla.engine.instants import MICROSECOND, from_us, to_us


@dataclass(frozen=True)
class Shifts:
    """Stretches of instants, each from after `after[i]` to `after[i + 1]`, the last one without an end of its own.

    An instant in stretch i, if it is due by support time counted since `after[0]`, is due `by[i]` later, but not after
    `most[i]`: what falls into closed hours was used up at the closing. It never comes earlier. Instants are UTC.
    """

    after: tuple[datetime, ...]
    by: tuple[timedelta, ...]
    most: tuple[datetime, ...]

    def of(self, at: datetime) -> datetime:
        """Where an instant after `after[0]` is moved to."""
        i = bisect_left(self.after, at) - 1
        return max(at, min(at + self.by[i], self.most[i]))


def shifts_between(old: BusinessCalendar, new: BusinessCalendar, *, since: datetime, until: datetime) -> Shifts:
    """The stretches from `since` to `until`: when as much support time has run by the new calendar as by the old."""
    begin, end = to_us(since), to_us(until)
    after, by, most = [begin], [0], [begin]  # before the first opening no time has run
    used = 0
    for opens, closes in old.windows_us(begin, end):
        for first, last, to in _parts(new, begin, used, closes - opens):
            after.append(opens + first)
            by.append(to - (opens + last))
            most.append(to)
        after.append(closes)
        by.append(by[-1])
        most.append(most[-1])
        used += closes - opens
    return Shifts(
        tuple(from_us(one) for one in after),
        tuple(MICROSECOND * one for one in by),
        tuple(from_us(one) for one in most),
    )


def _parts(new: BusinessCalendar, since: int, used: int, length: int) -> list[tuple[int, int, int]]:
    """A window of the old calendar as the new one cuts it: from and to within it, and where the end of that falls."""
    first, parts = 0, []
    while first < length:
        # The microsecond that runs next says in which window of the new calendar it lies.
        next_us = new.due_us(since, used + first + 1)
        assert next_us is not None, "a calendar that is published opens again"
        whole = new.due_us(since, used + length)
        window = next(iter(new.windows_us(next_us - 1, (whole or next_us) + 1)))
        last = min(length, first + window[1] - (next_us - 1))
        to = new.due_us(since, used + last)
        assert to is not None
        parts.append((first, last, to))
        first = last
    return parts


def unconfirmed_years(calendar: BusinessCalendar, first: datetime, last: datetime) -> list[tuple[datetime, datetime]]:
    """The local years between two instants whose list of holidays is not final: first instant, and that of the next."""
    confirmed = calendar.spec.confirmed_years
    if confirmed is None:
        return []
    years = range(first.astimezone(calendar.zone).year, last.astimezone(calendar.zone).year + 1)
    edges = {year: datetime(year, 1, 1, tzinfo=calendar.zone).astimezone(UTC) for year in (*years, years.stop)}
    return [(edges[year], edges[year + 1]) for year in years if year not in confirmed]
