"""An edit is planned, its effect counted in the background, and then confirmed or left.

Whatever refuses the edit refuses it when it is planned: the changes are written, looked at and taken back. Counting and
moving are `tickets.operations.edits.impact`, woken by name.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.accounts.models import StaffMember
from helpdesk.lib.actors import Actor, require
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import Conflict
from helpdesk.lib.wake import wake
from sla.listing import today_in
from sla.models import Calendar, PlanKind, PlannedEdit, PlanState
from sla.operations.calendar_changes import Change, write_changes
from sla.operations.calendars import checked_specification, locked, publish, summary_of
from sla.operations.plan_keeping import CAPABILITIES, TASK, begin_counting, held, keep, record_plan
from sla.operations.policy_planning import count_policy_again, make_policy
from sla.operations.reaching import require_calendar, require_plan


@transaction.atomic
def plan_calendar_edit(
    *,
    calendar: Calendar,
    changes: Sequence[Change],
    reason: str = "",
    year: int,
    actor: Actor,
    at: datetime | None = None,
) -> PlannedEdit:
    """Note an edit of a calendar and have its effect counted; nothing is changed yet.

    Raises whatever the edit itself would: `DomainError` for what makes no sense, `Conflict` where the rows are not as
    it supposes, `Forbidden` from who does not serve everybody whom the calendar counts for.
    """
    require(actor, "settings.calendar")
    calendar, at = locked(calendar), at or database_now()
    require_calendar(actor, calendar)
    plan = PlannedEdit(
        kind=PlanKind.CALENDAR,
        calendar=calendar,
        base_version_id=calendar.current_version_id,
        changes=list(changes),
        reason=reason.strip()[:300],
        spec=draft_of(calendar, changes, today=today_in(calendar, at=at)),
        year=year,
        asked_by=StaffMember.objects.get(pk=actor.staff_id or 0),
    )
    keep(plan)
    record_plan(plan, "plan", actor, at)
    wake(TASK)
    return plan


@transaction.atomic
def plan_again(*, plan: PlannedEdit, actor: Actor, at: datetime | None = None) -> None:
    """Count the effect anew, on what is edited as it is now.

    Raises `Conflict` for an edit that is decided, and for one of a policy that another version has overtaken.
    """
    require(actor, CAPABILITIES[plan.kind])
    plan, at = held(plan, PlanState.READY, PlanState.FAILED), at or database_now()
    require_plan(actor, plan)
    if plan.kind == PlanKind.POLICY:
        count_policy_again(plan, at=at)
    else:
        _count_calendar_again(plan, at=at)
    keep(plan)
    wake(TASK)


@transaction.atomic
def confirm_plan(*, plan: PlannedEdit, reaches_running: bool, actor: Actor, at: datetime | None = None) -> PlannedEdit:
    """Make the edit as it was previewed: for new tickets only, or moving those that are open too, never earlier.

    Raises `Conflict` when what it edits has changed since, and for an edit that is not ready or decided already.
    """
    require(actor, CAPABILITIES[plan.kind])
    plan, at = held(plan, PlanState.READY), at or database_now()
    require_plan(actor, plan)
    plan.reaches_running, plan.state, plan.part, plan.parts = reaches_running, PlanState.APPLYING, 0, 0
    plan.decided_by_id, plan.decided_at, plan.went_on_at = actor.staff_id, at, at
    make = make_policy if plan.kind == PlanKind.POLICY else _make_calendar
    make(plan, reaches_running=reaches_running, actor=actor, at=at)
    keep(plan)
    record_plan(plan, "confirm", actor, at)
    wake(TASK)
    return plan


@transaction.atomic
def leave_plan(*, plan: PlannedEdit, actor: Actor, at: datetime | None = None) -> None:
    """Do not make the edit; counting that goes on is stopped. Raises `Conflict` for an edit that is decided."""
    require(actor, CAPABILITIES[plan.kind])
    plan, at = held(plan, PlanState.COUNTING, PlanState.READY, PlanState.FAILED), at or database_now()
    require_plan(actor, plan)
    plan.state, plan.decided_by_id, plan.decided_at, plan.finished_at = PlanState.CANCELLED, actor.staff_id, at, at
    keep(plan)
    record_plan(plan, "leave", actor, at)


def _count_calendar_again(plan: PlannedEdit, *, at: datetime) -> None:
    assert plan.calendar is not None
    calendar = locked(plan.calendar)
    plan.spec = draft_of(calendar, plan.changes, today=today_in(calendar, at=at))
    plan.base_version_id = calendar.current_version_id
    begin_counting(plan, at=at)


def _make_calendar(plan: PlannedEdit, *, reaches_running: bool, actor: Actor, at: datetime) -> None:
    assert plan.calendar is not None
    calendar = locked(plan.calendar)
    if calendar.current_version_id != plan.base_version_id:
        raise Conflict(_("The calendar has changed since this was counted. Count again, then decide."))
    write_changes(calendar, plan.changes, today=today_in(calendar, at=at))
    plan.made_version = publish(
        calendar=calendar,
        reason=summary_of(plan.changes, plan.reason),
        actor=actor,
        at=at,
        new_only=not reaches_running,
    )


def draft_of(calendar: Calendar, changes: Sequence[Change], *, today: date) -> dict[str, Any]:
    """The calendar as the changes would leave it; its rows are as before. The caller holds its lock."""
    before = transaction.savepoint()
    try:
        write_changes(calendar, changes, today=today)
        return checked_specification(calendar)
    finally:
        transaction.savepoint_rollback(before)
        calendar.refresh_from_db()
