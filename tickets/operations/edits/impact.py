"""Planned edits in the background: counting what one would move, part by part, and moving it once it is confirmed.

Every part is one transaction that also notes how far it is, so a worker that dies costs at most its part: the next bell
goes on where it stopped. Counting reads stored clocks and writes none.
"""

import logging
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from helpdesk.lib.clock import database_now
from helpdesk.lib.crashpoints import reach
from helpdesk.lib.tenancy import system_scope
from sla.engine.calendar import BusinessCalendar
from sla.engine.difference import first_difference
from sla.engine.spec import CalendarSpec
from sla.impact import HORIZON_DAYS, Moved, Tally, summed
from sla.models import PlanKind, PlannedEdit, PlanState
from sla.reach import midnight_of
from sla.versions import calendar_of
from tickets.operations.edits.policy_impact import begun, count_tickets
from tickets.operations.edits.policy_moves import move_tickets, unmoved
from tickets.operations.edits.recompute import refresh_stale_clocks, stale_count

logger = logging.getLogger(__name__)
REASON = "an edit's effect is counted over every organisation's clocks"
PARTS = 20
OPEN = """
    SELECT count(*), count(*) FILTER (WHERE state = 'paused'),
           count(*) FILTER (WHERE verdict = 'breached'),
           count(*) FILTER (WHERE kind <> 'target' AND state = 'running' AND verdict = 'pending' AND due_at <= %s),
           coalesce(min(ticket_id), 0), coalesce(max(ticket_id), 0)
    FROM sla_clock WHERE calendar_id = %s AND state IN ('running', 'paused')
"""
REACHED = """
    SELECT organisation_id, ticket_id, kind, started_at, due_at FROM sla_clock
    WHERE calendar_id = %s AND state = 'running' AND verdict = 'pending' AND due_at >= %s AND due_at > %s
      AND ticket_id >= %s AND ticket_id < %s
"""


def work_off_plans(*, at: datetime | None = None) -> int:
    """Count and move what planned edits wait for; returns how many parts and tickets. Safe with any number of workers.

    `at` is given by tests only.
    """
    done = 0
    while (plan := _next_counted(at)) is not None:
        done += 1
        if plan.state == PlanState.FAILED:
            break
    return done + sum(_apply(plan, at=at) for plan in _applying())


def _next_counted(at: datetime | None) -> PlannedEdit | None:
    """One part of the oldest plan that is being counted, if no other worker holds it."""
    with transaction.atomic(), system_scope(REASON):
        waiting = PlannedEdit.objects.filter(state=PlanState.COUNTING).order_by("pk")
        plan = waiting.select_for_update(skip_locked=True, no_key=True).first()
        if plan is None:
            return None
        try:
            with transaction.atomic():
                _count_part(plan, at=at or database_now())
        except Exception:
            logger.exception("the effect of the planned edit %s could not be counted", plan.public_id)
            plan.state = PlanState.FAILED
        plan.went_on_at = at or database_now()
        plan.save()
        reach("plans.before_commit")
    return plan


def _count_part(plan: PlannedEdit, *, at: datetime) -> None:
    is_policy = plan.kind == PlanKind.POLICY
    if not plan.parts:
        plan.tally, plan.parts = begun(plan, at=at) if is_policy else _begun(plan, at), PARTS
        if plan.tally["touches"] is None:
            plan.part = plan.parts
    if plan.part < plan.parts:
        tally = Tally.of(plan.tally)
        if is_policy:
            count_tickets(plan, tally, *_span(plan))
        else:
            _count_clocks(plan, tally)
        plan.tally |= tally.as_json()
        plan.part += 1
    if plan.part >= plan.parts:
        plan.impact, plan.state = summed(plan.tally), PlanState.READY


def _count_clocks(plan: PlannedEdit, tally: Tally) -> None:
    """Count the clocks of the plan's next part that an edit of a calendar can touch."""
    old, new = calendar_of(plan.base_version_id or 0), BusinessCalendar(CalendarSpec.from_json(plan.spec))
    moved = Moved(old, new, at=datetime.fromisoformat(plan.tally["at"]))
    for row in _rows(plan):
        tally.add(moved, *row)


def _span(plan: PlannedEdit) -> tuple[int, int]:
    """The tickets of the plan's next part: from an id up to before another."""
    low, high = plan.tally["low"], plan.tally["high"] + 1
    step = -(-(high - low) // plan.parts)
    begin = low + plan.part * step
    return begin, min(begin + step, high)


def _begun(plan: PlannedEdit, at: datetime) -> dict[str, Any]:
    """What stands whatever the edit is, and from when on it can touch a clock."""
    with connection.cursor() as cursor:
        cursor.execute(OPEN, [at + timedelta(days=HORIZON_DAYS), plan.calendar_id])
        clocks, paused, breached, due_soon, low, high = cursor.fetchone()
    facts = {"open": clocks, "paused": paused, "breached": breached, "due_soon": due_soon, "low": low, "high": high}
    first = _first_touched(plan, at)
    return {**facts, "at": at.isoformat(), "touches": None if first is None else first.isoformat()}


def _first_touched(plan: PlannedEdit, at: datetime) -> datetime | None:
    new = BusinessCalendar(CalendarSpec.from_json(plan.spec))
    today: date = at.astimezone(new.zone).date()
    day = first_difference(calendar_of(plan.base_version_id or 0).spec, new.spec, today)
    return None if day is None else midnight_of(new, day)


def _rows(plan: PlannedEdit) -> Iterator[tuple[int, int, str, datetime, datetime]]:
    """The clocks of the plan's next part that the edit can touch: a part is a range of tickets."""
    with connection.cursor() as cursor:
        cursor.execute(REACHED, [plan.calendar_id, plan.tally["touches"], plan.tally["at"], *_span(plan)])
        yield from cursor.fetchall()


def _applying() -> list[PlannedEdit]:
    with system_scope(REASON):
        applying = PlannedEdit.objects.filter(state=PlanState.APPLYING).order_by("pk")
        return list(applying.select_related("made_policy", "decided_by__user"))


def _apply(plan: PlannedEdit, *, at: datetime | None) -> int:
    """Bring every clock that the plan reaches to its version, noting how far it is; returns how many tickets."""

    def each(turns: int, tickets: int) -> None:
        _note(plan, turns, tickets, at=at)

    is_policy = plan.kind == PlanKind.POLICY
    moved = move_tickets(plan, at=at, each=each) if is_policy else refresh_stale_clocks(at=at, each=each)
    with transaction.atomic(), system_scope(REASON):
        going_on = PlannedEdit.objects.filter(pk=plan.pk, state=PlanState.APPLYING)
        # Tickets that somebody else held are left to the next bell.
        if not (unmoved(plan) if is_policy else stale_count(plan.calendar_id or 0)):
            going_on.update(state=PlanState.DONE, finished_at=database_now())
    return moved


def _note(plan: PlannedEdit, turns: int, tickets: int, *, at: datetime | None) -> None:
    """How many tickets had their turn in this call, of those that it found."""
    with transaction.atomic(), system_scope(REASON):
        PlannedEdit.objects.filter(pk=plan.pk, state=PlanState.APPLYING).update(
            part=turns, parts=tickets, went_on_at=at or database_now()
        )
