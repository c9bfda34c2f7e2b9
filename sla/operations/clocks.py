"""Refreshing the stored clocks of one ticket from the fold over its timeline."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sla.engine.entries import ClockKind, Entry, Reading
from sla.folding import Subject, fold_clocks, next_event_at
from sla.models import Clock

FOLDED = (
    "state",
    "verdict",
    "started_at",
    "due_at",
    "promised_at",
    "warn_at",
    "paused_at",
    "stopped_at",
    "breached_at",
    "next_event_at",
    "used",
    "budget",
    "provisional",
    "folded_at",
    "policy_version",
    "calendar_version",
)


@dataclass(frozen=True)
class Refreshed:
    """The clocks as folded now, and the rows as they were stored before, by kind."""

    readings: dict[ClockKind, Reading]
    before: dict[str, Clock]


def refresh_clocks(*, subject: Subject, entries: Sequence[Entry], at: datetime) -> Refreshed:
    """Fold the ticket's clocks and store them with one statement; idempotent. The caller holds the ticket's lock.

    What the sweep has marked stays marked: a warning once sent is not sent again.
    """
    readings = fold_clocks(subject=subject, entries=entries, at=at)
    mine = Clock.objects.filter(ticket_id=subject.ticket_id, organisation_id=subject.organisation_id)
    before = {clock.kind: clock for clock in mine}
    Clock.objects.bulk_create(
        [clock_row(subject, kind, reading, before.get(kind.value), at) for kind, reading in readings.items()],
        update_conflicts=True,
        unique_fields=("organisation", "ticket", "kind", "cycle"),
        update_fields=FOLDED,
    )
    return Refreshed(readings, before)


def clock_row(subject: Subject, kind: ClockKind, reading: Reading, before: Clock | None, at: datetime) -> Clock:
    warned_at = before.warned_at if before else None
    assert reading.started_at is not None, "a ticket's timeline begins with its opening"
    assert subject.calendar.current_version_id is not None, "a calendar is published before it is used"
    return Clock(
        organisation_id=subject.organisation_id,
        ticket_id=subject.ticket_id,
        kind=kind.value,
        state=reading.state.value,
        verdict=reading.verdict.value,
        started_at=reading.started_at,
        due_at=reading.due,
        promised_at=reading.promised,
        warn_at=reading.warn_at,
        warned_at=warned_at,
        paused_at=reading.paused_since,
        stopped_at=reading.stopped_at,
        breached_at=reading.breached_at,
        next_event_at=next_event_at(reading, warned=warned_at is not None),
        used=reading.used,
        budget=reading.budget,
        provisional=reading.provisional,
        folded_at=at,
        policy_version_id=subject.policy_version_id,
        calendar=subject.calendar,
        calendar_version_id=subject.calendar.current_version_id,
    )
