"""Dates, times and spans in the words of a trace, in a calendar's own zone."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LISTED_DAYS = 3  # more than so many days in a row are written as first – last


class Wording:
    """Writes instants in one zone; the year is told only where it is not the year of `start`."""

    def __init__(self, zone: ZoneInfo, start: datetime) -> None:
        self.zone = zone
        self.year = start.astimezone(zone).year

    def day(self, day: date) -> str:
        """ "Fri 20 Nov"."""
        return f"{_WEEKDAYS[day.weekday()]} {day.day} {self._month(day)}"

    def days(self, days: Sequence[date]) -> str:
        """Days in order: "Sat 21, Sun 22 Nov", or "Mon 1 – Thu 4 Feb" when there are many."""
        shown, joint = (days, ", ") if len(days) <= _LISTED_DAYS else ((days[0], days[-1]), " – ")
        texts = [
            f"{_WEEKDAYS[day.weekday()]} {day.day}"
            + ("" if later is not None and self._month(day) == self._month(later) else f" {self._month(day)}")
            for day, later in pairwise([*shown, None])
            if day is not None
        ]
        return joint.join(texts)

    def instant(self, at: datetime) -> str:
        """ "Fri 20 Nov 15:10"."""
        local = at.astimezone(self.zone)
        return f"{self.day(local.date())} {_time(local)}"

    def stretch(self, start: datetime, end: datetime) -> str:
        """ "Fri 20 Nov 15:10–17:00", or both dates where they differ; a midnight that ends it is 24:00."""
        first, last = start.astimezone(self.zone), end.astimezone(self.zone)
        if first.date() == last.date():
            return f"{self.day(first.date())} {_time(first)}–{_time(last)}"
        if last.timetz().replace(tzinfo=None) == datetime.min.time() and last.date() == first.date() + timedelta(1):
            return f"{self.day(first.date())} {_time(first)}–24:00"
        return f"{self.instant(start)} – {self.instant(end)}"

    def _month(self, day: date) -> str:
        return _MONTHS[day.month - 1] if day.year == self.year else f"{_MONTHS[day.month - 1]} {day.year}"


def span(length: timedelta) -> str:
    """Support time in whole seconds: "1 h 50 min", "9 h", "45 min", "1 min 42 s", "0 min"."""
    minutes, seconds = divmod(length // timedelta(seconds=1), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, "h"), (minutes, "min"), (seconds, "s")]
    return " ".join(f"{value} {unit}" for value, unit in parts if value) or "0 min"


def _time(local: datetime) -> str:
    """Whole seconds, and none where there are none: fractions count in the engine but tell a reader nothing."""
    return f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
