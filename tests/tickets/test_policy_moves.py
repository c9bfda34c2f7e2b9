"""An edit of a policy with its preview: what is counted is what moves, never earlier, and every ticket says why."""

from collections import Counter
from datetime import date

import pytest

from helpdesk.audit.models import AuditEntry, VendorAuditEntry
from helpdesk.lib.errors import Conflict, DomainError, Forbidden
from sla.models import Clock, PlannedEdit, PlanState, Policy, PolicyVersion
from sla.operations.planning import confirm_plan, leave_plan, plan_again
from sla.operations.policies import newest_version
from sla.operations.policy_planning import plan_policy_edit, plan_policy_move
from sla.policy_spec import spec_of
from tests.support import actor_of, colombo
from tests.tickets.test_policy_edits import changed, publish
from tickets.models import Ticket, TimelineEntry
from tickets.operations.conversation import reply, wait_for_client
from tickets.operations.edits.impact import work_off_plans
from tickets.operations.handling import change_severity
from tickets.operations.replay import replay_clocks
from tickets.operations.status import reopen, resolve
from tickets.operations.sweep import sweep

pytestmark = pytest.mark.usefixtures("everything")
NOW = colombo("2026-11-18 10:00")


def edit(world, *, day=None, organisation=None, at=NOW, **figures):
    policy = Policy.objects.get(key="standard")
    newest = newest_version(policy)
    plan = plan_policy_edit(
        policy=policy, spec=changed(spec_of(newest), **figures), effective_on=day, reason="Agreed", seen=newest.number,
        organisation=organisation, actor=actor_of(world.admin), at=at,
    )  # fmt: skip
    work_off_plans(at=at)
    return again(plan)


def again(plan):
    return PlannedEdit.objects.get(pk=plan.pk)


def confirm(world, plan, *, running=True, at=NOW):
    confirm_plan(plan=plan, reaches_running=running, actor=actor_of(world.admin), at=at)
    work_off_plans(at=at)
    return again(plan)


def dues():
    return {(row.ticket_id, row.kind): (row.due_at, row.verdict, row.breached_at) for row in Clock.objects.all()}


@pytest.fixture
def desk(submit, world):
    """Tickets in every state: running, breached, waiting, changed in severity, resolved, of another client."""
    agent = actor_of(world.agent)
    late = submit("P1", "2026-11-16 10:00")
    fresh = submit("P1", "2026-11-18 09:00")
    waiting = submit("P2", "2026-11-17 10:00")
    wait_for_client(ticket=waiting, question="Which invoice?", actor=agent, at=colombo("2026-11-17 11:00"))
    moved = submit("P3", "2026-11-17 12:00")
    change_severity(ticket=moved, severity="P2", reason="More", actor=agent, at=colombo("2026-11-17 15:00"))
    done = submit("P1", "2026-11-17 09:00")
    resolve(ticket=done, message="Done.", actor=agent, at=colombo("2026-11-17 10:00"))
    other = submit("P2", "2026-11-17 10:00", organisation=world.globex, requester=world.bob, actor=actor_of(world.bob))
    info = submit("P4", "2026-11-17 10:00")
    sweep(at=NOW)
    return [late, fresh, waiting, moved, done, other, info]


@pytest.mark.parametrize(
    "figures",
    [
        {"P1": {"response_minutes": 900, "limit_minutes": 2000}, "P2": {"response_minutes": 1500}},
        {"P1": {"response_minutes": 60, "target_minutes": 60, "limit_minutes": 60}},
        {"warn_percent": 50, "reopen_minutes": 5400, "working_day_minutes": 270},
        {"reading": "end_of_nth_day"},
    ],
    ids=["longer", "shorter", "other figures", "another reading"],
)  # fmt: skip
def test_what_the_preview_says_is_what_moves_and_nothing_comes_earlier(world, desk, figures):
    before = dues()
    plan = edit(world, **figures)
    assert plan.state == PlanState.READY
    assert (dues(), PolicyVersion.objects.count()) == (before, 1), "counting changes nothing"
    plan = confirm(world, plan)
    assert plan.state == PlanState.DONE
    delays, whose = Counter(), Counter()
    organisations = {ticket.pk: ticket.organisation_id for ticket in desk}
    for key, (due, verdict, breached_at) in before.items():
        after = dues()[key]
        assert after[1:] == (verdict, breached_at), "a recorded breach stays, and none appears"
        if due != after[0]:
            delays[int((after[0] - due).total_seconds()) // 60] += 1
            whose[organisations[key[0]]] += 1
    assert min(delays, default=0) >= 0
    longer = figures.get("P1", {}).get("response_minutes", 0) > 540 or "reading" in figures
    assert (sum(delays.values()) > 0) == longer
    told = {int(key): clocks for key, (clocks, _, _) in plan.impact["organisations"].items()}
    assert (plan.impact["clocks"], told) == (sum(delays.values()), dict(whose))
    assert (plan.impact["least"], plan.impact["most"]) == (min(delays, default=0), max(delays, default=0))
    assert replay_clocks(at=NOW) == [], "stored clocks are what their timelines say"


def test_a_moved_ticket_says_when_from_what_to_what_why_and_by_whom(world, desk):
    plan = confirm(world, edit(world, P1={"limit_minutes": 2000}))
    late, fresh, waiting, moved, done, other, info = desk
    entries = TimelineEntry.objects.filter(kind="policy").order_by("ticket_id")
    assert {one.ticket_id for one in entries} == {one.pk for one in (late, fresh, waiting, moved, other, info)}
    one = entries.get(ticket=fresh)
    assert (one.at, one.actor_name, one.is_public, one.body) == (NOW, "Indra", True, "Policy version 1 → 2: Agreed")
    first, second = PolicyVersion.objects.order_by("pk")
    assert (one.data["before"], one.data["after"]) == (first.pk, second.pk)
    assert TimelineEntry.objects.get(ticket=fresh, kind="deadline_moved").body == (
        "The support policy changed: resolution limit moved later."
    )
    assert Ticket.objects.get(pk=done.pk).policy_version == first
    assert {row.policy_version_id for row in Clock.objects.filter(ticket=fresh)} == {second.pk}
    audit = AuditEntry.objects.get(action="ticket.policy", subject=fresh.reference)
    assert (audit.reason, audit.data["plan"]) == ("Agreed", str(plan.public_id))
    logged = VendorAuditEntry.objects.filter(action__startswith="policy.").order_by("pk")
    assert [(row.action, row.actor_name) for row in logged] == [
        ("policy.plan", "Indra"), ("policy.publish", "Indra"), ("policy.confirm", "Indra"),
    ]  # fmt: skip
    confirmed = logged[2].data
    assert confirmed["changes"] == ["P1, resolution limit, minutes: 1080 → 2000"]
    assert (confirmed["impact"]["clocks"], confirmed["reaches_running"]) == (plan.impact["clocks"], True)


def test_new_tickets_only_moves_nothing_until_an_admin_moves_them_with_a_reason(world, desk, submit):
    before = dues()
    plan = confirm(world, edit(world, P1={"limit_minutes": 2000}), running=False)
    assert (plan.state, dues()) == (PlanState.DONE, before)
    assert submit("P1", "2026-11-18 10:00").policy_version.number == 2
    with pytest.raises(DomainError, match="Say why"):
        plan_policy_move(policy=plan.policy, reason=" ", actor=actor_of(world.admin), at=NOW)
    move = plan_policy_move(policy=plan.policy, reason="A promise to all", actor=actor_of(world.admin), at=NOW)
    work_off_plans(at=NOW)
    with pytest.raises(DomainError, match="nothing to move"):
        confirm_plan(plan=again(move), reaches_running=False, actor=actor_of(world.admin), at=NOW)
    done = confirm(world, again(move))
    assert (done.state, PolicyVersion.objects.count()) == (PlanState.DONE, 2)
    assert dues() != before
    assert set(Ticket.objects.filter(in_queue=True).values_list("policy_version__number", flat=True)) == {2}
    assert replay_clocks(at=NOW) == []


def test_an_edit_for_one_organisation_counts_and_moves_its_tickets_alone(world, desk):
    plan = edit(world, organisation=world.globex, P2={"limit_minutes": 3700})
    assert list(plan.impact["organisations"]) == [str(world.globex.pk)]
    confirm(world, plan)
    other = desk[5]
    moved = Ticket.objects.exclude(policy_version__policy__key="standard")
    assert list(moved) == [other]
    assert replay_clocks(at=NOW) == []


def test_a_breach_that_nobody_had_swept_is_recorded_before_the_move(world, submit):
    ticket = submit("P1", "2026-11-16 10:00")
    confirm(world, edit(world, P1={"response_minutes": 1000, "limit_minutes": 2000}))
    response = Clock.objects.get(ticket=ticket, kind="response")
    assert (response.verdict, response.breached_at) == ("breached", colombo("2026-11-17 10:00"))
    assert TimelineEntry.objects.filter(ticket=ticket, kind="breach").count() == 1
    assert replay_clocks(at=NOW) == []


def test_what_is_moved_twice_replays_and_lives_on(world, submit):
    ticket = submit("P1", "2026-11-18 09:00")
    confirm(world, edit(world, P1={"limit_minutes": 2000}))
    later = colombo("2026-11-18 12:00")
    confirm(world, edit(world, P1={"limit_minutes": 2600}, at=later), at=later)
    agent = actor_of(world.agent)
    reply(ticket=ticket, body="We look at it.", actor=agent, at=colombo("2026-11-18 13:00"))
    resolve(ticket=ticket, message="Done.", actor=agent, at=colombo("2026-11-18 14:00"))
    reopen(ticket=ticket, reason="No.", actor=actor_of(world.alice), at=colombo("2026-11-18 15:00"))
    limit = Clock.objects.get(ticket=ticket, kind="limit")
    assert limit.budget.total_seconds() == 2600 * 60
    assert replay_clocks(at=colombo("2026-11-18 15:00")) == []


def test_a_version_for_a_day_to_come_reaches_new_tickets_only(world, desk):
    plan = edit(world, day=date(2026, 12, 1), P1={"limit_minutes": 2000})
    with pytest.raises(DomainError, match="reaches new tickets only"):
        confirm_plan(plan=plan, reaches_running=True, actor=actor_of(world.admin), at=NOW)
    assert confirm(world, plan, running=False).made_policy.effective_from == colombo("2026-12-01 00:00")


def test_an_edit_that_another_version_has_overtaken_is_neither_made_nor_counted_again(world, desk):
    plan = edit(world, P1={"limit_minutes": 2000})
    publish(world, warn_percent=60, at="2026-11-18 10:05")
    admin = actor_of(world.admin)
    with pytest.raises(Conflict, match="has changed since this was counted"):
        confirm_plan(plan=plan, reaches_running=False, actor=admin, at=NOW)
    with pytest.raises(Conflict, match="has changed since this edit began"):
        plan_again(plan=plan, actor=admin, at=NOW)
    leave_plan(plan=plan, actor=admin, at=NOW)
    assert again(plan).state == PlanState.CANCELLED


def test_only_who_may_edit_policies_plans_moves_and_decides(world, desk):
    plan, agent = edit(world, P1={"limit_minutes": 2000}), actor_of(world.agent)
    for refused in (
        lambda: plan_policy_move(policy=plan.policy, reason="Mine", actor=agent, at=NOW),
        lambda: confirm_plan(plan=plan, reaches_running=True, actor=agent, at=NOW),
        lambda: plan_again(plan=plan, actor=agent, at=NOW),
        lambda: leave_plan(plan=plan, actor=agent, at=NOW),
    ):
        with pytest.raises(Forbidden):
            refused()


def test_a_severity_that_loses_its_promise_is_told_as_such(world, desk):
    plan = edit(world, P3={"target_minutes": None, "limit_minutes": None})
    assert plan.impact["lost"] == 0, "the only P3 was raised to P2"
    plan = edit(world, **{name: {"target_minutes": None, "limit_minutes": None} for name in ("P2", "P3")})
    assert plan.impact["lost"] == 4
    confirm(world, plan)
    assert replay_clocks(at=NOW) == []
