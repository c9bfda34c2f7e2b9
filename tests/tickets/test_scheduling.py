"""Planned work: a day or "as per dev schedule", moved with a reason, the client told; never beside a deadline."""

from datetime import date

import pytest

from helpdesk.audit.models import AuditEntry
from helpdesk.lib.errors import Conflict, DomainError, Forbidden
from helpdesk.notifications.models import Notice
from helpdesk.notifications.rendering import render_notice
from tests.support import actor_of, colombo
from tickets.due import plan_words
from tickets.models import TimelineEntry
from tickets.operations.handling import change_severity
from tickets.operations.scheduling import plan

pytestmark = pytest.mark.usefixtures("everything")
AT = colombo("2026-11-16 11:00")


@pytest.fixture
def scheduled(world):
    """`scheduled(ticket, date(2026, 12, 1))` plans it, as the agent."""

    def go(ticket, day, *, reason="Next release.", by=None, at=AT):
        return plan(ticket=ticket, planned_on=day, reason=reason, actor=by or actor_of(world.agent), at=at)

    return go


def test_a_day_is_set_moved_and_cleared_with_reasons_and_the_client_is_told_each_time(submit, scheduled):
    ticket = submit("P4", "2026-11-16 10:00")
    assert plan_words(ticket) == "as per dev schedule"
    ticket = scheduled(ticket, date(2026, 12, 1))
    assert plan_words(ticket) == "planned for 1 Dec 2026"
    ticket = scheduled(ticket, date(2026, 12, 15), reason="It slipped.", at=colombo("2026-11-17 11:00"))
    ticket = scheduled(ticket, None, reason="Not this year.", at=colombo("2026-11-18 11:00"))
    bodies = TimelineEntry.objects.filter(kind="planned").order_by("id").values_list("body", "is_public")
    assert list(bodies) == [
        ("Planned for Tue 1 Dec 2026: Next release.", True),
        ("Moved from Tue 1 Dec 2026 to Tue 15 Dec 2026: It slipped.", True),
        ("As per dev schedule: Not this year.", True),
    ]
    told = Notice.objects.filter(event="planned").order_by("pk")
    assert [notice.recipient for notice in told] == ["alice@acme.example"] * 3
    assert "Moved from Tue 1 Dec 2026 to Tue 15 Dec 2026: It slipped." in " ".join(render_notice(told[1]).text.split())
    audit = AuditEntry.objects.filter(action="ticket.plan").order_by("pk")
    assert [(one.data["before"], one.data["planned_on"]) for one in audit] == [
        ("", "2026-12-01"), ("2026-12-01", "2026-12-15"), ("2026-12-15", ""),
    ]  # fmt: skip


def test_what_makes_no_sense_is_refused(submit, scheduled, world):
    ticket = submit("P4", "2026-11-16 10:00")
    with pytest.raises(DomainError, match="Say why"):
        scheduled(ticket, date(2026, 12, 1), reason=" ")
    with pytest.raises(DomainError, match="This day is past"):
        scheduled(ticket, date(2026, 11, 15))
    assert scheduled(ticket, date(2026, 11, 16)).planned_on == date(2026, 11, 16), "today is not past"
    with pytest.raises(DomainError, match="the plan already"):
        scheduled(ticket, date(2026, 11, 16))
    with pytest.raises(Forbidden):
        scheduled(ticket, None, by=actor_of(world.alice))
    with pytest.raises(Conflict, match="P1 has a resolution deadline"):
        scheduled(submit("P1", "2026-11-16 10:00"), date(2026, 12, 1))


def test_raised_to_a_severity_with_a_deadline_it_is_due_and_no_longer_planned(submit, scheduled, world):
    ticket = scheduled(submit("P4", "2026-11-16 10:00"), date(2026, 12, 1))
    ticket = change_severity(ticket=ticket, severity="P2", reason="It hurts.", actor=actor_of(world.agent), at=AT)
    assert (ticket.planned_on, plan_words(ticket)) == (None, "")
    assert TimelineEntry.objects.get(kind="severity").data["planned_on"] == "2026-12-01"
