"""The fold: a ticket's timeline, its policy versions and its calendar versions give the state of one clock.

A fold is a pure function of what it is given, so that a replay gives what was promised.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sla.engine.calendar import BusinessCalendar
from sla.engine.entries import ClockKind, Entry, EntryKind, Reading, State, Targets, Verdict
from sla.engine.instants import from_us, to_us
from sla.engine.machine import Clock
from sla.engine.reading import read_clock

_VERSION, _ENTRY = 0, 1  # at one instant a version is known before an entry is made


def fold(
    *,
    kind: ClockKind,
    entries: Sequence[Entry],
    policies: Sequence[tuple[datetime, Targets]],
    calendars: Sequence[tuple[datetime, BusinessCalendar]],
    at: datetime,
) -> Reading:
    """The clock `kind` of one ticket as it stands at the instant `at` (POLICY 3 to 6).

    `entries` are taken in the order of their instants, those after `at` not at all, and none takes effect
    before the opening. The first of `policies` and of `calendars` is the one pinned when the ticket was
    opened, each later one is known from its instant on. Before the opening the state is `none`. Raises
    ValueError for an unknown severity, a naive datetime, or a missing first policy or calendar.
    """
    if not policies or not calendars:
        raise ValueError("a clock needs the policy and the calendar in force at its opening")
    now = to_us(at)
    timeline = sorted([(to_us(entry.at), entry) for entry in entries], key=lambda item: item[0])
    opening = next((item for item in timeline if item[1].kind is EntryKind.OPENED), None)
    if opening is None or opening[0] > now:
        return Reading(kind=kind, at=from_us(now), state=State.NONE, verdict=Verdict.PENDING)
    start, opened = opening
    clock = Clock(kind=kind, start=start, severity=opened.severity, targets=policies[0][1], calendar=calendars[0][1])
    events: list[tuple[int, int, Callable[[int, Any], None], object]] = [
        (to_us(known), _VERSION, clock.change_policy, targets) for known, targets in policies[1:]
    ]
    events += [(to_us(known), _VERSION, clock.change_calendar, calendar) for known, calendar in calendars[1:]]
    events += [(instant, _ENTRY, clock.enter, entry) for instant, entry in timeline]
    for instant, _, apply, change in sorted(events, key=lambda event: (max(event[0], start), event[1])):
        if instant <= now:
            clock.pass_time(max(instant, start))
            apply(max(instant, start), change)
    clock.pass_time(now)
    return read_clock(clock, now)
