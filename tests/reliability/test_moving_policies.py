"""Moving running tickets to another version of their policy survives the death of whoever moves them."""

import pytest

from helpdesk.lib.tenancy import system_scope
from sla.models import Clock, PlannedEdit, PlanState, Policy
from sla.operations.planning import confirm_plan
from sla.operations.policies import newest_version
from sla.operations.policy_planning import plan_policy_edit
from sla.policy_spec import spec_of
from tests.reliability.conftest import open_tickets
from tests.reliability.test_crash_points import CRASHED
from tests.support import actor_of, colombo
from tests.tickets.test_policy_edits import changed
from tickets.models import Ticket, TimelineEntry
from tickets.operations.edits import policy_moves
from tickets.operations.edits.impact import work_off_plans
from tickets.operations.replay import replay_clocks

AT = colombo("2026-01-19 12:00")


class Killed(BaseException):
    """The process ends between two batches."""


def standing():
    """The policy versions that each ticket and its clocks stand on, and how often its timeline says so."""
    with system_scope("what stands in the database"):
        return [
            (
                ticket.policy_version.number,
                {clock.policy_version.number for clock in Clock.objects.filter(ticket=ticket)},
                TimelineEntry.objects.filter(ticket=ticket, kind="policy").count(),
            )
            for ticket in Ticket.objects.select_related("policy_version").order_by("pk")
        ]


def test_a_worker_killed_half_way_leaves_whole_tickets_and_the_next_goes_on(committed_world, run_process, monkeypatch):
    open_tickets(committed_world, 5)
    policy = Policy.objects.get(key="standard")
    newest, admin = newest_version(policy), actor_of(committed_world.admin)
    spec = changed(spec_of(newest), P1={"limit_minutes": 2000}, P2={"limit_minutes": 3000})
    plan = plan_policy_edit(
        policy=policy, spec=spec, effective_on=None, reason="Agreed", seen=newest.number, actor=admin, at=AT
    )
    work_off_plans(at=AT)
    plan = confirm_plan(plan=plan, reaches_running=True, actor=admin, at=AT)
    monkeypatch.setattr(policy_moves, "BATCH", 2)

    def dies(_turns, _tickets):
        raise Killed

    with pytest.raises(Killed):
        policy_moves.move_tickets(plan, at=AT, each=dies)
    half = [(2, {2}, 1)] * 2 + [(1, {1}, 0)] * 3
    assert standing() == half
    assert run_process(lambda: work_off_plans(at=AT), crash_at="policy_moves.before_commit") == CRASHED
    assert standing() == half, "what was not committed has not happened"
    work_off_plans(at=AT)
    assert standing() == [(2, {2}, 1)] * 5
    with system_scope("what stands in the database"):
        assert PlannedEdit.objects.get(pk=plan.pk).state == PlanState.DONE
    assert replay_clocks(at=AT) == []
