"""A planned edit survives the death of whoever works on it: it goes on where it stopped, and its page says so."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.lib.tenancy import system_scope
from sla.models import Calendar, Clock, PlannedEdit, PlanState, Policy
from sla.operations.planning import confirm_plan, plan_calendar_edit
from sla.operations.policies import newest_version
from sla.operations.policy_planning import plan_policy_edit
from sla.policy_spec import spec_of
from tests.reliability.conftest import open_tickets
from tests.reliability.test_crash_points import CRASHED
from tests.support import actor_of, colombo
from tests.tickets.test_policy_edits import changed
from tickets.operations.edits import impact
from tickets.operations.edits.impact import work_off_plans
from tickets.operations.replay import replay_clocks

AT = colombo("2026-01-19 12:00")
HOLIDAY = {
    "do": "holiday.add", "date": "2026-01-20", "name": "A day", "categories": ["mercantile"], "source": "A gazette",
}  # fmt: skip
STOPPED = "No worker has gone on with it for a while."


def of_calendar(admin):
    calendar = Calendar.objects.get(key="sri-lanka")
    return plan_calendar_edit(calendar=calendar, changes=[HOLIDAY], year=2026, actor=admin, at=AT)


def of_policy(admin):
    policy = Policy.objects.get(key="standard")
    newest = newest_version(policy)
    spec = changed(spec_of(newest), P1={"limit_minutes": 2000}, P2={"limit_minutes": 3000})
    facts = {"spec": spec, "effective_on": None, "reason": "Agreed", "seen": newest.number}
    return plan_policy_edit(policy=policy, **facts, actor=admin, at=AT)


def standing():
    """Every stored clock."""
    with system_scope("what stands in the database"):
        return list(Clock.objects.order_by("pk").values())


def as_stored(plan):
    with system_scope("what stands in the database"):
        return PlannedEdit.objects.get(pk=plan.pk)


@pytest.fixture
def page(committed_world, signed_in):
    """What the plan's page says now, and what it says an hour later when nobody has gone on with it."""
    browser = signed_in(committed_world.admin)

    def read(plan, *, later=False):
        with system_scope("time passes"):
            past = timezone.now() - timedelta(minutes=5 if later else 0)
            PlannedEdit.objects.filter(pk=plan.pk).update(went_on_at=past)
        return browser.get(f"/settings/calendars/plans/{plan.public_id}/").content.decode()

    return read


@pytest.mark.parametrize("planned", [of_calendar, of_policy])
def test_a_worker_killed_while_counting_costs_one_part(committed_world, run_process, page, monkeypatch, planned):
    open_tickets(committed_world, 5)
    monkeypatch.setattr(impact, "PARTS", 5)
    admin, before = actor_of(committed_world.admin), standing()
    undisturbed = planned(admin)
    work_off_plans(at=AT)
    wanted = as_stored(undisturbed).impact
    assert wanted["clocks"] > 0
    plan = planned(admin)
    for _part in range(2):
        impact._next_counted(AT)
    assert run_process(lambda: work_off_plans(at=AT), crash_at="plans.before_commit") == CRASHED
    half = as_stored(plan)
    assert (half.state, half.part, half.parts) == (PlanState.COUNTING, 2, 5)
    assert STOPPED not in page(plan)
    assert STOPPED in page(plan, later=True)
    work_off_plans(at=AT)
    whole = as_stored(plan)
    assert (whole.state, whole.impact) == (PlanState.READY, wanted)
    assert standing() == before, "counting writes no clock"
    assert STOPPED not in page(plan, later=True)


@pytest.mark.parametrize(
    ("planned", "point"), [(of_calendar, "recompute.before_commit"), (of_policy, "policy_moves.before_commit")]
)
def test_a_worker_killed_while_moving_leaves_the_edit_to_the_next(committed_world, run_process, page, planned, point):
    open_tickets(committed_world, 5)
    admin = actor_of(committed_world.admin)
    plan = planned(admin)
    work_off_plans(at=AT)
    before = standing()
    confirm_plan(plan=plan, reaches_running=True, actor=admin, at=AT)
    assert run_process(lambda: work_off_plans(at=AT), crash_at=point) == CRASHED
    assert as_stored(plan).state == PlanState.APPLYING
    assert standing() == before, "what was not committed has not happened"
    assert STOPPED in page(plan, later=True)
    work_off_plans(at=AT)
    assert as_stored(plan).state == PlanState.DONE
    assert standing() != before
    assert replay_clocks(at=AT) == []
