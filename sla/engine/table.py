"""The windows of a calendar over a range of instants, with prefix sums: what every answer is looked up in."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from itertools import accumulate, pairwise
from operator import sub
from zoneinfo import ZoneInfo

from sla.engine.instants import DAY_US, SECOND_US, from_us, span_us
from sla.engine.spec import CalendarSpec, Intervals, Week

Segment = tuple[int, int, int]

UNREACHED = -(1 << 70)  # as a shift: more open time than any table has
_EPOCH_DAY = date(1970, 1, 1).toordinal()


class Table:
    """Open windows between the instants `low` and `high`, all in microseconds.

    `opens[i]`, `closes[i]`: window i, half open, in order, never touching. `before[i]`: open time before
    window i, one longer than the others. `shift[i]`: opens[i] - before[i], which turns open time into an
    instant. Window 0 may be empty: it marks `low`, so that an index below zero says "before this table".
    `columns` are opens, closes, before and shift with closes and shift one place on, for a look-up in one body:
    what bisecting `opens` gives is the place in them, and place 0 is before the table, from where nothing is reached.
    """

    __slots__ = ("before", "closes", "columns", "high", "low", "opens", "segments", "shift")

    def __init__(self, spec: CalendarSpec, zone: ZoneInfo, low: int, high: int) -> None:
        self.low, self.high = low, high
        self.segments = offset_segments(zone, low, high)
        self.opens, self.closes = _windows(spec, self.segments, low)
        self.before = list(accumulate(map(sub, [low, *self.closes], [low, *self.opens])))
        self.shift = list(map(sub, self.opens, self.before))
        self.columns = (self.opens, [-UNREACHED, *self.closes], self.before, [UNREACHED, *self.shift])

    def used(self, at: int) -> int:
        """Open time from `low` to `at`, which lies in the range."""
        i = bisect_right(self.opens, at) - 1
        return min(at, self.closes[i]) - self.shift[i]

    def reach(self, open_time: int) -> int | None:
        """The earliest instant at which `open_time` (above zero) has run since `low`; None beyond `high`."""
        j = bisect_left(self.before, open_time)
        return open_time + self.shift[j - 1] if j < len(self.before) else None


@lru_cache(maxsize=128)
def offset_segments(zone: ZoneInfo, low: int, high: int) -> tuple[Segment, ...]:
    """The stretches (start, end, UTC offset) of constant offset between `low` and `high`, in microseconds.

    Sampled daily and then halved down to the second: zones never change twice within days.
    """
    segments = []
    start, offset, known = low, _offset(zone, low), low
    while known < high:
        probe = min(known + DAY_US, high)
        if _offset(zone, probe) != offset:
            change = _first_change(zone, known, probe, offset)
            if change < high:
                segments.append((start, change, offset))
                start, offset = change, _offset(zone, change)
        known = probe
    segments.append((start, high, offset))
    return tuple(segments)


def _first_change(zone: ZoneInfo, same: int, changed: int, offset: int) -> int:
    seconds = range(same, changed, SECOND_US)
    return same + SECOND_US * bisect_left(seconds, True, key=lambda at: _offset(zone, at) != offset)


def _offset(zone: ZoneInfo, at: int) -> int:
    offset = from_us(at).astimezone(zone).utcoffset()
    assert offset is not None
    return span_us(offset)


def _windows(spec: CalendarSpec, segments: tuple[Segment, ...], low: int) -> tuple[list[int], list[int]]:
    opens, closes = [low], [low]
    special: dict[int, Intervals] = {day.toordinal() - _EPOCH_DAY: () for day in spec.closed}
    special.update({day.toordinal() - _EPOCH_DAY: hours for day, hours in spec.exceptions.items()})
    for start, end, offset in segments:
        for days, week in _weeks(spec, (start + offset) // DAY_US, -(-(end + offset) // DAY_US)):
            for day in days:
                midnight = day * DAY_US - offset
                weekday = (day + 3) % 7  # day 0, 1 January 1970, was a Thursday
                for opening, closing in special[day] if day in special else week.get(weekday, ()):
                    opened = max(midnight + opening * SECOND_US, start)
                    closed = min(midnight + closing * SECOND_US, end)
                    if opened >= closed:
                        continue
                    if opened == closes[-1]:
                        closes[-1] = closed
                    else:
                        opens.append(opened)
                        closes.append(closed)
    return opens, closes


def _weeks(spec: CalendarSpec, first: int, after: int) -> Iterator[tuple[range, Week]]:
    """The runs (days, week) of constant weekly hours from one day since 1970 to before another; some may be empty."""
    starts = [(day.toordinal() - _EPOCH_DAY, week) for day, week in spec.versions]
    for (begins, week), (ends, _) in pairwise([(first, spec.week), *starts, (after, spec.week)]):
        yield range(max(begins, first), min(ends, after)), week
