"""Folding many tickets' clocks anew at once: a bounded number of statements, however many there are."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.lookups import Ids
from helpdesk.lib.rows import Row
from sla.engine.entries import ClockKind, Entry, Reading
from sla.folding import fold_clocks, next_event_at, queue_due
from sla.models import Clock
from tickets.models import EntryKind, Ticket
from tickets.operations.edits.moved import Cause, Moves, moved_words
from tickets.operations.work import Work, save
from tickets.queries import entries_by_ticket, subject_of

logger = logging.getLogger(__name__)
LIVE = ("running", "paused")
STORE = """
    UPDATE sla_clock c SET due_at = n.due_at, promised_at = n.promised_at, warn_at = n.warn_at,
        next_event_at = n.next_event_at, used = n.used, budget = n.budget, provisional = n.provisional,
        folded_at = n.folded_at, calendar_version_id = n.version, policy_version_id = n.policy
    FROM json_to_recordset(%s::json) AS n(id bigint, due_at timestamptz, promised_at timestamptz, warn_at timestamptz,
        next_event_at timestamptz, used interval, budget interval, provisional boolean, folded_at timestamptz,
        version bigint, policy bigint)
    WHERE c.id = n.id
"""


@dataclass
class Refolded:
    """What a batch writes: clocks, places in the queue, and word of the deadlines that moved."""

    moves: Moves
    clocks: list[Row] = field(default_factory=list)
    queue: dict[int, datetime | None] = field(default_factory=dict)


def refold(ids: Sequence[int], *, at: datetime, cause: Cause = Cause.CALENDAR) -> int:
    """Fold the tickets' live clocks at the UTC instant `at` and store them; returns how many tickets.

    A deadline that moved is noted on its ticket. A ticket whose fold finds or withdraws a breach takes the way of the
    verbs, which record and announce it. One that cannot be folded is logged and left as it is. The caller is in a
    transaction and the system scope, and holds the tickets' locks.
    """
    if not ids:
        return 0
    tickets = Ticket.objects.select_related("organisation", "calendar").defer("description", "steps")
    entries, stored = entries_by_ticket(ids), _stored(ids)
    batch, singly, done = Refolded(Moves(at=at, cause=cause)), [], 0
    for ticket in tickets.filter(pk__any=Ids(ids)).order_by("pk"):
        try:
            plain = _fold(batch, ticket, entries.get(ticket.pk, []), stored.get(ticket.pk, {}), at=at)
        except Exception:
            logger.exception("%s could not be refolded", ticket)
            continue
        done += plain
        if not plain:
            singly.append(ticket.pk)
    if batch.clocks:
        batch.moves.store(STORE, batch.clocks)
        batch.moves.order(batch.queue)
        batch.moves.write()
    return done + sum(_refolded_singly(pk, at=at, cause=cause) for pk in singly)


def _stored(ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    columns = ("pk", "ticket_id", "kind", "state", "verdict", "due_at", "warned_at")
    found: dict[int, dict[str, Any]] = {}
    for row in Clock.objects.filter(ticket_id__any=Ids(ids)).values_list(*columns, named=True):
        found.setdefault(row.ticket_id, {})[row.kind] = row
    return found


def _fold(batch: Refolded, ticket: Ticket, entries: list[Entry], stored: Mapping[str, Any], *, at: datetime) -> bool:
    """Add a ticket to the batch; False for one whose fold changes more than instants."""
    kinds = [kind for kind in ClockKind if kind.value in stored and stored[kind.value].state in LIVE]
    readings = fold_clocks(subject=subject_of(ticket), entries=entries, at=at, kinds=kinds)
    if any(
        (reading.state.value, reading.verdict.value) != (stored[kind.value].state, stored[kind.value].verdict)
        for kind, reading in readings.items()
    ):
        return False
    for kind, reading in readings.items():
        batch.clocks.append(_clock(ticket, stored[kind.value], reading, at))
    batch.queue[ticket.pk] = queue_due(readings)
    moved = [kind.value for kind, found in readings.items() if found.due not in (None, stored[kind.value].due_at)]
    if moved:
        version = batch.moves.cause.version(ticket)
        batch.moves.note(ticket.pk, ticket.organisation_id, ticket.reference, moved, version=version)
    return True


def _clock(ticket: Ticket, stored: Any, reading: Reading, at: datetime) -> Row:
    return {
        "id": stored.pk,
        "due_at": reading.due,
        "promised_at": reading.promised,
        "warn_at": reading.warn_at,
        "next_event_at": next_event_at(reading, warned=stored.warned_at is not None),
        "used": reading.used,
        "budget": reading.budget,
        "provisional": reading.provisional,
        "folded_at": at,
        "version": ticket.calendar.current_version_id,
        "policy": ticket.policy_version_id,
    }


def _refolded_singly(pk: int, *, at: datetime, cause: Cause) -> bool:
    try:
        with transaction.atomic():
            related = Ticket.objects.select_related("organisation", "requester", "calendar")
            _refold_singly(related.get(pk=pk), at=at, cause=cause)
    except Exception:
        logger.exception("ticket %s could not be refolded", pk)
        return False
    return True


def _refold_singly(ticket: Ticket, *, at: datetime, cause: Cause) -> None:
    work = Work(ticket=ticket, actor=SYSTEM, at=at)
    updated_at = ticket.updated_at
    save(work, action="ticket.recompute", data={cause.key: cause.version(ticket)})
    moved = [
        kind.value
        for kind, reading in work.readings.items()
        if reading.due is not None and reading.due != work.clocks_before[kind.value].due_at
    ]
    if moved:
        said = {cause.key: cause.version(ticket)}
        work.write(EntryKind.DEADLINE_MOVED, body=moved_words(moved, cause), data=said).save(force_insert=True)
    Ticket.objects.filter(pk=ticket.pk).update(updated_at=updated_at)
