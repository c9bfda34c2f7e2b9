"""Any life of a ticket, by chance: the fold, the stored row and the promises must agree at every step."""

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
from sla.models import Calendar, Clock, Severity
from sla.operations.calendars import add_holiday, remove_holiday
from sla.versions import forget_versions
from tests.conftest import make_world
from tests.support import COLOMBO, actor_of, colombo
from tickets.models import Ticket, TimelineEntry
from tickets.operations.conversation import reply, resume, wait_for_client
from tickets.operations.handling import change_severity
from tickets.operations.intake import open_ticket
from tickets.operations.recompute import refresh_stale_clocks
from tickets.operations.replay import differences
from tickets.operations.status import reopen, resolve
from tickets.operations.sweep import sweep

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
            max_examples=12,
            stateful_step_count=12,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
