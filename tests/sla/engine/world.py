"""The calendars, the policy and the short forms that the engine's tests speak in."""

import json
import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from sla.engine.calendar import BusinessCalendar
from sla.engine.clock import fold
from sla.engine.entries import ClockKind, Entry, EntryKind, Reading, Targets
from sla.engine.spec import CalendarSpec
from sla.engine.table import offset_segments

ROOT = Path(__file__).parents[3]
CONFORMANCE, SEED = ROOT / "docs" / "conformance", ROOT / "sla" / "seed"
RESPONSE, TARGET, LIMIT = ClockKind.RESPONSE, ClockKind.TARGET, ClockKind.LIMIT

POLICY = Targets(
    minutes={
        "P1": {RESPONSE: 540, TARGET: 540, LIMIT: 1080},
        "P2": {RESPONSE: 1080, TARGET: 1620, LIMIT: 2700},
        "P3": {RESPONSE: 1620, TARGET: 3780, LIMIT: 3780},
        "P4": {RESPONSE: 1620, TARGET: None, LIMIT: None},
    }
)


@cache
def cases() -> dict:
    """The published conformance file."""
    return json.loads((CONFORMANCE / "deadline_cases.json").read_text())


def calendar(name: str = "colombo") -> BusinessCalendar:
    """A calendar of the conformance file; Colombo's with the names of its holidays, confirmed to 2026.

    Made once, and for each mutant anew: a table that was counted before the mutation would hide it.
    """
    _forget(os.environ.get("MUTANT_UNDER_TEST", ""))
    return _calendar(name, os.environ.get("MUTANT_UNDER_TEST", ""))


@cache
def _forget(_mutant: str) -> None:
    """What was counted of zones before a mutation would hide it."""
    offset_segments.cache_clear()


@cache
def _calendar(name: str, _mutant: str) -> BusinessCalendar:
    spec = CalendarSpec.from_json(cases()["calendars"][name])
    if name == "colombo":
        rows = json.loads((SEED / "lk_holidays.json").read_text())
        names = {date.fromisoformat(row["date"]): row["name"] for row in rows if row.get("closed_statutory")}
        spec = replace(spec, closed=names, confirmed_years=frozenset(range(2021, 2027)))
    return BusinessCalendar(spec)


def week_calendar(
    tz: str, week: dict[str, list], exceptions: dict | None = None, holidays: Sequence[str] = ()
) -> BusinessCalendar:
    """A calendar from a few words of the published format."""
    _forget(os.environ.get("MUTANT_UNDER_TEST", ""))
    document = {"tz": tz, "week": week, "exceptions": exceptions or {}, "holidays": list(holidays)}
    return BusinessCalendar(CalendarSpec.from_json(document))


def with_holiday(base: BusinessCalendar, day: str, name: str = "Special holiday") -> BusinessCalendar:
    """The same calendar with one more closed date."""
    closed = {**base.spec.closed, date.fromisoformat(day): name}
    return BusinessCalendar(replace(base.spec, closed=closed))


def without_holiday(base: BusinessCalendar, day: str) -> BusinessCalendar:
    """The same calendar with one closed date less."""
    closed = {key: name for key, name in base.spec.closed.items() if key != date.fromisoformat(day)}
    return BusinessCalendar(replace(base.spec, closed=closed))


def t(text: str, tz: str = "+05:30") -> datetime:
    """An instant in Sri Lanka: t("2026-11-16 08:00")."""
    return datetime.fromisoformat(f"{text}{tz}")


def m(minutes: float) -> timedelta:
    """A span of minutes."""
    return timedelta(minutes=minutes)


def entry(text: str, kind: str, severity: str | None = None, *, message: bool = False) -> Entry:
    """A timeline entry at a Sri Lanka time."""
    return Entry(at=t(text), kind=EntryKind(kind), severity=severity, with_message=message)


def read(
    *entries: Entry,
    at: str | datetime,
    kind: ClockKind = LIMIT,
    policy: Targets = POLICY,
    later_policies: Sequence[tuple[datetime, Targets]] = (),
    base: BusinessCalendar | None = None,
    later_calendars: Sequence[tuple[datetime, BusinessCalendar]] = (),
) -> Reading:
    """The reading of one clock, on the Colombo calendar and the published policy unless told otherwise."""
    start = entries[0].at
    return fold(
        kind=kind,
        entries=entries,
        policies=[(start, policy), *later_policies],
        calendars=[(start, base or calendar()), *later_calendars],
        at=t(at) if isinstance(at, str) else at,
    )
