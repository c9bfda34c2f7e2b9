"""After a calendar edit: bring every clock that still stands on an older version to the current one (POLICY 6)."""

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from django.db import connection, transaction

from helpdesk.lib.clock import database_now
from helpdesk.lib.crashpoints import reach
from helpdesk.lib.tenancy import system_scope
from tickets.operations.edits.holding_up import hold_up
from tickets.operations.edits.refolding import refold
from tickets.operations.edits.stale import Need, StaleClock, need_of, stale_clocks
from tickets.operations.edits.windows import move_windows, open_windows

logger = logging.getLogger(__name__)
REASON = "a calendar edit moves every organisation's clocks"
BATCH = 1000  # tickets, and one transaction
# Version ids grow, so "older" is a range of the index: a round that finds nothing to do reads a page of it, not
# every clock.
STALE_CALENDARS = """
    SELECT k.id FROM sla_calendar k WHERE EXISTS (
        SELECT 1 FROM sla_clock c WHERE c.calendar_id = k.id AND c.calendar_version_id < k.current_version_id
        AND c.state IN ('running', 'paused')
    )
"""
STALE_TICKETS = """
    SELECT DISTINCT c.ticket_id FROM sla_clock c JOIN sla_calendar k ON k.id = c.calendar_id
    WHERE c.calendar_id = ANY(%s) AND c.calendar_version_id < k.current_version_id AND c.state IN ('running', 'paused')
    ORDER BY c.ticket_id
"""
STALE_COUNT = """
    SELECT count(*) FROM sla_clock c WHERE c.calendar_id = %s AND c.state IN ('running', 'paused')
      AND c.calendar_version_id < (SELECT k.current_version_id FROM sla_calendar k WHERE k.id = %s)
"""
# Held by another worker or an operation: either refolds it itself, or the next round does.
LOCK = "SELECT id FROM tickets_ticket WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED"
# What a crash of the database takes back is a whole batch, which the next round finds again: nobody has to wait for its
# disk. Not where a fold may have found a breach: that is told to people.
UNHURRIED = "SET LOCAL synchronous_commit = off"
STAMP = "UPDATE sla_clock SET calendar_version_id = %s WHERE id = ANY(%s)"


def refresh_stale_clocks(*, at: datetime | None = None, each: Callable[[int, int], None] | None = None) -> int:
    """Bring the tickets whose clocks stand on an older calendar version to the current one; returns how many.

    Batch by batch, each in its own transaction, so a killed worker leaves whole tickets only and the next call goes
    on. Clocks whose span misses every change are marked as looked at, running ones that closed dates hold up
    are moved, the others are folded anew, and one that cannot be is logged and hurts only itself. `each` is called
    after every batch with how many tickets had their turn, and of how many. The reopen windows of resolved tickets are
    moved first.
    """
    refreshed, turns, calendars = 0, 0, _stale_calendars()
    tickets = _stale_tickets(calendars)
    _move_windows(calendars, at=at)
    for ids in _batches(tickets):
        with transaction.atomic(), system_scope(REASON):
            refreshed += _refresh(ids, at=at or database_now())
            reach("recompute.before_commit")
        turns += len(ids)
        if each is not None:
            each(turns, len(tickets))
    return refreshed


def stale_count(calendar_id: int) -> int:
    """How many of a calendar's clocks stand on an older version. Asked in the system scope."""
    with connection.cursor() as cursor:
        cursor.execute(STALE_COUNT, [calendar_id, calendar_id])
        return int(cursor.fetchone()[0])


def _stale_calendars() -> list[int]:
    with transaction.atomic(), system_scope(REASON), connection.cursor() as cursor:
        cursor.execute(STALE_CALENDARS)
        return [row[0] for row in cursor.fetchall()]


def _stale_tickets(calendars: Sequence[int]) -> list[int]:
    if not calendars:
        return []
    with transaction.atomic(), system_scope(REASON), connection.cursor() as cursor:
        cursor.execute(STALE_TICKETS, [list(calendars)])
        return [row[0] for row in cursor.fetchall()]


def _move_windows(calendars: Sequence[int], *, at: datetime | None) -> None:
    if not calendars:
        return
    with transaction.atomic(), system_scope(REASON):
        tickets = open_windows(calendars, at=at or database_now())
    for ids in _batches(tickets):
        with transaction.atomic(), system_scope(REASON):
            move_windows(ids, at=at or database_now())


def _batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for begin in range(0, len(ids), BATCH):
        yield ids[begin : begin + BATCH]


def _refresh(ids: Sequence[int], *, at: datetime) -> int:
    """Look at the tickets that nobody else holds, under their locks: another worker may have been there before."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [list(ids)])
        locked = [row[0] for row in cursor.fetchall()]
    needs = [(clock, need_of(clock, at=at)) for clock in stale_clocks(locked)]
    folded = {clock.ticket_id for clock, need in needs if need is Need.FOLD}
    rest = [(clock, need) for clock, need in needs if clock.ticket_id not in folded]
    if not folded:
        with connection.cursor() as cursor:
            cursor.execute(UNHURRIED)
    _stamp([clock for clock, need in rest if need is Need.NOTHING])
    hold_up(rest, at=at)
    return len({clock.ticket_id for clock, _ in rest}) + refold(sorted(folded), at=at)


def _stamp(clocks: Sequence[StaleClock]) -> None:
    by_version: dict[int, list[int]] = {}
    for clock in clocks:
        by_version.setdefault(clock.current_version_id, []).append(clock.pk)
    with connection.cursor() as cursor:
        for version_id, pks in by_version.items():
            cursor.execute(STAMP, [version_id, pks])
