"""Reading the evidence from the database, in the system's scope."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db import connection

from faults.evidence import POISON, Due, NoticeRow, Record
from faults.load import TOKEN
from faults.post import MARK
from helpdesk.lib.tenancy import system_scope
from tickets.operations.replay import replay_clocks

REASON = "a fault run counts what is left"
TIMELINE = """
    SELECT o.key || '-' || t.number, e.data->>'event', e.data->>'clock'
    FROM tickets_timelineentry e
    JOIN tickets_ticket t ON t.id = e.ticket_id
    JOIN accounts_organisation o ON o.id = t.organisation_id
    WHERE e.kind IN ('warning', 'breach', 'target_missed')
"""
AUDITS = """
    SELECT subject, substr(action, 8), data->>'clock' FROM audit_auditentry WHERE starts_with(action, 'ladder.')
"""
RUNGS = """
    SELECT o.key || '-' || t.number, g.event
    FROM tickets_escalation g
    JOIN tickets_ticket t ON t.id = g.ticket_id
    JOIN accounts_organisation o ON o.id = t.organisation_id
"""
NOTICES = """
    SELECT reference, event, recipient, state, message_id, organisation_id || ':' || key,
           greatest(extract(epoch FROM statement_timestamp() - next_at), 0)::float
    FROM notifications_notice
"""
TICKETS = "SELECT submission_key::text FROM tickets_ticket WHERE description LIKE %s"
REPLIES = "SELECT substr(body, %s) FROM tickets_timelineentry WHERE kind = 'reply' AND body LIKE %s"
LETTERS = "SELECT trim(description) FROM tickets_ticket WHERE starts_with(description, %s)"
ANSWERS = """
    SELECT trim(t.description) FROM notifications_notice n
    JOIN accounts_organisation o ON o.id = n.organisation_id
    JOIN tickets_ticket t ON t.organisation_id = o.id AND n.reference = o.key || '-' || t.number
    WHERE n.event = 'acknowledgement' AND starts_with(t.description, %s)
"""
UNREAD = "SELECT count(*) FROM tickets_rawmail WHERE state <> 'done'"
UNAUDITED = """
    SELECT abs((SELECT count(*) FROM tickets_ticket) - (SELECT count(*) FROM audit_auditentry WHERE action = %s))
         + abs((SELECT count(*) FROM tickets_timelineentry WHERE kind = 'reply')
             - (SELECT count(*) FROM audit_auditentry WHERE action = %s))
"""
GAPS = """
    SELECT count(*) FROM (
        SELECT organisation_id FROM tickets_ticket GROUP BY organisation_id
        HAVING max(number) <> count(*) OR min(number) <> 1
    ) gappy
"""
UNSWEPT = """
    SELECT count(*) FROM sla_clock WHERE next_event_at < statement_timestamp() - make_interval(secs => %s)
"""
UNSETTLED = """
    SELECT (SELECT count(*) FROM notifications_notice WHERE state = 'queued' AND event <> %s)
         + (SELECT count(*) FROM sla_clock WHERE next_event_at < statement_timestamp())
         + (SELECT greatest(count(*) FILTER (WHERE state <> 'done'), %s - count(*)) FROM tickets_rawmail)
"""
# The lease of a reader that was killed a moment ago, and the wait of a mail that could not be read, likewise.
HURRY_MAILS = """
    UPDATE tickets_rawmail SET next_at = statement_timestamp() WHERE id IN (
        SELECT id FROM tickets_rawmail
        WHERE state = 'stored' OR (state = 'processing' AND next_at < statement_timestamp() + interval '298 seconds')
        FOR UPDATE SKIP LOCKED
    )
"""
# A retry's wait is time that passes: this lets it pass at once. Rows that a sender holds are left alone.
HURRY = """
    UPDATE notifications_notice SET next_at = statement_timestamp() WHERE id IN (
        SELECT id FROM notifications_notice WHERE state = 'queued' AND next_at > statement_timestamp()
        FOR UPDATE SKIP LOCKED
    )
"""


def history() -> Counter[Due]:
    """What the ladder has recorded so far."""
    with system_scope(REASON):
        return Counter(_rows(TIMELINE))


def record(*, late_after: float) -> Record:
    """Everything that the verdict asks of the database; `late_after` is two sweeps, in seconds."""
    differing = len(replay_clocks())
    with system_scope(REASON):
        token = f"{TOKEN}%"
        return Record(
            timeline=Counter(_rows(TIMELINE)),
            audits=Counter(_rows(AUDITS)),
            rungs=Counter(_rows(RUNGS)),
            notices=tuple(NoticeRow(**_named(row)) for row in _rows(NOTICES)),
            tickets=Counter(key for (key,) in _rows(TICKETS, f"%{token}")),
            replies=Counter(body for (body,) in _rows(REPLIES, len(TOKEN) + 1, token)),
            letters=Counter(text.removeprefix(MARK) for (text,) in _rows(LETTERS, MARK)),
            answers=Counter(text.removeprefix(MARK) for (text,) in _rows(ANSWERS, MARK)),
            unread=_rows(UNREAD)[0][0],
            unaudited=_rows(UNAUDITED, "ticket.open", "ticket.reply")[0][0],
            gaps=_rows(GAPS)[0][0],
            unswept=_rows(UNSWEPT, late_after)[0][0],
            differing=differing,
        )


def _named(row: Sequence[Any]) -> dict[str, Any]:
    names = ("reference", "event", "recipient", "state", "message_id", "key", "late")
    return dict(zip(names, row, strict=True))


def unsettled(*, mails: int = 0) -> int:
    """How many notices wait (the poison apart), how many clocks are due, and how many of so many mails are unread."""
    with system_scope(REASON):
        return int(_rows(UNSETTLED, POISON, mails)[0][0])


def hurry_retries() -> None:
    """Let the waits before the next attempts pass at once; how often a row was tried stays."""
    with system_scope(REASON), connection.cursor() as cursor:
        cursor.execute(HURRY)
        cursor.execute(HURRY_MAILS)


def _rows(statement: str, *parameters: str | float) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
