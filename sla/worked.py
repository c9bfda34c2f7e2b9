"""Worked examples of a policy that need not be saved: its deadlines at instants that people wonder about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from sla.engine.clock import fold
from sla.engine.entries import ClockKind, Entry, EntryKind, Reading, Targets
from sla.engine.trace import TraceLine, explain
from sla.models import Calendar, Severity
from sla.versions import current_calendar

FRIDAY = 4


@dataclass(frozen=True, kw_only=True)
class Worked:
    """A ticket received at an instant: its deadlines by severity, UTC (None: no promise), and one of them told.

    `told_of` names that one: its severity and clock.
    """

    title: str
    received_at: datetime
    rows: Sequence[tuple[str, Sequence[Reading]]]
    told_of: str
    told: Sequence[TraceLine]


def worked_examples(targets: Targets, calendar: Calendar, *, at: datetime) -> list[Worked]:
    """A Friday a minute before five, the eve of a holiday and a year's end, the next of each after `at`.

    Computed by the engine's own fold, by the calendar as it is known now. The eve is that of a Poya day where the
    calendar has one ahead, else of another holiday; none for a calendar without holidays ahead.
    """
    zone = ZoneInfo(calendar.time_zone)
    today = at.astimezone(zone).date()
    friday = today + timedelta(days=(FRIDAY - today.weekday()) % 7 or 7)
    cases = [(_("Friday, 16:59"), friday, time(16, 59))]
    holiday = _next_holiday(calendar, today)
    if holiday is not None:
        name, day = holiday
        cases.append((_("The eve of %(day)s, 15:30") % {"day": name}, day - timedelta(days=1), time(15, 30)))
    cases.append((_("The year’s last day, 16:00"), date(today.year, 12, 31), time(16)))
    return [_worked(title, datetime.combine(day, hour, zone), targets, calendar) for title, day, hour in cases]


def _next_holiday(calendar: Calendar, today: date) -> tuple[str, date] | None:
    """The next holiday whose eve is still ahead and a day of work; a Poya day first."""
    known = current_calendar(calendar)
    ahead = calendar.holidays.filter(date__gt=today + timedelta(days=1)).order_by("date")[:60]
    found = [
        row
        for row in ahead
        if known.closed_reason(row.date) and known.closed_reason(row.date - timedelta(days=1)) is None
    ]
    poya = next((row for row in found if "poya" in row.categories), None)
    chosen = poya or next(iter(found), None)
    return None if chosen is None else (chosen.name, chosen.date)


def _worked(title: str, received_at: datetime, targets: Targets, calendar: Calendar) -> Worked:
    rows = [(name, _readings(name, received_at, targets, calendar)) for name in Severity.values]
    due = (
        (_("%(severity)s, %(clock)s") % {"severity": name, "clock": _clock_words(kind)}, one)
        for name, readings in rows
        for kind, one in reversed(list(zip(ClockKind, readings, strict=True)))
        if one.due is not None
    )
    told_of, told = next(due, ("", None))
    lines = explain(told) if told else []
    return Worked(title=title, received_at=received_at, rows=rows, told_of=told_of, told=lines)


def _clock_words(kind: ClockKind) -> str:
    words = {
        ClockKind.RESPONSE: _("first response"),
        ClockKind.TARGET: _("resolution target"),
        ClockKind.LIMIT: _("resolution limit"),
    }
    return words[kind]


def _readings(severity: str, received_at: datetime, targets: Targets, calendar: Calendar) -> list[Reading]:
    opened = Entry(at=received_at, kind=EntryKind.OPENED, severity=severity)
    policies, calendars = [(received_at, targets)], [(received_at, current_calendar(calendar))]
    return [
        fold(kind=kind, entries=[opened], policies=policies, calendars=calendars, at=received_at) for kind in ClockKind
    ]
