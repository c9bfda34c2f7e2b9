"""What moving running tickets to another version of a policy would move: their clocks folded, and nothing written.

The fold is the one that the move itself uses, so the preview is exact as of its instant.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from helpdesk.lib.lookups import Ids
from sla.engine.entries import ClockKind, Entry, EntryKind, Reading, Targets
from sla.engine.instants import MINUTE_US, to_us
from sla.folding import Subject, fold_clocks
from sla.impact import HORIZON_DAYS, Tally
from sla.models import Agreement, Clock, PlannedEdit
from sla.plans import moves_only
from sla.policy_spec import drawn
from sla.versions import engine_targets, targets_of
from tickets.models import Ticket
from tickets.queries import entries_by_ticket, subjects_of

BATCH = 1000
OPEN = """
    SELECT count(*), count(*) FILTER (WHERE c.state = 'paused'),
           count(*) FILTER (WHERE c.verdict = 'breached'),
           count(*) FILTER (WHERE c.kind <> 'target' AND c.state = 'running' AND c.verdict = 'pending'
                            AND c.due_at <= %s),
           coalesce(min(c.ticket_id), 0), coalesce(max(c.ticket_id), 0)
    FROM sla_clock c JOIN tickets_ticket t ON t.id = c.ticket_id AND t.organisation_id = c.organisation_id
    WHERE c.state IN ('running', 'paused') AND t.in_queue AND t.organisation_id = ANY(%s)
      AND t.policy_version_id <> %s
"""


def begun(plan: PlannedEdit, *, at: datetime) -> dict[str, Any]:
    """What stands whatever the edit is. Asked in the system scope."""
    with connection.cursor() as cursor:
        cursor.execute(OPEN, [at + timedelta(days=HORIZON_DAYS), whose(plan), _already(plan)])
        clocks, paused, breached, due_soon, low, high = cursor.fetchone()
    facts = {"open": clocks, "paused": paused, "breached": breached, "due_soon": due_soon, "low": low, "high": high}
    return {**facts, "at": at.isoformat(), "touches": at.isoformat() if clocks else None}


def whose(plan: PlannedEdit) -> list[int]:
    """The organisations whose tickets the edit reaches."""
    if plan.only_for_id is not None and plan.made_policy_id is None:
        return [plan.only_for_id]
    policy_id = plan.policy_id if plan.made_policy is None else plan.made_policy.policy_id
    return list(Agreement.objects.filter(policy_id=policy_id).values_list("organisation_id", flat=True))


def count_tickets(plan: PlannedEdit, tally: Tally, low: int, high: int) -> None:
    """Count the clocks of the tickets whose ids lie from `low` to before `high`. Asked in the system scope."""
    at, targets = datetime.fromisoformat(plan.tally["at"]), engine_targets(*drawn(plan.spec))
    reached = Ticket.objects.filter(pk__gte=low, pk__lt=high, in_queue=True, organisation_id__any=Ids(whose(plan)))
    ids = list(reached.exclude(policy_version_id=_already(plan)).order_by("pk").values_list("pk", flat=True))
    for begin in range(0, len(ids), BATCH):
        _count(ids[begin : begin + BATCH], targets, tally, at=at)


def _already(plan: PlannedEdit) -> int:
    """The version whose tickets need no move."""
    return plan.base_policy_id or 0 if moves_only(plan) else 0


def _count(ids: Sequence[int], targets: Targets, tally: Tally, *, at: datetime) -> None:
    """Rows are read as plain values: making models of so many clocks costs as much as folding them."""
    running = Clock.objects.filter(ticket_id__any=Ids(ids), state="running", verdict="pending", due_at__isnull=False)
    clocks: dict[int, list[tuple[ClockKind, datetime]]] = {}
    for ticket_id, kind, due in running.values_list("ticket_id", "kind", "due_at"):
        clocks.setdefault(ticket_id, []).append((ClockKind(kind), due))
    entries = entries_by_ticket(list(clocks))
    for subject in subjects_of(list(clocks)):
        mine = clocks[subject.ticket_id]
        moved = Entry(at=at, kind=EntryKind.POLICY, policies=(targets_of(subject.policy_version_id), targets))
        readings = fold_clocks(
            subject=subject,
            entries=[*entries.get(subject.ticket_id, []), moved],
            at=at,
            kinds=[kind for kind, _due in mine],
        )
        for kind, due in mine:
            _count_clock(subject, kind, due, readings[kind], tally, at=at)


def _count_clock(
    subject: Subject, kind: ClockKind, due: datetime, reading: Reading, tally: Tally, *, at: datetime
) -> None:
    if reading.due is None:
        tally.lost += 1
        return
    minutes = max(to_us(reading.due) - to_us(due), 0) // MINUTE_US
    tally.count(subject.organisation_id, subject.ticket_id, kind, due, minutes=minutes, at=to_us(at))
