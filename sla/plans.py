"""Reads of planned edits, for those who may edit."""

from datetime import datetime, timedelta
from uuid import UUID

from helpdesk.accounts.models import StaffMember
from helpdesk.lib.tenancy import system_scope
from sla.models import PlanKind, PlannedEdit, PolicyVersion
from sla.queries import policy_in_force

OWN = "a planned edit is the vendor's own; it counts clocks of every organisation"
STALLED = timedelta(minutes=1)  # a part takes seconds, and beat rings every few
MOVE = "policy.move"  # no new version: running tickets are moved to the one in force


def plan_named(public_id: UUID) -> PlannedEdit | None:
    """The planned edit of an address, with what it edits and its people."""
    related = PlannedEdit.objects.select_related(
        "calendar", "policy", "base_policy", "only_for", "made_version", "asked_by__user", "decided_by__user"
    )
    with system_scope(OWN):
        return related.filter(public_id=public_id).first()


def recent_plans(staff: StaffMember | None, *, most: int = 20) -> list[PlannedEdit]:
    """The newest edits that a person has planned; everybody's stand in the audit log."""
    with system_scope(OWN):
        mine = PlannedEdit.objects.filter(asked_by=staff).select_related(
            "calendar", "policy", "only_for", "asked_by__user"
        )
        return list(mine.order_by("-pk")[:most])


def key_of(plan: PlannedEdit) -> str:
    """What the edit is called after in the log: the key of its calendar or policy."""
    edited = plan.calendar or plan.policy
    assert edited is not None, "the database knows of no edit of nothing"
    return edited.key


def moves_only(plan: PlannedEdit) -> bool:
    """Whether it makes no version, and only moves running tickets to the one in force."""
    return plan.changes[0].get("do") == MOVE


def begins_later(plan: PlannedEdit) -> bool:
    """Whether it is a policy's version for a day to come: then it can reach new tickets only."""
    return bool(plan.changes[0].get("effective_on"))


def is_stalled(plan: PlannedEdit, *, at: datetime) -> bool:
    """Whether it should go on and no worker has done a part of it for a while."""
    return plan.is_going_on and at - plan.went_on_at > STALLED


def is_outdated(plan: PlannedEdit, *, at: datetime) -> bool:
    """Whether what it edits has changed since the edit began."""
    if plan.kind == PlanKind.CALENDAR:
        assert plan.calendar is not None
        return plan.calendar.current_version_id != plan.base_version_id
    if moves_only(plan):
        return policy_in_force(plan.policy_id or 0, at=at).pk != plan.base_policy_id
    newest = PolicyVersion.objects.filter(policy=plan.policy).order_by("-number").values_list("pk", flat=True).first()
    return newest != plan.base_policy_id
