"""The scenario cases of a conformance file as ticket timelines, folded by the production clock."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sla.conformance.values import read_instant, read_minutes, read_pauses, read_text
from sla.engine.calendar import BusinessCalendar
from sla.engine.clock import fold
from sla.engine.entries import ClockKind, DayReading, Entry, EntryKind, Targets
from sla.engine.instants import from_us, to_us
from sla.engine.pauses import merged, outside
from sla.engine.spec_json import read_date

_Case = Mapping[str, Any]
_TICK = timedelta(microseconds=1)
_SEVERE, _MILD = "P1", "P2"


def scenario_due(calendar: BusinessCalendar, case: _Case) -> datetime | None:
    """The limit clock's due instant after all that the scenario tells; KeyError for an unknown type."""
    return _TYPES[read_text(case["type"])](calendar, case)


def _severity_raised(calendar: BusinessCalendar, case: _Case) -> datetime | None:
    return _severity_changed(calendar, case, before=_MILD, after=_SEVERE)


def _severity_lowered(calendar: BusinessCalendar, case: _Case) -> datetime | None:
    return _severity_changed(calendar, case, before=_SEVERE, after=_MILD)


def _severity_changed(calendar: BusinessCalendar, case: _Case, *, before: str, after: str) -> datetime | None:
    targets = _targets({before: case["old_minutes"], after: case["new_minutes"]})
    change = Entry(at=read_instant(case["change_at"]), kind=EntryKind.SEVERITY, severity=after)
    return _due(case, [change], targets, [(change.at, calendar)], severity=before)


def _holiday_added(calendar: BusinessCalendar, case: _Case) -> datetime | None:
    holiday = read_date(case["holiday"])
    changed = replace(calendar.spec, closed={**calendar.spec.closed, holiday: ""})
    return _calendar_changed(calendar, case, BusinessCalendar(changed))


def _holiday_removed(calendar: BusinessCalendar, case: _Case) -> datetime | None:
    holiday = read_date(case["holiday"])
    kept = {day: name for day, name in calendar.spec.closed.items() if day != holiday}
    return _calendar_changed(calendar, case, BusinessCalendar(replace(calendar.spec, closed=kept)))


def _calendar_changed(calendar: BusinessCalendar, case: _Case, changed: BusinessCalendar) -> datetime | None:
    """The change becomes known just before the holiday's date begins, though never before the opening."""
    start, day = read_instant(case["start"]), read_date(case["holiday"])
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=calendar.zone)
    known = max(calendar.local_midnight(noon) - _TICK, start + _TICK)
    return _due(case, [], _targets({_SEVERE: case["minutes"]}), [(start, calendar), (known, changed)])


def _reopened(calendar: BusinessCalendar, case: _Case) -> datetime | None:
    resolved = Entry(at=read_instant(case["resolved_at"]), kind=EntryKind.RESOLVED)
    reopened = Entry(at=read_instant(case["reopened_at"]), kind=EntryKind.REOPENED)
    calendars = [(resolved.at, calendar)]
    return _due(case, [resolved, reopened], _targets({_SEVERE: case["minutes"]}), calendars)


def _end_of_nth_day(calendar: BusinessCalendar, case: _Case) -> datetime | None:
    days = read_minutes(case["days"])
    if not isinstance(days, int):
        raise TypeError(f"{days!r} is no whole number of days")
    targets = replace(_targets({_SEVERE: 540 * days}), reading=DayReading.END_OF_NTH_DAY)
    return _due(case, [], targets, [(read_instant(case["start"]), calendar)])


_TYPES: dict[str, Callable[[BusinessCalendar, _Case], datetime | None]] = {
    "severity_raised": _severity_raised,
    "severity_lowered": _severity_lowered,
    "holiday_added": _holiday_added,
    "holiday_removed": _holiday_removed,
    "reopened": _reopened,
    "end_of_nth_day": _end_of_nth_day,
}


def _targets(minutes: Mapping[str, object]) -> Targets:
    return Targets(
        minutes={
            severity: {ClockKind.LIMIT: None if value is None else read_minutes(value)}
            for severity, value in minutes.items()
        }
    )


def _due(
    case: _Case,
    changes: Sequence[Entry],
    targets: Targets,
    calendars: Sequence[tuple[datetime, BusinessCalendar]],
    severity: str = _SEVERE,
) -> datetime | None:
    """The due instant once the last of all changes and pauses has happened."""
    start = read_instant(case["start"])
    pauses = merged(read_pauses(case), to_us(start))
    if "resolved_at" in case:  # resolved time is a pause already; a wait inside it would end too early
        pauses = outside(pauses, *(to_us(entry.at) for entry in changes))
    waits = [Entry(at=from_us(begins), kind=EntryKind.PAUSED) for begins, _ in pauses]
    ends = [Entry(at=from_us(end), kind=EntryKind.RESUMED) for _, end in pauses if end is not None]
    # At one instant a wait ends first and begins last, so that no time is counted twice or lost.
    entries = [Entry(at=start, kind=EntryKind.OPENED, severity=severity), *ends, *changes, *waits]
    last = max(*(entry.at for entry in entries), *(known for known, _ in calendars))
    policies = [(start, targets)]
    reading = fold(kind=ClockKind.LIMIT, entries=entries, policies=policies, calendars=calendars, at=last)
    return reading.due
