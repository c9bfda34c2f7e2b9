"""What waits in the database, over all organisations, in one cheap statement: for health and metrics."""

from dataclasses import dataclass

from django.db import connection

from helpdesk.lib.tenancy import system_scope

CAP = 10_000
# Each count runs over a partial index and ends at the cap; ages are in seconds, by the database's clock.
STANDING = """
    SELECT
        (SELECT coalesce(extract(epoch FROM statement_timestamp() - min(next_event_at)), 0)
         FROM sla_clock WHERE next_event_at < statement_timestamp()),
        (SELECT extract(epoch FROM statement_timestamp() - ran_at) FROM tickets_sweeprun),
        coalesce((SELECT runs FROM tickets_sweeprun), 0),
        coalesce((SELECT events FROM tickets_sweeprun), 0),
        coalesce(extract(epoch FROM statement_timestamp() - least(
            (SELECT min(next_at) FROM notifications_notice
             WHERE state = 'queued' AND next_at <= statement_timestamp()),
            (SELECT min(next_at) FROM notifications_accountnotice
             WHERE state = 'queued' AND next_at <= statement_timestamp()))), 0),
        replay.seconds, replay.differing,
        (SELECT count(*) FROM (SELECT 1 FROM notifications_notice WHERE state = 'queued' LIMIT %(cap)s) capped),
        (SELECT count(*) FROM (SELECT 1 FROM notifications_accountnotice WHERE state = 'queued' LIMIT %(cap)s) capped),
        (SELECT count(*) FROM (SELECT 1 FROM notifications_notice WHERE state = 'dead' LIMIT %(cap)s) capped),
        (SELECT count(*) FROM (SELECT 1 FROM notifications_accountnotice WHERE state = 'dead' LIMIT %(cap)s) capped),
        (SELECT count(*) FROM (SELECT 1 FROM tickets_ticket WHERE in_queue LIMIT %(cap)s) capped),
        (SELECT count(*) FROM
            (SELECT 1 FROM sla_clock WHERE next_event_at < statement_timestamp() LIMIT %(cap)s) capped)
    FROM (SELECT 1) one LEFT JOIN LATERAL (
        SELECT extract(epoch FROM statement_timestamp() - ended_at) AS seconds, differing
        FROM tickets_replayrun WHERE ended_at IS NOT NULL ORDER BY id DESC LIMIT 1
    ) replay ON true
"""


@dataclass(frozen=True)
class Standing:
    """Ages in seconds, 0.0 where nothing waits; counts up to `CAP`; `last_sweep_seconds` None before the first.

    `last_replay_seconds` is since a replay of the clocks ended, `differing` how many figures it found to differ; both
    are None before the first.

    `notice_seconds` is of the oldest due mail of either kind; `account_…` are the mails about people's accounts.
    """

    unswept_seconds: float
    last_sweep_seconds: float | None
    sweeps: int
    events: int
    notice_seconds: float
    last_replay_seconds: float | None
    differing: int | None
    queued: int
    account_queued: int
    dead: int
    account_dead: int
    open_tickets: int
    unswept: int


def standing() -> Standing:
    """What waits at this moment. Raises the database's errors."""
    with system_scope("health: what waits, of whichever organisation"), connection.cursor() as cursor:
        cursor.execute(STANDING, {"cap": CAP})
        unswept, swept, runs, events, notice, replayed, differing, *counts = cursor.fetchone()
    return Standing(
        float(unswept),
        None if swept is None else float(swept),
        runs,
        events,
        float(notice),
        None if replayed is None else float(replayed),
        differing,
        *counts,
    )
