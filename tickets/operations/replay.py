"""Replaying clocks: they are folded anew from the timeline and compared with the stored rows. Nothing is repaired."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import in_words
from helpdesk.lib.lookups import Ids
from helpdesk.lib.tenancy import system_scope
from sla.engine.entries import ClockKind, Entry, Reading
from sla.folding import fold_clocks, next_event_at
from sla.models import Clock
from tickets.models import Ticket
from tickets.queries import entries_by_ticket, entries_of, subject_of

logger = logging.getLogger(__name__)
REASON = "a replay reads every organisation's clocks"
BATCH = 100  # tickets, whose locks one transaction holds
# Of the stored row, and the same of the fold.
COMPARED = (
    ("state", "state"),
    ("verdict", "verdict"),
    ("started_at", "started_at"),
    ("due_at", "due"),
    ("promised_at", "promised"),
    ("paused_at", "paused_since"),
    ("stopped_at", "stopped_at"),
    ("breached_at", "breached_at"),
    ("budget", "budget"),
    ("provisional", "provisional"),
)
MISSING = "row"  # the field of a clock that has no row, and of one that is none of the ticket's
FOLD = "fold"  # the field of a ticket that cannot be folded


@dataclass(frozen=True)
class Difference:
    """A stored clock that is not what its timeline says. `clock` is empty where the ticket could not be folded."""

    organisation_id: int
    ticket_id: int
    reference: str
    clock: str
    field: str
    stored: object
    folded: object


@dataclass
class Compared:
    """What was compared: how many tickets and clocks, how many clocks a sweep or refolding is due for, what differs."""

    tickets: int = 0
    clocks: int = 0
    waiting: int = 0
    differences: list[Difference] = field(default_factory=list)


def replay_clocks(*, at: datetime | None = None) -> list[Difference]:
    """Replay the clocks of every queued ticket; returns the differences, ideally none. Leaves no record.

    A clock that waits for the sweep, or to be refolded after a calendar edit, is not compared.
    """
    found: list[Difference] = []
    after: int | None = 0
    while after is not None:
        with transaction.atomic(), system_scope(REASON):
            ids = queued_after(after)
            found += compare(ids, at=at or database_now()).differences
        after = ids[-1] if ids else None
    return found


def queued_after(pk: int) -> list[int]:
    """The next tickets of the queue, by their ids, as many as a batch has."""
    queued = Ticket.objects.filter(in_queue=True, pk__gt=pk).order_by("pk")
    return list(queued.values_list("pk", flat=True)[:BATCH])


def compare(ids: Sequence[int], *, at: datetime) -> Compared:
    """Compare the clocks of these tickets at the UTC instant `at`: four statements, however many they are.

    They are locked, so that the clocks and the timeline belong together. The caller is in a transaction and the system
    scope.
    """
    related = Ticket.objects.select_related("organisation", "calendar").defer("description", "steps")
    tickets = list(related.filter(pk__any=Ids(ids)).order_by("pk").select_for_update(of=("self",), no_key=True))
    entries, stored = entries_by_ticket(ids), _stored(ids)
    found = Compared()
    for ticket in tickets:
        _compare_one(found, ticket, entries.get(ticket.pk, []), stored.get(ticket.pk, {}), at)
    return found


def differences(ticket: Ticket, *, at: datetime) -> list[Difference]:
    """What one ticket's stored clocks have other than the fold at the instant."""
    found = Compared()
    _compare_one(found, ticket, entries_of(ticket), _stored([ticket.pk]).get(ticket.pk, {}), at)
    return found.differences


def _stored(ids: Sequence[int]) -> dict[int, dict[str, Clock]]:
    rows = Clock.objects.filter(ticket_id__any=Ids(ids)).select_related("calendar")
    found: dict[int, dict[str, Clock]] = {}
    for row in rows.order_by("ticket_id", "cycle"):
        found.setdefault(row.ticket_id, {})[row.kind] = row
    return found


def _compare_one(
    found: Compared, ticket: Ticket, entries: list[Entry], stored: Mapping[str, Clock], at: datetime
) -> None:
    """Add one ticket. What cannot be folded is told like any other difference, and hurts only itself."""
    found.tickets += 1
    try:
        readings = fold_clocks(subject=subject_of(ticket), entries=entries, at=at)
    except Exception as error:
        logger.exception("%s could not be folded for the replay", ticket)
        found.differences.append(_difference(ticket, "", FOLD, f"{len(stored)} clocks", in_words(error)))
        return
    for kind, reading in readings.items():
        _compare_clock(found, ticket, kind, reading, stored.get(kind.value), at)


def _compare_clock(
    found: Compared, ticket: Ticket, kind: ClockKind, reading: Reading, clock: Clock | None, at: datetime
) -> None:
    if clock is None:
        found.differences.append(_difference(ticket, kind.value, MISSING, None, reading.state))
        return
    if _waits(clock, at):
        found.waiting += 1
        return
    found.clocks += 1
    for name, folded in _figures(reading, clock).items():
        if getattr(clock, name) != folded:
            found.differences.append(_difference(ticket, kind.value, name, getattr(clock, name), folded))


def _figures(reading: Reading, clock: Clock) -> dict[str, object]:
    """What the stored row should have. A sweep that records a breach lets the warning's instant stand, as history."""
    figures: dict[str, object] = {name: getattr(reading, folded) for name, folded in COMPARED}
    if reading.warn_at is not None:
        figures["warn_at"] = reading.warn_at
    return {**figures, "next_event_at": next_event_at(reading, warned=clock.warned_at is not None)}


def _waits(clock: Clock, at: datetime) -> bool:
    """Whether a sweep or a refolding is due first. A stopped clock waits for neither: no calendar moves it."""
    if clock.next_event_at is not None and clock.due_at is not None and max(clock.next_event_at, clock.due_at) < at:
        return True
    return clock.state in ("running", "paused") and clock.calendar_version_id != clock.calendar.current_version_id


def _difference(ticket: Ticket, clock: str, name: str, stored: object, folded: object) -> Difference:
    return Difference(ticket.organisation_id, ticket.pk, ticket.reference, clock, name, stored, folded)
