"""What every kind of planned edit is kept by: its row under a lock, saved, and what the log says of it."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from helpdesk.audit.operations import record_vendor
from helpdesk.lib.actors import Actor
from helpdesk.lib.errors import Conflict
from helpdesk.lib.tenancy import system_scope
from sla.models import PlanKind, PlannedEdit, PlanState
from sla.operations.calendar_changes import words_of
from sla.plans import OWN, key_of

TASK = "tickets.work_off_plans"
CAPABILITIES = {"calendar": "settings.calendar", "policy": "settings.policy"}


def lines_of(plan: PlannedEdit) -> list[str]:
    """What the edit changes, a line each."""
    if plan.kind == PlanKind.CALENDAR:
        return [words_of(change) for change in plan.changes]
    return list(plan.changes[0]["lines"])


def held(plan: PlannedEdit, *states: PlanState) -> PlannedEdit:
    """The plan's row, locked. Raises `Conflict` where it stands in none of the states."""
    with system_scope(OWN):
        rows = PlannedEdit.objects.select_related("calendar", "policy", "base_policy", "only_for")
        found = rows.select_for_update(of=("self",), no_key=True).get(pk=plan.pk)
    if found.state not in states:
        said = _("This edit stands at “%(state)s”, so that cannot be done with it now.")
        raise Conflict(said % {"state": found.get_state_display()})
    return found


def keep(plan: PlannedEdit) -> None:
    """Save the plan, a new one too."""
    with system_scope(OWN):
        plan.save()


def begin_counting(plan: PlannedEdit, *, at: datetime) -> None:
    """Set a plan to be counted from its beginning; the caller keeps it."""
    plan.state, plan.went_on_at = PlanState.COUNTING, at
    plan.part, plan.parts, plan.tally, plan.impact = 0, 0, {}, None


def record_plan(plan: PlannedEdit, step: str, actor: Actor, at: datetime) -> None:
    """Note a step of the plan in the vendor's log: what it would change, and once it is known what it would move."""
    said: dict[str, Any] = {"plan": str(plan.public_id), "changes": lines_of(plan)[:50]}
    if plan.impact is not None:
        said |= {"impact": {name: value for name, value in plan.impact.items() if name != "organisations"}}
        said |= {"organisations": len(plan.impact["organisations"]), "reaches_running": plan.reaches_running}
    action = f"{plan.kind}.{step}"
    record_vendor(action=action, subject=key_of(plan), actor=actor, at=at, reason=plan.reason, data=said)
