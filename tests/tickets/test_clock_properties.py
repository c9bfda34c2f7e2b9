"""Any life of a ticket, by chance, while policy, calendar and matrix are edited around it.

At every step the stored rows, the fold and the ladder must be what a judge makes of the same life, who shares no
code with them: all happens on quarters of an hour, so that the judge can walk through it.
"""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from helpdesk.accounts.directory import Directory
from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.errors import DomainError
from helpdesk.lib.tenancy import system_scope
from helpdesk.notifications.models import Notice
from sla.engine.calendar import BusinessCalendar
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
from sla.versions import calendar_of, forget_versions
from tests.conftest import make_world
from tests.support import COLOMBO, LONG, actor_of, colombo
from tests.tickets.judged_ticket import MISSED, JudgedTicket, promises_of, stored_of
from tests.tickets.test_matrix_editor import copied
from tests.tickets.test_policy_edits import changed
from tickets.ladder.cases import case_of
from tickets.ladder.rehearsal import rehearse
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
        {"P1": {"response_minutes": 900, "limit_minutes": 1995}, "P2": {"response_minutes": 1500}},
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
STEPS = st.sampled_from([timedelta(minutes=m) for m in (0, 15, 30, 240, 540, 555, 1080, 1995, 4995)])
# An edit is known before what happens at its instant (`fold`), so it follows nothing at the same one.
LATER = STEPS.map(lambda step: max(step, timedelta(minutes=15)))


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

    def teardown(self) -> None:
        transaction.set_rollback(True)
        for block in reversed(self.open_blocks):
            block.__exit__(None, None, None)
        forget_versions()

    @initialize(severity=st.sampled_from(Severity.values), hour=st.integers(0, 23), quarter=st.integers(0, 3))
    def submitted(self, severity: str, hour: int, quarter: int) -> None:
        self.now = self.now.replace(hour=hour, minute=15 * quarter)
        self.ticket = open_ticket(
            organisation=self.world.acme,
            requester=self.world.alice,
            subject="Invoices fail",
            description="All of them.",
            severity=severity,
            actor=self.alice,
            at=self.now,
        )
        calendar, promises = self.calendar_in_force(), promises_of(newest_version(Policy.objects.get(key="standard")))
        self.judged = JudgedTicket(self.now, severity, promises, calendar)
        self.policy_number = 1
        case = case_of(self.world.acme, severity="P1", at=self.now)
        steps = rehearse(case, matrices=lambda at: matrix_in_force(at=at), directory=Directory.read())
        self.rehearsed = {step.event: {person.email for person in step.told} for step in steps}

    def calendar_in_force(self) -> BusinessCalendar:
        return calendar_of(Calendar.objects.get(key="sri-lanka").current_version_id)

    def act(self, verb, step: timedelta, **arguments) -> bool:
        """Let time pass and act; what the ticket's state refuses is refused, changes nothing, and is answered False."""
        self.now += step
        self.judged.pass_time(self.now)
        try:
            verb(ticket=self.ticket, at=self.now, **arguments)
        except DomainError:
            return False
        return True

    @rule(step=STEPS)
    def staff_replies(self, step):
        if self.act(reply, step, actor=self.agent, body="We are on it."):
            self.judged.answered(self.now)

    @rule(step=STEPS)
    def client_replies(self, step):
        if self.act(reply, step, actor=self.alice, body="Any news?"):
            self.judged.goes_on(self.now)

    @rule(step=STEPS, asked=st.booleans())
    @precondition(lambda self: self.judged.is_active and not self.judged.waits)
    def waits(self, step, asked):
        words = {"question": "Which one?"} if asked else {"contact": "Called them"}
        if self.act(wait_for_client, step, actor=self.agent, **words):
            if asked:
                self.judged.answered(self.now)
            self.judged.holds(self.now, "waiting")

    @rule(step=STEPS)
    @precondition(lambda self: self.judged.waits)
    def resumes(self, step):
        if self.act(resume, step, actor=self.agent, reason="Found it"):
            self.judged.goes_on(self.now)

    @rule(step=STEPS)
    @precondition(lambda self: self.judged.is_active)
    def is_marked_as_outside_standard_support(self, step):
        if self.act(mark_outside, step, actor=self.agent, reason="Training", message="We can offer a course."):
            self.judged.answered(self.now)
            self.judged.holds(self.now, "outside")

    @rule(step=STEPS)
    @precondition(lambda self: self.judged.is_active)
    def is_covered_after_all(self, step):
        if self.act(mark_covered, step, actor=self.agent, reason="It was a fault."):
            self.judged.goes_on(self.now, "outside")

    @rule(step=STEPS, message=st.sampled_from(["", "Done."]))
    @precondition(lambda self: self.judged.is_active)
    def resolves(self, step, message):
        if self.act(resolve, step, actor=self.agent, message=message):
            self.judged.resolved(self.now, answers=bool(message), calendar=self.calendar_in_force())

    @rule(step=STEPS)
    @precondition(lambda self: not self.judged.is_active)
    def reopens(self, step):
        done = self.act(reopen, step, actor=self.alice, reason="Not yet")
        assert done is self.judged.is_in_window(self.now)
        if done:
            self.judged.reopened(self.now)

    @rule(step=STEPS, severity=st.sampled_from(Severity.values))
    @precondition(lambda self: self.judged.is_active)
    def severity_changes(self, step, severity):
        before = Ticket.objects.get(pk=self.ticket.pk).severity
        if self.act(change_severity, step, actor=self.agent, severity=severity, reason="We know more"):
            self.judged.change_severity(self.now, severity)
            if severity < before:
                self.promised.clear()  # raised: the one thing that brings a promise forward

    def sweep(self) -> None:
        sweep(at=self.now)
        self.judged.swept(self.now)

    def edit(self, step: timedelta, make: Callable[[], object], *, reaches_running: bool = True) -> None:
        """Let time pass and edit the calendar; whatever is refused changes nothing. No breached clock moves."""
        self.now += step
        self.judged.pass_time(self.now)
        self.sweep()
        before, breached = self.calendar_in_force(), self.breached_dues()
        try:
            make()
        except DomainError:
            return
        refresh_stale_clocks(at=self.now)
        if reaches_running and self.calendar_in_force() is not before:
            self.judged.change_calendar(self.now, self.calendar_in_force())
        assert breached.items() <= self.breached_dues().items()

    def breached_dues(self) -> dict[str, datetime | None]:
        return dict(Clock.objects.filter(verdict="breached").values_list("kind", "due_at"))

    @rule(step=LATER, ahead=st.integers(-3, 12))
    def holiday_is_added(self, step, ahead):
        day = (self.now + step).astimezone(COLOMBO).date() + timedelta(days=ahead)
        given = {"day": day, "name": "Extra", "categories": ["mercantile"], "source": "Gazette", "actor": SYSTEM}
        calendar = Calendar.objects.get(key="sri-lanka")
        self.edit(step, lambda: add_holiday(calendar=calendar, at=self.now, **given))

    @rule(step=LATER)
    @precondition(lambda self: Calendar.objects.get(key="sri-lanka").versions.count() < 6)
    def next_holiday_is_removed(self, step):
        calendar = Calendar.objects.get(key="sri-lanka")
        day = (self.now + step).astimezone(COLOMBO).date()
        holiday = calendar.holidays.filter(date__gt=day, closes_statutory=True).order_by("date")[0]
        given = {"holiday": holiday, "reason": "Moved by gazette", "actor": SYSTEM}
        self.edit(step, lambda: remove_holiday(at=self.now, **given))

    def plan(self, plan_edit, *, reaches_running, **facts):
        """Plan an edit, have it counted, confirm it and let the workers move what it reaches."""
        plan = plan_edit(actor=self.admin, at=self.now, reason="By chance", **facts)
        work_off_plans(at=self.now)
        confirm_plan(plan=plan, reaches_running=reaches_running, actor=self.admin, at=self.now)
        work_off_plans(at=self.now)
        with system_scope("the test looks"):
            assert PlannedEdit.objects.get(pk=plan.pk).state == PlanState.DONE

    def move(self, step: timedelta, plan_edit, *, reaches_running: bool, facts: Callable[[], dict]) -> None:
        """Let time pass and plan an edit of the policy. What runs is moved, if it is to be; no breached clock moves."""
        self.now += step
        self.judged.pass_time(self.now)
        self.sweep()
        breached = self.breached_dues()
        try:
            self.plan(plan_edit, reaches_running=reaches_running, policy=Policy.objects.get(key="standard"), **facts())
        except DomainError:
            return
        newest = newest_version(Policy.objects.get(key="standard"))
        if reaches_running and newest.number > self.policy_number and self.judged.in_queue:
            self.policy_number = newest.number
            self.judged.change_policy(promises_of(newest))
        assert breached.items() <= self.breached_dues().items()

    @rule(step=LATER, figures=POLICIES, reaches_running=st.booleans())
    @precondition(lambda self: PolicyVersion.objects.filter(policy__key="standard").count() < 5)
    def policy_is_edited(self, step, figures, reaches_running):
        newest = newest_version(Policy.objects.get(key="standard"))
        spec = changed(spec_of(newest), **figures)
        facts = {"spec": spec, "effective_on": None, "seen": newest.number}
        self.move(step, plan_policy_edit, reaches_running=reaches_running, facts=lambda: facts)

    @rule(step=LATER)
    @precondition(lambda self: PolicyVersion.objects.filter(policy__key="standard").count() > 1)
    def running_tickets_are_moved_to_the_policy_in_force(self, step):
        self.move(step, plan_policy_move, reaches_running=True, facts=dict)

    @rule(step=LATER, change=DAYS, ahead=st.integers(0, 9), reaches_running=st.booleans())
    @precondition(lambda self: Calendar.objects.get(key="sri-lanka").versions.count() < 8)
    def calendar_is_edited(self, step, change, ahead, reaches_running):
        day = ((self.now + step).astimezone(COLOMBO).date() + timedelta(days=ahead)).isoformat()
        dated = {**change, "effective_from" if change["do"] == "hours.set" else "date": day}
        facts = {"calendar": Calendar.objects.get(key="sri-lanka"), "changes": [dated], "year": self.now.year}
        make = partial(self.plan, plan_calendar_edit, reaches_running=reaches_running, **facts)
        self.edit(step, make, reaches_running=reaches_running)

    @rule(step=STEPS)
    def client_asks_for_the_next_level(self, step):
        if self.act(escalate, step, actor=self.alice, reason="It is urgent"):
            self.judged.level += 1

    @rule(step=STEPS)
    def staff_acknowledge(self, step):
        self.now += step
        self.judged.pass_time(self.now)
        rung = Escalation.objects.filter(acknowledged_at=None).order_by("pk").first()
        if rung is not None:
            acknowledge(escalation=rung, actor=self.agent, at=self.now)

    @rule(step=STEPS, minutes=st.sampled_from([60, 270, 900]), quiet=st.sampled_from(QuietHours.values))
    @precondition(lambda self: MatrixVersion.objects.count() < 4)
    def matrix_is_edited(self, step, minutes, quiet):
        self.now += step
        self.judged.pass_time(self.now)
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
        self.judged.pass_time(self.now)
        self.sweep()

    @invariant()
    def all_is_as_it_must_be(self):
        """Once the sweep has noticed what is due."""
        if hasattr(self, "ticket"):
            self.sweep()
            self.fold_and_stored_rows_agree()
            self.stored_rows_are_what_the_judge_says()
            self.promises_are_kept()
            self.the_ladder_is_climbed_once_and_never_down()
            self.a_breach_is_recorded_once_at_its_instant_and_a_warning_once()
            self.everybody_is_told_once_as_rehearsed()

    def fold_and_stored_rows_agree(self):
        assert differences(Ticket.objects.select_related("organisation", "calendar").get(), at=self.now) == []

    def stored_rows_are_what_the_judge_says(self):
        rows = {row.kind: row for row in Clock.objects.all()}
        assert {kind: stored_of(row) for kind, row in rows.items()} == self.judged.rows()
        assert Ticket.objects.get(pk=self.ticket.pk).queue_due_at == self.judged.queue_due(rows)
        for kind, warning in self.judged.warnings().items():
            assert rows[kind].warn_at == warning

    def promises_are_kept(self):
        for clock in Clock.objects.all():
            assert clock.used >= timedelta(0)
            assert clock.budget is None or clock.budget >= timedelta(0)
            if clock.state == "running" and clock.due_at is not None:
                if clock.kind in self.promised:
                    assert clock.due_at >= self.promised[clock.kind], f"{clock.kind} became earlier"
                self.promised[clock.kind] = clock.due_at

    def the_ladder_is_climbed_once_and_never_down(self):
        rungs = list(Escalation.objects.order_by("pk"))
        climbed = [(one.event, one.cycle, one.step) for one in rungs]
        assert len(climbed) == len(set(climbed)), "each rung once, whatever was edited meanwhile"
        assert all(one.remind_at is None for one in rungs if one.acknowledged_at is not None)
        assert Ticket.objects.get(pk=self.ticket.pk).level == self.judged.level
        assert {one.event for one in rungs} - {"asked", "reopened_twice"} == self.judged.climbed

    def a_breach_is_recorded_once_at_its_instant_and_a_warning_once(self):
        recorded = TimelineEntry.objects.filter(kind__in=("breach", "target_missed")).values_list("data__clock", "at")
        assert sorted(recorded) == sorted(self.judged.breaches().items())
        warned = list(TimelineEntry.objects.filter(kind="warning").values_list("data__clock", flat=True))
        assert len(warned) == len(set(warned))

    def everybody_is_told_once_as_rehearsed(self):
        told = Counter(Notice.objects.filter(event__in=MISSED.values()).values_list("event", "recipient"))
        missed = [MISSED[kind] for kind in self.judged.breaches()]
        assert told == Counter((event, email) for event in missed for email in self.rehearsed[event])


STANDARD, NIGHT = {"severity": "P3", "hour": 10, "quarter": 0}, timedelta(minutes=555)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
# Lives that chance seldom meets: the Poya day of 24 November lies within a P3's time.
REMOVED, CLOSED_AHEAD = ("next_holiday_is_removed", {"step": HOUR}), ("holiday_is_added", {"step": HOUR, "ahead": 3})
TODAY = ("holiday_is_added", {"step": HOUR, "ahead": 0})
CONTACT, RESUMED = ("waits", {"step": HOUR, "asked": False}), ("resumes", {"step": HOUR})
LONG_WAIT = ("resumes", {"step": 8 * DAY})
SHORTER = {"P1": {"response_minutes": 60, "target_minutes": 60, "limit_minutes": 60}}


def severity(to: str, step: timedelta = HOUR) -> tuple[str, dict]:
    return "severity_changes", {"step": step, "severity": to}


def policy(figures: dict, *, reaches_running: bool = True) -> tuple[str, dict]:
    return "policy_is_edited", {"step": HOUR, "figures": figures, "reaches_running": reaches_running}


def calendar(change: dict, ahead: int, *, reaches_running: bool = True) -> tuple[str, dict]:
    return "calendar_is_edited", {"step": HOUR, "change": change, "ahead": ahead, "reaches_running": reaches_running}


CLOSED, LONG_HOURS = {"do": "day.set", "hours": [], "note": "Closed"}, [["06:00", "22:00"]]
LONG_DAY = {"do": "day.set", "hours": LONG_HOURS, "note": "A long day"}
SWEPT = ("sweep_runs", {"step": DAY})
LIVES = {
    "a holiday is removed and the wait lies over it": [REMOVED, CONTACT, LONG_WAIT, SWEPT],
    "a holiday is removed, a date closed, and it waits": [REMOVED, CLOSED_AHEAD, CONTACT, RESUMED, SWEPT],
    "two edits in one wait": [CONTACT, REMOVED, CLOSED_AHEAD, RESUMED, SWEPT],
    "its date is closed after it was raised": [severity("P2"), severity("P1"), TODAY, severity("P4"), severity("P2")],
    "its date is closed after the old promise was the earlier": [severity("P1", 50 * HOUR), TODAY, SWEPT],
    "raised in a wait between two lists": [CONTACT, REMOVED, severity("P2"), RESUMED, severity("P1")],
    "moved to a policy that promises less time": [severity("P1"), policy(SHORTER), CONTACT, RESUMED, severity("P3")],
    "moved to closes of working days": [policy({"reading": "end_of_nth_day"}), severity("P1"), CONTACT, RESUMED],
    "lowered and raised when it is over": [severity("P1"), severity("P4"), severity("P1", 5 * DAY)],
    "breached, then edited": [severity("P1"), ("sweep_runs", {"step": 4 * DAY}), TODAY, CLOSED_AHEAD, REMOVED],
    "resolved in silence, edited, and reopened": [
        ("resolves", {"step": HOUR, "message": ""}), REMOVED, policy(SHORTER), CLOSED_AHEAD,
        ("reopens", {"step": HOUR}), SWEPT, ("staff_replies", {"step": HOUR}),
    ],
    "reopened in a window that became longer": [
        ("resolves", {"step": HOUR, "message": "Done."}), CLOSED_AHEAD, ("sweep_runs", {"step": 7 * DAY}),
        ("reopens", {"step": HOUR}),
    ],
    "edits for new tickets only": [
        calendar(CLOSED, 1, reaches_running=False), SWEPT, policy(SHORTER, reaches_running=False), severity("P1"),
        calendar(LONG_DAY, 2), ("sweep_runs", {"step": 3 * DAY}),
    ],
    "outside and waiting at once": [
        CONTACT, ("is_marked_as_outside_standard_support", {"step": HOUR}), TODAY, RESUMED,
        ("is_covered_after_all", {"step": DAY}), SWEPT,
    ],
    "answered, and the target is missed": [severity("P1"), ("staff_replies", {"step": HOUR}), SWEPT, REMOVED],
    "nobody answers": [severity("P1"), *[("sweep_runs", {"step": NIGHT})] * 5],
}  # fmt: skip


@pytest.mark.django_db
def test_lives_that_chance_seldom_meets_are_what_the_judge_says():
    for name, steps in LIVES.items():
        life = TicketLife()
        try:
            life.submitted(**STANDARD)
            life.all_is_as_it_must_be()
            for rule_name, facts in steps:
                getattr(life, rule_name)(**facts)
                life.all_is_as_it_must_be()
        except AssertionError as error:
            raise AssertionError(f"{name}, {rule_name}: {error}") from error
        finally:
            life.teardown()


@pytest.mark.django_db
def test_any_sequence_gives_the_same_clocks_by_fold_and_by_stored_row():
    run_state_machine_as_test(
        TicketLife,
        settings=settings(
            max_examples=200 if LONG else 10,
            stateful_step_count=25 if LONG else 16,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate, *([Phase.shrink] if LONG else [])],  # to shrink one takes minutes
            suppress_health_check=list(HealthCheck),
        ),
    )
