"""From stored versions to the engine's objects, each built once per process: a version never changes."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sla.engine.calendar import BusinessCalendar
from sla.engine.entries import ClockKind, Targets
from sla.engine.spec import CalendarSpec
from sla.models import (
    Calendar,
    CalendarVersion,
    MatrixLevel,
    MatrixRule,
    MatrixVersion,
    PolicyVersion,
    Target,
)

Dated = tuple[datetime, BusinessCalendar]


class Known(NamedTuple):
    """One version of a calendar: since when it is known, and whether tickets from before keep the one before it."""

    known_from: datetime
    version_id: int
    new_only: bool


@lru_cache(maxsize=64)
def calendar_of(version_id: int) -> BusinessCalendar:
    """The business calendar of a calendar version."""
    return BusinessCalendar(CalendarSpec.from_json(CalendarVersion.objects.get(pk=version_id).spec))


@lru_cache(maxsize=64)
def known_sequence(calendar_id: int, current_version_id: int) -> tuple[Known, ...]:
    """Every version of a calendar up to the current one, oldest first."""
    rows = CalendarVersion.objects.filter(calendar_id=calendar_id, pk__lte=current_version_id)
    return tuple(Known(*row) for row in rows.order_by("number").values_list("known_from", "pk", "new_only"))


def calendars_since(calendar: Calendar, opened_at: datetime) -> list[Dated]:
    """The versions that a clock opened at this instant lives under: the one in force then, and all later ones.

    Those that reach new tickets only are left out of the later ones; the next that reaches running tickets brings
    their content along.
    """
    assert calendar.current_version_id is not None
    known = known_sequence(calendar.pk, calendar.current_version_id)
    first = max((i for i, one in enumerate(known) if one.known_from <= opened_at), default=0)
    lived = [known[first], *(one for one in known[first + 1 :] if not one.new_only)]
    return [(one.known_from, calendar_of(one.version_id)) for one in lived]


def current_calendar(calendar: Calendar) -> BusinessCalendar:
    """The calendar as it is known now."""
    assert calendar.current_version_id is not None
    return calendar_of(calendar.current_version_id)


@lru_cache(maxsize=64)
def targets_of(version_id: int) -> Targets:
    """The minutes that a policy version promises, as the engine takes them."""
    return engine_targets(PolicyVersion.objects.get(pk=version_id), target_rows(version_id))


def engine_targets(version: PolicyVersion, rows: Iterable[Target]) -> Targets:
    """The same of rows that need not be saved: a draft."""
    minutes: dict[str, Mapping[ClockKind, int | None]] = {
        row.severity: {
            ClockKind.RESPONSE: row.response_minutes,
            ClockKind.TARGET: row.target_minutes,
            ClockKind.LIMIT: row.limit_minutes,
        }
        for row in rows
    }
    going_on = set() if version.waiting_pauses_response else {ClockKind.RESPONSE}
    going_on |= set() if version.waiting_pauses_resolution else {ClockKind.TARGET, ClockKind.LIMIT}
    return Targets(
        minutes=minutes,
        warn_percent=version.warn_percent,
        reading=version.reading,
        working_day_minutes=version.working_day_minutes,
        unpaused=frozenset(going_on),
    )


@lru_cache(maxsize=64)
def target_rows(version_id: int) -> tuple[Target, ...]:
    """The rows of a policy version, most severe first, with the definitions that people read."""
    return tuple(Target.objects.filter(version_id=version_id).order_by("severity"))


@lru_cache(maxsize=64)
def policy_version(version_id: int) -> PolicyVersion:
    """A policy version's own figures."""
    return PolicyVersion.objects.get(pk=version_id)


class Matrix:
    """One version of the escalation matrix, ready to ask."""

    def __init__(self, version: MatrixVersion, levels: list[MatrixLevel], rules: list[MatrixRule]) -> None:
        self.version = version
        self.levels = {level.level: level for level in levels}
        self.all_rules = rules
        self.rules = {(rule.event, rule.severity): rule for rule in rules}

    def rule(self, event: str, severity: str) -> MatrixRule | None:
        """The rule of an event: the severity's own, else the one of every severity; None without either."""
        return self.rules.get((event, severity)) or self.rules.get((event, ""))

    def repeat_minutes(self, event: str, severity: str) -> int:
        """Support minutes in which a level that this event has called must acknowledge, before it is told again."""
        rule = self.rule(event, severity)
        return (rule.repeat_minutes if rule else None) or self.version.reminder_minutes

    @property
    def top(self) -> int:
        """The highest level."""
        return max(self.levels)

    def name(self, level: int) -> str:
        """A level's name; its number for one that an older version had and this one has not."""
        return self.levels[level].name if level in self.levels else f"Level {level}"


@lru_cache(maxsize=16)
def matrix_of(version_id: int) -> Matrix:
    """The escalation matrix of a version."""
    version = MatrixVersion.objects.get(pk=version_id)
    return Matrix(version, list(version.levels.order_by("level")), list(version.rules.order_by("pk")))


def forget_versions() -> None:
    """Empty the caches; tests that renumber rows need it."""
    for cached in CACHES:
        cached.cache_clear()


# What is remembered by the ids of versions; whoever remembers more adds itself.
CACHES: list[Any] = [calendar_of, known_sequence, targets_of, target_rows, policy_version, matrix_of]
