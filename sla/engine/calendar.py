"""Business time: deadlines and elapsed support time over a calendar (POLICY 1)."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta

from sla.engine.instants import (
    DAY_US,
    EPOCH,
    MICROSECOND,
    MINUTE_US,
    NAIVE,
    NEGATIVE,
    SECOND_US,
    from_us,
    span_us,
    to_us,
)
from sla.engine.pauses import Pause, merged
from sla.engine.spec import CalendarError, CalendarSpec, load_zone
from sla.engine.table import UNREACHED, Table

FIRST_YEAR, LAST_YEAR = 1900, 2200  # nothing is looked for beyond: no walk is endless
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_FIRST = to_us(datetime(FIRST_YEAR, 1, 1, tzinfo=UTC))
_END = to_us(datetime(LAST_YEAR, 1, 1, tzinfo=UTC))
_YEARS_AHEAD = 3  # that a table reaches beyond what it was asked for
_AFTER_ALL = date(LAST_YEAR, 1, 1).toordinal()
_AROUND = 2 * DAY_US  # no local date reaches further from its midnight in UTC, whatever the zone


class BusinessCalendar:
    """Answers for one version of a calendar. Instants come in aware, of any zone, and go out in UTC.

    A window is the set of instants whose local wall time lies in it, opening included, closing excluded, so
    a day of 24 hours has 23 or 25 where the clocks change. The table of windows is built when first needed,
    grows by years, and is replaced as a whole, so threads may share a calendar. Every method raises
    ValueError for a naive datetime and CalendarError for an instant outside the years 1900-2199.
    """

    def __init__(self, spec: CalendarSpec) -> None:
        self.spec = spec
        self.zone = load_zone(spec.tz)
        self._table: Table | None = None
        self._confirmed_span = range(0)
        self._columns: tuple[list[int], ...] = ([], [-UNREACHED], [], [UNREACHED])

    def due(self, start: datetime, minutes: int | timedelta, pauses: Iterable[Pause] = ()) -> datetime | None:
        """The earliest instant from `start` at which `minutes` of open, unpaused time have run (POLICY 1).

        `minutes` are whole minutes or an exact timedelta; 0 is due at `start`. A budget used up at closing
        is due at closing, one used up as a pause begins is due then. None if it never is: an open-ended
        pause (its end None) comes first, or the calendar does not open long enough before the year 2200.
        """
        try:
            span = start - EPOCH
        except TypeError:
            raise ValueError(NAIVE) from None
        at = span.days * DAY_US + span.seconds * SECOND_US + span.microseconds
        need = minutes * MINUTE_US if isinstance(minutes, int) else span_us(minutes)
        if need < 0:
            raise ValueError(NEGATIVE)
        if pauses or not need:
            return self._due_around(at, need, pauses)
        # The common case is kept in one body: a call costs as much as the look-up itself.
        opens, closes, before, shift = self._columns
        i = bisect_right(opens, at)
        wanted = (at - shift[i] if at < closes[i] else before[i]) + need
        j = bisect_left(before, wanted)
        if j < len(before):
            return EPOCH + MICROSECOND * (wanted + shift[j])
        found = self.due_us(at, need)
        return None if found is None else from_us(found)

    def elapsed(self, start: datetime, end: datetime, pauses: Iterable[Pause] = ()) -> timedelta:
        """The open, unpaused time between `start` and `end`; zero when `end` is not after `start`."""
        since, until = to_us(start), to_us(end)
        total = 0
        for begins, ends in merged(pauses, since):
            total += self.open_us(since, min(begins, until))
            since = until if ends is None else ends
        return MICROSECOND * (total + self.open_us(since, until))

    def windows(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The open windows (opening, closing) between `start` and `end`, cut to that span, in order."""
        for opens, closes in self.windows_us(to_us(start), to_us(end)):
            yield from_us(opens), from_us(closes)

    def is_open(self, at: datetime) -> bool:
        """Whether support is open at `at`: opening included, closing excluded."""
        instant = to_us(at)
        return self.open_us(instant, instant + 1) > 0

    def is_open_inclusive(self, at: datetime) -> bool:
        """Whether `at` lies in [opening, closing], closing included: a notice may go now (POLICY 7)."""
        instant = to_us(at)
        return self.open_us(instant - 1, instant + 1) > 0

    def next_opening(self, at: datetime) -> datetime | None:
        """The first open instant from `at` on: `at` itself when open, None when there is none before 2200."""
        start = to_us(at)
        first = self.due_us(start, 1)  # the microsecond in which the first open time runs
        return None if first is None else from_us(first - 1)

    def end_of_nth_day(self, start: datetime, days: int) -> datetime | None:
        """The close of the Nth working day after the local date of `start` (the alternative of POLICY 1).

        A working day is a local date with any open time. None when there are too few before the year 2200.
        Raises ValueError unless `days` is at least 1.
        """
        if days < 1:
            raise ValueError("count at least one working day")
        left = days
        for day in range(self._local(start).toordinal() + 1, _AFTER_ALL):
            close = self._close_of(day)
            if close is None:
                continue
            left -= 1
            if left == 0:
                return from_us(close)
        return None

    def local_midnight(self, at: datetime) -> datetime:
        """The first instant of the local date of `at`: 00:00, or later where the clocks skip that."""
        return from_us(self._day_pieces(self._local(at).toordinal())[0][0])

    def years_confirmed(self, start: datetime, end: datetime) -> bool:
        """Whether the list of holidays is final for every local year from `start` to `end` (POLICY 3)."""
        return self.confirmed_us(to_us(start), to_us(end))

    def closed_reason(self, day: date) -> str | None:
        """Why a local date has no hours: a holiday's name, "exception" or "closed"; None if it has some."""
        if self.spec.intervals_on(day):
            return None
        if day in self.spec.closed:
            return self.spec.closed[day] or "holiday"
        return "exception" if day in self.spec.exceptions else "closed"

    # The same in whole microseconds since the epoch, for the fold.

    def due_us(self, start: int, need: int) -> int | None:
        """The earliest instant from `start` at which `need` of open time has run; None if not before 2200."""
        table = self._covering(start, start)
        if need <= 0:
            return start
        while True:
            found = table.reach(table.used(start) + need)
            if found is not None or table.high == _END:
                return found
            table = self._covering(start, min(_END, 2 * table.high - table.low))

    def open_us(self, start: int, end: int) -> int:
        """The open time between `start` and `end`; zero when `end` is not after `start`."""
        end = max(start, end)
        table = self._covering(start, end)
        return table.used(end) - table.used(start)

    def confirmed_us(self, start: int, end: int) -> bool:
        """Whether the list of holidays is final for every local year from `start` to `end`."""
        confirmed = self.spec.confirmed_years
        if confirmed is None:
            return True
        span = self._confirmed_span  # the last answer's years: most deadlines lie in them
        if start in span and end in span:
            return True
        first, last = (from_us(at).astimezone(self.zone).year for at in (start, end))
        if not all(year in confirmed for year in range(first, last + 1)):
            return False
        low, high = (to_us(datetime(year, 1, 1, tzinfo=self.zone)) for year in (first, last + 1))
        self._confirmed_span = range(low, high)
        return True

    def windows_us(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The open windows between `start` and `end`, cut to that span."""
        if end <= start:
            return
        table = self._covering(start, end)
        for i in range(bisect_right(table.closes, start), bisect_left(table.opens, end)):
            yield max(table.opens[i], start), min(table.closes[i], end)

    def _local(self, at: datetime) -> datetime:
        return from_us(to_us(at)).astimezone(self.zone)

    def _due_around(self, start: int, need: int, pauses: Iterable[Pause]) -> datetime | None:
        for begins, ends in merged(pauses, start):
            available = self.open_us(start, begins)
            if available >= need:
                break
            if ends is None:
                return None
            need -= available
            start = ends
        found = self.due_us(start, need)
        return None if found is None else from_us(found)

    def _covering(self, start: int, end: int) -> Table:
        """A table that reaches from before `start` to after `end`, built in whole years."""
        table = self._table
        if table is not None and table.low <= start and end <= table.high:
            return table
        if start < _FIRST or end > _END:
            raise CalendarError(f"support time is known for the years {FIRST_YEAR} to {LAST_YEAR - 1} only")
        low, high = _year_of(start), _year_of(end) + _YEARS_AHEAD
        if table is not None:
            low, high = min(low, _year_of(table.low)), max(high, _year_of(table.high))
        low, high = max(low, FIRST_YEAR), min(high, LAST_YEAR)
        table = Table(self.spec, self.zone, _january(low), _january(high))
        self._table, self._columns = table, table.columns
        return table

    def _day_pieces(self, day: int) -> list[tuple[int, int, int]]:
        """The stretches (start, end, wall time at start) of the local date of ordinal `day`."""
        midnight = (day - _EPOCH_DAY) * DAY_US
        table = self._covering(max(_FIRST, midnight - _AROUND), min(_END, midnight + _AROUND))
        pieces = []
        for begins, ends, offset in table.segments:
            start, end = max(begins, midnight - offset), min(ends, midnight + DAY_US - offset)
            if start < end:
                pieces.append((start, end, start + offset - midnight))
        return pieces

    def _close_of(self, day: int) -> int | None:
        """The last closing on the local date of ordinal `day`; None where no window of it really happens."""
        intervals = self.spec.intervals_on(date.fromordinal(day))
        if not intervals:
            return None
        closes = [
            min(start + closing * SECOND_US - wall, end)
            for start, end, wall in self._day_pieces(day)
            for opening, closing in intervals
            if opening * SECOND_US < wall + end - start and closing * SECOND_US > wall
        ]
        return max(closes, default=None)


def _year_of(at: int) -> int:
    return from_us(at).year


def _january(year: int) -> int:
    return to_us(datetime(year, 1, 1, tzinfo=UTC))
