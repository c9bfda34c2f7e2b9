"""Months, quarters and years as spans of instants, in the zone that the figures are stated in."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from sla.engine.instants import MINUTE_US, to_us

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_QUARTER = re.compile(r"(\d{4})-Q([1-4])")
_YEAR = re.compile(r"\d{4}")


@dataclass(frozen=True)
class Month:
    """The calendar month `name` (2026-04): from its first midnight to the next one's, in `zone`."""

    name: str
    zone: ZoneInfo

    def __post_init__(self) -> None:
        if not _MONTH.fullmatch(self.name):
            raise ValueError(f"{self.name!r} is no month: write it as 2026-04")

    @property
    def _first(self) -> date:
        return date(int(self.name[:4]), int(self.name[5:]), 1)

    @property
    def _last(self) -> date:
        return (self._first + timedelta(days=31)).replace(day=1)

    @property
    def begins(self) -> int:
        """The first instant, in microseconds."""
        return self._midnight(self._first)

    @property
    def ends(self) -> int:
        """The first instant after it, in microseconds."""
        return self._midnight(self._last)

    @property
    def minutes(self) -> Fraction:
        """All its minutes: 44,580 where a spring forward lies in it."""
        return Fraction(self.ends - self.begins, MINUTE_US)

    def freezes_at(self, days: int = 5) -> datetime:
        """When its figures become the first revision: `days` local days after its end."""
        day = self._last + timedelta(days=days)
        return datetime(day.year, day.month, day.day, tzinfo=self.zone)

    def _midnight(self, day: date) -> int:
        return to_us(datetime(day.year, day.month, day.day, tzinfo=self.zone))


def months_of(name: str, zone: ZoneInfo) -> list[Month]:
    """The months of a month (2026-04), a quarter (2026-Q1) or a year (2026). Raises ValueError for others."""
    if _MONTH.fullmatch(name):
        return [Month(name, zone)]
    if quarter := _QUARTER.fullmatch(name):
        first = int(quarter[2]) * 3 - 2
        return [Month(f"{quarter[1]}-{number:02}", zone) for number in range(first, first + 3)]
    if _YEAR.fullmatch(name):
        return [Month(f"{name}-{number:02}", zone) for number in range(1, 13)]
    raise ValueError(f"{name!r} is no month, quarter or year")
