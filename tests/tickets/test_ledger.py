"""The ledger of a clock: what starts, stops, pauses or moves it, and what it does, with instant, cause and actor."""

from dataclasses import dataclass, field
from datetime import date, datetime

import pytest

from helpdesk.lib.actors import SYSTEM
from sla.models import Calendar, Policy
from sla.operations.calendars import add_holiday
from sla.operations.planning import confirm_plan
from sla.operations.policies import newest_version
from sla.operations.policy_planning import plan_policy_edit
from sla.policy_spec import spec_of
from tests.support import actor_of, colombo
from tests.tickets.test_policy_edits import changed
from tickets.clock_entries import MOVES_CLOCKS
from tickets.models import EntryKind, Ticket, TimelineEntry
from tickets.operations.conversation import reply, resume, wait_for_client
from tickets.operations.covering import mark_covered, mark_outside
from tickets.operations.edits.impact import work_off_plans
from tickets.operations.edits.recompute import refresh_stale_clocks
from tickets.operations.handling import change_severity
from tickets.operations.merging import merge
from tickets.operations.status import close, reopen, resolve, withdraw
from tickets.operations.sweep import sweep

pytestmark = pytest.mark.usefixtures("everything")
OPENED = "2026-11-16 10:00"
DONE = {EntryKind.WARNING, EntryKind.BREACH, EntryKind.BREACH_WITHDRAWN, EntryKind.TARGET_MISSED}
LEDGER = {*MOVES_CLOCKS, *DONE, EntryKind.DEADLINE_MOVED}


@dataclass
class Told:
    """What the entry has to say: when it took effect, who did it, and why."""

    at: datetime
    who: str
    why: str
    data: dict[str, object] = field(default_factory=dict)


class Life:
    """A P1 of Alice's from Monday 10:00, and what can happen to it; each verb leads up to one kind of entry."""

    def __init__(self, world, submit):
        self.world, self.submit = world, submit
        self.ticket: Ticket = submit("P1", OPENED)
        self.agent, self.alice, self.at = actor_of(world.agent), actor_of(world.alice), colombo("2026-11-16 11:00")
        self.facts = {"ticket": self.ticket, "at": self.at}

    def opened(self) -> Told:
        return Told(colombo(OPENED), "Alice", "", {"severity": "P1"})

    def reply(self) -> Told:
        reply(actor=self.agent, body="We look into it.", **self.facts)
        return Told(self.at, "Nimal", "We look into it.", {"answers": True})

    def waiting(self) -> Told:
        wait_for_client(actor=self.agent, contact="Called them", **self.facts)
        return Told(self.at, "Nimal", "The client was contacted: Called them")

    def resumed(self) -> Told:
        self.waiting()
        later = colombo("2026-11-16 12:00")
        resume(ticket=self.ticket, actor=self.agent, reason="Found it", at=later)
        return Told(later, "Nimal", "Found it")

    def severity(self) -> Told:
        change_severity(actor=self.agent, severity="P3", reason="A workaround", **self.facts)
        return Told(self.at, "Nimal", "A workaround", {"from": "P1", "to": "P3"})

    def resolved(self) -> Told:
        resolve(actor=self.agent, message="Mended.", **self.facts)
        return Told(self.at, "Nimal", "Mended.")

    def reopened(self) -> Told:
        self.resolved()
        later = colombo("2026-11-17 12:00")
        reopen(ticket=self.ticket, actor=self.alice, reason="Not yet", at=later)
        return Told(later, "Alice", "Not yet")

    def closed(self) -> Told:
        self.resolved()
        later = colombo("2026-11-24 12:00")
        close(ticket=self.ticket, actor=SYSTEM, at=later)
        return Told(later, "Helpdesk", TimelineEntry.objects.get(ticket=self.ticket, kind="closed").body)

    def withdrawn(self) -> Told:
        withdraw(actor=self.alice, reason="By mistake", **self.facts)
        return Told(self.at, "Alice", "By mistake")

    def merged(self) -> Told:
        other = self.submit("P1", OPENED)
        merge(into=other, actor=self.agent, **self.facts)
        return Told(self.at, "Nimal", f"Merged into {other.reference}: it goes on there.")

    def outside(self) -> Told:
        mark_outside(actor=self.agent, reason="Training", message="We can offer a course.", **self.facts)
        return Told(self.at, "Nimal", "Training")

    def covered(self) -> Told:
        self.outside()
        later = colombo("2026-11-16 12:00")
        mark_covered(ticket=self.ticket, actor=self.agent, reason="It was a fault.", at=later)
        return Told(later, "Nimal", "It was a fault.")

    def policy(self) -> Told:
        policy = Policy.objects.get(key="standard")
        first, admin = newest_version(policy), actor_of(self.world.admin)
        spec = changed(spec_of(first), P1={"response_minutes": 540, "target_minutes": 900, "limit_minutes": 2000})
        plan = plan_policy_edit(
            policy=policy, spec=spec, effective_on=None, reason="Agreed", seen=1, actor=admin, at=self.at
        )
        work_off_plans(at=self.at)
        confirm_plan(plan=plan, reaches_running=True, actor=admin, at=self.at)
        work_off_plans(at=self.at)
        versions = {"before": first.pk, "after": newest_version(policy).pk}
        return Told(self.at, "Indra", "Policy version 1 → 2: Agreed", versions)

    def deadline_moved(self) -> Told:
        version = add_holiday(
            calendar=Calendar.objects.get(key="sri-lanka"), day=date(2026, 11, 17), name="A day", source="A gazette",
            categories=["mercantile"], actor=SYSTEM, at=self.at,
        )  # fmt: skip
        refresh_stale_clocks(at=self.at)
        return Told(self.at, "Helpdesk", "The support calendar changed", {"calendar_version": version.pk})

    def swept(self, at: str, clock: str) -> Told:
        """The instant is the clock's own, however late the sweep."""
        sweep(at=colombo("2026-11-20 10:00"))
        return Told(colombo(at), "Helpdesk", "", {"clock": clock})

    def warning(self) -> Told:
        sweep(at=colombo("2026-11-17 08:00"))
        return Told(colombo("2026-11-16 16:45"), "Helpdesk", "", {"clock": "response"})

    def breach(self) -> Told:
        return self.swept("2026-11-18 10:00", "limit")

    def target_missed(self) -> Told:
        return self.swept("2026-11-17 10:00", "target")

    def breach_withdrawn(self) -> Told:
        self.swept("2026-11-17 10:00", "response")
        later = colombo("2026-11-20 11:00")
        reply(ticket=self.ticket, actor=self.agent, body="By mail.", received_at=self.at, at=later)
        return Told(later, "Nimal", "the answer had been received in time", {"clock": "response"})


def test_every_kind_that_the_fold_or_the_sweep_knows_is_driven_here():
    assert {kind for kind in EntryKind if hasattr(Life, kind.value)} == LEDGER


@pytest.mark.parametrize("kind", sorted(LEDGER))
def test_it_is_recorded_with_its_instant_its_cause_and_its_actor(world, submit, kind):
    life = Life(world, submit)
    told = getattr(life, kind)()
    entries = TimelineEntry.objects.filter(ticket=life.ticket, kind=kind)
    found = entries.filter(data__contains=told.data).latest("pk")
    assert (found.at, found.actor_name) == (told.at, told.who)
    assert told.why in found.body
    assert found.body or found.data, "a cause is given"
    assert found.recorded_at is not None
