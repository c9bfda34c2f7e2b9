"""Any life of a ticket, by chance, while policy, calendar and matrix are edited around it.

The fold, the stored row, the promises and the ladder must agree at every step.
"""

from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.errors import DomainError
from helpdesk.lib.tenancy import system_scope
from sla.models import (
    Calendar,
    Clock,
    MatrixVersion,
    PlannedEdit,
    PlanState,
    Policy,
    PolicyVersion,
    QuietHours,
    Severity,
)
from sla.operations.calendars import add_holiday, remove_holiday
from sla.operations.planning import confirm_plan, plan_calendar_edit
from sla.operations.policies import newest_version
from sla.operations.policy_planning import plan_policy_edit, plan_policy_move
from sla.policy_spec import spec_of
from sla.queries import matrix_in_force
from sla.versions import forget_versions
from tests.conftest import make_world
from tests.support import COLOMBO, LONG, actor_of, colombo
from tests.tickets.test_matrix_editor import copied
from tests.tickets.test_policy_edits import changed
from tickets.models import Escalation, Ticket, TimelineEntry
from tickets.operations.conversation import reply, resume, wait_for_client
from tickets.operations.covering import mark_covered, mark_outside
from tickets.operations.edits.impact import work_off_plans
from tickets.operations.edits.recompute import refresh_stale_clocks
from tickets.operations.handling import acknowledge, change_severity, escalate
from tickets.operations.intake import open_ticket
from tickets.operations.matrix import publish_matrix
from tickets.operations.replay import differences
from tickets.operations.status import reopen, resolve
from tickets.operations.sweep import sweep

POLICIES = st.sampled_from(
    [
        {"P1": {"response_minutes": 900, "limit_minutes": 2000}, "P2": {"response_minutes": 1500}},
        {"P1": {"response_minutes": 60, "target_minutes": 60, "limit_minutes": 60}},
        {"P3": {"target_minutes": None, "limit_minutes": None}},
        {"warn_percent": 50},
        {"reading": "end_of_nth_day"},
        {"reading": "elapsed"},
    ]
)
DAYS = st.sampled_from(
    [
        {"do": "day.set", "hours": [["08:00", "12:00"]], "note": "Half a day"},
        {"do": "day.set", "hours": [["06:00", "22:00"]], "note": "A long day"},
        {"do": "day.set", "hours": [], "note": "Closed"},
        {"do": "hours.set", "hours": dict.fromkeys(("mon", "tue", "thu"), (("09:00", "15:00"),))},
        {"do": "hours.set", "hours": dict.fromkeys(("mon", "wed", "sat"), (("07:00", "12:00"), ("13:00", "21:00")))},
        {"do": "rule.set", "closes_on": "public"},
    ]
)
STEPS = st.sampled_from([timedelta(minutes=m) for m in (0, 1, 29, 240, 541, 1080, 2000, 5000)])


class TicketLife(RuleBasedStateMachine):
    """One ticket, acted upon at growing instants, through the real operations on the real database."""

    def __init__(self) -> None:
        super().__init__()
        self.open_blocks = [transaction.atomic(), system_scope("a property test lives in every organisation")]
        for block in self.open_blocks:
            block.__enter__()
        forget_versions()
        self.world = make_world()
        self.agent, self.alice = actor_of(self.world.agent), actor_of(self.world.alice)
        self.admin = actor_of(self.world.admin)
        self.level = 1
        self.now: datetime = colombo("2026-11-16 10:00")
        self.promised: dict[str, datetime] = {}
        self.breached: set[str] = set()
        self.may_be_earlier = False

    def teardown(self) -> None:
        transaction.set_rollback(True)
        for block in reversed(self.open_blocks):
            block.__exit__(None, None, None)
        forget_versions()

    @initialize(severity=st.sampled_from(Severity.values), hour=st.integers(0, 23), minute=st.integers(0, 59))
    def submitted(self, severity: str, hour: int, minute: int) -> None:
        self.now = self.now.replace(hour=hour, minute=minute)
        self.ticket = open_ticket(
            organisation=self.world.acme,
            requester=self.world.alice,
            subject="Invoices fail",
            description="All of them.",
            severity=severity,
            actor=self.alice,
            at=self.now,
        )

    def act(self, verb, step: timedelta, **arguments) -> None:
        """Let time pass and act; what the ticket's state refuses is refused and changes nothing."""
        self.now += step
        try:
            verb(ticket=self.ticket, at=self.now, **arguments)
        except DomainError:
            return

    @rule(step=STEPS)
    def staff_replies(self, step):
        self.act(reply, step, actor=self.agent, body="We are on it.")

    @rule(step=STEPS)
    def client_replies(self, step):
        self.act(reply, step, actor=self.alice, body="Any news?")

    @rule(step=STEPS, asked=st.booleans())
    def waits(self, step, asked):
        words = {"question": "Which one?"} if asked else {"contact": "Called them"}
        self.act(wait_for_client, step, actor=self.agent, **words)

    @rule(step=STEPS)
    def resumes(self, step):
        self.act(resume, step, actor=self.agent, reason="Found it")

    @rule(step=STEPS)
    def is_marked_as_outside_standard_support(self, step):
        self.act(mark_outside, step, actor=self.agent, reason="Training", message="We can offer a course.")

    @rule(step=STEPS)
    def is_covered_after_all(self, step):
        self.act(mark_covered, step, actor=self.agent, reason="It was a fault.")

    @rule(step=STEPS, message=st.sampled_from(["", "Done."]))
    def resolves(self, step, message):
        self.act(resolve, step, actor=self.agent, message=message)

    @rule(step=STEPS)
    def reopens(self, step):
        self.act(reopen, step, actor=self.alice, reason="Not yet")

    @rule(step=STEPS, severity=st.sampled_from(Severity.values))
    def severity_changes(self, step, severity):
        before = Ticket.objects.get(pk=self.ticket.pk).severity
        self.may_be_earlier = severity < before
        self.act(change_severity, step, actor=self.agent, severity=severity, reason="We know more")

    @rule(step=STEPS, ahead=st.integers(-3, 12))
    def holiday_is_added(self, step, ahead):
        self.now += step
        day = self.now.astimezone(COLOMBO).date() + timedelta(days=ahead)
        calendar = Calendar.objects.get(key="sri-lanka")
        try:
            add_holiday(
                calendar=calendar, day=day, name="Extra", categories=["mercantile"], source="Gazette",
                actor=SYSTEM, at=self.now,
            )  # fmt: skip
        except DomainError:
            return
        refresh_stale_clocks(at=self.now)

    @rule(step=STEPS)
    @precondition(lambda self: Calendar.objects.get(key="sri-lanka").versions.count() < 6)
    def next_holiday_is_removed(self, step):
        self.now += step
        calendar = Calendar.objects.get(key="sri-lanka")
        day = self.now.astimezone(COLOMBO).date()
        holiday = calendar.holidays.filter(date__gt=day, closes_statutory=True).order_by("date")[0]
        remove_holiday(holiday=holiday, reason="Moved by gazette", actor=SYSTEM, at=self.now)
        refresh_stale_clocks(at=self.now)

    def plan(self, plan_edit, *, reaches_running, **facts):
        """Plan an edit, have it counted, confirm it and let the workers move what it reaches; or be refused."""
        try:
            plan = plan_edit(actor=self.admin, at=self.now, reason="By chance", **facts)
            work_off_plans(at=self.now)
            confirm_plan(plan=plan, reaches_running=reaches_running, actor=self.admin, at=self.now)
        except DomainError:
            return
        work_off_plans(at=self.now)
        with system_scope("the test looks"):
            assert PlannedEdit.objects.get(pk=plan.pk).state == PlanState.DONE

    @rule(step=STEPS, figures=POLICIES, reaches_running=st.booleans())
    @precondition(lambda self: PolicyVersion.objects.filter(policy__key="standard").count() < 5)
    def policy_is_edited(self, step, figures, reaches_running):
        self.now += step
        policy = Policy.objects.get(key="standard")
        newest = newest_version(policy)
        spec = changed(spec_of(newest), **figures)
        facts = {"policy": policy, "spec": spec, "effective_on": None, "seen": newest.number}
        self.plan(plan_policy_edit, reaches_running=reaches_running, **facts)

    @rule(step=STEPS)
    @precondition(lambda self: PolicyVersion.objects.filter(policy__key="standard").count() > 1)
    def running_tickets_are_moved_to_the_policy_in_force(self, step):
        self.now += step
        self.plan(plan_policy_move, reaches_running=True, policy=Policy.objects.get(key="standard"))

    @rule(step=STEPS, change=DAYS, ahead=st.integers(0, 9), reaches_running=st.booleans())
    @precondition(lambda self: Calendar.objects.get(key="sri-lanka").versions.count() < 8)
    def calendar_is_edited(self, step, change, ahead, reaches_running):
        self.now += step
        day = (self.now.astimezone(COLOMBO).date() + timedelta(days=ahead)).isoformat()
        dated = {**change, "effective_from" if change["do"] == "hours.set" else "date": day}
        facts = {"calendar": Calendar.objects.get(key="sri-lanka"), "changes": [dated], "year": self.now.year}
        self.plan(plan_calendar_edit, reaches_running=reaches_running, **facts)

    @rule(step=STEPS)
    def client_asks_for_the_next_level(self, step):
        self.act(escalate, step, actor=self.alice, reason="It is urgent")

    @rule(step=STEPS)
    def staff_acknowledge(self, step):
        self.now += step
        rung = Escalation.objects.filter(acknowledged_at=None).order_by("pk").first()
        if rung is not None:
            acknowledge(escalation=rung, actor=self.agent, at=self.now)

    @rule(step=STEPS, minutes=st.sampled_from([60, 270, 900]), quiet=st.sampled_from(QuietHours.values))
    @precondition(lambda self: MatrixVersion.objects.count() < 4)
    def matrix_is_edited(self, step, minutes, quiet):
        self.now += step
        found = matrix_in_force(at=self.now)
        levels, rules = copied(found)
        for rule_row in rules:
            rule_row.quiet_hours = quiet
        publish_matrix(
            levels=levels, rules=rules, reminder_minutes=minutes, reason="By chance", seen=found.version.number,
            actor=self.admin, at=self.now,
        )  # fmt: skip

    @rule(step=STEPS)
    def sweep_runs(self, step):
        self.now += step
        sweep(at=self.now)

    @invariant()
    def fold_and_stored_rows_agree(self):
        if hasattr(self, "ticket"):
            sweep(at=self.now)
            assert differences(Ticket.objects.select_related("organisation", "calendar").get(), at=self.now) == []

    @invariant()
    def promises_are_kept(self):
        for clock in Clock.objects.all():
            assert clock.used >= timedelta(0)
            assert clock.budget is None or clock.budget >= timedelta(0)
            if clock.state == "running" and clock.due_at is not None:
                if clock.kind in self.promised and not self.may_be_earlier:
                    assert clock.due_at >= self.promised[clock.kind], f"{clock.kind} became earlier"
                self.promised[clock.kind] = clock.due_at
        self.may_be_earlier = False

    @invariant()
    def the_ladder_is_climbed_once_and_never_down(self):
        if not hasattr(self, "ticket"):
            return
        rungs = list(Escalation.objects.order_by("pk"))
        climbed = [(one.event, one.cycle, one.step) for one in rungs]
        assert len(climbed) == len(set(climbed)), "each rung once, whatever was edited meanwhile"
        assert all(one.remind_at is None for one in rungs if one.acknowledged_at is not None)
        level = Ticket.objects.get(pk=self.ticket.pk).level
        assert level >= max([self.level, *(one.level for one in rungs)])
        self.level = level
        events = set(TimelineEntry.objects.filter(kind="breach").values_list("data__clock", flat=True))
        called = {one.event for one in rungs}
        assert ("response" in events) <= ("response_overdue" in called)
        assert ("limit" in events) <= ("limit_passed" in called)

    @invariant()
    def a_breach_is_recorded_once_and_stays(self):
        recorded = list(TimelineEntry.objects.filter(kind="breach").values_list("data__clock", flat=True))
        assert len(recorded) == len(set(recorded))
        breached = set(Clock.objects.filter(verdict="breached").values_list("kind", flat=True))
        assert self.breached <= breached
        self.breached = breached


@pytest.mark.django_db
def test_any_sequence_gives_the_same_clocks_by_fold_and_by_stored_row():
    run_state_machine_as_test(
        TicketLife,
        settings=settings(
            max_examples=200 if LONG else 14,
            stateful_step_count=25 if LONG else 16,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
