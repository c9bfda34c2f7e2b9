"""Claiming what has fallen due and writing what the matrix says of it: the sweep's statement, also for one ticket."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from helpdesk.accounts.directory import Directory
from helpdesk.lib.crashpoints import reach
from helpdesk.notifications.operations import take_back
from sla.queries import matrix_in_force
from sla.versions import matrix_of
from tickets.ladder.answers import OVERDUE, event_of
from tickets.ladder.occurrences import Occurrence, occurrence
from tickets.models import Escalation, Ticket
from tickets.operations.ladder import Climb, climb, write_climb

logger = logging.getLogger(__name__)
# Rows that another worker or an operation holds are skipped: being second is normal. A clock on an older calendar
# version, or whose calendar is being edited, is left until it has been refolded, so that no breach is recorded from
# an outdated due instant.
CLAIM = """
    WITH due AS (
        SELECT c.id FROM sla_clock c
        JOIN sla_calendar k ON k.id = c.calendar_id AND k.current_version_id = c.calendar_version_id
        JOIN tickets_ticket t ON t.id = c.ticket_id AND t.organisation_id = c.organisation_id
        WHERE c.next_event_at < coalesce(%(at)s, statement_timestamp())
          AND (%(ticket)s IS NULL OR c.ticket_id = %(ticket)s)
        ORDER BY c.next_event_at, c.id
        LIMIT %(limit)s
        FOR UPDATE OF t, c SKIP LOCKED
        FOR SHARE OF k SKIP LOCKED
    ), claimed AS (
        UPDATE sla_clock c SET
            verdict = CASE WHEN c.due_at < moment.at THEN 'breached' ELSE c.verdict END,
            breached_at = CASE WHEN c.due_at < moment.at THEN c.due_at END,
            warned_at = CASE WHEN c.due_at < moment.at THEN c.warned_at ELSE c.warn_at END,
            next_event_at = CASE WHEN c.due_at < moment.at THEN NULL ELSE c.due_at END
        FROM due, (SELECT coalesce(%(at)s, statement_timestamp()) AS at) moment
        WHERE c.id = due.id
        RETURNING c.id, c.ticket_id, c.kind, c.cycle, c.breached_at, c.warn_at, c.calendar_version_id, moment.at
    )
    SELECT claimed.id AS clock, claimed.kind, claimed.cycle, claimed.breached_at, claimed.warn_at,
           claimed.calendar_version_id, claimed.at AS now, t.id, t.organisation_id, o.key, o.name,
           o.account_manager_id, o.deputy_id, t.number, t.public_id, t.subject, t.severity, t.level,
           t.assignee_id, u.name AS requester, t.opened_at,
           coalesce(
               (SELECT m.id FROM sla_matrixversion m WHERE m.effective_from <= claimed.at
                ORDER BY m.number DESC LIMIT 1),
               (SELECT m.id FROM sla_matrixversion m ORDER BY m.number LIMIT 1)
           ) AS matrix
    FROM claimed
    JOIN tickets_ticket t ON t.id = claimed.ticket_id
    JOIN accounts_organisation o ON o.id = t.organisation_id
    JOIN accounts_user u ON u.id = t.requester_id
    ORDER BY coalesce(claimed.breached_at, claimed.warn_at), t.id, claimed.kind
"""
# POLICY 8: the earliest running of response due, target (until passed), then limit.
MOVE = """
    UPDATE tickets_ticket t SET level = greatest(t.level, moved.level), queue_due_at = moved.due
    FROM (
        SELECT given.id, given.level, (
            SELECT min(c.due_at) FROM sla_clock c
            WHERE c.ticket_id = given.id AND c.state = 'running' AND (c.kind <> 'target' OR c.verdict = 'pending')
        ) AS due
        FROM unnest(%s::bigint[], %s::int[]) AS given(id, level)
    ) moved
    WHERE t.id = moved.id AND (t.level < moved.level OR t.queue_due_at IS DISTINCT FROM moved.due)
"""
PUT_BACK = """
    UPDATE sla_clock SET verdict = 'pending', breached_at = NULL, next_event_at = %(until)s,
        warned_at = CASE WHEN due_at < %(until)s THEN warned_at END
    WHERE id = %(clock)s
"""
TRIED_AGAIN = timedelta(minutes=10)


def settle(ticket: Ticket, *, at: datetime) -> int:
    """Record what had fallen due on one locked ticket by the instant; returns how many events.

    The ticket object's level is brought up to date, so that the operation's own save keeps it.
    """
    found, _ = claim_batch(at=at, limit=10, ticket_id=ticket.pk)
    if found:
        ticket.refresh_from_db(fields=["level", "queue_due_at"])
    return len(found)


def record_breaches(ticket: Ticket, breaches: Mapping[str, datetime], *, at: datetime) -> None:
    """Record breaches that a fold has found before any sweep claimed them: clock kind to the due instant passed.

    So it is where a calendar edit came between the due instant and the sweep. The ticket is locked; its level is
    brought up to date and saved by the caller.
    """
    found = [occurrence(ticket, event=OVERDUE[kind], instant=instant, clock=kind) for kind, instant in breaches.items()]
    directory = Directory.read()
    climbed = climb(found, matrix=matrix_in_force(at=at), directory=directory, at=at)
    write_climb(climbed)
    ticket.level = max(ticket.level, climbed.levels.get(ticket.pk, 1))


def withdraw_climb(ticket: Ticket, *, clock: str) -> None:
    """Stop what a withdrawn breach has set going: its rung's reminders, and its notices not yet sent."""
    event = OVERDUE[clock]
    Escalation.objects.filter(ticket=ticket, event=event).update(remind_at=None)
    take_back(organisation_id=ticket.organisation_id, reference=ticket.reference, event=event)


def claim_batch(
    *, at: datetime | None, limit: int, ticket_id: int | None = None
) -> tuple[Sequence[Occurrence], Climb | None]:
    """Claim up to `limit` due clocks and write their entries, rungs, audits and notices, in this transaction.

    A bounded number of statements whatever the limit. `at` is the database's clock when None.
    """
    rows = _claim(at=at, limit=limit, ticket_id=ticket_id)
    reach("sweep.claimed")
    if not rows:
        return (), None
    matrix, directory, climbed = matrix_of(rows[0]["matrix"]), Directory.read(), Climb()
    found = []
    for row in rows:
        one = _occurrence(row)
        try:
            climbed.add(climb([one], matrix=matrix, directory=directory, at=row["now"]))
            found.append(one)
        except Exception:
            logger.exception("the ladder could not answer %s; it is tried again later", one.key)
            _put_back(row)
    _move(found, climbed)
    reach("sweep.moved")
    write_climb(climbed)
    return found, climbed


def _put_back(row: dict[str, Any]) -> None:
    """Undo the claim of a clock that the ladder cannot answer, and push it forward: it must not stop the others."""
    with connection.cursor() as cursor:
        cursor.execute(PUT_BACK, {"clock": row["clock"], "until": row["now"] + TRIED_AGAIN})


def _claim(*, at: datetime | None, limit: int, ticket_id: int | None) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"at": at, "limit": limit, "ticket": ticket_id})
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _occurrence(row: dict[str, Any]) -> Occurrence:
    breached = row["breached_at"] is not None
    return Occurrence(
        event=event_of(row["kind"], breached=breached),
        instant=row["breached_at"] or row["warn_at"],
        clock=row["kind"],
        cycle=row["cycle"],
        ticket_id=row["id"],
        organisation_id=row["organisation_id"],
        organisation_key=row["key"],
        organisation_name=row["name"],
        account_manager_id=row["account_manager_id"],
        deputy_id=row["deputy_id"],
        number=row["number"],
        public_id=row["public_id"],
        subject=row["subject"],
        severity=row["severity"],
        level=row["level"],
        assignee_id=row["assignee_id"],
        requester_name=row["requester"],
        opened_at=row["opened_at"],
        calendar_version_id=row["calendar_version_id"],
    )


def _move(found: Sequence[Occurrence], climbed: Climb) -> None:
    tickets = {one.ticket_id: climbed.levels.get(one.ticket_id, 1) for one in found}
    with connection.cursor() as cursor:
        cursor.execute(MOVE, [list(tickets), list(tickets.values())])
