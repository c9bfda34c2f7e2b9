"""After a calendar edit: fold again every clock that still stands on an older version (POLICY 6)."""

import logging
from datetime import datetime

from django.db import connection, transaction

from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.clock import database_now
from helpdesk.lib.tenancy import system_scope
from sla.engine.entries import ClockKind
from tickets.models import EntryKind, Ticket
from tickets.operations.work import Work, save
from tickets.wording import CLOCK_NAMES

logger = logging.getLogger(__name__)
# Version ids grow, so "older" is a range of the index: a round that finds nothing to do reads a page of it, not
# every clock.
STALE_CALENDARS = """
    SELECT k.id FROM sla_calendar k WHERE EXISTS (
        SELECT 1 FROM sla_clock c WHERE c.calendar_id = k.id AND c.calendar_version_id < k.current_version_id
        AND c.state IN ('running', 'paused')
    )
"""
STALE = """
    SELECT DISTINCT c.ticket_id FROM sla_clock c JOIN sla_calendar k ON k.id = c.calendar_id
    WHERE c.calendar_id = ANY(%s) AND c.calendar_version_id < k.current_version_id
      AND c.state IN ('running', 'paused') AND c.ticket_id > %s
    ORDER BY c.ticket_id LIMIT %s
"""
STILL_STALE = """
    SELECT DISTINCT c.ticket_id FROM sla_clock c JOIN sla_calendar k ON k.id = c.calendar_id
    WHERE c.ticket_id = ANY(%s) AND c.calendar_version_id < k.current_version_id AND c.state IN ('running', 'paused')
"""
BATCH = 200


def refresh_stale_clocks(*, at: datetime | None = None) -> int:
    """Refold the tickets whose clocks stand on an older calendar version; returns how many.

    Batch by batch, each in its own transaction, so a killed worker leaves whole tickets only. A ticket that
    cannot be refolded is logged and hurts only itself; the next round tries it again.
    """
    refreshed, last = 0, 0
    while True:
        with transaction.atomic(), system_scope("a calendar edit moves every organisation's clocks"):
            ids = _stale_tickets(after=last)
            refreshed += sum(_refreshed(ticket, at=at or database_now()) for ticket in _locked(ids))
        if len(ids) < BATCH:
            return refreshed
        last = ids[-1]


def _stale_tickets(*, after: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(STALE_CALENDARS)
        calendars = [row[0] for row in cursor.fetchall()]
        if not calendars:
            return []
        cursor.execute(STALE, [calendars, after, BATCH])
        return [row[0] for row in cursor.fetchall()]


def _stale_among(ids: list[int]) -> list[int]:
    """Which of these, now locked, still stand on an older version: another worker may have been there before."""
    with connection.cursor() as cursor:
        cursor.execute(STILL_STALE, [ids])
        return [row[0] for row in cursor.fetchall()]


def _locked(ids: list[int]) -> list[Ticket]:
    related = Ticket.objects.select_related("organisation", "requester", "calendar").filter(pk__in=ids)
    # Held by another worker or an operation: either refolds it itself, or the next round does.
    locked = list(related.order_by("pk").select_for_update(of=("self",), skip_locked=True))
    still = set(_stale_among([ticket.pk for ticket in locked]))
    return [ticket for ticket in locked if ticket.pk in still]


def _refreshed(ticket: Ticket, *, at: datetime) -> bool:
    try:
        with transaction.atomic():
            _refresh(ticket, at=at)
    except Exception:
        logger.exception("%s could not be refolded after a calendar edit", ticket)
        return False
    return True


def _refresh(ticket: Ticket, *, at: datetime) -> None:
    work = Work(ticket=ticket, actor=SYSTEM, at=at)
    updated_at = ticket.updated_at
    save(work, action="ticket.recompute", data={"calendar_version": ticket.calendar.current_version_id})
    before = work.clocks_before
    moved = [
        kind
        for kind, reading in work.readings.items()
        if reading.due is not None and reading.due != before[kind.value].due_at
    ]
    if moved:
        _note(work, moved)
    Ticket.objects.filter(pk=ticket.pk).update(updated_at=updated_at)


def _note(work: Work, moved: list[ClockKind]) -> None:
    names = ", ".join(CLOCK_NAMES[kind.value] for kind in moved)
    entry = work.write(EntryKind.DEADLINE_MOVED, body=f"The support calendar changed: {names} moved later.")
    entry.save(force_insert=True)
