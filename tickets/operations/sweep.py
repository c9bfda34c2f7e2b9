"""The sweep: find what is late, record it, tell the matrix. Beat and the worker's own loop both ring it."""

import logging
from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from helpdesk.accounts.directory import Directory
from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.clock import database_now
from helpdesk.lib.crashpoints import reach
from helpdesk.lib.errors import DomainError
from helpdesk.lib.rows import insert_rows
from helpdesk.lib.tenancy import system_scope
from sla.queries import matrix_in_force
from sla.versions import Matrix
from tickets.ladder.answers import reminder_of, repeat_at, waits_until
from tickets.models import Escalation, SweepRun, Ticket, TicketState
from tickets.operations.edits.recompute import refresh_stale_clocks
from tickets.operations.edits.windows import move_window
from tickets.operations.ladder import Climb, climb, write_climb
from tickets.operations.settling import TRIED_AGAIN, claim_batch
from tickets.operations.status import close
from tickets.window import is_in_window

logger = logging.getLogger(__name__)
BATCH = 500
REASON = "the sweep looks at every organisation's clocks"


def sweep(*, at: datetime | None = None, batch: int = BATCH) -> int:
    """Record everything that has fallen due, batch by batch, each in its own transaction; returns how many events.

    Safe with any number of sweeps at once: rows held by another are skipped, and what is claimed is claimed with
    its notices in one transaction. `at` is given by tests, rehearsal and seeding only.
    """
    _refresh_first(at)
    events = sum(_until_empty(at, batch)) + remind(at=at) + close_due(at=at)
    if at is None:
        _note_run(events)
    return events


def _note_run(events: int) -> None:
    """Leave word that a sweep has run to its end: `/readyz` and `/metrics` look whether one did lately."""
    with system_scope(REASON):
        noted = SweepRun.objects.update(ran_at=Now(), runs=F("runs") + 1, events=F("events") + events)
        if not noted:
            first = {"id": 1, "ran_at": database_now(), "runs": 1, "events": events}
            insert_rows(SweepRun, [first], ignore_conflicts=True)


def _refresh_first(at: datetime | None) -> None:
    """Clocks on an older calendar are not swept until refolded; a fault there must not stop the others."""
    try:
        refresh_stale_clocks(at=at)
    except Exception:
        logger.exception("clocks could not be refolded after a calendar edit")


def _until_empty(at: datetime | None, batch: int) -> Iterator[int]:
    while True:
        with transaction.atomic(), system_scope(REASON):
            found, _ = claim_batch(at=at, limit=batch)
            reach("sweep.before_commit")
        reach("sweep.after_commit")
        yield len(found)
        if len(found) < batch:
            return


def remind(*, at: datetime | None = None, limit: int = BATCH) -> int:
    """Tell a level again whose escalation nobody has acknowledged; returns how many rungs (POLICY 7)."""
    with transaction.atomic(), system_scope(REASON):
        now = at or database_now()
        rungs = _unacknowledged(now, limit)
        if not rungs:
            return 0
        matrix, directory, climbed = matrix_in_force(at=now), Directory.read(), Climb()
        for rung in rungs:
            try:
                _remind_one(rung, climbed, matrix=matrix, directory=directory, now=now)
            except Exception:
                logger.exception("no reminder of escalation %s; it is tried again later", rung.pk)
                rung.remind_at = now + TRIED_AGAIN
        Escalation.objects.bulk_update(rungs, ["reminders", "remind_at"])
        write_climb(climbed)
    return len(climbed.timeline)


def _remind_one(rung: Escalation, climbed: Climb, *, matrix: Matrix, directory: Directory, now: datetime) -> None:
    found = reminder_of(rung)
    later = waits_until(found, matrix=matrix, at=now)
    if later is not None:
        # Decided again when the desk opens: it may have been acknowledged by then.
        rung.remind_at = later
        return
    climbed.add(climb([found], matrix=matrix, directory=directory, at=now))
    rung.reminders += 1
    rung.remind_at = repeat_at(found, matrix=matrix, at=now)


def _unacknowledged(now: datetime, limit: int) -> list[Escalation]:
    waiting = Escalation.objects.filter(
        remind_at__lte=now,
        acknowledged_at__isnull=True,
        ticket__state__in=(TicketState.OPEN, TicketState.WAITING),
    )
    related = waiting.select_related("ticket__organisation", "ticket__requester", "ticket__calendar")
    # The ticket too: an acknowledgement locks it first and then the rung, and would wait for us as we for it.
    locked = related.select_for_update(of=("self", "ticket"), skip_locked=True)
    return list(locked.order_by("remind_at")[:limit])


def close_due(*, at: datetime | None = None, limit: int = BATCH) -> int:
    """Close resolved tickets whose reopen window has ended, each in its own transaction; returns how many.

    A window that dates closed since have made longer is moved instead.
    """
    with system_scope(REASON):
        due = Ticket.objects.filter(state=TicketState.RESOLVED, closes_at__lt=at or Now()).order_by("closes_at")
        tickets = list(due.select_related("calendar")[:limit])
    return sum(_closed(ticket, at=at) for ticket in tickets)


def _closed(ticket: Ticket, *, at: datetime | None) -> bool:
    try:
        with system_scope(REASON):
            now = at or database_now()
            if is_in_window(ticket, now):
                move_window(ticket, at=now)
                return False
            close(ticket=ticket, actor=SYSTEM, at=at)
    except DomainError:  # reopened or closed between the look and the lock: nothing is left to do
        return False
    except Exception:
        logger.exception("ticket %s could not be closed", ticket.pk)
        return False
    return True
