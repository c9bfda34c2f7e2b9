"""The fold applied to stored versions: what a ticket's clocks are, from its timeline alone. Writes nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sla.engine.clock import fold
from sla.engine.entries import ClockKind, Entry, Reading, State, Targets, Verdict
from sla.models import Calendar
from sla.versions import calendars_since, targets_of


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What a fold needs to know of a ticket; sla knows no ticket code.

    `policy_version_id` is the version that it has now; its entries know the ones that it had before.
    """

    ticket_id: int
    organisation_id: int
    opened_at: datetime
    policy_version_id: int
    calendar: Calendar


def fold_clocks(
    *, subject: Subject, entries: Sequence[Entry], at: datetime, kinds: Iterable[ClockKind] = tuple(ClockKind)
) -> dict[ClockKind, Reading]:
    """The clocks of a ticket, all three or some, at a UTC instant, from its timeline alone. Writes nothing."""
    calendars = calendars_since(subject.calendar, subject.opened_at)
    policies = _policies(subject, entries)
    return {kind: fold(kind=kind, entries=entries, policies=policies, calendars=calendars, at=at) for kind in kinds}


def _policies(subject: Subject, entries: Sequence[Entry]) -> list[tuple[datetime, Targets]]:
    """The promises that the ticket was opened under, and those that it was moved to later."""
    switches = [(entry.at, *entry.policies) for entry in entries if entry.policies is not None]
    first = switches[0][1] if switches else targets_of(subject.policy_version_id)
    return [(subject.opened_at, first), *((at, after) for at, _before, after in switches)]


def next_event_at(reading: Reading, *, warned: bool = False) -> datetime | None:
    """When the sweep has something to do for this clock: the warning still owed, else the due instant."""
    if reading.verdict is not Verdict.PENDING or reading.due is None:
        return None
    if reading.warn_at is not None and not warned and reading.state is State.RUNNING:
        return min(reading.warn_at, reading.due)
    return reading.due


def queue_due(readings: Mapping[ClockKind, Reading]) -> datetime | None:
    """POLICY 8: the earliest running of response due, target (until passed), then limit; None sorts last."""
    due = [
        reading.due
        for kind, reading in readings.items()
        if reading.state is State.RUNNING
        and reading.due is not None
        and (kind is not ClockKind.TARGET or reading.verdict is Verdict.PENDING)
    ]
    return min(due, default=None)
