"""What a business calendar says: zone, weekly hours, closed dates, exceptions, dated changes of the week."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sla.engine import spec_json
from sla.engine.spec_json import CalendarError

__all__ = ["CalendarError", "CalendarSpec", "Intervals", "Week"]

Intervals = tuple[tuple[int, int], ...]
Week = Mapping[int, Intervals]


@dataclass(frozen=True)
class CalendarSpec:
    """One version of a calendar.

    `week` maps 0 (Monday) to 6 to its opening hours as (open, close) in seconds of the local day, in order;
    `closed` maps a date to its name ("" if unnamed); `exceptions` give a date its own hours and beat
    `closed`; `versions` are (first local date, week), in order; `confirmed_years` are the years whose list
    of holidays is final (None: all are). Raises CalendarError when a part contradicts itself.
    """

    tz: str
    week: Week
    closed: Mapping[date, str] = field(default_factory=dict)
    exceptions: Mapping[date, Intervals] = field(default_factory=dict)
    versions: Sequence[tuple[date, Week]] = ()
    confirmed_years: frozenset[int] | None = None

    def __post_init__(self) -> None:
        load_zone(self.tz)
        for week in (self.week, *(week for _, week in self.versions)):
            _check_week(week)
        for day, intervals in self.exceptions.items():
            _check_intervals(intervals, day.isoformat())
        starts = [start for start, _ in self.versions]
        if starts != sorted(set(starts)):
            raise CalendarError("versions: each must begin on a later date than the one before")

    def validate(self) -> None:
        """Refuse, with CalendarError, a calendar that never opens again once its last week is in force."""
        last = self.versions[-1][1] if self.versions else self.week
        if not any(last.values()):
            raise CalendarError("the calendar has no support hours at all: no deadline would ever fall due")

    def week_on(self, day: date) -> Week:
        """The weekly hours in force on the local date `day`."""
        index = bisect_right([start for start, _ in self.versions], day)
        return self.versions[index - 1][1] if index else self.week

    def intervals_on(self, day: date) -> Intervals:
        """The opening hours of the local date `day`, in seconds of the day; empty when closed."""
        if day in self.exceptions:
            return self.exceptions[day]
        if day in self.closed:
            return ()
        return self.week_on(day).get(day.weekday(), ())

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "CalendarSpec":
        """The calendar that `data`, in the published conformance format, describes. Raises CalendarError."""
        return cls(**spec_json.read(data))

    def to_json(self) -> dict[str, Any]:
        """This calendar in the published conformance format; optional keys only where they say something."""
        document: dict[str, Any] = {
            "tz": self.tz,
            "week": spec_json.write_week(self.week),
            "holidays": [day.isoformat() for day in sorted(self.closed)],
            "exceptions": {
                day.isoformat(): spec_json.write_intervals(hours) for day, hours in sorted(self.exceptions.items())
            },
        }
        if self.versions:
            document["versions"] = [
                {"from": start.isoformat(), "week": spec_json.write_week(week)} for start, week in self.versions
            ]
        names = {day.isoformat(): name for day, name in sorted(self.closed.items()) if name}
        if names:
            document["holiday_names"] = names
        if self.confirmed_years is not None:
            document["confirmed_years"] = sorted(self.confirmed_years)
        return document


def load_zone(name: str) -> ZoneInfo:
    """The IANA time zone `name`. Raises CalendarError when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
        raise CalendarError(f"unknown time zone {name!r}") from None


def _check_week(week: Week) -> None:
    for weekday, intervals in week.items():
        if weekday not in range(7):
            raise CalendarError(f"unknown weekday {weekday!r}: 0 is Monday, 6 is Sunday")
        _check_intervals(intervals, spec_json.WEEKDAYS[weekday])


def _check_intervals(intervals: Intervals, where: str) -> None:
    previous_close = 0
    for opens, closes in intervals:
        text = f"{spec_json.write_time(opens)}-{spec_json.write_time(closes)}"
        if closes <= opens:
            raise CalendarError(f"{where}: {text} ends before it starts")
        if opens < 0 or closes > spec_json.DAY_SECONDS:
            raise CalendarError(f"{where}: {text} leaves the day")
        if opens < previous_close:
            raise CalendarError(f"{where}: {text} overlaps the interval before it")
        previous_close = closes
