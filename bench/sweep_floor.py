"""The sweep's floor: the least that recording so many due clocks can cost in this database."""

from datetime import datetime

from django.db import connection, transaction

from helpdesk.lib.tenancy import system_scope

REASON = "the bench's floor claims every organisation's clocks"
# Claims as the sweep does and writes one notice for each claimed clock: no people are looked up, no timeline,
# rung, audit row or level is written.
CLAIM_RAW = """
    WITH due AS (
        SELECT id FROM sla_clock WHERE next_event_at < %(at)s
        ORDER BY next_event_at, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
    ), claimed AS (
        UPDATE sla_clock c SET
            verdict = CASE WHEN c.due_at < %(at)s THEN 'breached' ELSE c.verdict END,
            breached_at = CASE WHEN c.due_at < %(at)s THEN c.due_at END,
            warned_at = CASE WHEN c.due_at < %(at)s THEN c.warned_at ELSE c.warn_at END,
            next_event_at = CASE WHEN c.due_at < %(at)s THEN NULL ELSE c.due_at END
        FROM due WHERE c.id = due.id
        RETURNING c.id, c.organisation_id, c.ticket_id, c.kind, c.verdict, c.due_at
    )
    INSERT INTO notifications_notice (
        organisation_id, recipient, recipient_name, event, state, created_at, next_at, attempts, message_id,
        last_error, key, level, role, reason, reference, path, template, facts, zone
    )
    SELECT organisation_id, 'agent@ravingcrm.example', 'Agent', 'warning', 'queued', %(at)s, %(at)s, 0,
           '<' || gen_random_uuid() || '@ravingcrm.example>', '', 'raw:' || id || ':' || verdict, 1, 'Agent',
           'The promise was due.', 'T-' || ticket_id, '/tickets/' || ticket_id || '/', 'warning',
           jsonb_build_object('clock', kind, 'due', due_at), 'Asia/Colombo'
    FROM claimed
"""


def claim_raw(*, at: datetime, limit: int) -> int:
    """Claim up to `limit` clocks due before the instant with one committed statement; returns how many."""
    with transaction.atomic(), system_scope(REASON), connection.cursor() as cursor:
        cursor.execute(CLAIM_RAW, {"at": at, "limit": limit})
        return int(cursor.rowcount)
