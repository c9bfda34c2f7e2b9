"""Dates were closed: running clocks are held up by them. Their rest of support time is counted by the new calendar.

That is what the fold gives in this case (a property test and the nightly replay say so), at a fraction of its cost: the
database moves a batch's clocks by a table of how far each stretch of instants is moved.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from django.db import connection

from sla.shifts import Shifts, shifts_between, unconfirmed_years
from sla.versions import CACHES, calendar_of
from tickets.operations.edits.moved import Moves
from tickets.operations.edits.stale import Need, StaleClock

# The stretch that an instant lies in is found by halving: a stretch ends with its last instant, hence the microsecond.
STRETCH = "width_bucket({0} - interval '1 microsecond', s.after)"
MOVED = f"greatest({{0}}, least({{0}} + s.by[{STRETCH}], s.most[{STRETCH}]))"
DUE, WARN = MOVED.format("c.due_at"), MOVED.format("c.warn_at")
HELD_UP = f"""
    UPDATE sla_clock c SET due_at = n.due, promised_at = n.due, warn_at = n.warn,
        next_event_at = CASE WHEN n.warn IS NOT NULL AND c.warned_at IS NULL THEN least(n.warn, n.due) ELSE n.due END,
        provisional = EXISTS (
            SELECT 1 FROM unnest(%s::timestamptz[], %s::timestamptz[]) AS y(begins, ends)
            WHERE y.begins <= n.due AND c.started_at < y.ends
        ),
        calendar_version_id = %s
    FROM (
        SELECT c.id, {DUE} AS due, CASE WHEN c.warn_at > s.after[1] THEN {WARN} ELSE c.warn_at END AS warn
        FROM sla_clock c,
             (SELECT %s::timestamptz[] AS after, %s::interval[] AS by, %s::timestamptz[] AS most) s
        WHERE c.id = ANY(%s)
    ) n
    WHERE c.id = n.id
"""  # noqa: S608 - our own words; what varies is a parameter
# POLICY 8: the earliest running of response due, target until it is passed, then limit.
ORDER = """
    UPDATE tickets_ticket t SET queue_due_at = n.due FROM (
        SELECT c.ticket_id, min(c.due_at) FILTER (WHERE c.kind <> 'target' OR c.verdict = 'pending') AS due
        FROM sla_clock c WHERE c.ticket_id = ANY(%s) AND c.state = 'running' GROUP BY c.ticket_id
    ) n
    WHERE t.id = n.ticket_id AND t.queue_due_at IS DISTINCT FROM n.due
"""
TICKETS = """
    SELECT t.id, t.organisation_id, o.key || '-' || t.number FROM tickets_ticket t
    JOIN accounts_organisation o ON o.id = t.organisation_id WHERE t.id = ANY(%s)
"""
STEP = timedelta(days=64)  # a table reaches so many days further than it must, and so is asked for again
# Old version, new version, since when the new one is known, the current version.
Between = tuple[int, int, datetime, int]


def hold_up(clocks: Sequence[tuple[StaleClock, Need]], *, at: datetime) -> None:
    """Move the deadlines of tickets all of whose stale clocks are given, none of which needs a fold."""
    groups: dict[Between, list[StaleClock]] = {}
    for clock, need in clocks:
        if need is Need.HELD_UP:
            found = clock.reach
            assert found.held_up is not None
            key = (*found.held_up, found.known_from, clock.current_version_id)
            groups.setdefault(key, []).append(clock)
    if not groups:
        return
    moved: dict[int, list[str]] = {}
    for between, held in groups.items():
        shifts = _shifts(*between[:3], max(_due(clock) for clock in held))
        _store(between, shifts, held)
        for clock in held:
            if shifts.of(_due(clock)) != clock.due_at:
                moved.setdefault(clock.ticket_id, []).append(clock.kind)
    _order({clock.ticket_id for held in groups.values() for clock in held})
    _tell(moved, {clock.ticket_id: between[3] for between, held in groups.items() for clock in held}, at=at)


def _due(clock: StaleClock) -> datetime:
    assert clock.due_at is not None, "only a clock with a deadline is held up"
    return clock.due_at


def _shifts(old: int, new: int, since: datetime, until: datetime) -> Shifts:
    return _table(old, new, since, (until - since) // STEP + 1)


@lru_cache(maxsize=64)
def _table(old: int, new: int, since: datetime, steps: int) -> Shifts:
    return shifts_between(calendar_of(old), calendar_of(new), since=since, until=since + steps * STEP)


CACHES.append(_table)


def _store(between: Between, shifts: Shifts, held: Sequence[StaleClock]) -> None:
    latest = max(shifts.of(_due(clock)) for clock in held)
    years = unconfirmed_years(calendar_of(between[1]), min(clock.started_at for clock in held), latest)
    with connection.cursor() as cursor:
        cursor.execute(
            HELD_UP,
            [
                [begins for begins, _ends in years],
                [ends for _begins, ends in years],
                between[3],
                list(shifts.after),
                list(shifts.by),
                list(shifts.most),
                [clock.pk for clock in held],
            ],
        )


def _order(ticket_ids: Iterable[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(ORDER, [sorted(ticket_ids)])


def _tell(moved: dict[int, list[str]], versions: dict[int, int], *, at: datetime) -> None:
    moves = Moves(at=at)
    with connection.cursor() as cursor:
        cursor.execute(TICKETS, [list(moved)])
        for pk, organisation_id, reference in cursor.fetchall():
            moves.note(pk, organisation_id, reference, moved[pk], version=versions[pk])
    moves.write()
