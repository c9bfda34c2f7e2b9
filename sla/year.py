"""A calendar's year at a glance: each day with what is special about it, in words and as a look for the page."""

import calendar as civil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sla.engine.spec import CalendarSpec
from sla.engine.spec_json import write_intervals
from sla.models import Calendar, CalendarException, Holiday
from sla.models.calendar import ExceptionKind
from sla.operations.calendar_changes import hours_words
from sla.operations.calendars import specification


@dataclass(frozen=True)
class DayShown:
    """One date. `look`: open, closed, holiday (closed), noted (a holiday that does not close it), half, swapped, own.

    `label` says it in words, hours included.
    """

    date: date
    look: str
    label: str
    hours: str
    holiday: Holiday | None = None
    exception: CalendarException | None = None

    @property
    def is_special(self) -> bool:
        return self.holiday is not None or self.exception is not None

    @property
    def name(self) -> str:
        """What the day is called in a list."""
        return self.holiday.name if self.holiday else self.exception.note if self.exception else ""

    @property
    def source(self) -> str:
        """Who says so; of a holiday with hours of its own why, too."""
        note = self.exception.note if self.exception and self.holiday else ""
        return " · ".join(part for part in (self.holiday.source if self.holiday else "", note) if part)


@dataclass(frozen=True)
class MonthShown:
    """A month as weeks from Monday to Sunday; None outside the month."""

    first: date
    weeks: list[list[DayShown | None]]


@dataclass(frozen=True)
class YearShown:
    """The months, and the days about which something is to be said, in order."""

    months: list[MonthShown]
    special: list[DayShown]


def year_of(calendar: Calendar, year: int) -> YearShown:
    """A year from 1900 to 2199 of the calendar's rows as they are now."""
    spec = CalendarSpec.from_json(specification(calendar))
    holidays = {row.date: row for row in calendar.holidays.filter(date__year=year)}
    exceptions = {row.date: row for row in calendar.exceptions.filter(date__year=year)}
    months = [_month(spec, year, number, holidays, exceptions) for number in range(1, 13)]
    days = [day for month in months for week in month.weeks for day in week if day is not None]
    return YearShown(months, [day for day in days if day.is_special])


def day_of(calendar: Calendar, day: date) -> DayShown:
    """One date of the calendar's rows as they are now."""
    spec = CalendarSpec.from_json(specification(calendar))
    return _shown(spec, day, calendar.holidays.filter(date=day).first(), calendar.exceptions.filter(date=day).first())


def _month(
    spec: CalendarSpec,
    year: int,
    number: int,
    holidays: Mapping[date, Holiday],
    exceptions: Mapping[date, CalendarException],
) -> MonthShown:
    weeks = civil.Calendar().monthdatescalendar(year, number)
    shown = [
        [
            _shown(spec, day, holidays.get(day), exceptions.get(day))
            if (day.year, day.month) == (year, number)
            else None
            for day in week
        ]
        for week in weeks
    ]
    return MonthShown(date(year, number, 1), shown)


def _shown(spec: CalendarSpec, day: date, holiday: Holiday | None, exception: CalendarException | None) -> DayShown:
    intervals = spec.intervals_on(day)
    hours = hours_words(write_intervals(intervals))
    look = _look(spec, day, holiday, exception)
    said = [date_format(day, "l j F Y"), hours]
    if holiday is not None:
        said.append(holiday.name)
    if exception is not None:
        said.append(f"{exception.get_kind_display()}: {exception.note}")
    return DayShown(day, look, ", ".join(said), hours, holiday, exception)


def _look(spec: CalendarSpec, day: date, holiday: Holiday | None, exception: CalendarException | None) -> str:
    if exception is not None:
        looks = {ExceptionKind.HALF_DAY: "half", ExceptionKind.SWAPPED: "swapped"}
        return looks.get(ExceptionKind(exception.kind), "own")
    if holiday is not None:
        return "holiday" if day in spec.closed else "noted"
    return "open" if spec.intervals_on(day) else "closed"


def looks() -> list[tuple[str, str]]:
    """The legend: each look with its word."""
    return [
        ("open", _("support hours")),
        ("closed", _("closed by the week")),
        ("holiday", _("holiday that closes the desk")),
        ("noted", _("other holiday")),
        ("half", _("half day")),
        ("swapped", _("swapped day")),
        ("own", _("other hours")),
    ]
