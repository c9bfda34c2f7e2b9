"""An edit of a support policy, planned; and running tickets that are to be moved to the version in force."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.accounts.models import Organisation, StaffMember
from helpdesk.lib.actors import Actor, require
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import Conflict, DomainError
from helpdesk.lib.wake import wake
from sla.models import PlanKind, PlannedEdit, PlanState, Policy, PolicyVersion
from sla.operations.plan_keeping import TASK, begin_counting, keep, record_plan
from sla.operations.policies import check_edit, effective_from, locked_policy, newest_version, publish_policy
from sla.operations.reaching import require_policy
from sla.plans import MOVE, begins_later, is_outdated, moves_only
from sla.policy_spec import Spec, differences, spec_of
from sla.queries import policy_in_force


@transaction.atomic
def plan_policy_edit(
    *,
    policy: Policy,
    spec: Spec,
    effective_on: date | None,
    reason: str,
    seen: int,
    organisation: Organisation | None = None,
    actor: Actor,
    at: datetime | None = None,
) -> PlannedEdit:
    """Note an edit of a policy and have its effect on running tickets counted; nothing is changed yet.

    Takes what `publish_policy` takes, and refuses whatever that refuses, `Forbidden` included.
    """
    require(actor, "settings.policy")
    policy, at = locked_policy(policy), at or database_now()
    require_policy(actor, policy, organisation=organisation)
    facts: dict[str, Any] = {"policy": policy, "spec": spec, "reason": reason, "seen": seen}
    check_edit(**facts, effective_on=effective_on, organisation=organisation, at=at)
    later = effective_on if effective_from(effective_on, at=at) > at else None
    base = newest_version(policy)
    change = {"do": "policy.publish", "seen": seen, "effective_on": later.isoformat() if later else None}
    change |= {"lines": [*_for_whom(organisation, later), *differences(spec_of(base), spec)]}
    plan = _plan(policy, base, change, reason, actor=actor, at=at)
    plan.spec, plan.only_for = dict(spec), organisation
    return _kept(plan, actor, at)


@transaction.atomic
def plan_policy_move(*, policy: Policy, reason: str, actor: Actor, at: datetime | None = None) -> PlannedEdit:
    """Have counted what moving running tickets to the policy's version in force would move.

    Raises `DomainError` without a reason: a ticket keeps the version that it was opened under unless there is one.
    """
    require(actor, "settings.policy")
    policy, at = locked_policy(policy), at or database_now()
    require_policy(actor, policy)
    if not reason.strip():
        raise DomainError(_("Say why running tickets are moved."), field="reason")
    current = policy_in_force(policy.pk, at=at)
    line = _("Running tickets are moved to version %(number)d") % {"number": current.number}
    plan = _plan(policy, current, {"do": MOVE, "lines": [line]}, reason, actor=actor, at=at)
    plan.spec = spec_of(current)
    return _kept(plan, actor, at)


def count_policy_again(plan: PlannedEdit, *, at: datetime) -> None:
    """Count anew. Raises `Conflict` where another version came between: the edit would silently take it back."""
    if is_outdated(plan, at=at):
        raise Conflict(_("The policy has changed since this edit began. Begin it anew from the newest version."))
    begin_counting(plan, at=at)


def make_policy(plan: PlannedEdit, *, reaches_running: bool, actor: Actor, at: datetime) -> None:
    """Publish the planned version, and have running tickets moved to it where they are to be reached.

    The caller holds the plan and keeps it. Raises `Conflict` where the policy has changed since it was counted.
    """
    assert plan.policy is not None
    locked_policy(plan.policy)
    if is_outdated(plan, at=at):
        raise Conflict(_("The policy has changed since this was counted. Begin the edit anew from the newest version."))
    if reaches_running and begins_later(plan):
        raise DomainError(_("A version for a day to come reaches new tickets only. Once it holds, move the others."))
    if moves_only(plan):
        if not reaches_running:
            raise DomainError(_("Without running tickets there is nothing to move."))
        plan.made_policy = plan.base_policy
    else:
        day = plan.changes[0]["effective_on"]
        plan.made_policy = publish_policy(
            policy=plan.policy,
            spec=plan.spec,
            effective_on=date.fromisoformat(day) if day else None,
            reason=plan.reason,
            seen=plan.changes[0]["seen"],
            organisation=plan.only_for,
            actor=actor,
            at=at,
        )
    if not reaches_running:
        plan.state, plan.finished_at = PlanState.DONE, at


def _plan(
    policy: Policy, base: PolicyVersion, change: dict[str, Any], reason: str, *, actor: Actor, at: datetime
) -> PlannedEdit:
    return PlannedEdit(
        kind=PlanKind.POLICY,
        policy=policy,
        base_policy=base,
        changes=[change],
        reason=reason.strip()[:300],
        year=at.year,
        asked_by=StaffMember.objects.get(pk=actor.staff_id or 0),
    )


def _kept(plan: PlannedEdit, actor: Actor, at: datetime) -> PlannedEdit:
    keep(plan)
    record_plan(plan, "plan", actor, at)
    wake(TASK)
    return plan


def _for_whom(organisation: Organisation | None, later: date | None) -> list[str]:
    whom = [_("For %(name)s alone") % {"name": organisation.name}] if organisation else []
    return whom + ([_("For tickets opened from %(day)s on") % {"day": f"{later:%d %B %Y}"}] if later else [])
