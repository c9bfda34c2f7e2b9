"""Outside standard support: the client is told, the clocks stand still with their cause, and go on when taken back."""

import pytest

from helpdesk.audit.models import AuditEntry
from helpdesk.lib.errors import Conflict, DomainError, Forbidden
from helpdesk.notifications.models import Notice
from helpdesk.notifications.rendering import render_notice
from sla.engine.entries import ClockKind, PauseCause, State
from sla.engine.trace import explain
from sla.models import Clock
from tests.support import actor_of, colombo
from tickets.models import Ticket, TimelineEntry
from tickets.operations.conversation import resume, wait_for_client
from tickets.operations.covering import mark_covered, mark_outside
from tickets.operations.replay import replay_clocks
from tickets.operations.status import reopen, resolve
from tickets.pauses import pauses_of
from tickets.queries import readings_of

pytestmark = pytest.mark.usefixtures("everything")
MESSAGE = "A course is not part of support. We can offer you one."


@pytest.fixture
def people(world):
    """The agent and the client, as operations know them."""
    return actor_of(world.agent), actor_of(world.alice)


def outside(ticket, agent, at, **other):
    given = {"reason": "Training", "message": MESSAGE, **other}
    return mark_outside(ticket=ticket, actor=agent, at=colombo(at), **given)


def test_marking_tells_the_client_meets_the_response_and_stops_the_resolution_clocks(submit, people):
    agent, _alice = people
    ticket = outside(submit("P1", "2026-11-16 10:00"), agent, "2026-11-16 11:00")
    assert ticket.outside_reason == "Training"
    kinds = TimelineEntry.objects.filter(ticket=ticket).order_by("id").values_list("kind", "body", "is_public")
    assert list(kinds)[1:] == [("reply", MESSAGE, True), ("outside", "Training", True)]
    states = dict(Clock.objects.filter(ticket=ticket).values_list("kind", "state"))
    assert states == {"response": "stopped", "target": "paused", "limit": "paused"}
    assert Ticket.objects.get(pk=ticket.pk).queue_due_at is None, "last in the queue"
    notice = Notice.objects.get(event="outside")
    assert notice.recipient == "alice@acme.example"
    text = " ".join(render_notice(notice).text.split())
    assert "tells you that this is outside standard support (Training):" in text
    assert "professional-services agreement" in text
    assert MESSAGE in text
    audit = AuditEntry.objects.get(action="ticket.outside")
    assert (audit.subject, audit.reason) == ("ACME-1", "Training")
    assert replay_clocks(at=colombo("2026-11-20 10:00")) == []


def test_taken_back_the_clocks_go_on_and_the_time_between_does_not_count(submit, people):
    agent, _alice = people
    ticket = outside(submit("P1", "2026-11-16 10:00"), agent, "2026-11-16 11:00")
    ticket = mark_covered(ticket=ticket, reason="It was a fault.", actor=agent, at=colombo("2026-11-17 11:00"))
    assert ticket.outside_reason == ""
    assert Clock.objects.get(ticket=ticket, kind="limit").due_at == colombo("2026-11-19 10:00")
    assert Notice.objects.filter(event="covered").count() == 1
    limit = readings_of(ticket, at=colombo("2026-11-17 12:00"))[ClockKind.LIMIT]
    assert [(leg.state, leg.cause) for leg in limit.legs] == [
        (State.RUNNING, None), (State.PAUSED, PauseCause.OUTSIDE), (State.RUNNING, None),
    ]  # fmt: skip
    assert any(line.label.startswith("paused: outside standard support, Mon 16 Nov 11:00") for line in explain(limit))
    assert [one.reason for one in pauses_of(ticket, limit, staff=False)] == ["Outside standard support: Training"]
    assert replay_clocks(at=colombo("2026-11-17 12:00")) == []


def test_waiting_and_being_outside_hold_the_clock_each_for_itself(submit, people):
    agent, _alice = people
    ticket = submit("P1", "2026-11-16 10:00")
    wait_for_client(ticket=ticket, question="Which?", actor=agent, at=colombo("2026-11-16 11:00"))
    outside(ticket, agent, "2026-11-16 12:00")
    resume(ticket=ticket, reason="They rang.", actor=agent, at=colombo("2026-11-16 13:00"))
    limit = Clock.objects.get(ticket=ticket, kind="limit")
    assert limit.state == "paused"
    mark_covered(ticket=ticket, reason="A fault.", actor=agent, at=colombo("2026-11-16 14:00"))
    limit.refresh_from_db()
    assert (limit.state, limit.due_at) == ("running", colombo("2026-11-18 13:00"))
    legs = readings_of(ticket, at=colombo("2026-11-16 15:00"))[ClockKind.LIMIT].legs
    assert [leg.cause for leg in legs] == [None, PauseCause.WAITING, PauseCause.OUTSIDE, None]


def test_taking_it_back_while_the_client_is_asked_leaves_the_clock_waiting(submit, people):
    agent, _alice = people
    ticket = outside(submit("P1", "2026-11-16 10:00"), agent, "2026-11-16 11:00")
    wait_for_client(ticket=ticket, question="Which?", actor=agent, at=colombo("2026-11-16 12:00"))
    mark_covered(ticket=ticket, reason="A fault.", actor=agent, at=colombo("2026-11-16 13:00"))
    assert Clock.objects.get(ticket=ticket, kind="limit").state == "paused"
    resume(ticket=ticket, reason="They rang.", actor=agent, at=colombo("2026-11-16 14:00"))
    assert Clock.objects.get(ticket=ticket, kind="limit").due_at == colombo("2026-11-18 13:00")


def test_resolved_while_outside_and_reopened_it_is_outside_again(submit, people):
    agent, alice = people
    ticket = outside(submit("P1", "2026-11-16 10:00"), agent, "2026-11-16 11:00")
    resolve(ticket=ticket, message="Ask your manager.", actor=agent, at=colombo("2026-11-16 12:00"))
    assert Clock.objects.get(ticket=ticket, kind="limit").verdict == "met"
    reopen(ticket=ticket, reason="Not yet.", actor=alice, at=colombo("2026-11-16 13:00"))
    assert Clock.objects.get(ticket=ticket, kind="limit").state == "paused"
    mark_covered(ticket=ticket, reason="A fault.", actor=agent, at=colombo("2026-11-16 14:00"))
    assert Clock.objects.get(ticket=ticket, kind="limit").due_at == colombo("2026-11-18 13:00")
    assert replay_clocks(at=colombo("2026-11-16 15:00")) == []


def test_what_makes_no_sense_is_refused(submit, people):
    agent, alice = people
    ticket, at = submit("P1", "2026-11-16 10:00"), "2026-11-16 11:00"
    with pytest.raises(DomainError, match="Choose one of the reasons") as refused:
        outside(ticket, agent, at, reason="Bad weather")
    assert refused.value.field == "reason"
    with pytest.raises(DomainError, match="in plain words"):
        outside(ticket, agent, at, message=" ")
    with pytest.raises(Forbidden):
        outside(ticket, alice, at)
    with pytest.raises(Conflict, match="ACME-1 is not outside"):
        mark_covered(ticket=ticket, reason="x", actor=agent, at=colombo(at))
    outside(ticket, agent, at)
    with pytest.raises(Conflict, match="already"):
        outside(ticket, agent, at, reason="Data migration")
    with pytest.raises(DomainError, match="after all"):
        mark_covered(ticket=ticket, reason=" ", actor=agent, at=colombo(at))
